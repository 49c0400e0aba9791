"""The Compare tab: heat map and curves over runs, and the answers behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import gradio as gr

from workbench.app.compare import comparison
from workbench.app.compare.comparison import MEASURES, Cell, Curve, Results, Selection
from workbench.app.compare.language_views import LANGUAGE_CHARTS, judged_by, language_figures
from workbench.app.feedback import reporting
from workbench.app.rendering import render_cards, render_compare_empty, render_note
from workbench.app.services import Services
from workbench.assets import asset
from workbench.files import read_text
from workbench.languages import display_name

_NARROW = 6
"""Languages for which a heat map has room on a phone; wider ones scroll sideways."""


class Opened(NamedTuple):
    """What the tab shows when it is opened."""

    empty: Any
    content: Any
    runs: Any


class Answers(NamedTuple):
    """The page of answers, and the choices that led to it."""

    cell: Cell
    row: Any
    language: Any
    cards: Any
    label: Any
    previous: Any
    next: Any


class Drawn(NamedTuple):
    """The charts and, after them, the answers."""

    heatmap: Any
    coverage: Any
    learning_rate: Any
    learning_rate_note: Any
    size: Any
    size_note: Any
    flow: Any
    confusion: Any
    passes: Any
    switches: Any
    languages_note: Any


class CompareHandlers:
    """What happens at the events of the comparison.

    ``chosen`` are the values of the filters: runs, dark, measure, prompt set, languages,
    task, tier and whether detectors must disagree.
    """

    def __init__(self, results: Results) -> None:
        self._results = results

    @reporting
    def on_open(self, runs: list[str]) -> Opened:
        """List the runs that are there now; the latest is shown if none was chosen."""
        known = self._results.runs()
        kept = [run for run in runs or [] if run in known] or known[:1]
        return Opened(
            gr.update(visible=not known),
            gr.update(visible=bool(known)),
            gr.update(choices=known, value=kept),
        )

    def on_all_runs(self) -> Any:
        """Choose every run."""
        return self._results.runs()

    @reporting
    def on_runs(self, *chosen: Any) -> tuple[Any, ...]:
        """Read the runs afresh, offer what they hold in the filters, and draw."""
        selection = _selection(chosen)
        if not selection.runs:
            return (*(gr.skip(),) * 4, *self._nothing())
        offered = comparison.choices(self._results.read(selection.runs, fresh=True))
        selection = replace(
            selection,
            prompt_set=_kept(selection.prompt_set, offered.prompt_sets),
            languages=tuple(code for code in selection.languages if code in offered.languages),
            task=_kept(selection.task, offered.tasks),
            tier=_kept(selection.tier, offered.tiers),
        )
        languages = [(display_name(code), code) for code in offered.languages]
        return (
            _filter(offered.prompt_sets, selection.prompt_set),
            gr.update(choices=languages, value=list(selection.languages)),
            _filter(offered.tasks, selection.task),
            _filter(offered.tiers, selection.tier),
            *self._draw(selection, dark=chosen[1]),
        )

    @reporting
    def on_filter(self, *chosen: Any) -> tuple[Any, ...]:
        """Draw what the filters let through."""
        selection = _selection(chosen)
        return self._draw(selection, dark=chosen[1]) if selection.runs else self._nothing()

    @reporting
    def on_pick(self, event: gr.EventData, wrong_only: bool, *chosen: Any) -> Answers:
        """Show the answers behind the cell of the heat map that was clicked."""
        picked = Cell(str(event.row), str(event.language), wrong_only)
        return self._answers(self._shown(chosen), picked)

    @reporting
    def on_cell(self, row: str, language: str, wrong_only: bool, *chosen: Any) -> Answers:
        """Show the answers behind the cell that the lists name."""
        return self._answers(self._shown(chosen), Cell(row, language, wrong_only))

    @reporting
    def on_previous(self, cell: Cell, *chosen: Any) -> Answers:
        """Turn one page back."""
        return self._answers(self._shown(chosen), replace(cell, page=cell.page - 1))

    @reporting
    def on_next(self, cell: Cell, *chosen: Any) -> Answers:
        """Turn one page on."""
        return self._answers(self._shown(chosen), replace(cell, page=cell.page + 1))

    def _shown(self, chosen: Sequence[Any]) -> Any:
        selection = _selection(chosen)
        return selection.of(self._results.read(selection.runs))

    def _draw(self, selection: Selection, dark: bool) -> tuple[Any, ...]:
        results = self._results.read(selection.runs)
        shown = selection.of(results)
        if shown.empty:
            return self._nothing()
        known = comparison.choices(results).languages
        measure = selection.measure
        flow, confusion, passes, switches = (
            gr.update(value=figure, visible=True) for figure in language_figures(shown, dark)
        )
        drawn = Drawn(
            gr.update(
                value=comparison.heat_map(shown, measure, dark),
                visible=True,
                elem_classes=["wb-wide"] if shown["language"].nunique() > _NARROW else [],
            ),
            render_note(comparison.coverage(shown, measure)),
            *_curve(comparison.learning_rates(shown, measure, known, dark)),
            *_curve(comparison.data_sizes(shown, measure, known, dark)),
            *(flow, confusion, passes, switches),
            render_note(judged_by(shown)),
        )
        return (*drawn, *self._answers(shown, Cell()))

    def _answers(self, shown: Any, wanted: Cell) -> Answers:
        offered = comparison.choices(shown)
        known = replace(
            wanted,
            row=_kept(wanted.row, offered.rows),
            language=_kept(wanted.language, offered.languages),
        )
        page = comparison.answers_behind(shown, known)
        languages = [(display_name(code), code) for code in offered.languages]
        return Answers(
            page.cell,
            _filter(offered.rows, known.row),
            gr.update(choices=[("all", ""), *languages], value=known.language),
            render_cards(page.answers),
            render_note(page.label),
            gr.update(interactive=page.has_previous),
            gr.update(interactive=page.has_next),
        )

    def _nothing(self) -> tuple[Any, ...]:
        hidden, none = gr.update(value=None, visible=False), ""
        drawn = Drawn(hidden, none, hidden, none, hidden, none, *(hidden,) * 4, none)
        note = render_note("No answer fits this choice.")
        still = gr.update(interactive=False)
        return (*drawn, *Answers(Cell(), gr.skip(), gr.skip(), note, none, still, still))


def build(services: Services, opened: Sequence[Callable[..., Any]], dark: gr.Checkbox) -> None:
    """The components of the tab and their wiring; ``opened`` are the events of its opening.

    ``dark`` holds whether the page is dark, which figures cannot find out themselves.
    """
    handlers = CompareHandlers(services.results)
    empty = gr.HTML(render_compare_empty(), visible=False, apply_default_css=False)
    with gr.Column(visible=False) as content:
        with gr.Row(elem_classes="wb-controls"):
            runs = _list("Runs", "compare-runs", multiselect=True, scale=4, min_width=300)
            every = gr.Button("All runs", size="sm", min_width=90, scale=0, elem_id="compare-all")
        with gr.Row(elem_classes="wb-controls"):
            offered = [(name, key) for key, name in MEASURES.items()]
            measure = _list("Measure", "compare-measure", choices=offered, value="right_language")
            prompt_set = _list("Prompt set", "compare-prompt-set")
            languages = _list("Languages (empty: all)", "compare-languages", multiselect=True)
            task = _list("Task", "compare-task")
            tier = _list("Tier", "compare-tier")
        disagreeing = gr.Checkbox(
            label="Only answers about whose language detectors disagree",
            container=False,
            elem_id="compare-disagreeing",
        )
        heatmap = gr.Plot(show_label=False, elem_id="compare-heatmap", container=False)
        covered = gr.HTML(elem_id="compare-coverage", apply_default_css=False)
        hint = gr.HTML(
            render_note("Click a cell to read the answers behind it, or choose them below."),
            js_on_load=read_text(asset("styles", "heatmap_click.js")),
            apply_default_css=False,
            chart="compare-heatmap",
            answers="compare-answers",
        )
        with gr.Row():
            curves = [_curve_place(name) for name in ("learning-rate", "size")]
        with gr.Tabs(elem_id="compare-language-charts"):
            pictures = []
            for name, title in LANGUAGE_CHARTS.items():
                with gr.Tab(title):
                    pictures.append(
                        gr.Plot(show_label=False, elem_id=f"compare-{name}", container=False)
                    )
        judged = gr.HTML(elem_id="compare-judged-by", apply_default_css=False)
        gr.HTML('<h2 id="compare-answers">Answers</h2>', apply_default_css=False)
        with gr.Row(elem_classes="wb-controls"):
            row = _list("Checkpoint", "compare-checkpoint")
            language = _list("Language", "compare-language")
        wrong_only = gr.Checkbox(
            label="Wrong language only", container=False, elem_id="compare-wrong-only"
        )
        cards = gr.HTML(elem_id="compare-cards", apply_default_css=False)
        with gr.Row(elem_classes="wb-pager"):
            previous = gr.Button("Previous", size="sm", min_width=90, elem_id="compare-previous")
            label = gr.HTML(elem_id="compare-page", apply_default_css=False)
            following = gr.Button("Next", size="sm", min_width=90, elem_id="compare-next")
    cell = gr.State(Cell())

    filters = [prompt_set, languages, task, tier]
    chosen = [runs, dark, measure, *filters, disagreeing]
    answers = [cell, row, language, cards, label, previous, following]
    drawn = [
        *(heatmap, covered, *(part for place in curves for part in place)),
        *(*pictures, judged),
        *answers,
    ]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    busy: dict[str, Any] = {
        "show_progress": "minimal",
        "show_progress_on": heatmap,
        "api_visibility": "private",
    }
    listed = gr.on(opened, handlers.on_open, [runs], [empty, content, runs], **quiet)
    listed.then(handlers.on_runs, chosen, [*filters, *drawn], **busy)
    runs.input(handlers.on_runs, chosen, [*filters, *drawn], **busy)
    every.click(handlers.on_all_runs, None, [runs], **quiet).then(
        handlers.on_runs, chosen, [*filters, *drawn], **busy
    )
    gr.on(
        [*(part.input for part in (measure, *filters)), disagreeing.input],
        handlers.on_filter,
        chosen,
        drawn,
        **busy,
    )
    hint.pick(handlers.on_pick, [wrong_only, *chosen], answers, **quiet)
    gr.on(
        [part.input for part in (row, language, wrong_only)],
        handlers.on_cell,
        [row, language, wrong_only, *chosen],
        answers,
        **quiet,
    )
    previous.click(handlers.on_previous, [cell, *chosen], answers, **quiet)
    following.click(handlers.on_next, [cell, *chosen], answers, **quiet)


def _list(label: str, name: str, **settings: Any) -> gr.Dropdown:
    """A list to choose from; single ones start with ``all``."""
    defaults: dict[str, Any] = {"choices": [("all", "")], "value": "", "min_width": 150}
    if settings.get("multiselect"):
        defaults = {"choices": [], "value": [], "min_width": 150}
    return gr.Dropdown(label=label, elem_id=name, interactive=True, **{**defaults, **settings})


def _curve_place(name: str) -> tuple[gr.Plot, gr.HTML]:
    with gr.Column(min_width=320):
        return (
            gr.Plot(show_label=False, elem_id=f"compare-{name}", container=False),
            gr.HTML(elem_id=f"compare-{name}-note", apply_default_css=False),
        )


def _selection(chosen: Sequence[Any]) -> Selection:
    runs, _, measure, prompt_set, languages, task, tier, disagreeing = chosen
    return Selection(
        tuple(runs or ()),
        measure,
        prompt_set or "",
        tuple(languages or ()),
        task or "",
        tier or "",
        bool(disagreeing),
    )


def _curve(curve: Curve) -> tuple[Any, str]:
    shown = gr.update(value=curve.figure, visible=curve.figure is not None)
    return shown, render_note(curve.note)


def _filter(values: list[str], value: str) -> Any:
    return gr.update(choices=[("all", ""), *values], value=value)


def _kept(value: str, offered: list[str]) -> str:
    return value if value in offered else ""
