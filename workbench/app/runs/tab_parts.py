"""The parts of the Runs tab: components of each pane, and what handlers give for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, get_args

import gradio as gr

from workbench.app.rendering import render_note
from workbench.app.runs.deleting import Asked, Bin
from workbench.app.runs.training_views import MEASURES
from workbench.assets import asset
from workbench.charts.findings import SIGNS
from workbench.files import read_text
from workbench.validation.settings import Measure

PANES = ("Curves", "Selection", "Signs", "Base")
"""Short enough for all of them to stand side by side on a phone."""
SECONDS = 3.0
"""Between two looks at a run that is going on."""
BY_SEED = "seed"
_PANELS = [("condition (mean over seeds)", ""), ("condition and seed", BY_SEED)]
_AS_DECLARED = ("as the study has it", "")


class Opened(NamedTuple):
    """What the tab shows when it is opened."""

    empty: Any
    content: Any
    runs: Any
    start: Any
    started_from: Any
    """Whether the form that starts a study is open."""
    bin: Any
    """The trash: its place, what is in it, and the name that confirms."""
    bin_chosen: Any
    bin_name: Any


class Chosen(NamedTuple):
    """What is shown of a run whatever the pane."""

    head: Any
    timer: Any
    seen: Any
    """What was drawn, to tell whether anything is new."""
    stop: Any
    again: Any
    delete: Any
    log_place: Any
    log: Any


class CurvePane(NamedTuple):
    """Curves by language."""

    options: Any
    measure: Any
    absent: Any
    curves: Any
    note: Any


class KeepPane(NamedTuple):
    """Which checkpoint to keep."""

    table: Any
    details: Any
    costs: Any
    front: Any
    advice: Any


class SignPane(NamedTuple):
    """The map of signs and the examples below it."""

    answers: Any
    absent: Any
    content: Any
    maps: Any
    sign: Any
    checkpoint: Any
    language: Any
    found: Any
    cards: Any


class BasePane(NamedTuple):
    """What the base knew."""

    bars: Any
    note: Any


def build_side() -> tuple[gr.Radio, gr.Button]:
    """The list of runs, and what reads it anew."""
    with gr.Column(scale=1, min_width=320, elem_id="runs-side"):
        runs = gr.Radio([], label="Runs, the latest first", elem_id="runs-list")
        refresh = gr.Button("Refresh", size="sm", elem_id="runs-refresh")
        gr.HTML(js_on_load=read_text(asset("scripts", "list_keys.js")), list="runs-list")
    return runs, refresh


def build_head() -> tuple[Chosen, gr.Button]:
    """The chosen run above its panes, and the button that asks whether to delete it."""
    head = gr.HTML(elem_id="runs-head", apply_default_css=False)
    with gr.Row(elem_classes="wb-acts"):
        stop, again, delete = (
            gr.Button(text, visible=False, size="sm", elem_id=f"runs-{name}", scale=0)
            for text, name in (("Stop", "stop"), ("Go on", "again"), ("Delete …", "delete"))
        )
    with gr.Accordion("Log", open=False, visible=False, elem_id="runs-log") as log_place:
        log = gr.HTML(apply_default_css=False)
    timer = gr.Timer(SECONDS, active=False)
    return Chosen(head, timer, gr.State(""), stop, again, delete, log_place, log), delete


def build_question() -> tuple[Asked, gr.Button, gr.Button]:
    """The question whether a run is to be deleted, what says yes, and what says no."""
    with gr.Column(visible=False, elem_id="runs-question") as place:
        text = gr.HTML(apply_default_css=False)
        checkpoints = gr.Checkbox(
            label="Also its checkpoints", elem_id="runs-with-checkpoints", container=False
        )
        with gr.Row(elem_classes="wb-acts"):
            sure = gr.Button(
                "Move to the trash", variant="stop", size="sm", elem_id="runs-sure", scale=0
            )
            keep = gr.Button("Keep it", size="sm", elem_id="runs-keep-it", scale=0)
    return Asked(place, gr.State(""), text, checkpoints), sure, keep


def build_bin() -> tuple[Bin, gr.Button, gr.Button]:
    """The trash, what restores from it, and what deletes for good."""
    with gr.Accordion("Trash", open=False, visible=False, elem_id="runs-bin") as place:
        with gr.Row(elem_classes="wb-controls"):
            chosen = choice("Deleted runs, the latest first", "runs-deleted", [])
            restore = gr.Button("Restore", size="sm", elem_id="runs-restore", scale=0)
        with gr.Row(elem_classes="wb-controls"):
            name = gr.Textbox(
                label="Name of the run, to delete it for good",
                info="Its answers and ratings, and checkpoints that went with it, are gone then",
                elem_id="runs-bin-name",
            )
            remove = gr.Button(
                "Delete for good", variant="stop", size="sm", elem_id="runs-remove", scale=0
            )
    return Bin(place, chosen, name), restore, remove


def build_curves() -> tuple[CurvePane, gr.Dropdown]:
    """Curves, and the list that says what has a panel of its own."""
    with gr.Tab(PANES[0]):
        _heading("Validation by language while it trains")
        with gr.Row(elem_classes="wb-controls") as options:
            measure = choice("Measure", "runs-measure", [(n, k) for k, n in MEASURES.items()])
            panels = choice("A panel for each", "runs-panels", _PANELS)
        absent = gr.HTML(visible=False, apply_default_css=False)
        figure = _plot("runs-curves")
        note = gr.HTML(elem_id="runs-curves-note", apply_default_css=False)
    return CurvePane(options, measure, absent, figure, note), panels


def build_keep() -> tuple[KeepPane, gr.Dropdown, gr.Dropdown]:
    """Selection, and the lists of objectives and of measures."""
    with gr.Tab(PANES[1]):
        _heading("Which checkpoint to keep")
        with gr.Row(elem_classes="wb-controls"):
            objectives = [
                _AS_DECLARED,
                ("mean over languages", "mean"),
                ("worst language", "worst"),
            ]
            objective = choice("All languages count by", "runs-objective", objectives)
            measures = [
                (MEASURES.get(name, name.replace("_", " ")), name) for name in get_args(Measure)
            ]
            chosen_by = choice("Measure", "runs-chosen-by", [_AS_DECLARED, *measures])
        table = gr.HTML(elem_id="runs-choices", apply_default_css=False)
        with gr.Row(visible=False) as details:
            with gr.Column(min_width=320):
                _heading("What choosing by English costs")
                costs = _plot("runs-costs")
            with gr.Column(min_width=320):
                _heading("English against the others")
                front = _plot("runs-front")
        advice = gr.HTML(elem_id="runs-advice", apply_default_css=False)
    return KeepPane(table, details, costs, front, advice), objective, chosen_by


def build_signs() -> tuple[SignPane, gr.HTML]:
    """Signs, and the hint that clicks on their maps come from."""
    with gr.Tab(PANES[2]):
        _heading("Signs of failed transfer")
        answers = choice("Answers", "runs-answers", [])
        absent = gr.HTML(visible=False, apply_default_css=False)
        with gr.Column() as content:
            maps = _plot("runs-signs")
            hint = gr.HTML(
                render_note("Darker is worse. Click a cell to read examples, or choose it below."),
                js_on_load=read_text(asset("styles", "heatmap_click.js")),
                apply_default_css=False,
                chart="runs-signs",
                answers="runs-examples",
            )
            _heading("Examples", "runs-examples")
            with gr.Row(elem_classes="wb-controls"):
                sign = choice("Sign", "runs-sign", [(name, key) for key, name in SIGNS.items()])
                checkpoint = choice("Checkpoint", "runs-checkpoint", [])
                language = choice("Language", "runs-language", [])
            found = gr.HTML(elem_id="runs-found", apply_default_css=False)
            cards = gr.HTML(elem_id="runs-cards", apply_default_css=False)
    pane = SignPane(answers, absent, content, maps, sign, checkpoint, language, found, cards)
    return pane, hint


def build_base() -> BasePane:
    """What the base knew."""
    with gr.Tab(PANES[3]):
        _heading("What the base knew")
        bars = _plot("runs-base")
        note = gr.HTML(elem_id="runs-base-note", apply_default_css=False)
    return BasePane(bars, note)


def choice(label: str, name: str, offers: Sequence[tuple[str, str]]) -> gr.Dropdown:
    """A list to choose one of; the first is chosen."""
    first = offers[0][1] if offers else None
    return gr.Dropdown(
        list(offers), value=first, label=label, elem_id=name, interactive=True, min_width=220
    )


def _heading(text: str, name: str | None = None) -> gr.HTML:
    return gr.HTML(f'<h3 class="wb-sub">{text}</h3>', apply_default_css=False, elem_id=name)


def _plot(name: str) -> gr.Plot:
    return gr.Plot(show_label=False, elem_id=name, container=False)


def nothing_chosen(head: Any) -> Chosen:
    """What is shown above the panes where no run is chosen."""
    hidden = gr.update(visible=False)
    return Chosen(head, gr.Timer(active=False), "", hidden, hidden, hidden, hidden, "")


def pane_outputs(name: str | None, values: Sequence[Any]) -> tuple[Any, ...]:
    """Outputs of all panes, of which only one changes."""
    shapes: dict[str, Any] = dict(
        zip(PANES, (CurvePane, KeepPane, SignPane, BasePane), strict=True)
    )
    outputs: list[Any] = []
    for pane, shape in shapes.items():
        outputs += values if pane == name else [gr.skip()] * len(shape._fields)
    return tuple(outputs)
