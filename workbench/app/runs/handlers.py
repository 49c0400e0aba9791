"""What happens at the events of the Runs tab."""

from __future__ import annotations

import html
from typing import Any, NamedTuple, get_args

import gradio as gr

from workbench.app.feedback import reporting
from workbench.app.rendering import render_cards, render_note
from workbench.app.runs import finding_views, training_views
from workbench.app.runs.deleting import HIDDEN, Asked, Bin, asked, bin_of
from workbench.app.runs.finding_views import Room, Sign, SignReader, Signs
from workbench.app.runs.rendering import (
    choices,
    render_advice,
    render_head,
    render_hint,
    render_log,
    render_problem,
    render_selection,
    render_unvalidated,
)
from workbench.app.runs.start.handlers import StartHandlers
from workbench.app.runs.start.texts import Written
from workbench.app.runs.tab_parts import (
    BY_SEED,
    PANES,
    BasePane,
    Chosen,
    CurvePane,
    KeepPane,
    Opened,
    SignPane,
    nothing_chosen,
    pane_outputs,
)
from workbench.app.runs.training_views import MEASURES, CurveView, offered
from workbench.app.runs.view import RunLine, RunViews, most_telling
from workbench.errors import InputError, WorkbenchError
from workbench.languages import display_name
from workbench.trash import Trash
from workbench.validation.settings import Measure, Objective

LOG_LINES = 200
"""Lines of a log that are shown, from its end."""


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
        self.workspace = runs.workspace
        self._store = runs.workspace.store
        self._signs_of = SignReader(self._store)
        self._trash = Trash(runs.workspace)
        self._form = StartHandlers(runs.workspace)

    @reporting
    def on_open(self, run: str | None) -> Opened:
        """List the runs that are there now; where none was chosen, the one that says most."""
        return self._listing(run)

    @reporting
    def on_start(self, template: str, *values: Written) -> Opened:
        """Start the study in the form as a job, and choose its run."""
        run = self._runs.jobs.start(self._form.start(template, values)).run
        # What goes on is looked at next; the form would be above it.
        return self._listing(run)._replace(start=gr.update(open=False), started_from=False)

    @reporting
    def on_again(self, run: str) -> Opened:
        """Go on with a run that was stopped or has failed."""
        line = self._runs.line(run)
        if line is None or not line.study:
            return self._listing(run)
        return self._listing(self._runs.jobs.start(line.study, line.folder).run)

    @reporting
    def on_ask(self, run: str | None) -> Asked:
        """Ask whether the chosen run is to be deleted."""
        return asked(self._trash.contents(run)) if run else HIDDEN

    def on_keep(self) -> Asked:
        """Ask no longer."""
        return HIDDEN

    @reporting
    def on_delete(self, run: str, checkpoints: bool) -> tuple[Any, ...]:
        """Move the run that was asked about to the trash."""
        self._trash.delete(run, checkpoints)
        gr.Info(f"{html.escape(run)} can be restored from the trash below.", title="Deleted")
        return (*self._listing(None), *HIDDEN)

    @reporting
    def on_restore(self, name: str | None) -> Opened:
        """Put a run of the trash back, and choose it."""
        return self._listing(self._trash.restore(name).run if name else None)

    @reporting
    def on_remove(self, name: str | None, typed: str) -> Opened:
        """Delete a run of the trash for good, once its name was written."""
        run = next((one.run for one in self._trash.all() if one.name == name), None)
        if run is None or typed.strip() != run:
            raise InputError(
                f"Name '{typed.strip()}'",
                "it is not the name of the run that is chosen in the trash",
                f"Write {run} to delete it for good" if run else "Choose a run",
            )
        self._trash.remove(str(name))
        return self._listing(None)

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
            return (*nothing_chosen(""), *pane_outputs(None, ()))
        return (*self._head(line), *self._draw(line, shown))

    @reporting
    def on_tick(self, seen: str, *view: Any) -> tuple[Any, ...]:
        """Look at a run that is going on; list and pane are drawn anew where it has moved."""
        shown = View(*view)
        line = self._runs.line(shown.run) if shown.run else None
        if line is None:
            return (gr.skip(), *nothing_chosen(gr.skip()), *pane_outputs(None, ()))
        head = self._head(line)
        if head.seen == seen:
            return (gr.skip(), *head, *pane_outputs(None, ()))
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
            # What can be started is shown by itself where there is nothing else.
            gr.skip() if lines else gr.update(open=True),
            gr.skip() if lines else True,
            *self._bin(),
        )

    def _bin(self) -> Bin:
        return bin_of(self._trash.all())

    def _head(self, line: RunLine) -> Chosen:
        log = self._runs.jobs.log(line.name, LOG_LINES) if line.job else ""
        return Chosen(
            render_head(line, log, self._runs.left(line, log)),
            gr.Timer(active=line.running),
            self._runs.mark(line),
            gr.update(visible=line.running and line.job is not None and line.job.alive),
            gr.update(visible=bool(line.study)),
            gr.update(visible=not line.running),
            gr.update(visible=bool(log)),
            render_log(log) if log else "",
        )

    def _draw(self, line: RunLine, view: View) -> tuple[Any, ...]:
        draw = dict(zip(PANES, (self._curves, self._keep, self._signs, self._base), strict=True))
        return pane_outputs(view.pane, draw[view.pane](line, view))

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
