"""What the comparison shows, without any widget: choices, rates and answers."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go

from workbench.charts import rates as charts
from workbench.statistics import VALUES, rate_table

if TYPE_CHECKING:
    from workbench.store import Store

MEASURES = {
    "right_language": "right language",
    "line_pass": "line pass (LCB)",
    "word_pass": "word pass (LCB)",
    "robust_pass": "all sentences right",
    "accuracy": "accuracy",
    "constraint_kept": "constraint kept",
    "ended": "ended by itself",
}
_WHY_MISSING = {
    "right_language": "language_missing",
    "line_pass": "no line is long enough to be judged",
    "word_pass": "the language has no word pass rate, or a line is wrong",
    "robust_pass": "the answer is shorter than five words, or its language is not known",
    "accuracy": "accuracy_missing",
    "constraint_kept": "the prompt has no constraint, or no rule decides it",
    "ended": "it is not known how the answer ended",
}
"""Column with the reasons for missing values, or the only reason there is."""
PAGE_SIZE = 20
EXAMPLE = "example (shipped)"
_KEPT_AT_ONCE = 4
_ORDER = ["method", "learning_rate", "size", "steps", "seed", "row"]
_FACTORS = {"method": "method", "size": "data size", "steps": "steps", "seed": "seed"}


class Results:
    """Results by runs; those read last are kept until they are read afresh."""

    def __init__(self, store: Store, example: Path) -> None:
        self._store = store
        self._example = example
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, ...], pd.DataFrame] = OrderedDict()

    def runs(self) -> list[str]:
        """Names of the runs with answers, the latest first; the example if there are none."""
        runs = self._store.runs()
        shown = runs[(runs["responses"] > 0) & (runs["kind"] != "validation")]
        names = [str(name) for name in shown["name"]]
        return names or ([EXAMPLE] if self._example.exists() else [])

    def read(self, runs: Sequence[str], fresh: bool = False) -> pd.DataFrame:
        """Results of these runs, with ``row``: what names a checkpoint among them."""
        key = tuple(sorted(runs))
        with self._lock:
            if fresh or key not in self._kept:
                self._kept[key] = self._load(key)
            self._kept.move_to_end(key)
            while len(self._kept) > _KEPT_AT_ONCE:
                self._kept.popitem(last=False)
            return self._kept[key]

    def _load(self, runs: tuple[str, ...]) -> pd.DataFrame:
        if runs == (EXAMPLE,):
            results = pd.read_parquet(self._example)
        else:
            results = self._store.results(list(runs))
            results = results.assign(detectors=_by_detector(results, self._store.verdicts(runs)))
        several = results.groupby("checkpoint")["run"].transform("nunique") > 1
        named = results["checkpoint"].str.cat(" (" + results["run"] + ")")
        return results.assign(row=results["checkpoint"].mask(several, named))


@dataclass(frozen=True)
class Selection:
    """What of the results is shown; empty means everything."""

    runs: tuple[str, ...] = ()
    measure: str = "right_language"
    prompt_set: str = ""
    languages: tuple[str, ...] = ()
    task: str = ""
    tier: str = ""
    disagreeing: bool = False
    """Only answers about whose language detectors disagree."""

    def of(self, results: pd.DataFrame) -> pd.DataFrame:
        """The results that the filters let through."""
        shown = results
        for column in ("prompt_set", "task", "tier"):
            if wanted := getattr(self, column):
                shown = shown[shown[column] == wanted]
        if self.languages:
            shown = shown[shown["language"].isin(self.languages)]
        if self.disagreeing:
            shown = shown[shown["detectors"].map(_disagree).astype(bool)]
        return shown


@dataclass(frozen=True)
class Cell:
    """A cell of the heat map, and which part of the answers behind it is shown."""

    row: str = ""
    language: str = ""
    wrong_only: bool = False
    page: int = 0


@dataclass(frozen=True)
class Choices:
    """What the filters offer for the results of some runs."""

    prompt_sets: list[str]
    languages: list[str]
    tasks: list[str]
    tiers: list[str]
    rows: list[str]


@dataclass(frozen=True)
class Curve:
    """A curve, or where the data do not vary, the sentence that says what makes it."""

    figure: go.Figure | None
    note: str


@dataclass(frozen=True)
class Page:
    """Some of the answers behind a cell."""

    answers: pd.DataFrame
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


def choices(results: pd.DataFrame) -> Choices:
    """What can be chosen among these results."""
    return Choices(
        prompt_sets=_values(results, "prompt_set"),
        languages=charts.in_order(results["language"]),
        tasks=_values(results, "task"),
        tiers=_values(results, "tier"),
        rows=rows_in_order(results),
    )


def rows_in_order(results: pd.DataFrame) -> list[str]:
    """Names of the checkpoints: untuned ones first, then by what their recipes vary."""
    recipes = results[_ORDER].drop_duplicates("row")
    return [str(row) for row in recipes.sort_values(_ORDER, na_position="first")["row"]]


def heat_map(results: pd.DataFrame, measure: str, dark: bool) -> go.Figure:
    """Checkpoint by language."""
    table = rate_table(results, measure, ["row", "language"])
    order = {row: number for number, row in enumerate(rows_in_order(results))}
    table = table.sort_values("row", key=lambda rows: rows.map(order), kind="stable")
    return charts.heatmap(table, rows="row", dark=dark)


def coverage(results: pd.DataFrame, measure: str) -> str:
    """How many of the answers are scored, and why most of the others are not."""
    scored = VALUES[measure](results).notna()
    sentence = f"{int(scored.sum()):,} of {len(results):,} answers are scored"
    if scored.all():
        return f"{sentence}."
    why = _WHY_MISSING[measure]
    if why in results:
        why = str(results.loc[~scored, why].mode().iat[0])
    return f"{sentence}; most of the others are not because: {why}."


def learning_rates(results: pd.DataFrame, measure: str, languages: list[str], dark: bool) -> Curve:
    """Rate against learning rate, where the checkpoints differ in it."""
    tuned = results.dropna(subset=["learning_rate"])
    if tuned["learning_rate"].nunique() < 2:
        return Curve(
            None,
            "The learning-rate curve needs checkpoints trained at different learning rates. "
            "`workbench run learning-rate` makes them.",
        )
    table = rate_table(tuned, measure, ["method", "learning_rate", "language"])
    figure = charts.learning_rate_curve(table, dark=dark, languages=languages)
    return Curve(figure, _averaged(tuned, "learning_rate"))


def data_sizes(results: pd.DataFrame, measure: str, languages: list[str], dark: bool) -> Curve:
    """Rate against the number of instruction examples, where the checkpoints differ in it."""
    tuned = results.dropna(subset=["learning_rate"])
    if tuned["size"].nunique(dropna=False) < 2:
        return Curve(
            None,
            "The data-size curve needs checkpoints trained on different numbers of examples. "
            "`workbench run data-size` makes them.",
        )
    table = rate_table(tuned, measure, ["method", "size", "language"])
    figure = charts.data_size_curve(table, dark=dark, languages=languages)
    return Curve(figure, _averaged(tuned, "size"))


def answers_behind(results: pd.DataFrame, cell: Cell) -> Page:
    """A page of the answers behind a cell; an empty row or language means all."""
    shown = results
    if cell.row:
        shown = shown[shown["row"] == cell.row]
    if cell.language:
        shown = shown[shown["language"] == cell.language]
    if cell.wrong_only:
        shown = shown[shown["right_language"].eq(False).fillna(False)]
    last = max(0, (len(shown) - 1) // PAGE_SIZE)
    page = min(max(cell.page, 0), last)
    part = shown.iloc[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    return Page(part, replace(cell, page=page), len(shown))


def _averaged(results: pd.DataFrame, along: str) -> str:
    """Says over what else each point of a curve averages."""
    varied = {"learning_rate": "learning rate", **_FACTORS}
    counts = {
        label: results[column].nunique(dropna=False)
        for column, label in varied.items()
        if column not in (along, "method")
    }
    parts = [f"{number} {label}s" for label, number in counts.items() if number > 1]
    bands = "Bands are 95% intervals over prompts."
    return f"Each point averages over {' and '.join(parts)}. {bands}" if parts else bands


def _values(results: pd.DataFrame, column: str) -> list[str]:
    return sorted(str(value) for value in results[column].dropna().unique() if value)


def _by_detector(results: pd.DataFrame, verdicts: pd.DataFrame) -> pd.Series:
    """What each detector said of each answer, where several were asked: name to label."""
    several = verdicts[verdicts["response_id"].duplicated(keep=False)]
    labels: dict[int, dict[str, str | None]] = {}
    for id, name, label in several[["response_id", "detector", "detected"]].itertuples(index=False):
        labels.setdefault(id, {})[name.partition("[")[0]] = label
    return results["response_id"].map(labels.get).astype("object")


def _disagree(labels: dict[str, str | None] | None) -> bool:
    """Whether two detectors name different languages; one that is undetermined names none."""
    named = {label for label in (labels or {}).values() if label is not None}
    return len(named) > 1
