"""An engine that answers from a script, for what needs slow, long or hostile answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from workbench.app.chat.conversation import Reply
from workbench.app.chat.options import Request
from workbench.errors import ModelError


class ScriptedEngine:
    """Answers with given texts, word by word; refuses prompts of over 200 characters."""

    def __init__(self, answers: dict[str, str], pause: float = 0.0) -> None:
        self.answers = answers
        self.pause = pause
        self.asked: list[Request] = []

    def names(self) -> list[str]:
        return list(self.answers)

    def base_of(self, checkpoint: str) -> str | None:
        return "base" if checkpoint in self.answers and checkpoint != "base" else None

    def stream(self, request: Request, stop: threading.Event) -> Iterator[Reply]:
        self.asked.append(request)
        checkpoint = request.checkpoint
        if len(request.messages[-1].content) > 200:
            raise ModelError("The prompt", "it is longer than the context", "Shorten it")
        given = {"options": request.options, "decoding": {"temperature": 0.0}}
        reply = Reply(checkpoint, state="running", **given)
        yield reply
        words = self.answers[checkpoint].split(" ")
        for count in range(1, len(words) + 1):
            if stop.is_set():
                break
            time.sleep(self.pause)
            reply = Reply(checkpoint, " ".join(words[:count]), "running", **given)
            yield reply
        state = "stopped" if stop.is_set() else "ended"
        yield Reply(checkpoint, reply.text, state, new_tokens=len(reply.text.split()), **given)
