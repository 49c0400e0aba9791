"""Answers of the Language Confusion Benchmark (LCB) into the store."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from workbench.executing import executing
from workbench.importing.lcb_file import Answer, read_answers
from workbench.prompts import Prompt, PromptSet, content_hash
from workbench.store import ResponseRecord, RunRecord, Store


def import_lcb(store: Store, path: Path) -> str:
    """Import a file of answers as the run ``lcb-<stem>``; returns that name.

    Prompts go to the sets ``lcb-<task>-<source>``. Where an id repeats for a model, task,
    source and language, its answers are kept as samples 0, 1, ...
    """
    answers = read_answers(path)
    run = f"lcb-{path.stem}"
    content = content_hash([list(answer) for answer in answers])
    samples: Counter[tuple[str, ...]] = Counter()
    responses: dict[tuple[str, str], list[ResponseRecord]] = {}
    prompts: dict[str, dict[tuple[str, str], Prompt]] = {}
    for answer in answers:
        prompt_set = _prompt_set(answer)
        key = (answer.model, prompt_set, answer.id, answer.language)
        own = responses.setdefault((answer.model, prompt_set), [])
        own.append(ResponseRecord(answer.id, answer.language, samples[key], text=answer.completion))
        samples[key] += 1
        of_set = prompts.setdefault(prompt_set, {})
        if key[2:] not in of_set:
            of_set[answer.id, answer.language] = _prompt(answer)
    store.start_run(RunRecord(run, "import", {"file": path.name, "content": content}))
    with executing(store, run):
        for name, own_prompts in prompts.items():
            store.add_prompt_set(PromptSet(name=name, prompts=tuple(own_prompts.values())))
        for model in dict.fromkeys(answer.model for answer in answers):
            store.add_checkpoint(model, content_hash({"imported": model}), {"method": "imported"})
        for (model, name), records in responses.items():
            store.add_responses(run, model, name, records)
    store.finish_run(run)
    return run


def _prompt_set(answer: Answer) -> str:
    return f"lcb-{answer.task}-{answer.source}"


def _prompt(answer: Answer) -> Prompt:
    # The files do not hold the prompts' texts.
    return Prompt(
        parallel_id=answer.id,
        language=answer.language,
        messages=(),
        task=answer.task,
        tags={"source": answer.source},
    )
