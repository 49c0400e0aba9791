"""A grid of answers: one prompt in several languages, by several checkpoints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, NamedTuple
from uuid import uuid4

from workbench.judging.constraints import Check
from workbench.judging.reference import Rated
from workbench.lid.codeswitch import Part
from workbench.lid.detector import Verdict
from workbench.prompts import Prompt

if TYPE_CHECKING:
    from workbench.checkpoints import CheckpointInfo
    from workbench.generation.decoding import Decoding
    from workbench.generation.local import Answer

CellState = Literal["waiting", "loading", "running", "ended", "cut", "missing", "stopped"]
"""``ended`` by itself, ``cut`` at the length limit, ``missing`` with a reason, or ``stopped`` by
the user before its end."""


@dataclass(frozen=True)
class Question:
    """One prompt in several languages."""

    prompt_set: str
    parallel_id: str
    prompts: tuple[Prompt, ...]
    """One a language, in the order of the set."""

    @property
    def languages(self) -> list[str]:
        """Languages that it is asked in."""
        return [prompt.language for prompt in self.prompts]


@dataclass(frozen=True)
class Cell:
    """The answer of one checkpoint in one language, with its scores."""

    state: CellState = "waiting"
    text: str = ""
    new_tokens: int = 0
    answer: Answer | None = None
    """The whole answer, or why there is none; None before that is known."""
    verdict: Verdict | None = None
    """Language of the text so far; None before there is text."""
    parts: tuple[Part, ...] = ()
    """The whole text by languages."""
    fact: Rated | None = None
    """Whether a whole answer is right, by the reference facts of its prompt."""
    constraint: Check | None = None
    """Whether a whole answer keeps the constraint of its prompt."""

    @property
    def finished(self) -> bool:
        """Whether no more text comes."""
        return self.state in ("ended", "cut", "missing", "stopped")

    @property
    def whole(self) -> bool:
        """Whether the answer came to its end: what is cut short by the user says little."""
        return self.state in ("ended", "cut")

    def right(self, expected: str) -> bool | None:
        """Whether a whole answer is in the expected language; None where it cannot be said."""
        if not self.whole:
            return None
        if not self.text.strip():
            return False
        if self.verdict is None or self.verdict.label is None:
            return None
        return self.verdict.label == expected


class Share(NamedTuple):
    """How many of some answers are right."""

    right: int
    scored: int
    """Answers of which it can be said."""
    total: int
    """All that are asked for."""

    @property
    def rate(self) -> float | None:
        """Share of those scored, between 0 and 1; None where there are none."""
        return self.right / self.scored if self.scored else None


@dataclass(frozen=True)
class Asked:
    """A checkpoint that answers, as it was when it was loaded."""

    info: CheckpointInfo
    decoding: Decoding


@dataclass(frozen=True)
class Grid:
    """A question, who is asked, and the answers so far."""

    question: Question
    checkpoints: tuple[str, ...]
    longest: int | None = None
    """Longest answer, in tokens; None leaves it to each checkpoint."""
    cells: Mapping[tuple[str, str], Cell] = field(default_factory=dict)
    """By language and checkpoint; one that is absent is waiting."""
    asked: Mapping[str, Asked] = field(default_factory=dict)
    """Checkpoints that were loaded, by name."""
    running: bool = True
    """Whether more may come."""
    saved: str | None = None
    """Run that the answers are kept as."""
    key: str = field(default_factory=lambda: uuid4().hex, compare=False)
    """Tells it apart from the grids of all other sessions."""

    def cell(self, language: str, checkpoint: str) -> Cell:
        """The answer of a checkpoint in a language."""
        return self.cells.get((language, checkpoint), Cell())

    @property
    def total(self) -> int:
        """Answers that are asked for."""
        return len(self.question.prompts) * len(self.checkpoints)

    @property
    def done(self) -> int:
        """Answers that are finished."""
        return sum(cell.finished for cell in self.cells.values())

    @property
    def keepable(self) -> bool:
        """Whether there is an answer that can be kept: one that came to its end."""
        return any(cell.answer is not None for cell in self.cells.values()) and bool(self.asked)

    def right_language(self, checkpoint: str) -> Share:
        """Answers of a checkpoint in the language that they were asked for in."""
        marks = [self.cell(code, checkpoint).right(code) for code in self.question.languages]
        scored = [mark for mark in marks if mark is not None]
        return Share(sum(scored), len(scored), len(marks))

    def right_facts(self, checkpoint: str) -> Share | None:
        """Answers of a checkpoint that state the reference facts; None without such facts."""
        with_facts = [p.language for p in self.question.prompts if p.reference is not None]
        if not with_facts:
            return None
        rated = [self.cell(code, checkpoint).fact for code in with_facts]
        values = [found.value for found in rated if found is not None and found.value is not None]
        return Share(sum(value == 2 for value in values), len(values), len(with_facts))

    def ended(self) -> Grid:
        """The same with nothing running: answers that are not finished count as stopped."""
        cells = {
            (code, name): self.cell(code, name)
            for code in self.question.languages
            for name in self.checkpoints
        }
        stopped = {
            key: cell if cell.finished else replace(cell, state="stopped")
            for key, cell in cells.items()
        }
        return replace(self, cells=stopped, running=False)
