"""Deleting a run in two steps, and the trash that it can be restored from."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import gradio as gr

from workbench.app.rendering import render_note
from workbench.trash import Contents, Deleted


class Asked(NamedTuple):
    """The question whether a run is to be deleted."""

    place: Any
    run: Any
    """Run that is asked about, so that no other one is deleted."""
    text: Any
    checkpoints: Any


class Bin(NamedTuple):
    """The runs in the trash."""

    place: Any
    chosen: Any
    name: Any
    """Name that is written to confirm that a run is to be deleted for good."""


HIDDEN = Asked(gr.update(visible=False), "", "", gr.update(value=False))


def asked(found: Contents) -> Asked:
    """Ask whether a run is to be deleted, saying what goes with it."""
    return Asked(
        gr.update(visible=True),
        found.run,
        render_loss(found),
        gr.update(
            value=False,
            visible=bool(found.checkpoints),
            label=f"Also its {found.checkpoint_words}, which no other run asks",
        ),
    )


def bin_of(deleted: Sequence[Deleted]) -> Bin:
    """The list of what is in the trash."""
    choices = [(_entry(one), one.name) for one in deleted]
    return Bin(
        gr.update(visible=bool(deleted), label=f"Trash ({len(deleted)})"),
        gr.update(choices=choices, value=choices[0][1] if choices else None),
        "",
    )


def render_loss(found: Contents) -> str:
    """What goes with a run."""
    what = found.words
    with_it = " and its validation" if found.validations else ""
    return f'<h3 class="wb-sub">Delete {html.escape(found.run)}{with_it}?</h3>' + render_note(
        f"{what[:1].upper()}{what[1:]} and the log move to the trash, from where they can be "
        "restored. `workbench runs delete` does the same."
    )


def _entry(one: Deleted) -> str:
    moment = datetime.fromisoformat(one.when).astimezone()
    checkpoints = f", {one.checkpoint_words}" if one.with_checkpoints else ""
    when = f"deleted {moment.day} {moment:%b}, {moment:%H:%M}"
    return f"{one.run} ({one.words}{checkpoints}, {when})"
