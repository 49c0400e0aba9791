"""The Runs tab: start and watch runs, curves while they train, and what they lead to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, get_args

import gradio as gr

from workbench.app.feedback import reporting
from workbench.app.rendering import render_cards, render_note
from workbench.app.runs import finding_views, start_view, training_views
from workbench.app.runs.finding_views import Room, Sign, SignReader, Signs
from workbench.app.runs.rendering import (
    choices,
    render_advice,
    render_head,
    render_hint,
    render_log,
    render_offer,
    render_problem,
    render_runs_empty,
    render_selection,
    render_unvalidated,
)
from workbench.app.runs.tab_parts import (
    BY_SEED,
    PANES,
    BasePane,
    Chosen,
    CurvePane,
    KeepPane,
    Opened,
    SignPane,
    build_base,
    build_curves,
    build_head,
    build_keep,
    build_side,
    build_signs,
    build_start,
)
from workbench.app.runs.training_views import MEASURES, CurveView, offered
from workbench.app.runs.view import RunLine, RunViews, most_telling
from workbench.app.services import Services
from workbench.errors import WorkbenchError
from workbench.languages import display_name
from workbench.run_progress import shipped_studies
from workbench.validation.settings import Measure, Objective

_NARROW = "() => window.innerWidth < 700"


class View(NamedTuple):
    """Values of the components that decide what is shown."""

    run: str | None
    pane: str
    dark: bool
    narrow: bool
    measure: str
    panels: str
    objective: str
    chosen_by: str
    answers: str

    @property
    def room(self) -> Room:
        """How charts are laid out."""
        return Room(self.dark, 1 if self.narrow else 3)


class RunsHandlers:
    """What happens at the events of the tab; ``view`` are the values of a ``View``."""

    def __init__(self, runs: RunViews) -> None:
        self._runs = runs
        self._store = runs.workspace.store
        self._signs_of = SignReader(self._store)

    @reporting
    def on_open(self, run: str | None) -> Opened:
        """List the runs that are there now; where none was chosen, the one that says most."""
        return self._listing(run)

    @reporting
    def on_offer(self, study: str) -> tuple[str, Any]:
        """Say what starting a study would do."""
        return self._offer(study)

    @reporting
    def on_start(self, study: str) -> Opened:
        """Start a study as a job, and choose its run."""
        return self._listing(self._runs.jobs.start(study).run)

    @reporting
    def on_again(self, run: str) -> Opened:
        """Go on with a run that was stopped or has failed."""
        line = self._runs.line(run)
        return self._listing(self._runs.jobs.start(line.study).run if line else run)

    @reporting
    def on_stop(self, run: str) -> Opened:
        """Stop the job of a run; it can be gone on with."""
        self._runs.jobs.stop(run)
        return self._listing(run)

    @reporting
    def on_draw(self, *view: Any) -> tuple[Any, ...]:
        """Show the chosen run in the pane that is open."""
        shown = View(*view)
        line = self._runs.line(shown.run) if shown.run else None
        if line is None:
            return (*_nothing_chosen(""), *_pane(None, ()))
        return (*self._head(line), *self._draw(line, shown))

    @reporting
    def on_tick(self, seen: str, *view: Any) -> tuple[Any, ...]:
        """Look at a run that is going on; list and pane are drawn anew where it has moved."""
        shown = View(*view)
        line = self._runs.line(shown.run) if shown.run else None
        if line is None:
            return (gr.skip(), *_nothing_chosen(gr.skip()), *_pane(None, ()))
        head = self._head(line)
        if head.seen == seen:
            return (gr.skip(), *head, *_pane(None, ()))
        listed = gr.update(choices=choices(self._runs.lines()))
        return (listed, *head, *self._draw(line, shown))

    def on_pane(self, event: gr.SelectData) -> str:
        """Remember which pane is open."""
        return str(event.value)

    @reporting
    def on_cell(self, sign: str, checkpoint: str, language: str, *view: Any) -> tuple[Any, ...]:
        """Show answers for the cell that the lists name."""
        return self._examples(Sign(sign, checkpoint or "", language or ""), View(*view))

    @reporting
    def on_pick(self, event: gr.EventData, *view: Any) -> tuple[Any, ...]:
        """Show answers for the cell of a map that was clicked."""
        return self._examples(Sign(event.sign, event.row, event.language), View(*view))

    def _listing(self, run: str | None) -> Opened:
        lines = self._runs.lines()
        kept = run if run in [line.name for line in lines] else most_telling(lines)
        return Opened(
            gr.update(visible=not lines),
            gr.update(visible=bool(lines)),
            gr.update(choices=choices(lines), value=kept),
            *self._start(lines),
        )

    def _start(self, lines: list[RunLine]) -> tuple[Any, Any, Any]:
        """What can be started is shown by itself where there is nothing else."""
        studies = shipped_studies()
        if lines or not studies:
            return (gr.skip(),) * 3
        return (gr.update(open=True), *self._offer(studies[0]))

    def _offer(self, study: str) -> tuple[str, Any]:
        offered = start_view.offer(self._runs.workspace, study)
        return render_offer(offered), gr.update(interactive=offered.possible)

    def _head(self, line: RunLine) -> Chosen:
        log = self._runs.jobs.log(line.name) if line.job else ""
        return Chosen(
            render_head(line, log),
            gr.Timer(active=line.running),
            self._runs.mark(line),
            gr.update(visible=line.running and line.job is not None),
            gr.update(visible=bool(line.study)),
            gr.update(visible=bool(log)),
            render_log(log) if log else "",
        )

    def _draw(self, line: RunLine, view: View) -> tuple[Any, ...]:
        draw = dict(zip(PANES, (self._curves, self._keep, self._signs, self._base), strict=True))
        return _pane(view.pane, draw[view.pane](line, view))

    def _curves(self, line: RunLine, view: View) -> CurvePane:
        asked = CurveView(view.measure, view.panels == BY_SEED, view.dark, view.room.columns)
        found = training_views.language_curves(self._store, line, asked)
        known = dict.fromkeys((view.measure, *found.measures))
        measures = [name for name in MEASURES if name in known]
        return CurvePane(
            gr.update(visible=bool(line.validation)),
            gr.update(choices=offered(measures)),
            gr.update(value=render_unvalidated(line), visible=not line.validation),
            _shown(found.figure),
            render_note(found.note) if found.note else "",
        )

    def _keep(self, line: RunLine, view: View) -> KeepPane:
        objective = next((o for o in get_args(Objective) if o == view.objective), None)
        measure = next((m for m in get_args(Measure) if m == view.chosen_by), None)
        hidden = gr.update(visible=False)
        if not line.validation:
            return KeepPane(render_unvalidated(line), hidden, gr.skip(), gr.skip(), "")
        try:
            found = training_views.selected(self._store, line, objective, measure, view.dark)
        except WorkbenchError as error:
            return KeepPane(render_problem(error), hidden, gr.skip(), gr.skip(), "")
        return KeepPane(
            render_selection(found.selection),
            gr.update(visible=True),
            _shown(found.costs),
            _shown(found.front),
            render_advice(found.selection),
        )

    def _signs(self, line: RunLine, view: View) -> SignPane:
        sources = _sources(line)
        names = [name for _, name in sources]
        if not sources:
            nothing = render_note("This run has no answers yet.")
            skipped = SignPane(*[gr.skip()] * len(SignPane._fields))
            return skipped._replace(
                absent=gr.update(value=nothing, visible=True), content=gr.update(visible=False)
            )
        chosen = view.answers if view.answers in names else names[0]
        found = self._signs_of.read(line, chosen)
        return SignPane(
            gr.update(choices=sources, value=chosen, visible=len(sources) > 1),
            gr.update(visible=False),
            gr.update(visible=True),
            _shown(found.figure(view.room)),
            *_examples(found, Sign()),
        )

    def _base(self, line: RunLine, view: View) -> BasePane:
        found = finding_views.knowledge(self._store, line, view.room)
        return BasePane(_shown(found.figure), render_hint(found.note, found.command))

    def _examples(self, wanted: Sign, view: View) -> tuple[Any, ...]:
        line = self._runs.line(view.run) if view.run else None
        if line is None or not _sources(line):
            return (gr.skip(),) * 5
        names = [name for _, name in _sources(line)]
        chosen = view.answers if view.answers in names else names[0]
        return _examples(self._signs_of.read(line, chosen), wanted)


def build(services: Services, opened: Sequence[Callable[..., Any]], dark: gr.Checkbox) -> None:
    """The components of the tab and their wiring; ``opened`` are the events of its opening.

    ``dark`` holds whether the page is dark, which figures cannot find out themselves.
    """
    handlers = RunsHandlers(services.runs)
    narrow, pane = gr.Checkbox(visible=False), gr.State(PANES[0])
    study, go, start, outlook = build_start()
    empty = gr.HTML(render_runs_empty(), visible=False, apply_default_css=False)
    with gr.Row(visible=False, elem_id="runs-content") as content:
        runs, refresh = build_side()
        with gr.Column(scale=4, min_width=320, elem_id="runs-main"):
            head = build_head()
            with gr.Tabs(elem_id="runs-panes") as panes:
                curves, panels = build_curves()
                keep, objective, chosen_by = build_keep()
                signs, hint = build_signs()
                base = build_base()

    options = [curves.measure, panels, objective, chosen_by, signs.answers]
    values = [runs, pane, dark, narrow, *options]
    drawn = [*head, *curves, *keep, *signs, *base]
    listed = [*Opened(empty, content, runs, start, outlook, go)]
    examples = list(signs[4:])
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    busy: dict[str, Any] = {
        "show_progress": "minimal",
        "show_progress_on": head.head,
        "api_visibility": "private",
        # A pane that takes long does not keep the others waiting.
        "concurrency_limit": 4,
    }
    gr.on([*opened, refresh.click], handlers.on_open, [runs], listed, **quiet).then(
        None, None, [narrow], js=_NARROW, api_visibility="private"
    ).then(handlers.on_draw, values, drawn, **busy)
    for event in (
        go.click(handlers.on_start, [study], listed, **quiet),
        head.stop.click(handlers.on_stop, [runs], listed, **quiet),
        head.again.click(handlers.on_again, [runs], listed, **quiet),
        panes.select(handlers.on_pane, None, [pane], **quiet),
    ):
        event.then(handlers.on_draw, values, drawn, **busy)
    gr.on([start.expand, study.input], handlers.on_offer, [study], [outlook, go], **quiet)
    gr.on([part.input for part in (runs, *options)], handlers.on_draw, values, drawn, **busy)
    head.timer.tick(handlers.on_tick, [head.seen, *values], [runs, *drawn], **quiet)
    cell = [signs.sign, signs.checkpoint, signs.language]
    gr.on([part.input for part in cell], handlers.on_cell, [*cell, *values], examples, **quiet)
    hint.pick(handlers.on_pick, values, examples, **quiet)


def _nothing_chosen(head: Any) -> Chosen:
    hidden = gr.update(visible=False)
    return Chosen(head, gr.Timer(active=False), "", hidden, hidden, hidden, "")


def _pane(name: str | None, values: Sequence[Any]) -> tuple[Any, ...]:
    """Outputs of all panes, of which only one changes."""
    shapes: dict[str, Any] = dict(
        zip(PANES, (CurvePane, KeepPane, SignPane, BasePane), strict=True)
    )
    outputs: list[Any] = []
    for pane, shape in shapes.items():
        outputs += values if pane == name else [gr.skip()] * len(shape._fields)
    return tuple(outputs)


def _sources(line: RunLine) -> list[tuple[str, str]]:
    """Where answers to look at are: of the test, and of the validation."""
    sources = [("of the test", line.name)] if line.progress.answered else []
    if line.validated and line.validated.answered:
        sources.append(("of the validation, step by step", line.validation))
    return sources


def _examples(found: Signs, wanted: Sign) -> tuple[Any, ...]:
    shown = finding_views.examples(found, wanted)
    languages = list(dict.fromkeys(found.table["language"]))
    return (
        gr.update(value=shown.cell.signature),
        gr.update(choices=found.checkpoints, value=shown.cell.checkpoint),
        gr.update(
            choices=[(display_name(code), code) for code in languages], value=shown.cell.language
        ),
        render_note(shown.definition) + render_note(shown.note),
        render_cards(shown.answers) if len(shown.answers) else "",
    )


def _shown(figure: Any) -> Any:
    return gr.update(value=figure, visible=figure is not None)
