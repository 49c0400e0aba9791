"""Answers by the page: those behind a cell, and those of two checkpoints to the same prompt."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.app.compare.filtering import Choices, behind, languages_of, rows_of
from workbench.app.compare.run_answers import Mask, RunAnswers
from workbench.app.compare.state import Cell, Pair
from workbench.grouping import PROMPT
from workbench.languages import display_name
from workbench.statistics import scores_of

PAGE_SIZE = 20
Places = npt.NDArray[np.int64]
_KEYS = [*PROMPT, "language", "sample"]


@dataclass(frozen=True)
class Page:
    """Some of the answers behind a cell."""

    answers: pd.DataFrame
    """Whole results, with ``row``, ``detectors`` and ``ratings``."""
    cell: Cell
    """The cell with a page number that exists."""
    total: int
    """Answers on all pages."""

    @property
    def has_previous(self) -> bool:
        """Whether there is a page before."""
        return self.cell.page > 0

    @property
    def has_next(self) -> bool:
        """Whether there is a page after."""
        return (self.cell.page + 1) * PAGE_SIZE < self.total

    @property
    def label(self) -> str:
        """Which answers of how many these are."""
        if not self.total:
            return "No answers"
        first = self.cell.page * PAGE_SIZE + 1
        return f"{first:,}–{first + len(self.answers) - 1:,} of {self.total:,} answers"


@dataclass(frozen=True)
class Paired:
    """The answers of two checkpoints to one prompt."""

    answers: pd.DataFrame
    """Whole results of the first and the second, or no rows."""
    pair: Pair
    """The pair with checkpoints, and a number of the prompt, that exist."""
    total: int
    """Prompts that there are to step through."""
    note: str = ""
    """Why there is none."""

    @property
    def label(self) -> str:
        """Which of how many prompts this is."""
        return f"Prompt {self.pair.place + 1:,} of {self.total:,}" if self.total else "No prompts"


def page_of(answers: RunAnswers, shown: pd.DataFrame, cell: Cell, judge: str = "") -> Page:
    """A page of the answers behind a cell."""
    found = behind(answers, shown, cell, judge)
    last = max(0, (len(found) - 1) // PAGE_SIZE)
    number = min(cell.page, last)
    part = found["response_id"].iloc[number * PAGE_SIZE : (number + 1) * PAGE_SIZE]
    whole = answers.whole([int(id) for id in part], judge)
    return Page(whole, replace(cell, page=number), len(found))


def cell_of(cell: Cell, shown: pd.DataFrame) -> Cell:
    """The cell without what the answers that are shown do not have."""
    row = cell.row if cell.row in rows_of(shown) else ""
    language = cell.language if cell.language in languages_of(shown) else ""
    return replace(cell, row=row, language=language)


def described(cell: Cell, judge: str) -> str:
    """What of the answers a cell leaves beyond checkpoint and language, in words."""
    parts = []
    if cell.detected:
        parts.append(f"answered in {display_name(cell.detected)}")
    if cell.rated:
        parts.append(f"rated in {cell.rated} by {judge}, the lowest first")
    if cell.tenth >= 0:
        parts.append(f"first switch at {cell.tenth * 10}–{cell.tenth * 10 + 10}% of the text")
    return ", ".join(parts)


def pair_of(
    answers: RunAnswers, shown: pd.DataFrame, pair: Pair, offered: Choices, judge: str = ""
) -> Paired:
    """The answers of two checkpoints to a prompt of which either one is shown.

    Where none is chosen, the first two are compared. Prompts come in the order of their ids in
    the store; several samples of one are several steps.
    """
    pair = _chosen(pair, offered, answers.results)
    if len(offered.checkpoints) < 2:
        note = "These runs have one checkpoint. Choose another run above to compare it with."
        return Paired(shown[:0], pair, 0, note)
    if pair.first == pair.second:
        return Paired(shown[:0], pair, 0, "This is one checkpoint twice. Choose another as second.")
    results = answers.results
    if pair.asked_in:
        results = results[(results["language"] == pair.asked_in).to_numpy()]
    pairs = _pairs(results, pair, shown)
    unfiltered = pairs
    if pair.differing:
        pairs = pairs[_differ(answers, pairs, pair.differing)]
    if not len(pairs):
        why = "No prompt that fits the filters was asked of both."
        if len(unfiltered):
            why = "On the prompts that fit the filters they do not differ there."
        return Paired(shown[:0], replace(pair, place=0), 0, why)
    place = min(pair.place, len(pairs) - 1)
    ids = answers.results["response_id"].to_numpy()[pairs[place]]
    whole = answers.whole([int(id) for id in ids], judge)
    return Paired(whole, replace(pair, place=place), len(pairs))


def _chosen(pair: Pair, offered: Choices, results: pd.DataFrame) -> Pair:
    """The pair; where one of the two is not chosen, one that was asked the same."""
    if pair.first and pair.second:
        return pair
    rows = offered.checkpoints
    sets = results[["row", "prompt_set"]].drop_duplicates()
    asked = {row: set(sets.loc[sets["row"] == row, "prompt_set"]) for row in rows}
    first = pair.first or next((row for row in rows if row != pair.second), "")
    others = [row for row in reversed(rows) if row != first]
    alike = [row for row in others if asked[row] & asked[first]]
    second = pair.second or next(iter((*alike, *others)), "")
    return replace(pair, first=first, second=second)


def _pairs(results: pd.DataFrame, pair: Pair, shown: pd.DataFrame) -> Places:
    """Places of both answers to each prompt that was asked of both, (prompts, 2)."""
    sides = [
        results[(results["row"] == row).to_numpy()][_KEYS] for row in (pair.first, pair.second)
    ]
    both = pd.concat(sides)
    numbers = both.groupby(_KEYS, sort=False, observed=True).ngroup().to_numpy()
    # Of answers by one name to the same prompt and sample the last counts; there is but one.
    places = np.full((numbers.max(initial=-1) + 1, 2), -1)
    ends = (slice(0, len(sides[0])), slice(len(sides[0]), None))
    for side, own in enumerate(ends):
        places[numbers[own], side] = both.index[own]
    places = places[(places >= 0).all(axis=1)]
    either: Places = places[np.isin(places, shown.index).any(axis=1)]
    return either


def _differ(answers: RunAnswers, pairs: Places, measure: str) -> Mask:
    """Whether the values of both answers are known and differ, (prompts,)."""
    sides = [answers.results.iloc[pairs[:, side]] for side in (0, 1)]
    if measure == "detected":
        known = [own["detected"].cat.codes.to_numpy(np.float64) for own in sides]
        known = [np.where(codes < 0, np.nan, codes) for codes in known]
    else:
        known = [
            scores_of(own, measure).to_numpy(dtype=np.float64, na_value=np.nan) for own in sides
        ]
    differ: Mask = (known[0] != known[1]) & ~np.isnan(known[0]) & ~np.isnan(known[1])
    return differ
