"""Who answers: checkpoints that are there, remote models that were added, and their strength."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from workbench.app.chat.conversation import Conversation
from workbench.app.chat.engine import Engine
from workbench.app.chat.form import Settings, values_of
from workbench.app.chat.rendering import render_chat_empty, render_strength
from workbench.app.chat.view import SIDES
from workbench.app.feedback import reporting
from workbench.errors import InputError
from workbench.generation.remote import RemoteModel

_PREFERRED = ("tiny-full-good", "tiny-full-hot")
"""The two that differ most, side by side when the chat is opened first."""


class ChoiceHandlers:
    """Handlers of the lists above and in the settings; ``remotes`` are names of remote models."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @reporting
    def on_open(
        self,
        chosen: Sequence[str] | None,
        judge: str | None,
        remotes: Sequence[str] | None,
        conversation: Conversation,
    ) -> tuple[Any, Any, Any, Any]:
        """List the checkpoints that are there now, keeping those that are chosen."""
        names, added = self._engine.names(), _usable(remotes)
        offered = [*names, *added]
        kept = [name for name in chosen or () if name in offered]
        if not kept and not chosen:
            preferred = [name for name in _PREFERRED if name in names]
            kept = preferred or names[:1]
        empty = render_chat_empty(has_checkpoints=bool(offered))
        return (
            gr.update(choices=offered, value=kept),
            gr.update(choices=names, value=judge if judge in names else None),
            gr.update(choices=added, value=added, visible=bool(added)),
            gr.skip() if conversation.turns else empty,
        )

    @reporting
    def on_add(
        self, url: str, model: str, remotes: Sequence[str] | None, chosen: Sequence[str] | None
    ) -> tuple[Any, ...]:
        """Add a remote model, and let it answer if there is room."""
        name = RemoteModel.at(url, model).name
        added = list(dict.fromkeys([*_usable(remotes), name]))
        offered = [*self._engine.names(), *added]
        kept = [one for one in chosen or () if one in offered]
        if name not in kept and len(kept) < SIDES:
            kept.append(name)
        else:
            gr.Info("It is in the list of checkpoints.", title="Remote model")
        return (
            added,
            gr.update(choices=added, value=added, visible=True),
            gr.update(choices=offered, value=kept),
            "",
            "",
        )

    @reporting
    def on_remotes(
        self, remotes: Sequence[str] | None, chosen: Sequence[str] | None
    ) -> tuple[Any, ...]:
        """Forget the remote models that were taken out."""
        added = _usable(remotes)
        offered = [*self._engine.names(), *added]
        return (
            added,
            gr.update(choices=added, value=added, visible=bool(added)),
            gr.update(choices=offered, value=[n for n in chosen or () if n in offered]),
        )

    @reporting
    def on_strength(self, strength: float, chosen: Sequence[str] | None) -> str:
        """Say what the strength means for each checkpoint."""
        bases = [(name, self._engine.base_of(name)) for name in chosen or ()]
        return render_strength(strength, bases)

    def on_judge_kind(self, kind: str) -> tuple[Any, Any]:
        """Show what the judge needs to be told."""
        return gr.update(visible=kind == "local"), gr.update(visible=kind == "llm")

    def on_reset(self) -> tuple[Any, ...]:
        """All settings as they were at first; remote models stay."""
        hidden = gr.update(visible=False)
        return (*values_of(Settings()), "", hidden, hidden)


def _usable(remotes: Sequence[str] | None) -> list[str]:
    """Names that stand for remote models; a browser may hold anything."""
    found = []
    for name in remotes if isinstance(remotes, list) else ():
        try:
            remote = RemoteModel.named(str(name))
        except InputError:
            continue
        if remote is not None:
            found.append(remote.name)
    return list(dict.fromkeys(found))
