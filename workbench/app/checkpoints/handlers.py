"""What happens at the events of the Checkpoints tab."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from workbench.app.checkpoints import training
from workbench.app.checkpoints.parts import Detail
from workbench.app.checkpoints.rendering import render_cards_of, render_head, render_profile
from workbench.app.checkpoints.view import Card, CheckpointViews, Wanted
from workbench.app.downloads import offered
from workbench.app.feedback import reporting
from workbench.app.rendering import render_note
from workbench.app.runs.training_views import MEASURES
from workbench.checkpoint_export import export_checkpoint, folder_name
from workbench.errors import InputError, ModelError, NotFoundError
from workbench.runs import catalogue, known_runs

_LARGEST = 1_000_000_000
"""Bytes of a checkpoint that go through the browser; larger ones are written by the command."""


class CheckpointHandlers:
    """Handlers over the checkpoints of a workspace; ``name`` is the chosen one."""

    def __init__(self, views: CheckpointViews) -> None:
        self._views = views

    @reporting
    def on_open(self, name: str, text: str, method: str, steps: bool) -> str:
        """Show the cards that there are now, and that fit what is searched for."""
        return render_cards_of(self._views.cards(Wanted(text or "", method or "", steps)), name)

    @reporting
    def on_pick(self, event: gr.EventData, measure: str, dark: bool) -> Detail:
        """Show the checkpoint whose card was opened."""
        return self._detail(str(event.name), measure, dark)

    @reporting
    def on_measure(self, name: str, measure: str, dark: bool) -> tuple[Any, Any, Any]:
        """Show validation by another measure."""
        card = self._card(name)
        return self._validation(card, measure, dark)

    @reporting
    def on_card_chat(self, event: gr.EventData) -> tuple[Any, Any]:
        """Open the chat with the checkpoint of a card."""
        return self._chat(str(event.name))

    @reporting
    def on_chat(self, name: str) -> tuple[Any, Any]:
        """Open the chat with the chosen checkpoint."""
        return self._chat(name)

    @reporting
    def on_compare(self, name: str, rivals: Sequence[str] | None) -> tuple[Any, Any]:
        """Open the comparison of the runs in which these checkpoints have answered.

        Raises NotFoundError where one of them has answered in none.
        """
        runs = self._views.runs_of([name, *(rivals or ())])
        known = known_runs(self._views.workspace.store, None)
        return gr.Tabs(selected="compare"), gr.update(choices=known, value=runs)

    def on_export(self, name: str, license: str) -> Iterator[Any]:
        """Write the chosen checkpoint with its card to an archive, for the browser to fetch."""
        chosen = license.strip() or None
        yield from offered(lambda folder: self._exported(self._card(name), chosen, folder))

    @reporting
    def on_add(self, source: str, name: str, measure: str, dark: bool) -> tuple[Any, ...]:
        """Add a folder or a hub id, and show it."""
        self._views.workspace.check_writable(f"Checkpoint '{source}'")
        known = catalogue(self._views.workspace)
        info = self._views.added.add(source, known, name)
        later = "" if info.path.is_dir() else " Its weights are downloaded when it is first asked."
        gr.Info(f"{html.escape(info.name)} is there.{later}", title="Added")
        return ("", "", *self._detail(info.name, measure, dark))

    @reporting
    def on_remove(self, name: str) -> tuple[Any, str]:
        """Take the chosen checkpoint off the list of those that were added."""
        self._views.added.remove(name)
        gr.Info("Its files stay where they are.", title="Taken off the list")
        return gr.update(visible=False), ""

    def _detail(self, name: str, measure: str, dark: bool) -> Detail:
        card = self._card(name)
        loss = training.training_loss(card, dark)
        recipe = training.recipe_text(card)
        others = [other for other in self._views.names() if other != name and "@" not in other]
        return Detail(
            gr.update(visible=True),
            name,
            render_head(card),
            gr.update(visible=card.place in ("added", "hub", "gone")),
            gr.update(choices=others, value=[]),
            render_profile(card),
            gr.update(value=loss, visible=loss is not None),
            *self._validation(card, measure, dark),
            gr.update(value=recipe or "# It does not say how it was tuned."),
            gr.update(value=training.training_command(card), visible=bool(recipe)),
        )

    def _validation(self, card: Card, measure: str, dark: bool) -> tuple[Any, Any, Any]:
        found = training.validation(self._views.workspace.store, card, measure, dark)
        offered = [(MEASURES[name], name) for name in found.measures]
        kept = measure if measure in found.measures else next(iter(found.measures), None)
        return (
            gr.update(choices=offered, value=kept, visible=bool(offered)),
            gr.update(value=found.figure, visible=found.figure is not None),
            render_note(found.note),
        )

    def _chat(self, name: str) -> tuple[Any, Any]:
        card = self._card(name)
        if card.place == "gone":
            raise ModelError(
                f"Checkpoint '{name}'",
                f"its folder {card.info.path} is not there any more",
                "Put it back, or take it off the list and add it anew",
            )
        return gr.Tabs(selected="chat"), gr.update(choices=self._views.names(), value=[name])

    def _exported(self, card: Card, license: str | None, folder: Path) -> Path:
        if card.bytes > _LARGEST:
            raise InputError(
                f"Checkpoint '{card.info.name}'",
                f"its {card.size} are too much to go through the browser",
                f"Write it by: workbench checkpoints export {card.info.name} --out FOLDER",
            )
        out = folder / f"{folder_name(card.info)}.zip"
        return export_checkpoint(card.info, out, card.profile, license)

    def _card(self, name: str) -> Card:
        card = self._views.card(name)
        if card is None:
            raise NotFoundError(
                f"Checkpoint '{name}'", "it is not there any more", "Choose another one"
            )
        return card
