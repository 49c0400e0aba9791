from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

import workbench
from workbench.app.app import build_app
from workbench.app.checkpoints.parts import PANES as CHECKPOINT_PANES
from workbench.app.compare.parts import READING
from workbench.app.compare.state import CHARTS
from workbench.app.runs.tab import PANES
from workbench.app.services import Services


@pytest.fixture
def demo(services: Services) -> Iterator[gr.Blocks]:
    async def build() -> gr.Blocks:
        return build_app(services)

    # Outside of a running loop, Gradio would make one for its locks and leave it open.
    demo = asyncio.run(build())
    yield demo
    demo.close()


def name_of(block: Any) -> str:
    return block.elem_id or type(block).__name__.lower()


def wiring(demo: gr.Blocks) -> set[str]:
    """Each event as ``trigger.event -> handler``."""
    lines = set()
    for fn in demo.fns.values():
        for target, event in fn.targets:
            source = (
                "then"
                if target is None or event == "then"
                else name_of(demo.blocks.get(target, demo))
            )
            lines.add(f"{source}.{event} -> {fn.name}")
    return lines


def test_element_ids_that_scripts_rely_on_are_there_once(demo: gr.Blocks) -> None:
    ids = [block.elem_id for block in demo.blocks.values() if block.elem_id]
    assert len(ids) == len(set(ids))
    assert {
        "chat-prompt",
        "chat-send",
        *(f"chat-answer-{side}" for side in range(1, 5)),
        *(f"chat-strip-{side}" for side in range(1, 5)),
        "chat-checkpoints",
        "chat-settings",
        "compare-heatmap",
    } <= set(ids)


def test_events_lead_to_named_handlers(demo: gr.Blocks) -> None:
    lines = wiring(demo)
    assert {
        "chat-send.click -> on_send",
        "chat-prompt.submit -> on_send",
        "then.then -> on_answer",
        "chat-stop.click -> on_stop",
        "then.then -> on_judge",
        "chat-regenerate.click -> on_regenerate",
        "chat-edit.click -> on_edit",
        "chat-judge.click -> on_judge_now",
        "chat-clear.click -> on_clear",
        "chat-undo.click -> on_undo",
        "chat-strip.input -> on_strip",
        "chat-strength.input -> on_strength",
        "chat-remote-add.click -> on_add",
        "chat-judge-kind.input -> on_judge_kind",
        "chat-reset.click -> on_reset",
        "chat-expected.input -> on_expected",
        "grid-ask.click -> on_ask",
        "grid-stop.click -> on_stop",
        "grid-save.click -> on_save",
        "grid-set.input -> on_set",
        "grid-use.click -> on_paste",
        "grid-upload.upload -> on_upload",
        "compare-runs.input -> on_runs",
        "compare-measure.input -> on_filter",
        "compare-search.submit -> on_filter",
        "compare-clear.click -> on_clear",
        "compare-charts.select -> on_chart",
        "compare-reading.select -> on_reading",
        "compare-first.input -> on_pair",
        "compare-pair-next.click -> on_pair_next",
        "compare-export-png.click -> on_export",
        "compare-checkpoint.input -> on_cell",
        "compare-wrong-only.input -> on_cell",
        "compare-next.click -> on_next",
        "html.pick -> on_pick_rates",
        "html.pick -> on_pick_confusion",
        "html.pick -> on_pick_switches",
        "html.pick -> on_pick_criteria",
        "html.pick -> on_pick",
        "rate-panel.act -> on_act",
        "rate-run.input -> on_run",
        "rate-start.click -> on_start",
        "rate-name.submit -> on_start",
        "rate-export.click -> on_export",
        "rate-import.upload -> on_import",
        "runs-list.input -> on_draw",
        "runs-refresh.click -> on_open",
        "runs-panes.select -> on_pane",
        "runs-sign.input -> on_cell",
        "runs-go.click -> on_start",
        "runs-save.click -> on_save",
        "runs-study.input -> on_template",
        "start-recipe-learning-rate.input -> on_change",
        "runs-delete.click -> on_ask",
        "runs-sure.click -> on_delete",
        "runs-restore.click -> on_restore",
        "runs-remove.click -> on_remove",
        "checkpoints-search.input -> on_open",
        "checkpoints-cards.pick -> on_pick",
        "checkpoints-cards.chat -> on_card_chat",
        "checkpoints-chat.click -> on_chat",
        "checkpoints-compare.click -> on_compare",
        "checkpoints-export.click -> on_export",
        "checkpoints-add.click -> on_add",
        "checkpoints-remove.click -> on_remove",
        "timer.tick -> on_tick",
    } <= lines
    assert not [line for line in lines if "lambda" in line]


def test_nothing_is_offered_as_an_api_and_answers_take_turns(demo: gr.Blocks) -> None:
    assert {fn.api_visibility for fn in demo.fns.values()} == {"private"}
    answering = [fn for fn in demo.fns.values() if fn.name == "on_answer"]
    assert answering
    assert {(fn.concurrency_id, fn.concurrency_limit) for fn in answering} == {("model", 1)}


def test_only_tabs_that_work_are_shown(demo: gr.Blocks) -> None:
    tabs = [block.label for block in demo.blocks.values() if isinstance(block, gr.Tab)]
    first = ["Chat", "Every language", "Compare", *CHARTS.values(), *READING.values()]
    assert tabs == [*first, "Rate", "Runs", *PANES, "Checkpoints", *CHECKPOINT_PANES]


def test_the_core_does_not_import_gradio() -> None:
    folder = Path(workbench.__file__).parent
    modules = [
        ".".join(("workbench", *path.relative_to(folder).with_suffix("").parts))
        for path in folder.rglob("*.py")
        if path.name != "__init__.py" and "app" not in path.relative_to(folder).parts
    ]
    offenders = [m for m in modules if "gradio" in _source(folder, m) and not m.endswith(".cli")]
    assert not offenders
    code = "import sys, workbench.charts.rates, workbench.cli; sys.exit('gradio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0


def _source(folder: Path, module: str) -> str:
    path = folder.joinpath(*module.split(".")[1:]).with_suffix(".py")
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if "import" in line)
