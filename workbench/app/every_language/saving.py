"""A grid's answers kept as a run: for Compare, raters and judges."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.app.every_language.grid import Asked, Grid
from workbench.errors import InputError
from workbench.executing import executing
from workbench.prompts import PromptSet, content_hash

if TYPE_CHECKING:
    from workbench.generation.local import Answer
    from workbench.lid.detector import Detector
    from workbench.prompts import Prompt
    from workbench.store import Store

_NAME_LENGTH = 60
_UNSAFE = re.compile(r"[^\w-]+")


def save_grid(store: Store, grid: Grid, detector: Detector) -> str:
    """Keep the whole answers of a grid with their scores; the name of the run.

    Answers that were stopped are left out; what is kept already stays as it is. Raises
    InputError where there is nothing to keep.
    """
    from workbench.answering import Answers, Place, add_checkpoint, keep_answers
    from workbench.scoring import score
    from workbench.store import RunRecord
    from workbench.versions import package_versions

    columns = [column for name in grid.checkpoints if (column := _column(grid, name))]
    if not columns:
        raise InputError(
            "This grid", "it has no whole answer to keep", "Ask, and wait for the first answers"
        )
    question = grid.question
    decodings = {c.asked.info.name: c.asked.decoding.model_dump(mode="json") for c in columns}
    config = {
        "checkpoints": list(decodings),
        "prompt_set": question.prompt_set,
        "parallel_id": question.parallel_id,
        "languages": question.languages,
        "prompts": [prompt.hash for prompt in question.prompts],
        "decoding": decodings,
    }
    about = _UNSAFE.sub("-", f"{question.prompt_set}-{question.parallel_id}")
    run = f"{re.sub('-+', '-', about)[:_NAME_LENGTH].strip('-')}-{content_hash(config)[:8]}"
    store.start_run(RunRecord(run, "generate", config, package_versions()))
    with executing(store, run):
        store.add_prompt_set(PromptSet(name=question.prompt_set, prompts=question.prompts))
        for column in columns:
            info = column.asked.info
            add_checkpoint(store, info)
            answers = Answers(column.prompts, enumerate(column.answers), decodings[info.name])
            keep_answers(store, Place(run, info.name, question.prompt_set), answers)
        score(store, run, detector)
    complete = sum(len(column.answers) for column in columns) == grid.total
    store.finish_run(run, "finished" if complete else "stopped")
    return run


@dataclass(frozen=True)
class _Column:
    """The whole answers of a checkpoint, each with its prompt."""

    asked: Asked
    prompts: Sequence[Prompt]
    answers: Sequence[Answer]


def _column(grid: Grid, checkpoint: str) -> _Column | None:
    asked = grid.asked.get(checkpoint)
    prompts, answers = [], []
    for prompt in grid.question.prompts:
        answer = grid.cell(prompt.language, checkpoint).answer
        if answer is not None:
            prompts.append(prompt)
            answers.append(answer)
    return _Column(asked, prompts, answers) if asked is not None and answers else None
