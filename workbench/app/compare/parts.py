"""The parts of the Compare tab: which values handlers are given, and give, and in what order."""

from __future__ import annotations

from typing import Any, NamedTuple

ALL = ("all", "")
READING = {"list": "One by one", "pair": "Two side by side"}
"""Ways to read answers by key, with the titles of their tabs."""
FILES = {
    "rates": "Numbers (CSV)",
    "answers": "Answers (CSV)",
    "html": "Charts (HTML)",
    "png": "Charts (PNG)",
}
"""What can be exported, with the text of its button."""
TIPS = {
    "compare-tab-rates-button": "The measure by checkpoint and language, and over what was varied",
    "compare-tab-flow-button": "From the language asked for to the language answered in",
    "compare-tab-confusion-button": "Share of answers in each language, by the language asked for",
    "compare-tab-passes-button": "Lines in the right language against answers without English",
    "compare-tab-switches-button": "Where in the answer its language first changes",
    "compare-tab-criteria-button": "Mean ratings by criterion and language, a panel a checkpoint",
    "compare-tab-profile-button": "Mean ratings by criterion, all languages together",
    "compare-tab-gap-button": "How much lower answers are rated than their English twins",
    "compare-tab-selection-button": "Which checkpoint to keep, and what English alone costs",
    "compare-all": "Compare all runs of this workspace",
    "compare-clear": "Take all filters off",
    "compare-export-rates": "The numbers that the charts of this tab are drawn from",
    "compare-export-answers": "The answers that are listed below, all pages of them",
    "compare-export-html": "The charts of this tab as one page that opens without a network",
    "compare-export-png": "The charts of this tab as pictures",
    "compare-everything": "Show the answers of all checkpoints and languages again",
}
"""What buttons and tabs are for, by their ids."""


class Form(NamedTuple):
    """What is chosen above the charts; the order is that of inputs and of outputs."""

    measure: Any
    languages: Any
    search: Any
    checkpoints: Any
    prompt_set: Any
    task: Any
    tier: Any
    constraint: Any
    kept: Any
    criterion: Any
    below: Any
    disagreeing: Any
    judge: Any
    gap_of: Any


class Opened(NamedTuple):
    """What the tab shows when it is opened."""

    empty: Any
    content: Any
    runs: Any


class Rates(NamedTuple):
    """The heat map and the curves."""

    heatmap: Any
    coverage: Any
    learning_rate: Any
    learning_rate_note: Any
    size: Any
    size_note: Any


class Picture(NamedTuple):
    """A chart with a note below it."""

    plot: Any
    note: Any


class Selecting(NamedTuple):
    """Which checkpoint to keep."""

    note: Any
    table: Any
    costs: Any
    front: Any


class Answers(NamedTuple):
    """The page of answers, and the choices that led to it."""

    row: Any
    language: Any
    detected: Any
    rated: Any
    wrong_only: Any
    described: Any
    cards: Any
    label: Any
    previous: Any
    next: Any


class Sides(NamedTuple):
    """Two answers to one prompt, and the choices that led to it."""

    first: Any
    second: Any
    asked_in: Any
    differing: Any
    answers: Any
    label: Any
    previous: Any
    next: Any


class Charts(NamedTuple):
    """The places of all charts, and the components that clicks on heat maps come from."""

    tabs: Any
    rates: Rates
    pictures: dict[str, Picture]
    selecting: Selecting
    clicks: dict[str, Any]

    @property
    def outputs(self) -> list[Any]:
        """Components in the order of ``CHARTS``."""
        return [
            *self.rates,
            *(part for picture in self.pictures.values() for part in picture),
            *self.selecting,
        ]
