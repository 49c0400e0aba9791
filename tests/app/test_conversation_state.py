from __future__ import annotations

import json
from dataclasses import replace

import pytest

from workbench.app.chat.conversation import Conversation, Reply, Turn
from workbench.app.chat.options import Options
from workbench.app.sharing.conversation_page import conversation_page
from workbench.app.sharing.conversation_state import conversation_of, state_of
from workbench.errors import FileFormatError, ModelError
from workbench.lid.codeswitch import find_spans, parts
from workbench.lid.detector import Verdict
from workbench.store.records import Rating

TEXT = "Le renard est roux and it sleeps in the forest <b>all day</b>."


def conversation() -> Conversation:
    good = Reply(
        "tiny-full-good",
        TEXT,
        "ended",
        Verdict("fr", 0.93, 21, -310.5),
        tuple(parts(TEXT, "fr", find_spans(TEXT, "fr"))),
        new_tokens=17,
        seconds=0.4,
        options=Options(system="Sei kurz.", strength=0.5, decoding={"temperature": 0.7}),
        decoding={"temperature": 0.7, "max_new_tokens": 64},
        ratings=(
            Rating(0, "reference", "accuracy", 2, reason="roux"),
            Rating(0, "reference", "fluency", None, "no list of words"),
        ),
    )
    error = ModelError("This conversation", "it is too long", "Clear it")
    failed = Reply("far away", state="failed", error=error)
    first = Turn("De quelle couleur est le renard ?", "fr", False, (good, failed))
    second = Turn("ما هو؟", "ar", True, (replace(good, text="هو ثعلب", parts=()),))
    return Conversation((first, second))


def test_a_conversation_comes_back_as_it_was_shown() -> None:
    shown = conversation()
    back = conversation_of(json.loads(json.dumps(state_of(shown))))
    assert [replace(t, replies=()) for t in back.turns] == [
        replace(t, replies=()) for t in shown.turns
    ]
    for turn, other in zip(shown.turns, back.turns, strict=True):
        for reply, same in zip(turn.replies, other.replies, strict=True):
            assert replace(reply, error=None) == replace(same, error=None)
    assert str(back.turns[0].replies[1].error) == "This conversation: it is too long. Clear it."


def test_what_is_being_written_is_kept_as_stopped_and_what_was_cleared_is_not_kept() -> None:
    growing = Turn("Wie?", "de", False, (Reply("a", "Es ist", "running"),))
    state = state_of(Conversation((growing,), cleared=conversation().turns))
    back = conversation_of(state)
    assert back.turns[0].replies[0].state == "stopped"
    assert back.cleared == ()


@pytest.mark.parametrize(
    "state", [{}, {"turns": 3, "errors": {}}, {"turns": [{"prompt": 1}], "errors": {}}]
)
def test_a_state_that_is_none(state: dict[str, object]) -> None:
    with pytest.raises(FileFormatError, match="no conversation of this version"):
        conversation_of(state)


def test_the_page_holds_all_texts_escaped_and_asks_for_nothing() -> None:
    page = conversation_page(conversation(), "A <title>")
    assert "<b>all" not in page
    assert "&lt;b&gt;" in page.replace("</span>", "")
    assert "<title>A &lt;title&gt;</title>" in page
    assert 'dir="auto"' in page and "ما هو؟" in page and "it is too long" in page
    assert "&quot;temperature&quot;: 0.7" in page and "transformers" in page
    assert "http://" not in page and "https://" not in page and "<script" not in page
