"""Answers for the chat: checkpoints loaded once, several of them answering at once."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from workbench.app.chat.conversation import Reply, ReplyState
from workbench.app.chat.marking import GrowingMarks
from workbench.lid.detector import Detector, Verdict
from workbench.prompts import Message

if TYPE_CHECKING:
    from workbench.checkpoints import Catalogue, LoadedCheckpoint
    from workbench.generation.local import Answer

_REFRESH = 0.1
"""Seconds between two looks at what the checkpoints have written."""
_PATIENCE = 10.0
"""Seconds that a checkpoint may take to notice that it was stopped."""
_LOADED_AT_ONCE = 4


class Engine(Protocol):
    """What the chat needs of checkpoints."""

    def names(self) -> list[str]:
        """Names of the checkpoints that can answer."""

    def stream(
        self, checkpoint: str, messages: Sequence[Message], stop: threading.Event
    ) -> Iterator[Reply]:
        """The growing reply to a conversation, the finished one last.

        Raises ModelError where the conversation does not fit the checkpoint's context.
        """


class LocalEngine:
    """Checkpoints of a catalogue on this machine; the last few stay loaded."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._loaded: OrderedDict[str, LoadedCheckpoint] = OrderedDict()
        self._lock = threading.Lock()

    def names(self) -> list[str]:
        """Names of the checkpoints that can answer."""
        return [info.name for info in self._catalogue.all()]

    def stream(
        self, checkpoint: str, messages: Sequence[Message], stop: threading.Event
    ) -> Iterator[Reply]:
        """The growing reply to a conversation, decoded by the checkpoint's own defaults."""
        from workbench.generation.streaming import stream

        loaded = self._load(checkpoint)
        reply = Reply(checkpoint, state="running")
        texts = stream(loaded, messages, loaded.info.decoding, stop)
        while True:
            try:
                text = next(texts)
            except StopIteration as end:
                answer: Answer = end.value
                break
            tokens = len(loaded.tokenizer(text, add_special_tokens=False)["input_ids"])
            reply = replace(reply, text=text, new_tokens=tokens)
            yield reply
        state: ReplyState = "ended" if answer.finish_reason == "stop" else "cut"
        yield replace(
            reply,
            text=answer.text,
            new_tokens=answer.new_tokens,
            state="stopped" if stop.is_set() else state,
        )

    def _load(self, name: str) -> LoadedCheckpoint:
        from workbench.checkpoints import load

        with self._lock:
            if name not in self._loaded:
                self._loaded[name] = load(self._catalogue.find(name), self._catalogue)
            self._loaded.move_to_end(name)
            while len(self._loaded) > _LOADED_AT_ONCE:
                self._loaded.popitem(last=False)
            return self._loaded[name]


def answer_together(
    engine: Engine,
    detector: Detector,
    requests: Sequence[tuple[str, Sequence[Message]]],
    stop: threading.Event | None = None,
    expected: str | None = None,
) -> Iterator[list[Reply]]:
    """Replies of several checkpoints to their conversations, all at once, as they grow.

    Each step gives the state of all replies with the language of their text and, where an
    ``expected`` one is given, the parts in others; the last step has all of them finished.
    Setting ``stop``, or closing the iterator, stops the checkpoints. An error of one stops
    the others and is raised.
    """
    stop = stop or threading.Event()
    sides = [_Side(engine, checkpoint, messages, stop) for checkpoint, messages in requests]
    for side in sides:
        side.start()
    verdicts: dict[str, Verdict] = {}
    marks = [GrowingMarks(expected) for _ in sides]
    try:
        while True:
            # Asked before the replies are read, so that the last step has all of each.
            running = any(side.is_alive() for side in sides)
            for side in sides:
                if side.error is not None:
                    raise side.error
            replies = [side.reply for side in sides]
            texts = {reply.text for reply in replies if reply.text}
            verdicts = {text: verdicts.get(text) or detector.identify(text) for text in texts}
            yield [
                replace(reply, verdict=verdicts.get(reply.text), parts=own.of(reply.text))
                for reply, own in zip(replies, marks, strict=True)
            ]
            if not running:
                return
            time.sleep(_REFRESH)
    finally:
        stop.set()
        for side in sides:
            side.join(timeout=_PATIENCE)


class _Side(threading.Thread):
    """One checkpoint at work; ``reply`` is what it has written so far."""

    def __init__(
        self, engine: Engine, checkpoint: str, messages: Sequence[Message], stop: threading.Event
    ) -> None:
        super().__init__(daemon=True)
        self.reply = Reply(checkpoint)
        self.error: Exception | None = None
        self._replies = engine.stream(checkpoint, messages, stop)

    def run(self) -> None:
        """Write until finished; an error is kept for the reader."""
        start = time.monotonic()
        try:
            for reply in self._replies:
                self.reply = replace(reply, seconds=time.monotonic() - start)
        except Exception as error:
            self.error = error
