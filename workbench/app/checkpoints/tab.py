"""The Checkpoints tab: cards of what can be asked, each with its languages, training and recipe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from workbench.app.checkpoints.handlers import CheckpointHandlers
from workbench.app.checkpoints.parts import (
    Elsewhere,
    build_adding,
    build_cards,
    build_detail,
    build_filters,
)
from workbench.app.services import Services

_TO_DETAIL = (
    "() => setTimeout(() => document.querySelector('#checkpoints-detail')"
    "?.scrollIntoView({behavior: 'smooth', block: 'start'}), 150)"
)
_FETCH = "() => document.querySelector('#checkpoints-file')?.click()"


def build(
    services: Services,
    opened: Sequence[Callable[..., Any]],
    dark: gr.Checkbox,
    elsewhere: Elsewhere,
) -> None:
    """The components of the tab and their wiring; ``opened`` are the events of its opening.

    ``dark`` holds whether the page is dark; ``elsewhere`` are the parts that buttons lead to.
    """
    handlers = CheckpointHandlers(services.checkpoints)
    filters = build_filters()
    cards = build_cards()
    detail, acts = build_detail()
    adding = build_adding()

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    busy: dict[str, Any] = {"show_progress": "minimal", "api_visibility": "private"}
    listing: dict[str, Any] = {
        "fn": handlers.on_open,
        "inputs": [detail.name, *filters],
        "outputs": [cards],
    }
    gr.on(
        [*opened, *(part.input for part in filters)], trigger_mode="always_last", **listing, **quiet
    )
    shown = [detail.measure, dark]
    cards.pick(handlers.on_pick, shown, [*detail], **busy).success(
        None, None, None, js=_TO_DETAIL, api_visibility="private"
    ).then(**listing, **quiet)
    detail.measure.input(
        handlers.on_measure,
        [detail.name, *shown],
        [detail.measure, detail.curves, detail.note],
        **busy,
    )
    chat = [elsewhere.tabs, elsewhere.chat]
    cards.chat(handlers.on_card_chat, None, chat, **quiet)
    acts.chat.click(handlers.on_chat, [detail.name], chat, **quiet)
    acts.compare.click(
        handlers.on_compare,
        [detail.name, detail.rivals],
        [elsewhere.tabs, elsewhere.compare],
        **quiet,
    )
    acts.export.click(handlers.on_export, [detail.name, acts.license], [acts.file], **busy).then(
        None, None, None, js=_FETCH, api_visibility="private"
    )
    gr.on(
        [adding.add.click, adding.source.submit, adding.name.submit],
        handlers.on_add,
        [adding.source, adding.name, *shown],
        [adding.source, adding.name, *detail],
        **busy,
    ).success(**listing, **quiet)
    detail.remove.click(
        handlers.on_remove, [detail.name], [detail.place, detail.name], **quiet
    ).success(**listing, **quiet)
