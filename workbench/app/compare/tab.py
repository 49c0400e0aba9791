"""The Compare tab: charts over runs, and the answers behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import gradio as gr

from workbench.app.compare.building import (
    build_charts,
    build_export,
    build_form,
    build_reading,
    build_tips,
)
from workbench.app.compare.handlers import CompareHandlers
from workbench.app.compare.parts import FILES
from workbench.app.compare.state import Selection
from workbench.app.rendering import render_compare_empty
from workbench.app.services import Services

_FETCH = "() => document.querySelector('#compare-file')?.click()"
_IN_TURN = {"concurrency_id": "compare", "concurrency_limit": 1}
"""What changes the selection is done in turn, each from where the one before has left it."""
_AT_ONCE = 4
"""Exports that are written at the same time: they leave the selection as it is."""


def build(services: Services, opened: Sequence[Callable[..., Any]], dark: gr.Checkbox) -> gr.State:
    """The components of the tab and their wiring; ``opened`` are the events of its opening.

    ``dark`` holds whether the page is dark, which figures cannot find out themselves. What is
    given back holds the ``Selection``; opening the tab shows the one that is in it.
    """
    handlers = CompareHandlers(services.results)
    state = gr.State(Selection())
    empty = gr.HTML(render_compare_empty(), visible=False, apply_default_css=False)
    with gr.Column(visible=False, elem_id="compare-content") as content:
        runs, every, form, summary, clear = build_form()
        charts, gap_of = build_charts()
        form = form._replace(gap_of=gap_of)
        exports, file = build_export()
        reading, answers, everything, sides = build_reading()
        build_tips()

    now = [state, dark]
    read = [state, *answers, *sides]
    drawn = [state, summary, clear, *charts.outputs, *answers, *sides]
    restored = [
        *(state, *form, charts.tabs, reading, summary, clear),
        *(*charts.outputs, *answers, *sides),
    ]
    quiet: dict[str, Any] = {
        "show_progress": "hidden",
        "api_visibility": "private",
        **_IN_TURN,
    }
    busy: dict[str, Any] = {
        **quiet,
        "show_progress": "minimal",
        "show_progress_on": [summary],
    }
    listed = gr.on(opened, handlers.on_open, [state, runs], [state, empty, content, runs], **quiet)
    chosen = every.click(handlers.on_all_runs, None, [runs], **quiet)
    for event in (listed.then, runs.input, chosen.then):
        event(handlers.on_runs, [*now, runs], restored, **busy)
    gr.on(
        [
            *(part.input for name, part in form._asdict().items() if name != "search"),
            form.search.submit,
        ],
        handlers.on_filter,
        [*now, *form],
        drawn,
        trigger_mode="always_last",
        **busy,
    )
    clear.click(handlers.on_clear, now, restored, **busy)
    tabbed = [state, *charts.outputs]
    charts.tabs.select(handlers.on_chart, now, tabbed, trigger_mode="always_last", **busy)

    for name, handler in (
        ("rates", handlers.on_pick_rates),
        ("confusion", handlers.on_pick_confusion),
        ("switches", handlers.on_pick_switches),
        ("criteria", handlers.on_pick_criteria),
    ):
        charts.clicks[name].pick(handler, now, [state, reading, *read[1:]], **quiet)
    reading.select(handlers.on_reading, now, read, **quiet)
    lists = [answers.row, answers.language, answers.detected, answers.rated, answers.wrong_only]
    last: dict[str, Any] = {**quiet, "trigger_mode": "always_last"}
    gr.on([part.input for part in lists], handlers.on_cell, [*now, *lists], read, **last)
    everything.click(handlers.on_everything, now, read, **quiet)
    answers.previous.click(handlers.on_previous, now, read, **quiet)
    answers.next.click(handlers.on_next, now, read, **quiet)
    pair = [sides.first, sides.second, sides.asked_in, sides.differing]
    gr.on([part.input for part in pair], handlers.on_pair, [*now, *pair], read, **last)
    sides.previous.click(handlers.on_pair_previous, now, read, **quiet)
    sides.next.click(handlers.on_pair_next, now, read, **quiet)

    for kind in FILES:
        exported: Any = partial(handlers.on_export, kind)
        exported.__name__ = "on_export"
        saved = {**busy, "concurrency_id": None, "concurrency_limit": _AT_ONCE}
        exports[kind].click(exported, now, [file], **saved).then(
            None, None, None, js=_FETCH, api_visibility="private"
        )
    return state
