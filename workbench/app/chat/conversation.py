"""A conversation with one or two checkpoints, as the session keeps it: text and marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal
from uuid import uuid4

from workbench.lid.codeswitch import Part
from workbench.lid.detector import Verdict
from workbench.prompts import Message

ReplyState = Literal["waiting", "running", "ended", "cut", "stopped"]
"""``ended`` by itself, ``cut`` at the length limit, or ``stopped`` by the user."""


@dataclass(frozen=True)
class Reply:
    """What one checkpoint has answered so far."""

    checkpoint: str
    text: str = ""
    state: ReplyState = "waiting"
    verdict: Verdict | None = None
    """Language of the text so far; None before there is text."""
    parts: tuple[Part, ...] = ()
    """The text by languages; empty where the expected one is not known."""
    new_tokens: int = 0
    seconds: float = 0.0

    @property
    def running(self) -> bool:
        """Whether more text may come."""
        return self.state in ("waiting", "running")


@dataclass(frozen=True)
class Turn:
    """A prompt and the replies to it, side by side."""

    prompt: str
    expected: str | None
    """Language that answers should be in; None where the prompt does not show it."""
    chosen: bool
    """Whether the user chose the expected language; else it is the prompt's."""
    replies: tuple[Reply, ...]
    key: str = field(default_factory=lambda: uuid4().hex, compare=False)
    """Tells the turn apart from those of all other sessions."""

    @property
    def running(self) -> bool:
        """Whether any reply is not finished."""
        return any(reply.running for reply in self.replies)


@dataclass(frozen=True)
class Conversation:
    """Turns from first to last."""

    turns: tuple[Turn, ...] = ()

    @property
    def running(self) -> bool:
        """Whether the last turn is still being answered."""
        return bool(self.turns) and self.turns[-1].running

    def added(self, turn: Turn) -> Conversation:
        """With one more turn."""
        return Conversation((*self.turns, turn))

    def with_last(self, turn: Turn) -> Conversation:
        """With the last turn replaced."""
        return Conversation((*self.turns[:-1], turn))

    def without_last(self) -> Conversation:
        """Without the last turn."""
        return Conversation(self.turns[:-1])

    def answered(self, replies: Sequence[Reply]) -> Conversation:
        """With these replies in the last turn."""
        return self.with_last(replace(self.turns[-1], replies=tuple(replies)))

    def stopped(self) -> Conversation:
        """With the unfinished replies of the last turn marked as stopped."""
        if not self.running:
            return self
        return self.answered(
            [replace(r, state="stopped") if r.running else r for r in self.turns[-1].replies]
        )

    def messages(self, checkpoint: str) -> list[Message]:
        """What a checkpoint is given: the turns it answered itself, and the last prompt.

        A checkpoint chosen halfway does not see another one's answers as its own.
        """
        messages: list[Message] = []
        for turn in self.turns[:-1]:
            own = next((r.text for r in turn.replies if r.checkpoint == checkpoint), "")
            if own:
                messages.append(Message(role="user", content=turn.prompt))
                messages.append(Message(role="assistant", content=own))
        return [*messages, Message(role="user", content=self.turns[-1].prompt)]
