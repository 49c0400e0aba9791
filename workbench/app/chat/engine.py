"""Answers for the chat: by checkpoints on this machine, and by models behind endpoints."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from workbench.app.chat.conversation import Reply, ReplyState
from workbench.app.chat.models import Models
from workbench.app.chat.options import Request
from workbench.errors import NotFoundError
from workbench.generation.remote import PATIENCE, RemoteModel

if TYPE_CHECKING:
    from workbench.generation.decoding import Decoding
    from workbench.generation.local import Answer

AS_IT_IS = "as it is: it has no base"
"""Why the strength of a tuning does not apply to a checkpoint."""
_REMOTE_STATES: dict[str, ReplyState] = {"stop": "ended", "length": "cut", "stopped": "stopped"}

A = TypeVar("A")


class Engine(Protocol):
    """What the chat needs of those who answer."""

    def names(self) -> list[str]:
        """Names of the checkpoints that can answer."""

    def base_of(self, checkpoint: str) -> str | None:
        """What a checkpoint was tuned from; None where it was not, and for unknown ones."""

    def stream(self, request: Request, stop: threading.Event) -> Generator[Reply, None, None]:
        """The growing reply to a conversation, the finished one last.

        The first one has no text: it says that the answer begins, as now everything is loaded.
        Raises ModelError where the conversation cannot be answered, for instance because it
        does not fit the checkpoint's context.
        """


class LocalEngine:
    """Checkpoints of a catalogue on this machine."""

    def __init__(self, models: Models) -> None:
        self._models = models

    def names(self) -> list[str]:
        """Names of the checkpoints that can answer."""
        return [info.name for info in self._models.catalogue.all()]

    def base_of(self, checkpoint: str) -> str | None:
        """What a checkpoint was tuned from; None for a base, and for unknown names."""
        try:
            info = self._models.catalogue.find(checkpoint)
        except NotFoundError:
            return None
        return None if info.method == "base" else info.base

    def stream(self, request: Request, stop: threading.Event) -> Generator[Reply, None, None]:
        """The growing reply, decoded by the checkpoint's own defaults unless they are changed."""
        from workbench.generation.streaming import stream

        asked = request.options
        loaded = self._models.at(request.checkpoint, asked.strength)
        decoding = asked.decoded_by(loaded.info.decoding)
        reply = Reply(
            request.checkpoint,
            state="running",
            options=asked,
            decoding=decoding.model_dump(mode="json"),
            note=AS_IT_IS if asked.strength != 1 and loaded.info.method == "base" else "",
        )
        answer = yield from _grown(reply, stream(loaded, request.conversation, decoding, stop))
        state = _state(answer, decoding, stop.is_set())
        yield replace(reply, text=answer.text, new_tokens=answer.new_tokens, state=state)


class RemoteEngine:
    """Models behind OpenAI-compatible endpoints, by the names that ``RemoteModel`` has."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience

    def names(self) -> list[str]:
        """None are known beforehand: users add them."""
        return []

    def base_of(self, checkpoint: str) -> str | None:
        """Not known of any."""
        return None

    def stream(self, request: Request, stop: threading.Event) -> Generator[Reply, None, None]:
        """The growing reply, decoded as the server likes unless that is changed."""
        from workbench.generation.remote import stream

        remote = RemoteModel.named(request.checkpoint)
        assert remote is not None, request.checkpoint
        decoding = request.options.changed_decoding
        reply = Reply(
            request.checkpoint,
            state="running",
            options=request.options,
            decoding=decoding,
            note="as the server has it" if request.options.strength != 1 else "",
        )
        texts = stream(remote, request.conversation, decoding, stop, self._patience)
        answer = yield from _grown(reply, texts)
        state = _REMOTE_STATES[answer.finish_reason]
        yield replace(reply, text=answer.text, new_tokens=answer.new_tokens, state=state)


class AnyEngine:
    """Checkpoints on this machine, and remote models beside them."""

    def __init__(self, local: Engine, remote: Engine) -> None:
        self._local = local
        self._remote = remote

    def names(self) -> list[str]:
        """Names of the checkpoints on this machine."""
        return self._local.names()

    def base_of(self, checkpoint: str) -> str | None:
        """What a checkpoint was tuned from, where that is known."""
        return self._one_for(checkpoint).base_of(checkpoint)

    def stream(self, request: Request, stop: threading.Event) -> Generator[Reply, None, None]:
        """The growing reply of whoever has that name."""
        return self._one_for(request.checkpoint).stream(request, stop)

    def _one_for(self, checkpoint: str) -> Engine:
        return self._local if RemoteModel.named(checkpoint) is None else self._remote


def _grown(reply: Reply, texts: Generator[str, None, A]) -> Generator[Reply, None, A]:
    """The reply as it begins, then with each text; the value is what the texts come to."""
    yield reply
    with closing(texts):
        while True:
            try:
                text = next(texts)
            except StopIteration as end:
                answer: A = end.value
                return answer
            yield replace(reply, text=text)


def _state(answer: Answer, decoding: Decoding, stopped: bool) -> ReplyState:
    if answer.finish_reason == "stop":
        return "ended"
    if answer.new_tokens >= decoding.max_new_tokens:
        return "cut"
    # The limit is what was asked for, or the room that the conversation leaves.
    return "stopped" if stopped else "full"
