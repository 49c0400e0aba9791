"""A conversation as plain values, to be kept in a snapshot and shown again as it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from workbench.app.chat.conversation import Conversation, Reply, Turn
from workbench.errors import FileFormatError, WorkbenchError


def state_of(conversation: Conversation) -> dict[str, Any]:
    """What is shown of a conversation, as values that JSON can hold.

    What was cleared away is left out, and what is still being written is taken as stopped.
    """
    shown = replace(conversation.stopped(), cleared=())
    errors = {
        place: [reply.error.given, reply.error.reason, reply.error.remedy]
        for place, reply in _replies(shown)
        if reply.error is not None
    }
    plain = _with_errors(shown, {})
    return {"turns": _adapter().dump_python(plain, mode="json")["turns"], "errors": errors}


def conversation_of(state: Mapping[str, Any]) -> Conversation:
    """The conversation that a state was made of. Raises FileFormatError where it is none."""
    try:
        plain = _adapter().validate_python({"turns": state["turns"]}, strict=False)
        errors = {place: WorkbenchError(*parts) for place, parts in state["errors"].items()}
    except (ValidationError, KeyError, TypeError, AttributeError):
        raise FileFormatError(
            "This link",
            "what it leads to is no conversation of this version of the workbench",
            "Open it with the version that made it",
        ) from None
    return _with_errors(plain, errors)


def _replies(conversation: Conversation) -> Iterator[tuple[str, Reply]]:
    """All replies, each with its place: number of the turn and of the reply."""
    for number, turn in enumerate(conversation.turns):
        for side, reply in enumerate(turn.replies):
            yield f"{number}.{side}", reply


def _with_errors(conversation: Conversation, errors: Mapping[str, WorkbenchError]) -> Conversation:
    def of(number: int, turn: Turn) -> Turn:
        replies = [
            replace(reply, error=errors.get(f"{number}.{side}"))
            for side, reply in enumerate(turn.replies)
        ]
        return replace(turn, replies=tuple(replies))

    turns = [of(number, turn) for number, turn in enumerate(conversation.turns)]
    return replace(conversation, turns=tuple(turns))


def _adapter() -> TypeAdapter[Conversation]:
    # Errors are kept apart: they are exceptions, which have no form as data.
    return TypeAdapter(with_config(ConfigDict(arbitrary_types_allowed=True))(Conversation))
