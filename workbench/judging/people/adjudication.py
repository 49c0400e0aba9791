"""Where raters disagree: answers to be settled, those with the widest gap first."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

import pandas as pd

from workbench.judging.people.items import drawn
from workbench.judging.people.raters import ADJUDICATION, rater_of


class Disputed(NamedTuple):
    """The values of one criterion that raters gave to an answer."""

    criterion: str
    values: tuple[int | None, ...]
    """A value a rater, in the order of ``Dispute.raters``; None where one gave none."""

    @property
    def known(self) -> list[int]:
        """The values that were given."""
        return [value for value in self.values if value is not None]

    @property
    def spread(self) -> int:
        """Between the highest and the lowest value: 0 for agreement, at most 2."""
        return max(self.known) - min(self.known) if self.known else 0

    @property
    def entropy(self) -> float:
        """Of the values, in bits."""
        counts, total = Counter(self.known).values(), len(self.known)
        return sum(n / total * math.log2(total / n) for n in counts)


class Dispute(NamedTuple):
    """An answer that raters do not agree about."""

    response_id: int
    raters: tuple[str, ...]
    """In an order of this answer's own, so that a place does not tell who it is."""
    criteria: tuple[Disputed, ...]
    """All that was rated by two or more, agreed or not."""

    @property
    def disagreement(self) -> tuple[int, float]:
        """The widest gap, then the sum of the entropies over criteria in bits."""
        widest = max(disputed.spread for disputed in self.criteria)
        return widest, sum(disputed.entropy for disputed in self.criteria)

    @property
    def open(self) -> tuple[str, ...]:
        """Criteria that raters gave different values for."""
        return tuple(d.criterion for d in self.criteria if d.spread)


def disputes(
    ratings: pd.DataFrame, criteria: Sequence[str], languages: Collection[str] = ()
) -> list[Dispute]:
    """Answers with a criterion that raters gave different values for, the worst first.

    ``ratings`` are as ``Store.ratings`` gives them; ``languages`` empty means all. Answers
    stay in the list when they are settled: see ``settled``.
    """
    people = ratings[ratings["criterion"].isin(criteria) & ratings["value"].notna()]
    if languages:
        people = people[people["language"].isin(languages)]
    given: dict[int, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    columns = people[["response_id", "judge", "criterion", "value"]]
    for id, judge, criterion, value in columns.itertuples(index=False):
        if (rater := rater_of(judge)) is not None:
            given[int(id)][criterion][rater] = int(value)
    found = [_dispute(id, by_criterion, criteria) for id, by_criterion in given.items()]
    return sorted(
        (dispute for dispute in found if dispute.open),
        key=lambda d: (*(-part for part in d.disagreement), d.response_id),
    )


def settled(ratings: pd.DataFrame) -> dict[int, dict[str, int]]:
    """Values that adjudication has settled: of each response by criterion."""
    final = ratings[(ratings["judge"] == ADJUDICATION) & ratings["value"].notna()]
    values: dict[int, dict[str, int]] = defaultdict(dict)
    columns = final[["response_id", "criterion", "value"]]
    for id, criterion, value in columns.itertuples(index=False):
        values[int(id)][criterion] = int(value)
    return dict(values)


def _dispute(id: int, by_criterion: dict[str, dict[str, int]], criteria: Sequence[str]) -> Dispute:
    several = {c: v for c, v in by_criterion.items() if len(v) > 1}
    names = {rater for values in several.values() for rater in values}
    raters = tuple(sorted(names, key=lambda rater: drawn(str(id), rater)))
    return Dispute(
        id,
        raters,
        tuple(
            Disputed(criterion, tuple(several[criterion].get(rater) for rater in raters))
            for criterion in criteria
            if criterion in several
        ),
    )
