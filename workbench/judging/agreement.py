"""Agreement between people, between judge and people, and between judges, with a verdict.

By criterion and language: may the judge stand in for people here?
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from workbench.errors import InputError, NotFoundError
from workbench.judging.criteria import CRITERIA
from workbench.judging.people.raters import ADJUDICATION
from workbench.judging.reliability import Agreement, Coefficient, agreement_of
from workbench.resampling import UNKNOWN, Floats, Resampler, interval_of_changes

PEOPLE = "people"
STANDS_IN = 0.667
"""The alpha that a judge's interval must lie above, as a whole, to stand in for people: the
lowest at which tentative conclusions are still acceptable. Krippendorff (2004), Content
analysis, 2nd edition, page 241."""
RELIABLE = 0.8
"""The alpha from which on he calls data reliable (same place)."""
FEWEST = 30
"""Answers below which there is no verdict: from here on the intervals of alpha hold the truth in
nine of ten simulated experiments and more (``tests/judging/test_reliability.py``)."""
VARIED = 10
"""Answers with another value than the most common one, below which there is no verdict. Ours:
where nearly all values are the same, alpha is low although raters agree on nearly all answers
(Feinstein and Cicchetti 1990, Journal of Clinical Epidemiology 43, 543-549)."""
YES, NO, OPEN = "yes", "no", "not enough ratings"
"""Verdicts on whether a judge may stand in for people."""
COLUMNS = (
    *("criterion", "language", "between", "and", "alpha", "alpha_low", "alpha_high"),
    *("kappa", "kappa_low", "kappa_high", "exact", "exact_low", "exact_high"),
    *("difference", "difference_low", "difference_high", "n_rated", "n_total", "verdict", "why"),
)
"""Columns of ``agreement_table``. ``between`` and ``and`` are judges or *people*, which both are
where people are held against one another. ``alpha`` is Krippendorff's for ordinal data,
``kappa`` has quadratic weights, ``exact`` is the share of equal values; NaN where they are not
defined. ``difference`` is the mean of the first less that of the second, on the scale of 0 to
2. ``n_rated`` are answers with values of both (of two people), of ``n_total`` that either was
asked to rate. ``verdict`` and ``why`` are for a judge against people, else None."""


class _Pair(NamedTuple):
    """Who is held against whom."""

    first: str
    second: str

    @property
    def is_verdict(self) -> bool:
        return self.second == PEOPLE != self.first


def agreement_table(
    ratings: pd.DataFrame,
    judges: Sequence[str] | None = None,
    by: Sequence[str] = ("criterion", "language"),
) -> pd.DataFrame:
    """Agreement in each cell, between all who rated there; see ``COLUMNS``.

    ``ratings`` has ``response_id``, ``judge``, ``kind`` (person, or what else a judge is),
    ``value`` (0, 1, 2 or missing) and the columns ``by``, as ``Store.ratings`` gives them.
    Adjudicated values are left out: who adjudicates has seen the others'. ``judges`` keeps
    these judges only, beside people. Raises NotFoundError for one that rated nothing, and
    InputError where fewer than two raters are left.
    """
    own = ratings[ratings["judge"] != ADJUDICATION]
    kept = _chosen(own, judges)
    resampler = Resampler()
    rows = [
        {**dict(zip(by, key if isinstance(key, tuple) else (key,), strict=True)), **row}
        for key, cell in kept.groupby(list(by), sort=True)
        for row in _cell(cell, resampler)
    ]
    table = pd.DataFrame(rows, columns=[*by, *COLUMNS[2:]])
    for column in ("verdict", "why"):
        texts = table[column].astype("object")
        table[column] = texts.where(texts.notna(), None)
    if "criterion" in by:
        order = {name: number for number, name in enumerate(CRITERIA)}
        table = table.sort_values(
            "criterion", key=lambda names: names.map(order).fillna(len(order)), kind="stable"
        )
    return table.reset_index(drop=True)


def level_counts(ratings: pd.DataFrame, judge: str) -> pd.DataFrame:
    """How often people gave one level where a judge gave another, by criterion and language.

    Columns ``criterion``, ``language``, ``people``, ``judge`` (levels) and ``n``: answers,
    where several people rated one in parts. ``ratings`` as for ``agreement_table``.
    """
    rated = ratings[ratings["value"].notna() & (ratings["judge"] != ADJUDICATION)]
    cell = ["response_id", "criterion", "language"]
    theirs = rated.loc[rated["judge"] == judge, [*cell, "value"]]
    people = rated.loc[rated["kind"] == "person", [*cell, "value"]]
    people = people.assign(n=1 / people.groupby(cell)["value"].transform("size"))
    both = people.merge(theirs, on=cell, suffixes=("_people", "_judge"))
    both = both.rename(columns={"value_people": "people", "value_judge": "judge"})
    levels = ["criterion", "language", "people", "judge"]
    return both.groupby(levels)["n"].sum().reset_index()


def _chosen(ratings: pd.DataFrame, judges: Sequence[str] | None) -> pd.DataFrame:
    known = list(dict.fromkeys(ratings["judge"]))
    absent = [name for name in judges or () if name not in known]
    if absent:
        raise NotFoundError(
            f"Judge '{absent[0]}'",
            "it has rated nothing here",
            f"Use some of {', '.join(known) or '(nobody has rated yet)'}",
        )
    kept = ratings
    if judges:
        kept = ratings[(ratings["kind"] == "person") | ratings["judge"].isin(list(judges))]
    raters = kept["judge"].nunique()
    if raters < 2:
        raise InputError(
            "Agreement",
            f"{'1 rater' if raters else 'nobody'} has rated these answers, and it takes two",
            "Rate them in the app's tab Rate, or with 'workbench judge'",
        )
    return kept


def _cell(cell: pd.DataFrame, resampler: Resampler) -> Iterator[dict[str, Any]]:
    grid = cell.pivot_table(
        index="response_id", columns="judge", values="value", aggfunc="first", dropna=False
    )
    asked = cell.groupby(["response_id", "judge"]).size().unstack().reindex_like(grid).notna()
    kinds = cell.drop_duplicates("judge").set_index("judge")["kind"]
    people = [name for name in grid.columns if kinds[name] == "person"]
    # A rule rates what it can decide, and no answer at all by other criteria.
    idle = [name for name in grid.columns if kinds[name] == "rule" and grid[name].isna().all()]
    judges = [name for name in grid.columns if kinds[name] != "person" and name not in idle]
    sides = {PEOPLE: people, **{name: [name] for name in judges}}
    among_people: Agreement | None = None
    for pair in _pairs(people, judges):
        first, second = (
            grid[sides[name]].to_numpy(dtype=np.float64, na_value=np.nan) for name in pair
        )
        found = agreement_of(first, second if pair.first != pair.second else None, resampler)
        difference = Coefficient(math.nan, UNKNOWN)
        if pair.first == pair.second:
            among_people = found
        else:
            difference = _difference(first, second, resampler)
        verdict: tuple[str | None, str | None] = (None, None)
        if pair.is_verdict:
            few = _hardly_varied(first, second)
            verdict = (OPEN, few) if few else _verdict(found, len(people), among_people)
        yield {
            "between": pair.first,
            "and": pair.second,
            **_flat(alpha=found.alpha, kappa=found.kappa, exact=found.exact),
            **_flat(difference=difference),
            "n_rated": found.n,
            "n_total": int(asked[sides[pair.first] + sides[pair.second]].any(axis=1).sum()),
            "verdict": verdict[0],
            "why": verdict[1],
        }


def _pairs(people: Sequence[str], judges: Sequence[str]) -> Iterator[_Pair]:
    if len(people) > 1:
        yield _Pair(PEOPLE, PEOPLE)
    for name in judges if people else ():
        yield _Pair(name, PEOPLE)
    for number, name in enumerate(judges):
        yield from (_Pair(name, other) for other in judges[number + 1 :])


def _difference(first: Floats, second: Floats, resampler: Resampler) -> Coefficient:
    rated = ~np.isnan(first).all(axis=1) & ~np.isnan(second).all(axis=1)
    changes = np.nanmean(first[rated], axis=1) - np.nanmean(second[rated], axis=1)
    mean = float(changes.mean()) if len(changes) else math.nan
    return Coefficient(mean, interval_of_changes(changes, resampler, largest=2.0))


def _flat(**coefficients: Coefficient) -> dict[str, float]:
    return {
        f"{name}{part}": value
        for name, coefficient in coefficients.items()
        for part, value in (
            ("", coefficient.value),
            ("_low", coefficient.interval.low),
            ("_high", coefficient.interval.high),
        )
    }


def _hardly_varied(first: Floats, second: Floats) -> str | None:
    """What is to be said where enough answers are rated, but nearly all alike."""
    both = ~np.isnan(first).all(axis=1) & ~np.isnan(second).all(axis=1)
    values = np.concatenate([first[both], second[both]], axis=1)
    known = values[~np.isnan(values)].astype(np.int64)
    if len(values) < FEWEST:
        return None
    common = int(np.bincount(known).argmax())
    others = int((~np.isnan(values) & (values != common)).any(axis=1).sum())
    if others >= VARIED:
        return None
    return f"only {others} of {len(values)} answers have another value than {common}"


def _verdict(found: Agreement, people: int, among: Agreement | None) -> tuple[str, str]:
    """Whether the judge may stand in for people, and why."""
    alpha, (low, high) = found.alpha
    said = f"alpha {alpha:.2f} ({low:.2f} to {high:.2f})"
    if found.n < FEWEST:
        return OPEN, f"rated by both: {found.n} answers, and it takes {FEWEST}"
    if low >= STANDS_IN:
        who = "one person" if people == 1 else f"{people} people"
        degree = "reliably" if low >= RELIABLE else "tentatively"
        return YES, f"{degree}: {said} with {who}"
    if high >= STANDS_IN:
        return OPEN, f"{said}: it may be above {STANDS_IN} or below"
    if among is not None and among.alpha.interval.high < STANDS_IN:
        return NO, f"{said}; people do not agree with one another either ({among.alpha.value:.2f})"
    return NO, f"{said}, below {STANDS_IN}"
