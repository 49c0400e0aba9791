"""From a selection to what the components of the Compare tab show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gradio as gr
import pandas as pd

from workbench.app.compare.answer_pages import cell_of, described, page_of, pair_of
from workbench.app.compare.criteria_views import criteria_chart, gap_chart
from workbench.app.compare.filtering import Choices, choices, languages_of, rows_of, shown, spoken
from workbench.app.compare.language_views import language_chart
from workbench.app.compare.parts import (
    ALL,
    Answers,
    Form,
    Picture,
    Rates,
    Selecting,
    Sides,
)
from workbench.app.compare.rate_views import Chart, data_sizes, heat_map, learning_rates
from workbench.app.compare.rendering import render_sides, render_summary
from workbench.app.compare.results import Results
from workbench.app.compare.run_answers import RunAnswers
from workbench.app.compare.selection_views import selection_view
from workbench.app.compare.state import CHARTS, Filters, Selection
from workbench.app.rendering import render_cards, render_note
from workbench.app.runs.rendering import render_selection
from workbench.judging.criteria import CRITERIA
from workbench.languages import display_name

_NARROW = 6
"""Languages for which a heat map has room on a phone; wider ones scroll sideways."""
_CLICKED = ("confusion", "switches", "criteria")
_HINT = " Click a cell to read the answers behind it, or choose them below."
NOTHING = "No answer fits this choice."
"""What is said where the filters leave nothing."""
_HIDDEN = gr.update(value=None, visible=False)
"""A chart that is not there."""


class Drawing:
    """What is shown of a selection over the answers of its runs."""

    def __init__(self, results: Results, selection: Selection, dark: bool) -> None:
        self.results = results
        self.selection = selection
        self.dark = dark
        self.answers: RunAnswers = results.read(selection.runs)
        self.offered: Choices = choices(self.answers)
        self.shown: pd.DataFrame = shown(self.answers, selection.filters, selection.judge)

    def form(self) -> Form:
        """The filters with what they offer, and what of it is chosen."""
        offered, filters = self.offered, self.selection.filters
        languages = _languages(offered.languages)
        judges = [(name, name) for name in offered.judges]
        return Form(
            self.selection.measure,
            gr.update(choices=languages, value=list(filters.languages)),
            filters.search,
            gr.update(choices=_plain(offered.checkpoints), value=list(filters.checkpoints)),
            listed(offered.prompt_sets, filters.prompt_set),
            listed(offered.tasks, filters.task),
            listed(offered.tiers, filters.tier),
            listed(offered.constraints, filters.constraint),
            filters.kept,
            filters.criterion,
            filters.below,
            filters.disagreeing,
            gr.update(choices=judges, value=self.selection.judge or None, visible=len(judges) > 0),
            gr.update(
                choices=_plain(offered.checkpoints),
                value=self.gap_of or None,
                visible=bool(offered.judges),
            ),
        )

    @property
    def gap_of(self) -> str:
        """The checkpoint whose gap to English is shown: among those that are shown."""
        rows = rows_of(self.shown)
        chosen = self.selection.gap_of
        return chosen if chosen in rows else (rows[0] if rows else "")

    def summary(self) -> tuple[Any, Any]:
        """How many answers are left, by which filters; and the button that clears these."""
        filters = spoken(self.selection.filters, self.selection.judge)
        text = render_summary(len(self.shown), len(self.answers.results), filters)
        return text, gr.update(visible=self.selection.filters != Filters())

    def charts(self) -> tuple[Any, ...]:
        """Outputs of all charts, of which only the one that is open changes."""
        outputs: list[Any] = []
        for name in CHARTS:
            if name == self.selection.chart:
                outputs += self._chart(name)
            else:
                outputs += [gr.skip()] * len(_shape(name))
        return tuple(outputs)

    def _chart(self, name: str) -> tuple[Any, ...]:
        if name == "selection":
            return self._selecting()
        if self.shown.empty:
            note = render_note(NOTHING)
            return Rates(_HIDDEN, note, *(_HIDDEN, "") * 2) if name == "rates" else (_HIDDEN, note)
        if name != "rates":
            found = self.chart(name)
            hint = _HINT if name in _CLICKED and found.figure is not None else ""
            drawn = self._wide(name, _figure(found)) if name in _CLICKED else _figure(found)
            return Picture(drawn, render_note(f"{found.note}{hint}"))
        heat, *curves = self.rates()
        return Rates(
            self._wide(name, _figure(heat)),
            render_note(f"{heat.note}{_HINT}"),
            *(part for curve in curves for part in (_figure(curve), render_note(curve.note))),
        )

    def _wide(self, name: str, update: dict[str, Any]) -> dict[str, Any]:
        """The update of a heat map, which on a phone scrolls where it has many columns."""
        many = name == "switches" or len(languages_of(self.shown)) > _NARROW
        return {**update, "elem_classes": ["wb-wide"] if many else []}

    def rates(self) -> list[Chart]:
        """The heat map, and the curves over learning rates and data sizes."""
        measure, languages = self.selection.measure, self.offered.languages
        return [
            heat_map(self.shown, measure, self.dark),
            learning_rates(self.shown, measure, languages, self.dark),
            data_sizes(self.shown, measure, languages, self.dark),
        ]

    def chart(self, name: str) -> Chart:
        """One of the charts that have a tab of their own."""
        judge = self.selection.judge
        if name == "gap":
            return gap_chart(self.answers, self.shown, judge, self.gap_of, self.dark)
        if name in ("criteria", "profile"):
            return criteria_chart(name, self.answers, self.shown, judge, self.dark)
        return language_chart(name, self.shown, self.dark)

    def open_charts(self) -> dict[str, Chart]:
        """Those charts of the tab that is open that have a figure, by name."""
        name = self.selection.chart
        found: dict[str, Chart] = {}
        if name == "selection":
            view = selection_view(self.results, self.selection.runs, self.dark)
            found = {"costs": view.costs, "front": view.front}
        elif self.shown.empty:
            return {}
        elif name == "rates":
            names = ("heat-map", "learning-rate", "data-size")
            found = dict(zip(names, self.rates(), strict=True))
        else:
            found = {name: self.chart(name)}
        return {name: chart for name, chart in found.items() if chart.figure is not None}

    def _selecting(self) -> Selecting:
        view = selection_view(self.results, self.selection.runs, self.dark)
        table = render_selection(view.selection) if view.selection else ""
        return Selecting(render_note(view.note), table, _figure(view.costs), _figure(view.front))

    def page(self) -> tuple[Selection, Answers]:
        """The page of answers behind the chosen cell."""
        judge, cell = self.selection.judge, cell_of(self.selection.cell, self.shown)
        page = page_of(self.answers, self.shown, cell, judge)
        rated = list(CRITERIA) if judge else []
        detected = sorted(map(str, self.shown["detected"].dropna().unique()))
        beyond = [cell.detected] if cell.detected and cell.detected not in detected else []
        words = described(page.cell, judge)
        answers = Answers(
            listed(rows_of(self.shown), cell.row),
            gr.update(choices=[ALL, *_languages(languages_of(self.shown))], value=cell.language),
            gr.update(choices=[ALL, *_languages([*detected, *beyond])], value=cell.detected),
            listed(rated, cell.rated if judge else ""),
            cell.wrong_only,
            render_note(f"Only answers {words}.") if words else "",
            render_cards(page.answers),
            render_note(page.label),
            gr.update(interactive=page.has_previous),
            gr.update(interactive=page.has_next),
        )
        return replace(self.selection, cell=page.cell), answers

    def sides(self) -> tuple[Selection, Sides]:
        """The answers of two checkpoints to the chosen prompt."""
        found = pair_of(
            self.answers, self.shown, self.selection.pair, self.offered, self.selection.judge
        )
        pair, rows = found.pair, _plain(self.offered.checkpoints)
        sides = Sides(
            gr.update(choices=rows, value=pair.first or None),
            gr.update(choices=rows, value=pair.second or None),
            gr.update(choices=[ALL, *_languages(self.offered.languages)], value=pair.asked_in),
            pair.differing,
            render_sides(found),
            render_note(found.label),
            gr.update(interactive=pair.place > 0),
            gr.update(interactive=pair.place + 1 < found.total),
        )
        return replace(self.selection, pair=pair), sides

    def reading(self) -> tuple[Selection, tuple[Any, ...]]:
        """Outputs of both ways to read answers, of which only the one that is open changes."""
        if self.selection.reading == "list":
            selection, answers = self.page()
            return selection, (*answers, *(gr.skip(),) * len(Sides._fields))
        selection, sides = self.sides()
        return selection, (*(gr.skip(),) * len(Answers._fields), *sides)


def no_charts(note: str) -> tuple[Any, ...]:
    """Outputs of all charts where there is nothing to draw."""
    text = render_note(note)
    nothing = {
        "rates": Rates(_HIDDEN, text, *(_HIDDEN, "") * 2),
        "selection": Selecting(text, "", _HIDDEN, _HIDDEN),
    }
    return tuple(part for name in CHARTS for part in nothing.get(name, Picture(_HIDDEN, text)))


def _shape(name: str) -> tuple[str, ...]:
    """Names of the outputs of a chart."""
    if name == "rates":
        return Rates._fields
    return Selecting._fields if name == "selection" else Picture._fields


def listed(values: list[str], value: str) -> Any:
    """A list to choose one of, or all."""
    return gr.update(choices=[ALL, *_plain(values)], value=value)


def _plain(values: list[str]) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


def _languages(codes: list[str]) -> list[tuple[str, str]]:
    return [(display_name(code), code) for code in codes]


def _figure(chart: Chart) -> Any:
    return gr.update(value=chart.figure, visible=chart.figure is not None)
