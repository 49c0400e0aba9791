"""The page: header, tabs, and the server that shows it at a local address."""

from __future__ import annotations

import os
from typing import Any

import gradio as gr

from workbench.app.access import Access
from workbench.app.chat import tab as chat
from workbench.app.checkpoints import tab as checkpoints
from workbench.app.checkpoints.parts import ELSEWHERE, Elsewhere
from workbench.app.compare import tab as compare
from workbench.app.every_language import tab as every_language
from workbench.app.rate import tab as rate
from workbench.app.runs import tab as runs
from workbench.app.services import Services, make_services
from workbench.assets import asset
from workbench.workspace import Workspace

_DARK = "() => document.body.classList.contains('dark')"


def build_app(services: Services) -> gr.Blocks:
    """The page over these services."""
    demo = gr.Blocks(title="Cross-lingual Workbench", analytics_enabled=False)
    with demo:
        gr.HTML(
            '<header class="wb-header"><h1>Cross-lingual Workbench</h1>'
            "<p>What does an LLM tuned on English instructions do in other languages?</p></header>",
            apply_default_css=False,
        )
        dark = gr.Checkbox(visible=False)
        demo.load(None, None, [dark], js=_DARK, api_visibility="private")
        with gr.Tabs() as tabs:
            with gr.Tab("Chat", id="chat") as tab:
                chat.build(services, [demo.load, tab.select], dark)
            with gr.Tab("Every language", id="every-language") as tab:
                every_language.build(services, [demo.load, tab.select])
            with gr.Tab("Compare", id="compare") as tab:
                compare.build(services, [tab.select], dark)
            with gr.Tab("Rate", id="rate") as tab:
                rate.build(services, [tab.select], demo.load)
            with gr.Tab("Runs", id="runs") as tab:
                runs.build(services, [tab.select], dark)
            elsewhere = Elsewhere(tabs, *(_part(demo, name) for name in ELSEWHERE))
            with gr.Tab("Checkpoints", id="checkpoints") as tab:
                checkpoints.build(services, [tab.select], dark, elsewhere)
    demo.queue(max_size=32)
    return demo


def _part(demo: gr.Blocks, name: str) -> Any:
    """The component of an id, which tests and scripts know it by as well."""
    return next(block for block in demo.blocks.values() if block.elem_id == name)


def launch(workspace: Workspace, access: Access | None = None, wait: bool = True) -> gr.Blocks:
    """Serve the app, at a local address unless ``access`` says otherwise, until interrupted.

    Nothing is asked of any other machine. Raises InputError where others could reach the app
    without a password.
    """
    access = access or Access()
    _ = access.credentials  # refused before anything is loaded
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    demo = build_app(make_services(workspace))
    print(f"The workbench is at {serve(demo, access)} (Ctrl+C ends it)", flush=True)
    if wait:
        demo.block_thread()
    return demo


def serve(demo: gr.Blocks, access: Access | None = None) -> str:
    """Start the server of a page; its address, the public one where it has one."""
    access = access or Access(browser=False)
    _, address, public = demo.launch(
        server_name=access.host,
        server_port=access.port,
        inbrowser=access.browser,
        auth=access.credentials,
        share=access.share,
        prevent_thread_lock=True,
        ssr_mode=False,
        quiet=True,
        show_error=True,
        enable_monitoring=False,
        run_history=False,
        footer_links=["settings"],
        theme=theme(),
        css_paths=sorted(asset("styles").glob("*.css")),
    )
    return public or address


def theme() -> gr.themes.Base:
    """Colours and shapes, with the fonts that the machine has."""
    return gr.themes.Default(
        primary_hue="teal",
        neutral_hue="slate",
        font=["system-ui", "Noto Sans", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
    )
