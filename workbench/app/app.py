"""The page: header, tabs, and the server that shows it at a local address."""

from __future__ import annotations

import os
from pathlib import Path

import gradio as gr

from workbench.app.chat import tab as chat
from workbench.app.compare import tab as compare
from workbench.app.rate import tab as rate
from workbench.app.runs import tab as runs
from workbench.app.services import Services, make_services
from workbench.assets import asset
from workbench.workspace import Workspace

ADDRESS = "127.0.0.1"
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
        with gr.Tab("Chat", id="chat") as tab:
            chat.build(services, [demo.load, tab.select])
        with gr.Tab("Compare", id="compare") as tab:
            compare.build(services, [tab.select], dark)
        with gr.Tab("Rate", id="rate") as tab:
            rate.build(services, [tab.select], demo.load)
        with gr.Tab("Runs", id="runs") as tab:
            runs.build(services, [tab.select], dark)
    demo.queue(max_size=32)
    return demo


def launch(
    workspace: Path, port: int | None = None, browser: bool = True, wait: bool = True
) -> gr.Blocks:
    """Serve the app at a local address, until interrupted unless ``wait`` is off.

    ``port`` None takes the first free one from 7860 on; ``browser`` opens the page.
    Nothing is asked of any other machine.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    demo = build_app(make_services(Workspace(workspace)))
    print(f"The workbench is at {serve(demo, port, browser)} (Ctrl+C ends it)", flush=True)
    if wait:
        demo.block_thread()
    return demo


def serve(demo: gr.Blocks, port: int | None = None, browser: bool = False) -> str:
    """Start the server of a page; its address."""
    _, address, _ = demo.launch(
        server_name=ADDRESS,
        server_port=port,
        inbrowser=browser,
        prevent_thread_lock=True,
        share=False,
        ssr_mode=False,
        quiet=True,
        show_error=True,
        enable_monitoring=False,
        run_history=False,
        footer_links=["settings"],
        theme=theme(),
        css_paths=sorted(asset("styles").glob("*.css")),
    )
    return address


def theme() -> gr.themes.Base:
    """Colours and shapes, with the fonts that the machine has."""
    return gr.themes.Default(
        primary_hue="teal",
        neutral_hue="slate",
        font=["system-ui", "Noto Sans", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
    )
