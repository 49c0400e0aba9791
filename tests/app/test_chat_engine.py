from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence

import pytest
from scripted_engine import ScriptedEngine

from workbench.app.chat.conversation import Reply
from workbench.app.chat.engine import answer_together
from workbench.errors import ModelError
from workbench.lid.detector import Detector
from workbench.prompts import Message

ASKED = [Message(role="user", content="Quelle est la couleur du renard ?")]


def test_both_grow_at_once_and_end_with_their_languages(detector: Detector) -> None:
    engine = ScriptedEngine(
        {"good": "Le renard est roux.", "hot": "The fox is red and quick."}, pause=0.12
    )
    steps = list(answer_together(engine, detector, [("good", ASKED), ("hot", ASKED)]))
    assert any(all(r.text and r.state == "running" for r in step) for step in steps)
    good, hot = steps[-1]
    assert (good.text, good.state) == ("Le renard est roux.", "ended")
    assert good.verdict is not None
    assert good.verdict.label == "fr"
    assert hot.verdict is not None
    assert hot.verdict.label == "en"
    assert good.new_tokens == 4
    # 4 words and then 6, each after 0.12 s: at once they take 0.7 s, in turn 1.2 s
    assert 0.4 < good.seconds < hot.seconds


def test_an_error_of_one_is_raised_and_stops_the_other(detector: Detector) -> None:
    engine = ScriptedEngine({"good": "a " * 500, "hot": "b"}, pause=0.01)
    long = [Message(role="user", content="x" * 201)]
    with pytest.raises(ModelError, match="longer than the context"):
        list(answer_together(engine, detector, [("good", ASKED), ("hot", long)]))
    assert not any(thread.name.startswith("answer-") for thread in threading.enumerate())


def test_closing_the_answers_stops_the_checkpoint(detector: Detector) -> None:
    class Endless(ScriptedEngine):
        stopped = False

        def stream(
            self, checkpoint: str, messages: Sequence[Message], stop: threading.Event
        ) -> Iterator[Reply]:
            while not stop.is_set():
                time.sleep(0.01)
                yield Reply(checkpoint, "encore", "running")
            self.stopped = True

    engine = Endless({"good": ""})
    replies = answer_together(engine, detector, [("good", ASKED)])
    next(replies)
    assert not engine.stopped
    replies.close()
    assert engine.stopped
