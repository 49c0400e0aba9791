"""The parts of the Checkpoints tab: components, and what handlers give for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import gradio as gr

from workbench.app.runs.training_views import MEASURES
from workbench.assets import asset
from workbench.files import read_text

PANES = ("Languages", "Training", "Recipe")
ELSEWHERE = ("chat-checkpoints", "compare-runs")
"""Ids of the lists in other tabs that this one chooses in, in the order of ``Elsewhere``."""
_METHODS = [("all", ""), ("full fine-tuning", "full"), ("LoRA", "lora"), ("not tuned", "base")]


@dataclass(frozen=True)
class Elsewhere:
    """Parts of other tabs that this one leads to."""

    tabs: Any
    chat: Any
    """Checkpoints that answer in the chat."""
    compare: Any
    """Runs that are compared."""


class Filters(NamedTuple):
    """Which cards are shown."""

    text: Any
    method: Any
    steps: Any


class Detail(NamedTuple):
    """What is shown of the chosen checkpoint."""

    place: Any
    name: Any
    head: Any
    remove: Any
    rivals: Any
    profile: Any
    loss: Any
    measure: Any
    curves: Any
    note: Any
    recipe: Any
    command: Any


class Acts(NamedTuple):
    """The buttons of the chosen checkpoint."""

    chat: Any
    compare: Any
    license: Any
    export: Any
    file: Any


class Adding(NamedTuple):
    """What adds a checkpoint from elsewhere."""

    source: Any
    name: Any
    add: Any


def build_filters() -> Filters:
    """Search, method, and whether steps are shown."""
    with gr.Row(elem_classes="wb-controls"):
        text = gr.Textbox(
            label="Search",
            placeholder="name, base, language, learning rate …",
            elem_id="checkpoints-search",
            scale=3,
            min_width=240,
        )
        method = gr.Dropdown(
            _METHODS,
            value="",
            label="Method",
            interactive=True,
            elem_id="checkpoints-method",
            min_width=160,
        )
        steps = gr.Checkbox(
            label="Also steps kept in training", elem_id="checkpoints-steps", min_width=200
        )
    return Filters(text, method, steps)


def build_cards() -> gr.HTML:
    """The place of the cards, which tells which button was pressed."""
    return gr.HTML(
        elem_id="checkpoints-cards",
        js_on_load=read_text(asset("scripts", "checkpoint_cards.js")),
        apply_default_css=False,
    )


def build_detail() -> tuple[Detail, Acts]:
    """The chosen checkpoint, and its buttons."""
    with gr.Column(visible=False, elem_id="checkpoints-detail") as place:
        head = gr.HTML(apply_default_css=False)
        with gr.Row(elem_classes="wb-controls", elem_id="checkpoints-acts"):
            chat = gr.Button(
                "Chat with it",
                variant="primary",
                elem_id="checkpoints-chat",
                min_width=120,
                scale=0,
            )
            rivals = gr.Dropdown(
                [],
                multiselect=True,
                label="Compare with",
                interactive=True,
                elem_id="checkpoints-rivals",
                min_width=220,
            )
            compare = gr.Button("Compare", elem_id="checkpoints-compare", min_width=100, scale=0)
            license = gr.Textbox(
                label="Licence, for the card",
                placeholder="such as apache-2.0; open if empty",
                elem_id="checkpoints-license",
                min_width=180,
            )
            export = gr.Button(
                "Export (.zip)", elem_id="checkpoints-export", min_width=110, scale=0
            )
            file = gr.DownloadButton(visible="hidden", elem_id="checkpoints-file")
            remove = gr.Button(
                "Take off the list",
                visible=False,
                elem_id="checkpoints-remove",
                min_width=130,
                scale=0,
            )
        with gr.Tabs():
            with gr.Tab(PANES[0]):
                profile = gr.HTML(elem_id="checkpoints-profile", apply_default_css=False)
            with gr.Tab(PANES[1]):
                loss = gr.Plot(show_label=False, elem_id="checkpoints-loss", container=False)
                measure = gr.Dropdown(
                    [(name, key) for key, name in MEASURES.items()],
                    value=next(iter(MEASURES)),
                    label="Validation while it was trained",
                    interactive=True,
                    elem_id="checkpoints-measure",
                )
                curves = gr.Plot(show_label=False, elem_id="checkpoints-curves", container=False)
                note = gr.HTML(apply_default_css=False)
            with gr.Tab(PANES[2]):
                recipe = gr.Code(
                    label="The recipe as a file",
                    language="yaml",
                    interactive=False,
                    elem_id="checkpoints-recipe",
                )
                command = gr.Textbox(
                    label="Trains it again",
                    interactive=False,
                    buttons=["copy"],
                    elem_id="checkpoints-command",
                )
    detail = Detail(
        *(place, gr.State(""), head, remove, rivals, profile),
        *(loss, measure, curves, note, recipe, command),
    )
    return detail, Acts(chat, compare, license, export, file)


def build_adding() -> Adding:
    """A folder or a hub id, and what it is called here."""
    with (
        gr.Accordion("Add a checkpoint", open=False, elem_id="checkpoints-adding"),
        gr.Row(elem_classes="wb-controls"),
    ):
        source = gr.Textbox(
            label="Folder or hub id",
            info="Nothing is copied; weights must be safetensors, and no code of a model is run",
            placeholder="/models/mine, or OWNER/NAME",
            elem_id="checkpoints-source",
            scale=3,
            min_width=260,
        )
        name = gr.Textbox(
            label="Name",
            info="That of the folder, or the hub id, if empty",
            elem_id="checkpoints-name",
            min_width=180,
        )
        add = gr.Button("Add", elem_id="checkpoints-add", min_width=90, scale=0)
    return Adding(source, name, add)
