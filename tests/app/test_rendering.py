from __future__ import annotations

import pandas as pd
import pytest

from workbench.app.chat.conversation import Conversation, Reply, Turn
from workbench.app.rendering import (
    render_cards,
    render_chat_empty,
    render_history,
    render_note,
    render_reply,
)
from workbench.lid.detector import Verdict
from workbench.store import Store

HOSTILE = '<img src=x onerror="alert(1)"> & \' <script>'


def shown(reply: Reply, expected: str | None = "fr") -> str:
    return render_reply(reply, Turn("?", expected, False, (reply,)))


def reply(label: str | None, confidence: float | None = 0.998, text: str = "Oui.") -> Reply:
    return Reply("good", text, "ended", Verdict(label, confidence, 9), new_tokens=3, seconds=1.26)


def test_a_right_answer_names_its_language_in_its_own_script() -> None:
    html = shown(reply("ru"), expected="ru")
    assert '<bdi lang="ru">русский</bdi> 99%' in html
    assert "✓</span> right language" in html
    assert "3 tokens · 1.3 s · ended by itself" in html
    assert 'class="wb-text" dir="auto" lang="ru"' in html


def test_a_wrong_answer_says_which_language_was_expected() -> None:
    html = shown(reply("en"))
    assert "✗</span> wrong language, expected français" in html
    assert "wb-right" not in html


@pytest.mark.parametrize(("label", "expected"), [(None, "fr"), ("fr", None)])
def test_no_verdict_is_neither_right_nor_wrong(label: str | None, expected: str | None) -> None:
    html = shown(reply(label), expected)
    assert "cannot be told" in html
    assert "wb-right" not in html
    assert "wb-wrong" not in html


def test_an_empty_answer_is_wrong_and_a_waiting_one_is_not_judged() -> None:
    assert "empty answer" in shown(Reply("good", "", "ended"))
    waiting = shown(Reply("good"))
    assert "wb-wrong" not in waiting
    assert 'aria-busy="true"' in waiting


def test_everything_that_was_typed_or_answered_is_escaped(filled: Store) -> None:
    turn = Turn(HOSTILE, "fr", False, (Reply(HOSTILE, HOSTILE, "ended"),))
    html = render_history(Conversation((turn, turn)))
    row = (
        filled.results()
        .iloc[[0]]
        .assign(text=HOSTILE, prompt=HOSTILE, checkpoint=HOSTILE, task=HOSTILE, parallel_id=HOSTILE)
    )
    for made in (html, render_cards(row)):
        assert "<img" not in made
        assert "<script" not in made
        assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;" in made


def test_an_earlier_turn_keeps_its_answers_and_the_last_shows_its_prompt_only() -> None:
    first = Turn("Un ?", "fr", False, (reply("fr", text="Premier."),))
    last = Turn("Deux ?", "en", True, (reply("en", text="Second."),))
    html = render_history(Conversation((first, last)))
    assert "Premier." in html
    assert "Second." not in html
    assert 'answer expected in <bdi lang="en">English</bdi>, chosen' in html


def test_cards_show_marks_and_the_reasons_for_missing_ones(filled: Store) -> None:
    results = filled.results()
    wrong = results[(results["language"] == "fr") & (results["right_language"].eq(False))].iloc[[0]]
    missing = results[results["right_language"].isna()]
    html = render_cards(wrong)
    assert "English</bdi> 99%" in html
    assert "wrong language, expected français" in html
    assert "right fact" in html
    assert "undetermined" in render_cards(missing)
    lined = wrong.assign(lines_judged=3, lines_right=2)
    assert "2 of 3 lines in the language" in render_cards(lined)


def test_an_answer_that_is_missing_shows_why(filled: Store) -> None:
    row = filled.results().iloc[[0]].assign(missing_reason="the prompt is too long", prompt="")
    html = render_cards(row)
    assert "No answer: the prompt is too long" in html
    assert "The prompt came without its text." in html
    assert "right language" not in html


def test_empty_states_say_what_to_do() -> None:
    assert "workbench tinyworld build" in render_chat_empty(has_checkpoints=False)
    assert "press Enter" in render_chat_empty(has_checkpoints=True)
    assert "No answer" in render_cards(pd.DataFrame())


def test_a_note_shows_code_and_escapes_the_rest() -> None:
    assert render_note("Use `a <b>` & c") == (
        '<p class="wb-note">Use <code>a &lt;b&gt;</code> &amp; c</p>'
    )
