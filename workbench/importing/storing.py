"""Answers of a file into the store, as a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from workbench.errors import FileFormatError
from workbench.executing import executing
from workbench.importing.records import ImportedCheckpoint, ImportedResponse, ImportedRun
from workbench.prompts import Prompt, PromptSet, content_hash
from workbench.store import JudgeRecord, Rating, ResponseRecord, RunRecord, Store

_ID = ["checkpoint", "prompt_set", "parallel_id", "language", "sample"]
_CRITERION = "accuracy"


def store_run(store: Store, imported: ImportedRun) -> str:
    """Keep the answers of a file; the name of the run. Keeping them again changes nothing.

    Raises InputError where the store holds another run, prompt or checkpoint of the same name.
    """
    samples = numbered(imported.responses)
    record = RunRecord(imported.name, "import", imported.config)
    if imported.name in set(store.runs()["name"]):
        store.start_run(record)  # refused where it is another one, before anything is written
    for name, prompts in prompts_of(imported.responses).items():
        store.add_prompt_set(PromptSet(name=name, prompts=tuple(prompts)))
    for name in dict.fromkeys(response.checkpoint for response in imported.responses):
        nothing = ImportedCheckpoint(content_hash({"imported": name}), {"method": "imported"})
        known = imported.checkpoints.get(name, nothing)
        store.add_checkpoint(name, known.hash, known.details)
    store.start_run(record)
    with executing(store, imported.name):
        batches: dict[tuple[str, str], list[ResponseRecord]] = {}
        for response, sample in zip(imported.responses, samples, strict=True):
            own = batches.setdefault((response.checkpoint, response.prompt_set), [])
            own.append(_record(response, sample))
        for (checkpoint, prompt_set), records in batches.items():
            store.add_responses(imported.name, checkpoint, prompt_set, records)
        _rate(store, imported, samples)
    store.finish_run(imported.name)
    return imported.name


def numbered(responses: Sequence[ImportedResponse]) -> list[int]:
    """The sample of each answer: what the file says, else its number among those to a prompt."""
    counted: Counter[tuple[str, ...]] = Counter()
    samples = []
    for response in responses:
        samples.append(counted[response.key] if response.sample is None else response.sample)
        counted[response.key] += 1
    return samples


def prompts_of(responses: Sequence[ImportedResponse]) -> dict[str, list[Prompt]]:
    """The prompts that are answered, each once, by set."""
    found: dict[str, dict[tuple[str, str], Prompt]] = {}
    for response in responses:
        prompt = response.prompt
        found.setdefault(response.prompt_set, {}).setdefault(
            (prompt.parallel_id, prompt.language), prompt
        )
    return {name: list(prompts.values()) for name, prompts in found.items()}


def check_whole(file: str, responses: Sequence[ImportedResponse]) -> None:
    """Raise FileFormatError where a prompt has two texts, or an answer is there twice."""
    prompts: dict[tuple[str, str, str], ImportedResponse] = {}
    answers: dict[tuple[Any, ...], ImportedResponse] = {}
    for response, sample in zip(responses, numbered(responses), strict=True):
        id = response.prompt.parallel_id
        first = prompts.setdefault(response.key[1:], response)
        if first.prompt is not response.prompt and first.prompt != response.prompt:
            raise FileFormatError(
                f"{file}, {response.place}",
                f"prompt '{id}' in '{response.prompt.language}' is another one in {first.place}",
                "Give each prompt an id of its own, the same for its translations",
            )
        twin = answers.setdefault((*response.key, sample), response)
        if twin is not response:
            raise FileFormatError(
                f"{file}, {response.place}",
                f"sample {sample} of {response.checkpoint} to prompt '{id}' stands in "
                f"{twin.place} already",
                "Number the answers to a prompt from 0",
            )


def _record(response: ImportedResponse, sample: int) -> ResponseRecord:
    return ResponseRecord(
        response.prompt.parallel_id,
        response.prompt.language,
        sample,
        response.text,
        response.finish_reason,
        response.prompt_tokens,
        response.new_tokens,
        response.seconds,
        response.decoding,
        response.missing_reason,
    )


def _rate(store: Store, imported: ImportedRun, samples: Sequence[int]) -> None:
    """Keep what scorers of other tools said, each as a judge that goes by rules."""
    if not any(response.ratings for response in imported.responses):
        return
    stored = store.results([imported.name])
    rows = stored[[*_ID, "response_id"]].itertuples(index=False, name=None)
    ids = {(*key, int(sample)): int(id) for *key, sample, id in rows}
    ratings = [
        Rating(
            ids[*response.key, sample],
            rating.judge,
            _CRITERION,
            rating.value,
            rating.missing_reason,
            rating.reason,
        )
        for response, sample in zip(imported.responses, samples, strict=True)
        for rating in response.ratings
    ]
    for judge in dict.fromkeys(rating.judge for rating in ratings):
        store.add_judge(JudgeRecord(judge, "rule", {"imported": imported.format}))
    store.add_ratings(ratings)
