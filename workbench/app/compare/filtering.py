"""From what is chosen to the answers that count: filters, and the cell that is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from workbench.app.compare.run_answers import Mask, RunAnswers
from workbench.app.compare.state import Cell, Filters, Selection
from workbench.charts.language import answered_in
from workbench.charts.rates import in_order
from workbench.judging.criteria import CRITERIA
from workbench.languages import display_name

_WHOLE = ("prompt_set", "task", "tier", "constraint")
_TENTHS = 10


@dataclass(frozen=True)
class Choices:
    """What the filters offer for the answers of some runs."""

    prompt_sets: list[str]
    checkpoints: list[str]
    languages: list[str]
    tasks: list[str]
    tiers: list[str]
    constraints: list[str]
    judges: list[str]


def choices(answers: RunAnswers) -> Choices:
    """What can be chosen among these answers."""
    results = answers.results
    return Choices(
        prompt_sets=values_of(results, "prompt_set"),
        checkpoints=rows_of(results),
        languages=languages_of(results),
        tasks=values_of(results, "task"),
        tiers=values_of(results, "tier"),
        constraints=values_of(results, "constraint"),
        judges=list(answers.judges),
    )


def fitting(selection: Selection, offered: Choices) -> Selection:
    """The selection without what these answers do not have."""
    filters, cell, pair = selection.filters, selection.cell, selection.pair
    return replace(
        selection,
        judge=kept(selection.judge, offered.judges) or next(iter(offered.judges), ""),
        gap_of=kept(selection.gap_of, offered.checkpoints),
        filters=replace(
            filters,
            prompt_set=kept(filters.prompt_set, offered.prompt_sets),
            checkpoints=tuple(c for c in filters.checkpoints if c in offered.checkpoints),
            languages=tuple(code for code in filters.languages if code in offered.languages),
            task=kept(filters.task, offered.tasks),
            tier=kept(filters.tier, offered.tiers),
            constraint=kept(filters.constraint, offered.constraints),
        ),
        cell=replace(
            cell,
            row=kept(cell.row, offered.checkpoints),
            language=kept(cell.language, offered.languages),
        ),
        pair=replace(
            pair,
            first=kept(pair.first, offered.checkpoints),
            second=kept(pair.second, offered.checkpoints),
            asked_in=kept(pair.asked_in, offered.languages),
        ),
    )


def shown(answers: RunAnswers, filters: Filters, judge: str = "") -> pd.DataFrame:
    """The results that the filters let through; their index is that among all."""
    results = answers.results
    masks: list[pd.Series | Mask] = [
        results[name] == value for name in _WHOLE if (value := getattr(filters, name))
    ]
    if filters.checkpoints:
        masks.append(results["row"].isin(filters.checkpoints))
    if filters.languages:
        masks.append(results["language"].isin(filters.languages))
    if filters.kept:
        wanted = filters.kept == "yes"
        masks.append(results["constraint_kept"].eq(wanted).fillna(False).astype(bool))
    if filters.criterion:
        masks.append(_below(answers, filters, judge))
    if filters.disagreeing:
        masks.append(answers.disagreeing)
    if filters.search.strip():
        masks.append(answers.holding(filters.search.strip()))
    if not masks:
        return results
    return results[np.logical_and.reduce([np.asarray(mask, dtype=bool) for mask in masks])]


def behind(answers: RunAnswers, shown: pd.DataFrame, cell: Cell, judge: str = "") -> pd.DataFrame:
    """Those of the results that a cell stands for, in the order in which they are read."""
    mask = np.ones(len(shown), dtype=bool)
    for column, value in (("row", cell.row), ("language", cell.language)):
        if value:
            mask &= (shown[column] == value).to_numpy()
    if cell.detected:
        answered = answered_in(shown)
        mask &= shown.index.isin(answered.index[answered == cell.detected])
    if cell.wrong_only:
        mask &= shown["right_language"].eq(False).fillna(False).to_numpy(dtype=bool)
    if cell.tenth >= 0:
        place = (shown["first_switch"] * _TENTHS).clip(upper=_TENTHS - 1)
        mask &= (place.ge(cell.tenth) & place.lt(cell.tenth + 1)).to_numpy()
    if not cell.rated:
        return shown[mask]
    levels = answers.levels(judge).get(cell.rated)
    if levels is None:
        return shown[:0]
    own = levels[shown.index]
    kept_rows = shown[mask & (own >= 0)]
    return kept_rows.iloc[np.argsort(levels[kept_rows.index], kind="stable")]


def rows_of(results: pd.DataFrame) -> list[str]:
    """Names of the checkpoints among some results, in their order."""
    there = np.unique(results["row"].cat.codes)
    return [str(name) for name in results["row"].cat.categories[there[there >= 0]]]


def languages_of(results: pd.DataFrame) -> list[str]:
    """Expected languages of some results, in the order of charts."""
    return in_order(pd.Series(values_of(results, "language"), dtype="object"))


def values_of(results: pd.DataFrame, column: str) -> list[str]:
    """Values of a column of categories, sorted; empty ones are left out."""
    return sorted(str(value) for value in results[column].dropna().unique() if value)


def kept(value: str, offered: Sequence[str]) -> str:
    """The value where it is offered."""
    return value if value in offered else ""


def spoken(filters: Filters, judge: str = "") -> list[str]:
    """What the filters leave, in a few words each."""
    parts = [getattr(filters, name) for name in _WHOLE]
    parts.append(", ".join(filters.checkpoints))
    parts.append(", ".join(display_name(code) for code in filters.languages))
    if filters.kept:
        parts.append("constraint kept" if filters.kept == "yes" else "constraint not kept")
    if filters.criterion:
        by = f" by {judge}" if judge else ""
        parts.append(f"{filters.criterion} rated below {filters.below}{by}")
    if filters.disagreeing:
        parts.append("detectors disagree")
    if filters.search.strip():
        parts.append(f"with “{filters.search.strip()}”")
    return [part for part in parts if part]


def _below(answers: RunAnswers, filters: Filters, judge: str) -> Mask:
    assert filters.criterion in CRITERIA
    levels = answers.levels(judge).get(filters.criterion)
    if levels is None:
        return np.zeros(len(answers.results), dtype=bool)
    return (levels >= 0) & (levels < filters.below)
