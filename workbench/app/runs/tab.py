"""The Runs tab: start and watch runs, curves while they train, and what they lead to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from workbench.app.runs.handlers import RunsHandlers
from workbench.app.runs.rendering import render_runs_empty
from workbench.app.runs.start.form import Form, build_form
from workbench.app.runs.tab_parts import (
    PANES,
    Opened,
    build_base,
    build_bin,
    build_curves,
    build_head,
    build_keep,
    build_question,
    build_side,
    build_signs,
)
from workbench.app.services import Services

_NARROW = "() => window.innerWidth < 700"
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def build(services: Services, opened: Sequence[Callable[..., Any]], dark: gr.Checkbox) -> None:
    """The components of the tab and their wiring; ``opened`` are the events of its opening.

    ``dark`` holds whether the page is dark, which figures cannot find out themselves.
    """
    handlers = RunsHandlers(services.runs)
    narrow, pane = gr.Checkbox(visible=False), gr.State(PANES[0])
    form = build_form(services.runs.workspace)
    empty = gr.HTML(render_runs_empty(), visible=False, apply_default_css=False)
    with gr.Row(visible=False, elem_id="runs-content") as content:
        runs, refresh = build_side()
        with gr.Column(scale=4, min_width=320, elem_id="runs-main"):
            head, delete = build_head()
            question, sure, keep_it = build_question()
            with gr.Tabs(elem_id="runs-panes") as panes:
                curves, panels = build_curves()
                keep, objective, chosen_by = build_keep()
                signs, hint = build_signs()
                base = build_base()
    bin, restore, remove = build_bin()

    options = [curves.measure, panels, objective, chosen_by, signs.answers]
    values = [runs, pane, dark, narrow, *options]
    drawn = [*head, *curves, *keep, *signs, *base]
    listed = [*Opened(empty, content, runs, form.place, form.is_open, *bin)]
    examples = list(signs[4:])
    busy: dict[str, Any] = {
        "show_progress": "minimal",
        "show_progress_on": head.head,
        "api_visibility": "private",
        # A pane that takes long does not keep the others waiting.
        "concurrency_limit": 4,
    }
    shown = (
        gr.on([*opened, refresh.click], handlers.on_open, [runs], listed, **_QUIET)
        .then(None, None, [narrow], js=_NARROW, api_visibility="private")
        .then(handlers.on_draw, values, drawn, **busy)
    )
    _refresh_form(form, shown)
    for event in (
        form.preview.go.click(handlers.on_start, form.values, listed, **_QUIET),
        head.stop.click(handlers.on_stop, [runs], listed, **_QUIET),
        head.again.click(handlers.on_again, [runs], listed, **_QUIET),
        restore.click(handlers.on_restore, [bin.chosen], listed, **_QUIET),
        remove.click(handlers.on_remove, [bin.chosen, bin.name], listed, **_QUIET),
        sure.click(
            handlers.on_delete,
            [question.run, question.checkpoints],
            [*listed, *question],
            show_progress="minimal",
            show_progress_on=question.text,
            api_visibility="private",
        ),
        panes.select(handlers.on_pane, None, [pane], **_QUIET),
    ):
        event.then(handlers.on_draw, values, drawn, **busy)
    delete.click(handlers.on_ask, [runs], [*question], **_QUIET)
    gr.on([keep_it.click, runs.input], handlers.on_keep, None, [*question], **_QUIET)
    gr.on([part.input for part in (runs, *options)], handlers.on_draw, values, drawn, **busy)
    head.timer.tick(handlers.on_tick, [head.seen, *values], [runs, *drawn], **_QUIET)
    cell = [signs.sign, signs.checkpoint, signs.language]
    gr.on([part.input for part in cell], handlers.on_cell, [*cell, *values], examples, **_QUIET)
    hint.pick(handlers.on_pick, values, examples, **_QUIET)


def _refresh_form(form: Form, shown: Any) -> None:
    """Once the runs are shown, the form offers what there is by now."""
    shown.then(
        form.handlers.on_open,
        [form.is_open, form.marked, *form.values],
        [form.template, *form.shown],
        **_QUIET,
    )
