"""A conversation with some checkpoints, as the session keeps it: text and marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from uuid import uuid4

from workbench.app.chat.options import JudgeChoice, Options, Request
from workbench.errors import WorkbenchError
from workbench.lid.codeswitch import Part
from workbench.lid.detector import Verdict
from workbench.prompts import Message
from workbench.store.records import Rating

ReplyState = Literal["waiting", "loading", "running", "ended", "cut", "full", "stopped", "failed"]
"""``loading`` until the checkpoint begins; ``ended`` by itself, ``cut`` at the length limit, cut
because the context is ``full``, ``stopped`` by the user, or ``failed`` with an error."""


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
    new_tokens: int | None = None
    """None while it grows, and where a server does not count them."""
    seconds: float = 0.0
    options: Options = Options()
    """How it was asked for."""
    decoding: Mapping[str, Any] = field(default_factory=dict)
    """How it was decoded, as far as that is known; empty before it begins."""
    note: str = ""
    """Which of the options do not apply to this checkpoint, and why."""
    error: WorkbenchError | None = None
    """Why it failed."""
    ratings: tuple[Rating, ...] = ()
    """Of the six criteria, by one judge; empty before it was judged."""

    @property
    def running(self) -> bool:
        """Whether more text may come."""
        return self.state in ("waiting", "loading", "running")

    @property
    def judgeable(self) -> bool:
        """Whether it is an answer that can be rated."""
        return not self.running and self.state != "failed"


@dataclass(frozen=True)
class Turn:
    """A prompt and the replies to it, side by side."""

    prompt: str
    expected: str | None
    """Language that answers should be in; None where the prompt does not show it."""
    chosen: bool
    """Whether the user chose the expected language; else it is the prompt's."""
    replies: tuple[Reply, ...]
    judge: JudgeChoice = JudgeChoice(kind="none")
    """Who rates the replies."""
    due: bool = False
    """Whether the replies are to be rated next."""
    judging: bool = False
    """Whether ratings are on their way."""
    key: str = field(default_factory=lambda: uuid4().hex, compare=False)
    """Tells the turn apart from those of all other sessions."""

    @property
    def running(self) -> bool:
        """Whether any reply is not finished."""
        return any(reply.running for reply in self.replies)

    @property
    def busy(self) -> bool:
        """Whether replies are on their way, or ratings of them."""
        return self.running or self.due or self.judging


@dataclass(frozen=True)
class Conversation:
    """Turns from first to last."""

    turns: tuple[Turn, ...] = ()
    cleared: tuple[Turn, ...] = ()
    """Turns that were cleared away last; they can be brought back until the next prompt."""

    @property
    def running(self) -> bool:
        """Whether the last turn is still being answered."""
        return bool(self.turns) and self.turns[-1].running

    @property
    def busy(self) -> bool:
        """Whether the last turn is still being answered or judged."""
        return bool(self.turns) and self.turns[-1].busy

    def added(self, turn: Turn) -> Conversation:
        """With one more turn."""
        return Conversation((*self.turns, turn))

    def with_last(self, turn: Turn) -> Conversation:
        """With the last turn replaced."""
        return replace(self, turns=(*self.turns[:-1], turn))

    def without_last(self) -> Conversation:
        """Without the last turn."""
        return replace(self, turns=self.turns[:-1])

    def answered(self, replies: Sequence[Reply]) -> Conversation:
        """With these replies in the last turn."""
        return self.with_last(replace(self.turns[-1], replies=tuple(replies)))

    def stopped(self) -> Conversation:
        """With the unfinished replies of the last turn marked as stopped, and none judged."""
        if not self.busy:
            return self
        last = self.turns[-1]
        kept = [replace(r, state="stopped") if r.running else r for r in last.replies]
        return self.with_last(replace(last, replies=tuple(kept), due=False, judging=False))

    def requests(self) -> list[Request]:
        """What the checkpoints of the last turn are asked."""
        return [
            Request(reply.checkpoint, tuple(self.messages(reply.checkpoint)), reply.options)
            for reply in self.turns[-1].replies
        ]

    def messages(self, checkpoint: str) -> list[Message]:
        """What a checkpoint is given: the turns it answered itself, and the last prompt.

        A checkpoint chosen halfway does not see another one's answers as its own.
        """
        messages: list[Message] = []
        for turn in self.turns[:-1]:
            own = (r for r in turn.replies if r.checkpoint == checkpoint and r.state != "failed")
            reply = next(own, None)
            if reply is not None and reply.text:
                messages.append(Message(role="user", content=turn.prompt))
                messages.append(Message(role="assistant", content=reply.text))
        return [*messages, Message(role="user", content=self.turns[-1].prompt)]
