from __future__ import annotations

import pandas as pd

from workbench.app.rendering import (
    render_cards,
    render_note,
)
from workbench.store import Store

HOSTILE = '<img src=x onerror="alert(1)"> & \' <script>'


def test_everything_that_was_asked_or_answered_is_escaped(filled: Store) -> None:
    row = (
        filled.results()
        .iloc[[0]]
        .assign(text=HOSTILE, prompt=HOSTILE, checkpoint=HOSTILE, task=HOSTILE, parallel_id=HOSTILE)
    )
    made = render_cards(row)
    assert "<img" not in made
    assert "<script" not in made
    assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;" in made


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
    assert "No answer" in render_cards(pd.DataFrame())


def test_a_note_shows_code_and_escapes_the_rest() -> None:
    assert render_note("Use `a <b>` & c") == (
        '<p class="wb-note">Use <code>a &lt;b&gt;</code> &amp; c</p>'
    )
