"""The components of the Compare tab, in the order in which they stand on the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from workbench.app.compare.measures import MEASURES
from workbench.app.compare.parts import (
    ALL,
    FILES,
    READING,
    TIPS,
    Answers,
    Charts,
    Form,
    Picture,
    Rates,
    Selecting,
    Sides,
)
from workbench.app.compare.state import CHARTS, DIFFERING, LONGEST
from workbench.app.rendering import render_note
from workbench.assets import asset
from workbench.files import read_text
from workbench.judging.criteria import CRITERIA

_KEPT = [ALL, ("kept", "yes"), ("not kept", "no")]
_LEVELS = [("0 or 1", 2), ("0", 1)]
_CLICK = "heatmap_click.js"


def build_form() -> tuple[Any, Any, Form, Any, Any]:
    """Runs, the button that chooses all of them, filters, their summary, what clears them."""
    with gr.Row(elem_classes="wb-controls"):
        runs = _choice("Runs", "compare-runs", multiselect=True, scale=4, min_width=300)
        every = gr.Button("All runs", size="sm", min_width=90, scale=0, elem_id="compare-all")
    with gr.Row(elem_classes="wb-controls"):
        offered = [(name, key) for key, name in MEASURES.items()]
        measure = _choice(
            "Measure", "compare-measure", choices=offered, value="right_language", min_width=200
        )
        languages = _choice(
            "Languages (empty: all)", "compare-languages", multiselect=True, min_width=200
        )
        judge = _choice("Ratings by", "compare-judge", choices=[], visible=False)
        search = gr.Textbox(
            label="Search in prompts and answers",
            placeholder="Text, then Enter",
            max_length=LONGEST,
            submit_btn=True,
            min_width=220,
            elem_id="compare-search",
        )
    with gr.Accordion("More filters", open=False, elem_id="compare-filters"):
        with gr.Row(elem_classes="wb-controls"):
            checkpoints = _choice(
                "Checkpoints (empty: all)", "compare-checkpoints", multiselect=True, min_width=300
            )
            prompt_set = _choice("Prompt set", "compare-prompt-set")
            task = _choice("Task", "compare-task")
            tier = _choice("Tier", "compare-tier")
        with gr.Row(elem_classes="wb-controls"):
            constraint = _choice("Constraint", "compare-constraint")
            kept = _choice("Constraint is", "compare-kept", choices=_KEPT)
            rated = [ALL, *((name, name) for name in CRITERIA)]
            criterion = _choice("Rated low in", "compare-criterion", choices=rated)
            below = _choice("Low is", "compare-below", choices=_LEVELS, value=2)
        disagreeing = gr.Checkbox(
            label="Only answers about whose language detectors disagree",
            container=False,
            elem_id="compare-disagreeing",
        )
    with gr.Row(elem_classes="wb-summary"):
        summary = gr.HTML(elem_id="compare-summary", apply_default_css=False)
        clear = gr.Button(
            "Clear filters",
            size="sm",
            scale=0,
            min_width=120,
            visible=False,
            elem_id="compare-clear",
        )
    filters = (languages, search, checkpoints, prompt_set, task, tier, constraint, kept)
    form = Form(measure, *filters, criterion, below, disagreeing, judge, None)
    return runs, every, form, summary, clear


def build_charts() -> tuple[Charts, Any]:
    """A tab for each chart, and the list of checkpoints whose gap to English is shown."""
    clicks: dict[str, Any] = {}
    pictures: dict[str, Picture] = {}
    gap_of = None
    with gr.Tabs(elem_id="compare-charts") as tabs:
        with _tab("rates"):
            heatmap = _plot("heatmap")
            coverage = _note("coverage")
            clicks["rates"] = _click("compare-heatmap")
            with gr.Row():
                curves = [part for name in ("learning-rate", "size") for part in _curve(name)]
        for name in ("flow", "confusion", "passes", "switches"):
            with _tab(name):
                pictures[name] = Picture(_plot(name), _note(f"{name}-note"))
                if name in ("confusion", "switches"):
                    clicks[name] = _click(f"compare-{name}")
        for name in ("criteria", "profile", "gap"):
            with _tab(name):
                if name == "gap":
                    gap_of = _choice("Checkpoint", "compare-gap-of", choices=[])
                pictures[name] = Picture(_plot(name), _note(f"{name}-note"))
                if name == "criteria":
                    clicks[name] = _click("compare-criteria")
        with _tab("selection"):
            selecting_note = _note("selection-note")
            table = gr.HTML(elem_id="compare-choices", apply_default_css=False)
            with gr.Row():
                with gr.Column(min_width=320):
                    costs = _plot("costs")
                with gr.Column(min_width=320):
                    front = _plot("front")
    selecting = Selecting(selecting_note, table, costs, front)
    charts = Charts(tabs, Rates(heatmap, coverage, *curves), pictures, selecting, clicks)
    return charts, gap_of


def build_export() -> tuple[dict[str, Any], Any]:
    """The buttons that export, by what they export; the file that the browser fetches."""
    with gr.Accordion("Export what is seen", open=False, elem_id="compare-export"):
        with gr.Row(elem_classes="wb-acts"):
            buttons = {
                kind: gr.Button(
                    text, size="sm", scale=0, min_width=140, elem_id=f"compare-export-{kind}"
                )
                for kind, text in FILES.items()
            }
        gr.HTML(
            render_note(
                "Each file says which runs, filters and versions made it. Pictures need kaleido "
                "and a browser on the machine of the app; the camera above a chart needs neither."
            ),
            apply_default_css=False,
        )
        file = gr.DownloadButton(visible="hidden", elem_id="compare-file")
    return buttons, file


def build_reading() -> tuple[Any, Answers, Any, Sides]:
    """Answers one by one, what shows all of them again, and two checkpoints side by side."""
    gr.HTML('<h2 id="compare-answers">Answers</h2>', apply_default_css=False)
    with gr.Tabs(elem_id="compare-reading") as tabs:
        with gr.Tab(READING["list"], id="list"):
            with gr.Row(elem_classes="wb-controls"):
                row = _choice("Checkpoint", "compare-checkpoint", min_width=260)
                language = _choice("Asked for", "compare-language")
                detected = _choice("Answered in", "compare-detected")
                rated = _choice("Rated in, the lowest first", "compare-rated")
            with gr.Row(elem_classes="wb-summary"):
                wrong_only = gr.Checkbox(
                    label="Wrong language only", container=False, elem_id="compare-wrong-only"
                )
                described = gr.HTML(elem_id="compare-cell", apply_default_css=False)
                everything = gr.Button(
                    "All answers", size="sm", scale=0, min_width=110, elem_id="compare-everything"
                )
            cards = gr.HTML(elem_id="compare-cards", apply_default_css=False)
            pager = _pager("compare")
        with gr.Tab(READING["pair"], id="pair"):
            with gr.Row(elem_classes="wb-controls"):
                first = _choice("First checkpoint", "compare-first", choices=[], min_width=260)
                second = _choice("Second checkpoint", "compare-second", choices=[], min_width=260)
                asked_in = _choice("Asked for", "compare-asked-in")
                names = [(name, key) for key, name in DIFFERING.items()]
                differing = _choice("Where they differ in", "compare-differing", choices=names)
            sides = gr.HTML(elem_id="compare-sides", apply_default_css=False)
            steps = _pager("compare-pair")
    answers = Answers(row, language, detected, rated, wrong_only, described, cards, *pager)
    return tabs, answers, everything, Sides(first, second, asked_in, differing, sides, *steps)


def build_tips() -> None:
    """What buttons and tabs are for, in plain words, when they are pointed at or reached."""
    gr.HTML(js_on_load=read_text(asset("scripts", "chat.js")), tips=TIPS, stop="")


def _tab(name: str) -> gr.Tab:
    return gr.Tab(CHARTS[name], id=name, elem_id=f"compare-tab-{name}")


def _choice(label: str, name: str, **settings: Any) -> gr.Dropdown:
    """A list to choose from; single ones start with ``all``."""
    defaults: dict[str, Any] = {"choices": [ALL], "value": "", "min_width": 150}
    if settings.get("multiselect"):
        defaults = {"choices": [], "value": [], "min_width": 150}
    elif settings.get("choices") == []:
        defaults["value"] = None
    return gr.Dropdown(label=label, elem_id=name, interactive=True, **{**defaults, **settings})


def _plot(name: str) -> gr.Plot:
    """The place of a chart."""
    return gr.Plot(show_label=False, elem_id=f"compare-{name}", container=False)


def _note(name: str) -> gr.HTML:
    """The place of a sentence."""
    return gr.HTML(elem_id=f"compare-{name}", apply_default_css=False)


def _curve(name: str) -> tuple[gr.Plot, gr.HTML]:
    with gr.Column(min_width=320):
        return _plot(name), _note(f"{name}-note")


def _click(chart: str) -> gr.HTML:
    """What clicks on the cells of a heat map come from; there is nothing to be seen of it."""
    return gr.HTML(
        js_on_load=read_text(asset("styles", _CLICK)),
        apply_default_css=False,
        chart=chart,
        answers="compare-answers",
    )


def _pager(name: str) -> Sequence[Any]:
    """Where one is, and the buttons before and after it."""
    with gr.Row(elem_classes="wb-pager"):
        previous = gr.Button("Previous", size="sm", min_width=90, elem_id=f"{name}-previous")
        label = gr.HTML(elem_id=f"{name}-page", apply_default_css=False)
        following = gr.Button("Next", size="sm", min_width=90, elem_id=f"{name}-next")
    return label, previous, following
