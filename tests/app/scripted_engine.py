"""An engine that answers from a script, for what needs slow, long or hostile answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence

from workbench.app.chat.conversation import Reply
from workbench.errors import ModelError
from workbench.prompts import Message


class ScriptedEngine:
    """Answers with given texts, word by word; refuses prompts of over 200 characters."""

    def __init__(self, answers: dict[str, str], pause: float = 0.0) -> None:
        self.answers = answers
        self.pause = pause
        self.asked: list[tuple[str, list[tuple[str, str]]]] = []

    def names(self) -> list[str]:
        return list(self.answers)

    def stream(
        self, checkpoint: str, messages: Sequence[Message], stop: threading.Event
    ) -> Iterator[Reply]:
        self.asked.append((checkpoint, [(m.role, m.content) for m in messages]))
        if len(messages[-1].content) > 200:
            raise ModelError("The prompt", "it is longer than the context", "Shorten it")
        reply = Reply(checkpoint, state="running")
        words = self.answers[checkpoint].split(" ")
        for count in range(1, len(words) + 1):
            if stop.is_set():
                break
            time.sleep(self.pause)
            reply = Reply(checkpoint, " ".join(words[:count]), "running", new_tokens=count)
            yield reply
        state = "stopped" if stop.is_set() else "ended"
        yield Reply(checkpoint, reply.text, state, new_tokens=reply.new_tokens)
