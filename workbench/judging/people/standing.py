"""Where a rater stands: what was given, what is left, and what comes next."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from workbench.judging.people.assignment import Assigned

State = Literal["new", "begun", "skipped", "done"]
"""``begun``: some of the criteria are rated; ``skipped`` ones may be rated later."""


@dataclass(frozen=True)
class Own:
    """What a rater gave for one criterion of an answer."""

    value: int | None
    """None where it was skipped."""
    rule: str | None = None
    """The rule between criteria that made the value what it is."""
    raw: int | None = None
    """What the rater gave before that rule; None where it is the value, or nothing."""
    created: str = field(default="", compare=False)
    """When, in UTC."""

    @property
    def given(self) -> int | None:
        """The rater's own value, without rules; None where there is none."""
        return self.value if self.rule is None else self.raw


Given = Mapping[str, Own]
"""What a rater gave for an answer, by criterion."""
Standing = Mapping[int, Given]
"""Ids of responses to what the rater gave for them."""


def standing(ratings: pd.DataFrame) -> Standing:
    """What one judge gave, from rows as ``Store.ratings`` gives them."""
    given: dict[int, dict[str, Own]] = defaultdict(dict)
    columns = ("response_id", "criterion", "value", "rule", "raw", "created")
    # As lists of plain values: this is done at each key that a rater presses.
    plain = ratings[list(columns)].astype("object")
    values = (column.where(column.notna(), None).tolist() for _, column in plain.items())
    for id, criterion, value, rule, raw, created in zip(*values, strict=True):
        given[id][criterion] = Own(value, rule, None if raw is None else int(raw), created or "")
    return dict(given)


def state_of(own: Given, criteria: Sequence[str]) -> State:
    """How far an answer is rated."""
    values = [own[criterion].value for criterion in criteria if criterion in own]
    if None in values:
        return "skipped"
    if len(values) == len(criteria):
        return "done"
    return "begun" if values else "new"


def next_criterion(own: Given, criteria: Sequence[str], after: str = "") -> str:
    """The first criterion without a value behind another one, else from the start; or ''."""
    start = criteria.index(after) + 1 if after in criteria else 0
    for criterion in (*criteria[start:], *criteria[:start]):
        if criterion not in own or own[criterion].value is None:
            return criterion
    return ""


@dataclass(frozen=True)
class Progress:
    """How much of what is assigned is done, in answers."""

    assigned: int
    done: int
    begun: int
    """Left behind with some criteria unrated."""
    skipped: int
    shared: int
    """Assigned to all raters."""
    shared_done: int

    @property
    def left(self) -> int:
        """Neither done nor skipped."""
        return self.assigned - self.done - self.skipped


def progress(assigned: Sequence[Assigned], own: Standing, criteria: Sequence[str]) -> Progress:
    """Count the states of a rater's answers."""
    counts, shared_done = Counter[State](), 0
    for item, shared in assigned:
        if given := own.get(item.response_id):
            state = state_of(given, criteria)
            counts[state] += 1
            shared_done += shared and state == "done"
    total = sum(shared for _, shared in assigned)
    rated = (counts["done"], counts["begun"], counts["skipped"])
    return Progress(len(assigned), *rated, total, shared_done)


def following(
    assigned: Sequence[Assigned],
    own: Standing,
    criteria: Sequence[str],
    after: int | None = None,
    skipped: bool = False,
) -> int | None:
    """Id of the first answer behind another one that is to be rated, else from the start.

    ``after`` itself comes last. None where all is done. ``skipped`` offers those again.
    """
    ids = [a.item.response_id for a in assigned]
    start = ids.index(after) + 1 if after in ids else 0
    open: tuple[State, ...] = ("new", "begun", "skipped") if skipped else ("new", "begun")
    return next(
        (
            id
            for id in (*ids[start:], *ids[:start])
            if id not in own or state_of(own[id], criteria) in open
        ),
        None,
    )


def preceding(assigned: Sequence[Assigned], before: int | None) -> int | None:
    """Id of the answer in front of another one; None at the start."""
    ids = [a.item.response_id for a in assigned]
    place = ids.index(before) if before in ids else len(ids)
    return ids[place - 1] if place else None


def latest(assigned: Sequence[Assigned], own: Standing, criteria: Sequence[str]) -> int | None:
    """Id of the answer that was rated or skipped last; None where none was."""
    order = {a.item.response_id: place for place, a in enumerate(assigned)}
    touched = [
        (max(given.created for given in own[id].values()), place, id)
        for id, place in order.items()
        if any(criterion in criteria for criterion in own.get(id, {}))
    ]
    return max(touched)[2] if touched else None
