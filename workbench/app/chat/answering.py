"""Several checkpoints answering at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from workbench.app.chat.conversation import Reply
from workbench.app.chat.engine import Engine
from workbench.app.chat.marking import LiveScores
from workbench.app.chat.options import Request
from workbench.errors import WorkbenchError

_REFRESH = 0.1
"""Seconds between two looks at what the checkpoints have written."""
_PATIENCE = 10.0
"""Seconds that a checkpoint may take to notice that it was stopped."""


def answer_together(
    engine: Engine,
    requests: Sequence[Request],
    scores: LiveScores | None = None,
    stop: threading.Event | None = None,
) -> Iterator[list[Reply]]:
    """Replies of several checkpoints to their conversations, all at once, as they grow.

    Each step gives the state of all replies with ``scores`` of their text; the last step has
    all of them finished. Setting ``stop``, or closing the iterator, stops the checkpoints.
    One that cannot answer has failed, with its error, and the others go on. Any other
    exception stops them all and is raised.
    """
    stop = stop or threading.Event()
    news = threading.Event()
    sides = [_Side(engine, request, stop, news) for request in requests]
    for side in sides:
        side.start()
    try:
        while True:
            # Asked before the replies are read, so that the last step has all of each.
            running = not all(side.finished for side in sides)
            for side in sides:
                if side.defect is not None:
                    raise side.defect
            replies = [side.reply for side in sides]
            yield scores.of(replies) if scores else replies
            if not running:
                return
            news.wait(_REFRESH)
            news.clear()
    finally:
        stop.set()
        for side in sides:
            side.join(timeout=_PATIENCE)


class _Side(threading.Thread):
    """One checkpoint at work; ``reply`` is what it has written so far."""

    def __init__(
        self, engine: Engine, request: Request, stop: threading.Event, news: threading.Event
    ) -> None:
        super().__init__(daemon=True, name=f"chat {request.checkpoint}")
        self.reply = Reply(request.checkpoint, state="loading", options=request.options)
        self.defect: Exception | None = None
        self.finished = False
        self._engine, self._request = engine, request
        self._stop_asked, self._news = stop, news

    def run(self) -> None:
        """Write until finished; a defect is kept for the reader."""
        start = time.monotonic()
        try:
            with closing(self._engine.stream(self._request, self._stop_asked)) as replies:
                for number, reply in enumerate(replies):
                    # What a checkpoint takes to be loaded is not its answer's.
                    start = start if number else time.monotonic()
                    # The first text is shown at once, and further ones at the next look.
                    first = bool(reply.text) and not self.reply.text
                    self.reply = replace(reply, seconds=time.monotonic() - start)
                    if first:
                        self._news.set()
        except WorkbenchError as error:
            seconds = time.monotonic() - start
            self.reply = replace(self.reply, state="failed", error=error, seconds=seconds)
        except Exception as error:
            self.defect = error
        finally:
            self.finished = True
            self._news.set()
