from __future__ import annotations

import re
from dataclasses import replace

import pytest

from workbench.app.chat.conversation import Conversation, Reply, Turn
from workbench.app.chat.options import JudgeChoice, Options
from workbench.app.chat.rendering import render_chat_empty, render_history, render_reply
from workbench.app.chat.view import growing, view
from workbench.errors import ModelError
from workbench.lid.detector import Verdict
from workbench.store.records import Rating

HOSTILE = '<img src=x onerror="alert(1)"> & \' <script>'


def shown(reply: Reply, expected: str | None = "fr", **turn: object) -> str:
    return render_reply(reply, replace(Turn("?", expected, False, (reply,)), **turn))  # type: ignore[arg-type]


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


def test_an_empty_answer_is_wrong_and_a_waiting_or_failed_one_is_not_judged() -> None:
    assert "empty answer" in shown(Reply("good", "", "ended"))
    waiting = shown(Reply("good"))
    assert "wb-wrong" not in waiting
    assert 'aria-busy="true"' in waiting
    failed = shown(Reply("good", "", "failed", error=ModelError("qwen", "it is down", "Wait")))
    assert "wb-wrong" not in failed
    assert "No answer: it is down. Wait." in failed


def test_what_is_not_known_of_an_answer_is_not_invented() -> None:
    assert "tokens not counted · 1.3 s" in shown(replace(reply("fr"), new_tokens=None))
    full = shown(replace(reply("fr"), state="full"))
    assert "the context is full: press Clear to start anew" in full


def test_the_strength_stands_beside_the_name_where_it_is_not_one() -> None:
    assert "strength" not in shown(reply("fr"))
    weak = replace(reply("fr"), options=Options(strength=0.5))
    assert '<bdi>good</bdi> · <span class="wb-strength">tuning strength 0.5</span>' in shown(weak)
    base = shown(replace(weak, note="as it is: it has no base"))
    assert "<bdi>good</bdi> · as it is: it has no base" in base
    assert "tuning strength" not in base


def test_each_criterion_has_a_chip_with_its_reason() -> None:
    ratings = (
        Rating(0, "reference", "accuracy", 2, reason="it agrees with the facts"),
        Rating(0, "reference", "helpfulness", 0, reason="it lacks what was asked", rule="wrong"),
        Rating(0, "reference", "fluency", None, "reference facts do not decide it"),
    )
    html = shown(replace(reply("fr"), ratings=ratings), judge=JudgeChoice(kind="reference"))
    assert 'aria-label="Rated by reference facts"' in html
    chips = re.findall(r'<li class="wb-rated" data-level="(\w+)" tabindex="0">(.*?)</li>', html)
    assert [level for level, _ in chips] == ["2", "0", "missing"]
    assert chips[0][1] == (
        'Accuracy <span class="wb-level" aria-hidden="true">2</span>'
        '<span class="wb-tip" dir="auto">Accuracy, 2 of 2: it agrees with the facts</span>'
    )
    assert "0 of 2: it lacks what was asked (rule: wrong)" in chips[1][1]
    assert '<span class="wb-level" aria-hidden="true">–</span>' in chips[2][1]
    assert "missing: reference facts do not decide it" in chips[2][1]


def test_an_answer_that_waits_for_its_judge_says_so() -> None:
    assert "judging …" in shown(reply("fr"), judging=True)
    assert "judging …" in shown(reply("fr"), due=True)
    rated = replace(reply("fr"), ratings=(Rating(0, "x", "accuracy", 2),))
    assert "judging …" not in shown(rated, judging=True)


def test_everything_that_was_typed_answered_or_said_is_escaped() -> None:
    hostile = Reply(
        HOSTILE,
        HOSTILE,
        "failed",
        options=Options(strength=0.5),
        note=HOSTILE,
        error=ModelError(HOSTILE, HOSTILE, HOSTILE),
        ratings=(
            Rating(0, HOSTILE, HOSTILE, 1, reason=HOSTILE, rule=HOSTILE),
            Rating(0, HOSTILE, HOSTILE, None, HOSTILE),
        ),
    )
    judge = JudgeChoice(kind="llm", model=HOSTILE)
    turn = Turn(HOSTILE, "fr", False, (hostile,), judge)
    html = render_history(Conversation((turn, turn)))
    assert "<img" not in html
    assert "<script" not in html
    # Name twice (label and name), note, text, error twice, judge, two criteria twice each, two
    # reasons, a rule and a missing reason; and the prompt of both turns.
    assert html.count("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;") == 16


def test_an_earlier_turn_keeps_its_answers_and_the_last_shows_its_prompt_only() -> None:
    first = Turn("Un ?", "fr", False, (reply("fr", text="Premier."),))
    last = Turn("Deux ?", "en", True, (reply("en", text="Second."),))
    html = render_history(Conversation((first, last)))
    assert "Premier." in html
    assert "Second." not in html
    assert 'answer expected in <bdi lang="en">English</bdi>, chosen' in html


def test_while_answers_grow_nothing_else_is_sent() -> None:
    turn = Turn("?", "fr", False, (reply("fr"), Reply("hot", "Le", "running")))
    sent = growing(Conversation((turn,)))
    changed = [name for name, value in sent._asdict().items() if value != sent.history]
    assert changed == ["conversation", "answer_1", "answer_2"]
    buttons = view(Conversation((turn,)), "")
    assert [b["interactive"] for b in (buttons.send, buttons.stop, buttons.edit)] == [
        False,
        True,
        False,
    ]


def test_empty_states_say_what_to_do() -> None:
    assert "workbench tinyworld build" in render_chat_empty(has_checkpoints=False)
    assert "press Enter" in render_chat_empty(has_checkpoints=True)
