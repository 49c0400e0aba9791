"""Prompts to stored answers: what a run has not answered yet, by a loaded checkpoint."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.checkpoints import CheckpointInfo, LoadedCheckpoint
from workbench.errors import InputError
from workbench.generation.decoding import Decoding
from workbench.generation.framing import Framing
from workbench.generation.local import Answer, generate
from workbench.generation.variant import AS_IT_IS, Variant
from workbench.progress import ProgressCallback
from workbench.prompts import Prompt, PromptSet, content_hash
from workbench.store.records import ResponseRecord
from workbench.store.store import Store

SAVE_EVERY = 64
"""Responses written in one transaction: what a kill can lose."""


@dataclass(frozen=True)
class Asking:
    """How prompts are asked."""

    decoding: Decoding | None = None
    """The checkpoint's own defaults if ``None``."""
    batch_size: int = 64
    """Prompts answered at once."""
    progress: ProgressCallback | None = None
    variant: Variant = AS_IT_IS
    """What the answers are kept as; weights are as the checkpoint was loaded."""
    framing: Framing = Framing()
    """What stands around each question: ``make_framing`` of the variant."""


@dataclass(frozen=True)
class Place:
    """Where answers belong."""

    run: str
    checkpoint: str
    prompt_set: str


@dataclass(frozen=True)
class Answers:
    """Answers as they are finished, each with the index of its prompt."""

    prompts: Sequence[Prompt]
    finished: Iterable[tuple[int, Answer]]
    settings: Mapping[str, Any]
    """How they were asked: the decoding, and more where there is more."""


def unanswered(store: Store, run: str, checkpoint: str, prompt_set: PromptSet) -> list[Prompt]:
    """Prompts of a set that a checkpoint has not answered in a run."""
    known = store.answered(run, checkpoint, prompt_set.name)
    return [p for p in prompt_set.prompts if (p.parallel_id, p.language, 0) not in known]


def answer(
    store: Store,
    run: str,
    loaded: LoadedCheckpoint,
    prompt_set: PromptSet,
    asking: Asking = Asking(),
) -> int:
    """Answer and store what the run lacks; the number answered now.

    ``workbench.asking.ask`` does it for variants, weights included.
    """
    name = asking.variant.named(loaded.info.name)
    todo = unanswered(store, run, name, prompt_set)
    if not todo:
        return 0
    _refuse_empty(prompt_set, todo)
    store.add_prompt_set(prompt_set)
    add_checkpoint(store, loaded.info, asking.variant)
    chosen = asking.decoding or loaded.info.decoding
    conversations = [asking.framing.framed(prompt) for prompt in todo]
    answers = generate(loaded, conversations, chosen, asking.batch_size)
    settings = chosen.model_dump(mode="json")
    if asking.framing != Framing():
        settings["framing"] = asking.framing.hash
    place = Place(run, name, prompt_set.name)
    keep_answers(store, place, Answers(todo, answers, settings), asking.progress)
    return len(todo)


def keep_answers(
    store: Store,
    place: Place,
    answers: Answers,
    progress: ProgressCallback | None = None,
) -> None:
    """Store answers every ``SAVE_EVERY``, so that a kill loses no more than those."""
    waiting: list[ResponseRecord] = []
    total = len(answers.prompts)
    for done, (index, given) in enumerate(answers.finished, start=1):
        waiting.append(_record(answers.prompts[index], given, answers.settings))
        if len(waiting) >= SAVE_EVERY or done == total:
            store.add_responses(place.run, place.checkpoint, place.prompt_set, waiting)
            waiting = []
            if progress:
                progress(done, total, f"{place.checkpoint}: answering")


def add_checkpoint(store: Store, info: CheckpointInfo, variant: Variant = AS_IT_IS) -> None:
    """Keep in the store what a checkpoint is, for results to be grouped by.

    Asked as a ``variant`` it is a checkpoint of its own, which tells what it is derived from.
    """
    details = {"method": info.method, "base": info.base, "recipe": info.recipe or {}}
    if variant != AS_IT_IS:
        details |= {
            "derived_from": info.name,
            "variant": variant.label,
            "options": variant.options,
        }
    store.add_checkpoint(variant.named(info.name), content_hash(details), details)


def _record(prompt: Prompt, answer: Answer, settings: Mapping[str, Any]) -> ResponseRecord:
    return ResponseRecord(
        parallel_id=prompt.parallel_id,
        language=prompt.language,
        sample=0,
        text=answer.text,
        finish_reason=answer.finish_reason,
        prompt_tokens=answer.prompt_tokens,
        new_tokens=answer.new_tokens,
        seconds=answer.seconds,
        decoding=settings,
        missing_reason=answer.missing_reason,
    )


def _refuse_empty(prompt_set: PromptSet, prompts: Sequence[Prompt]) -> None:
    without = [p.parallel_id for p in prompts if not p.messages]
    if without:
        raise InputError(
            f"Prompt set '{prompt_set.name}'",
            f"{len(without)} of its prompts have no text, '{without[0]}' for one",
            "Choose a prompt set with texts; sets that came with imported answers have none",
        )
