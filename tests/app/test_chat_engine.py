from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from scripted_engine import ScriptedEngine

from workbench.app.chat.answering import answer_together
from workbench.app.chat.conversation import Reply
from workbench.app.chat.engine import AnyEngine
from workbench.app.chat.marking import LiveScores
from workbench.app.chat.options import Options, Request
from workbench.lid.detector import Detector
from workbench.prompts import Message

ASKED = (Message(role="user", content="Quelle est la couleur du renard ?"),)


def test_both_grow_at_once_and_end_with_their_languages(detector: Detector) -> None:
    engine = ScriptedEngine(
        {"good": "Le renard est roux.", "hot": "The fox is red and quick."}, pause=0.12
    )
    requests = [Request("good", ASKED), Request("hot", ASKED)]
    steps = list(answer_together(engine, requests, LiveScores(detector, "fr")))
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


def test_the_first_words_have_no_scores_yet_and_the_whole_has(detector: Detector) -> None:
    scores = LiveScores(detector, "fr")
    texts = ("", "Le", "Le renard est roux", "Le renard est roux. The fox is red and very quick.")
    steps = [scores.of([Reply("good", text, "running")])[0] for text in texts]
    assert [step.verdict is None for step in steps] == [True, True, False, False]
    (whole,) = scores.of([Reply("good", texts[-1], "ended")])
    assert (whole.verdict, whole.parts) == (steps[-1].verdict, steps[-1].parts)
    assert {part.language for part in whole.parts} >= {"fr", "en"}
    # An answer that comes all at once is scored at once, too.
    (short,) = LiveScores(detector, "fr").of([Reply("good", texts[-1], "ended")])
    assert (short.verdict, short.parts) == (whole.verdict, whole.parts)


def test_the_first_words_do_not_wait_for_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    class Late(ScriptedEngine):
        shown = threading.Event()

        def stream(self, request: Request, stop: threading.Event) -> Iterator[Reply]:
            time.sleep(0.15)
            yield Reply(request.checkpoint, state="running")
            yield Reply(request.checkpoint, "Le", "running")
            self.shown.wait(20)
            yield Reply(request.checkpoint, "Le renard", "ended")

    monkeypatch.setattr("workbench.app.chat.answering._REFRESH", 30.0)
    engine, states = Late({"good": ""}), []
    start = time.monotonic()
    for (reply,) in answer_together(engine, [Request("good", ASKED)]):
        states.append(reply.state)
        if reply.text == "Le":
            # Loading is no part of the answer.
            assert reply.seconds <= time.monotonic() - start - 0.15
            engine.shown.set()
    assert states[0] == "loading"
    assert reply.text == "Le renard"
    assert engine.shown.is_set()


def test_one_that_fails_leaves_the_other_its_answer() -> None:
    engine = ScriptedEngine({"good": "Le renard est roux.", "hot": "b"}, pause=0.01)
    long = (Message(role="user", content="x" * 201),)
    *_, (good, hot) = answer_together(engine, [Request("good", ASKED), Request("hot", long)])
    assert good.state == "ended"
    assert hot.state == "failed"
    assert hot.error is not None
    assert hot.error.remedy == "Shorten it"


def test_a_defect_stops_the_others_and_is_raised() -> None:
    engine = ScriptedEngine({"good": "a " * 500}, pause=0.01)
    with pytest.raises(KeyError):
        list(answer_together(engine, [Request("good", ASKED), Request("absent", ASKED)]))
    assert not any(thread.name.startswith("chat ") for thread in threading.enumerate())


def test_closing_the_answers_stops_the_checkpoint() -> None:
    class Endless(ScriptedEngine):
        stopped = False

        def stream(self, request: Request, stop: threading.Event) -> Iterator[Reply]:
            while not stop.is_set():
                time.sleep(0.01)
                yield Reply(request.checkpoint, "encore", "running")
            self.stopped = True

    engine = Endless({"good": ""})
    replies = answer_together(engine, [Request("good", ASKED)])
    next(replies)
    assert not engine.stopped
    replies.close()
    assert engine.stopped


def test_remote_names_go_to_the_remote_engine() -> None:
    local, remote = ScriptedEngine({"good": "local"}), ScriptedEngine({})
    name = "qwen @ http://127.0.0.1:8000/v1"
    remote.answers[name] = "remote"
    engine = AnyEngine(local, remote)
    assert engine.names() == ["good"]
    *_, (good, qwen) = answer_together(engine, [Request("good", ASKED), Request(name, ASKED)])
    assert (good.text, qwen.text) == ("local", "remote")


def test_another_sample_has_another_seed_and_the_rest_is_the_checkpoint_s() -> None:
    from workbench.generation.decoding import Decoding

    own = Decoding(max_new_tokens=96, seed=5)
    asked = Options(decoding={"temperature": 0.5}, sample=2)
    assert asked.decoded_by(own) == Decoding(max_new_tokens=96, temperature=0.5, seed=7)
    assert asked.changed_decoding == {"temperature": 0.5}
    assert Options(decoding={"seed": 1}, sample=2).changed_decoding == {"seed": 3}
