"""One person's sitting at the Rate tab, without any widget: where it stands.

A sitting holds ids only. What was rated is in the store, so a reload or another machine goes
on from there; the list of steps that can be undone one by one is all that a reload loses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from workbench.judging.people import Dispute, Item, Own, Progress, Task

Mode = Literal["rate", "adjudicate"]
_STEPS = 500


@dataclass(frozen=True)
class Act:
    """What a key or a button asks for, with what was on the screen at that time."""

    name: Literal["value", "criterion", "next", "back", "skip", "undo", "again"]
    turn: int = -1
    """Of the sitting as it was shown; an act on another one is stale and does nothing."""
    criterion: str = ""
    value: int = -1


@dataclass(frozen=True)
class Step:
    """Something that can be taken back."""

    response_id: int
    criterion: str
    """Empty where the answer was skipped."""
    before: int | None = None
    """The value that was replaced."""


@dataclass(frozen=True)
class Sitting:
    """Where a person stands."""

    task: Task | None = None
    mode: Mode = "rate"
    response_id: int | None = None
    """The answer that is shown; None where all is done."""
    criterion: str = ""
    """The one that keys rate; empty where all are rated."""
    steps: tuple[Step, ...] = ()
    again: bool = False
    """Whether skipped answers are offered again."""
    began: float = 0.0
    """In seconds of the clock."""
    finished: int = 0
    """Answers that were finished since."""
    turn: int = 0
    """Changes with each act, so that an act on what is no longer shown can be told."""

    def stepped(self, step: Step) -> Sitting:
        """With one more step to undo."""
        return replace(self, steps=(*self.steps, step)[-_STEPS:])

    def at(self, response_id: int | None, criterion: str) -> Sitting:
        """At an answer and one of its criteria."""
        return replace(self, response_id=response_id, criterion=criterion)


class Rating(NamedTuple):
    """What there is to see of a sitting while rating."""

    item: Item | None
    own: Mapping[str, Own]
    """What the rater gave for this answer."""
    progress: Progress
    shared: bool
    """Whether all raters get this answer."""
    a_minute: float | None
    """Answers finished a minute in this sitting; None before the first."""
    absent: int
    """Responses of the run that are missing, so that nobody can rate them."""
    empty: int
    """Answers of the run without any text, which a rule rates."""


class Settling(NamedTuple):
    """What there is to see of a sitting while adjudicating."""

    item: Item | None
    dispute: Dispute | None
    settled: Mapping[str, int]
    """Final values of this answer."""
    done: int
    """Answers all of whose disputed criteria are settled."""
    total: int
