"""What happens at the events of the Compare tab."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import gradio as gr

from workbench.app.compare.drawing import NOTHING, Drawing, no_charts
from workbench.app.compare.exporting import export
from workbench.app.compare.filtering import fitting
from workbench.app.compare.parts import READING, Answers, Form, Opened, Sides
from workbench.app.compare.rendering import render_summary
from workbench.app.compare.results import Results
from workbench.app.compare.state import CHARTS, LONGEST, Cell, Filters, Pair, Selection
from workbench.app.downloads import offered
from workbench.app.feedback import reporting
from workbench.app.rendering import render_note
from workbench.judging.criteria import CRITERIA

_TENTHS = {str(number): number for number in range(10)}


class CompareHandlers:
    """What happens at the events of the tab.

    Each handler is given the selection as it was, whether the page is dark, and the values of
    the components that were changed; it gives the selection as it is now, first of all.
    ``form`` are the values of a ``Form``.
    """

    def __init__(self, results: Results) -> None:
        self._results = results

    @reporting
    def on_open(self, selection: Selection, runs: Sequence[str] | None) -> tuple[Any, ...]:
        """List the runs that are there now; the latest is shown if none was chosen."""
        known = self._results.runs()
        wanted = runs or selection.runs
        kept = [run for run in wanted if run in known] or known[:1]
        opened = Opened(
            gr.update(visible=not known),
            gr.update(visible=bool(known)),
            gr.update(choices=known, value=kept),
        )
        return (replace(selection, runs=tuple(kept)), *opened)

    def on_all_runs(self) -> Any:
        """Choose every run."""
        return self._results.runs()

    @reporting
    def on_runs(
        self, selection: Selection, dark: bool, runs: Sequence[str] | None
    ) -> tuple[Any, ...]:
        """Read the runs afresh, offer what they hold in the filters, and draw."""
        selection = replace(selection, runs=tuple(runs or ()))
        if not selection.runs:
            form = (gr.skip(),) * len(Form._fields)
            reading = (gr.skip(),) * (len(Answers._fields) + len(Sides._fields))
            nothing = render_summary(0, 0, ())
            charts = no_charts("Choose a run above.")
            return (
                *(selection, *form, gr.skip(), gr.skip(), nothing, gr.update(visible=False)),
                *(*charts, *reading),
            )
        self._results.read(selection.runs, fresh=True)
        return self._restored(selection, dark)

    @reporting
    def on_clear(self, selection: Selection, dark: bool) -> tuple[Any, ...]:
        """Take all filters off."""
        return self._restored(replace(selection, filters=Filters()), dark)

    @reporting
    def on_filter(self, selection: Selection, dark: bool, *form: Any) -> tuple[Any, ...]:
        """Draw what the filters let through."""
        return self._drawn(_chosen(selection, Form(*form)), dark)

    @reporting
    def on_chart(self, event: gr.SelectData, selection: Selection, dark: bool) -> tuple[Any, ...]:
        """Draw the chart whose tab was opened."""
        keys = {title: key for key, title in CHARTS.items()}
        selection = replace(selection, chart=keys.get(str(event.value), selection.chart))
        if not selection.runs:
            return (selection, *no_charts(NOTHING))
        return (selection, *self._drawing(selection, dark).charts())

    @reporting
    def on_reading(self, event: gr.SelectData, selection: Selection, dark: bool) -> tuple[Any, ...]:
        """Show answers one by one, or two checkpoints side by side."""
        keys = {title: key for key, title in READING.items()}
        reading = keys.get(str(event.value), selection.reading)
        return self._read(replace(selection, reading=reading), dark)  # type: ignore[arg-type]

    @reporting
    def on_pick_rates(
        self, event: gr.EventData, selection: Selection, dark: bool
    ) -> tuple[Any, ...]:
        """Show the answers behind the cell of the heat map of rates that was clicked."""
        return self._picked(selection, dark, Cell(str(event.row), str(event.language)))

    @reporting
    def on_pick_confusion(
        self, event: gr.EventData, selection: Selection, dark: bool
    ) -> tuple[Any, ...]:
        """Show the answers to one language that are in another."""
        cell = Cell(language=str(event.row), detected=str(event.language)[:LONGEST])
        return self._picked(selection, dark, cell)

    @reporting
    def on_pick_switches(
        self, event: gr.EventData, selection: Selection, dark: bool
    ) -> tuple[Any, ...]:
        """Show the answers that first switch language in a tenth of their text."""
        tenth = _TENTHS.get(str(event.language), -1)
        return self._picked(selection, dark, Cell(language=str(event.row), tenth=tenth))

    @reporting
    def on_pick_criteria(
        self, event: gr.EventData, selection: Selection, dark: bool
    ) -> tuple[Any, ...]:
        """Show the answers that a mean rating is of, the lowest first."""
        rated = str(event.row) if str(event.row) in CRITERIA else ""
        cell = Cell(str(event.sign), str(event.language), rated=rated)
        return self._picked(selection, dark, cell)

    @reporting
    def on_cell(self, selection: Selection, dark: bool, *lists: Any) -> tuple[Any, ...]:
        """Show the answers behind the cell that the lists name."""
        row, language, detected, rated, wrong_only = lists
        cell = replace(
            selection.cell,
            row=row or "",
            language=language or "",
            detected=detected or "",
            rated=rated or "",
            wrong_only=bool(wrong_only),
            page=0,
        )
        return self._read(replace(selection, cell=cell), dark)

    @reporting
    def on_everything(self, selection: Selection, dark: bool) -> tuple[Any, ...]:
        """Show all answers again."""
        return self._read(replace(selection, cell=Cell()), dark)

    @reporting
    def on_previous(self, selection: Selection, dark: bool) -> tuple[Any, ...]:
        """Turn one page back."""
        return self._turned(selection, dark, -1)

    @reporting
    def on_next(self, selection: Selection, dark: bool) -> tuple[Any, ...]:
        """Turn one page on."""
        return self._turned(selection, dark, 1)

    @reporting
    def on_pair(self, selection: Selection, dark: bool, *lists: Any) -> tuple[Any, ...]:
        """Compare the checkpoints that the lists name, from the first prompt on."""
        first, second, asked_in, differing = (value or "" for value in lists)
        pair = Pair(first, second, asked_in, differing)
        return self._read(replace(selection, pair=pair), dark)

    @reporting
    def on_pair_previous(self, selection: Selection, dark: bool) -> tuple[Any, ...]:
        """Step one prompt back."""
        return self._stepped(selection, dark, -1)

    @reporting
    def on_pair_next(self, selection: Selection, dark: bool) -> tuple[Any, ...]:
        """Step one prompt on."""
        return self._stepped(selection, dark, 1)

    def on_export(self, kind: str, selection: Selection, dark: bool) -> Iterator[Any]:
        """Write what is seen to a file, for the browser to fetch."""
        yield from offered(lambda folder: export(kind, self._drawing(selection, dark), folder))

    def _drawing(self, selection: Selection, dark: bool) -> Drawing:
        return Drawing(self._results, selection, dark)

    def _restored(self, selection: Selection, dark: bool) -> tuple[Any, ...]:
        """All that a selection shows, the filters and the open tabs included."""
        drawing = self._drawing(replace(selection, filters=Filters()), dark)
        selection = fitting(selection, drawing.offered)
        drawing = self._drawing(selection, dark)
        tabs = gr.Tabs(selected=selection.chart), gr.Tabs(selected=selection.reading)
        selection, reading = drawing.reading()
        charts, summary = drawing.charts(), drawing.summary()
        return (selection, *drawing.form(), *tabs, *summary, *charts, *reading)

    def _drawn(self, selection: Selection, dark: bool) -> tuple[Any, ...]:
        if not selection.runs:
            return (selection, *(gr.skip(),) * 2, *no_charts(NOTHING), *self._no_reading())
        drawing = self._drawing(selection, dark)
        selection, reading = drawing.reading()
        return (selection, *drawing.summary(), *drawing.charts(), *reading)

    def _read(self, selection: Selection, dark: bool) -> tuple[Any, ...]:
        if not selection.runs:
            return (selection, *self._no_reading())
        selection, reading = self._drawing(selection, dark).reading()
        return (selection, *reading)

    def _no_reading(self) -> tuple[Any, ...]:
        skipped = Answers(*(gr.skip(),) * len(Answers._fields))
        cards = skipped._replace(cards=render_note(NOTHING), label="")
        return (*cards, *(gr.skip(),) * len(Sides._fields))

    def _picked(self, selection: Selection, dark: bool, cell: Cell) -> tuple[Any, ...]:
        cell = replace(cell, wrong_only=selection.cell.wrong_only)
        selection, *reading = self._read(replace(selection, cell=cell, reading="list"), dark)
        return (selection, gr.Tabs(selected="list"), *reading)

    def _turned(self, selection: Selection, dark: bool, step: int) -> tuple[Any, ...]:
        page = max(0, selection.cell.page + step)
        return self._read(replace(selection, cell=replace(selection.cell, page=page)), dark)

    def _stepped(self, selection: Selection, dark: bool, step: int) -> tuple[Any, ...]:
        place = max(0, selection.pair.place + step)
        return self._read(replace(selection, pair=replace(selection.pair, place=place)), dark)


def _chosen(selection: Selection, form: Form) -> Selection:
    """The selection with what the form says; reading begins anew at the first page."""
    return replace(
        selection,
        measure=form.measure,
        judge=form.judge or "",
        gap_of=form.gap_of or "",
        filters=Filters(
            prompt_set=form.prompt_set or "",
            checkpoints=tuple(form.checkpoints or ()),
            languages=tuple(form.languages or ()),
            task=form.task or "",
            tier=form.tier or "",
            constraint=form.constraint or "",
            kept=form.kept or "",
            criterion=form.criterion or "",
            below=form.below,
            disagreeing=bool(form.disagreeing),
            search=(form.search or "").strip(),
        ),
        cell=replace(selection.cell, page=0),
        pair=replace(selection.pair, place=0),
    )
