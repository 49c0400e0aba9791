"""The grid's tab: one prompt asked in every language, by up to four checkpoints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from workbench.app.every_language.handlers import EveryLanguageHandlers
from workbench.app.every_language.rendering import TEMPLATE
from workbench.app.every_language.service import MOST_CHECKPOINTS
from workbench.app.services import Services
from workbench.assets import asset
from workbench.files import read_text

_LENGTHS = (32, 64, 128, 256, 512, 1024)
_EXAMPLE = "en: Why is the sky blue?\nfr: Pourquoi le ciel est-il bleu ?\nzh: 天空为什么是蓝色的？"


def build(services: Services, opened: Sequence[Callable[..., Any]]) -> None:
    """The components of the tab and their wiring; ``opened`` are the events of its opening."""
    handlers = EveryLanguageHandlers(services.every_language)
    grid, own = gr.State(None), gr.State(None)
    with gr.Row(elem_classes="wb-controls"):
        prompt_set = gr.Dropdown(
            [], label="Prompt set", interactive=True, elem_id="grid-set", min_width=150
        )
        question = gr.Dropdown(
            [], label="Prompt", interactive=True, elem_id="grid-question", min_width=240, scale=3
        )
        languages = gr.Dropdown(
            [],
            label="Languages (empty: all)",
            multiselect=True,
            interactive=True,
            elem_id="grid-languages",
            min_width=200,
            scale=2,
        )
    with gr.Row(elem_classes="wb-controls"):
        checkpoints = gr.Dropdown(
            [],
            label=f"Checkpoints (up to {MOST_CHECKPOINTS})",
            multiselect=True,
            max_choices=MOST_CHECKPOINTS,
            interactive=True,
            elem_id="grid-checkpoints",
            min_width=240,
            scale=3,
        )
        longest = gr.Dropdown(
            [("as each checkpoint", 0), *((f"{number} tokens", number) for number in _LENGTHS)],
            value=0,
            label="Longest answer",
            interactive=True,
            elem_id="grid-longest",
            min_width=150,
        )
    with gr.Accordion("Your own translations", open=False, elem_id="grid-own") as accordion:
        table = gr.Textbox(
            label="One line a language: language, tab or colon, prompt",
            placeholder=_EXAMPLE,
            lines=4,
            max_lines=20,
            elem_id="grid-table",
        )
        with gr.Row(elem_classes="wb-own"):
            use = gr.Button("Use these", size="sm", elem_id="grid-use")
            upload = gr.UploadButton(
                "Upload JSONL or CSV",
                file_types=[".jsonl", ".csv", ".tsv"],
                size="sm",
                elem_id="grid-upload",
            )
    with gr.Row(elem_id="grid-buttons"):
        ask = gr.Button(
            "Ask in every language", variant="primary", min_width=170, elem_id="grid-ask"
        )
        stop = gr.Button("Stop", interactive=False, min_width=80, elem_id="grid-stop")
        save = gr.Button("Save as run", interactive=False, min_width=110, elem_id="grid-save")
    note = gr.HTML(visible=False, elem_id="grid-note", apply_default_css=False)
    progress = gr.HTML(elem_id="grid-progress", apply_default_css=False)
    summary = gr.HTML(
        js_on_load=read_text(asset("scripts", "every_language_summary.js")),
        elem_id="grid-summary",
        apply_default_css=False,
    )
    rows = gr.HTML(
        [],
        html_template=TEMPLATE,
        js_on_load=read_text(asset("scripts", "every_language.js")),
        elem_id="grid-rows",
        apply_default_css=False,
    )

    view = [grid, progress, summary, rows, ask, stop, save]
    form = [prompt_set, question, languages, checkpoints, note]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    gr.on(opened, handlers.on_open, [prompt_set, checkpoints, own, grid], [*form, rows], **quiet)
    prompt_set.input(handlers.on_set, [prompt_set, checkpoints, own], form, **quiet)
    checkpoints.input(handlers.on_checkpoints, [prompt_set, checkpoints], [note], **quiet)
    taken = [own, accordion, *form]
    use.click(handlers.on_paste, [table, checkpoints], taken, **quiet)
    upload.upload(handlers.on_upload, [upload, checkpoints], taken, **quiet)
    ask.click(
        handlers.on_ask,
        [grid, own, prompt_set, question, languages, checkpoints, longest],
        view,
        **quiet,
    ).then(handlers.on_answer, [grid], view, concurrency_id="model", concurrency_limit=1, **quiet)
    stop.click(handlers.on_stop, [grid], [stop], **quiet)
    save.click(handlers.on_save, [grid], view, **quiet)
