"""The benchmark of code-switching: its texts are what it says, and its rates hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.codeswitch import judge
from benchmarks.splices import Case, Text, clean_texts, make_cases, tokens
from tests.lid.data import needs_lcb

FRENCH = "Le renard vit dans la forêt et mange des souris tous les jours de la semaine."
ENGLISH = "The fox lives in the forest and eats mice every day of the week with its friends."
CHINESE = "狐狸住在森林里每天和它的朋友们一起吃老鼠我们都很喜欢它"
TEXTS = [
    Text(f"{text} {half}", code, half, "made")
    for code, text in (("fr", FRENCH), ("en", ENGLISH), ("zh", CHINESE))
    for half in (0, 1)
]


def test_splices_are_runs_of_the_other_language_in_texts_of_the_same_half() -> None:
    cases = make_cases(TEXTS, count=8)

    assert [case.text for case in cases[: len(TEXTS)]] == [text.text for text in TEXTS]
    spliced = cases[len(TEXTS) :]
    # Two halves, three expected languages, five lengths: 8 English ones, 2 of each other.
    assert len(spliced) == 2 * 5 * (8 + 2 + 8 + 2 + 2 + 2)
    originals = {text.language: text.text for text in TEXTS}
    for case in spliced:
        inner = case.text[case.start : case.end]
        assert inner in originals[case.rival]
        if case.rival != "zh":  # a tokenizer may cut a part otherwise than the whole
            assert len(tokens(inner, case.rival)) == case.words
        assert str(case.half) in case.text and str(1 - case.half) not in case.text


def test_the_same_seed_makes_the_same_cases() -> None:
    assert make_cases(TEXTS, 4, seed=3) == make_cases(TEXTS, 4, seed=3)
    assert make_cases(TEXTS, 4, seed=3) != make_cases(TEXTS, 4, seed=4)


def test_words_are_counted_by_hand() -> None:
    inner = "and eats mice every day"
    text = f"Le renard vit {inner} dans la forêt."
    start = text.index(inner)
    cases = [
        Case(text, "fr", 1, "splice", "en", 5, start, start + len(inner)),
        Case(text, "fr", 1, "splice", "de", 5, start, start + len(inner)),
        Case(FRENCH, "fr", 1, "prompt"),
    ]
    rows = judge(cases)

    assert rows.alarm.tolist() == [True, True, False]
    assert rows.words_judged.tolist() == [11, 11, 16]
    assert rows.words_foreign.tolist() == [5, 5, 0]
    assert rows.words_found.tolist() == [5, 5, 0]
    assert rows.words_marked.tolist() == [5, 5, 0]
    assert rows.words_named.tolist() == [5, 0, 0]  # it is English, not German
    assert rows.rivals.tolist()[:2] == ["English", "same script"]


def test_further_languages_come_from_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "none"))
    (tmp_path / "nl.txt").write_text("De vos woont in het bos.\n\nHij eet muizen.\n", "utf-8")

    texts = clean_texts(tmp_path)

    assert texts[-2:] == [
        Text("De vos woont in het bos.", "nl", 0, "further"),
        Text("Hij eet muizen.", "nl", 0, "further"),
    ]
    assert {text.language for text in texts[:-2]} == {"de", "en", "fr", "pt", "ru", "zh"}


@needs_lcb
def test_rates_on_the_testing_half() -> None:
    texts = [text for text in clean_texts(None) if text.half == 1][::5]
    results = judge(make_cases(texts, count=4))

    clean, long = results[results.words == 0], results[results.words >= 5]
    assert len(clean) > 1000 and len(long) > 700
    assert clean.alarm.mean() <= 0.015
    for _, own in long.groupby("group"):
        assert own.found.mean() >= 0.94
        assert own.words_found.sum() / own.words_marked.sum() >= 0.93
    assert results[results.words == 3].found.mean() >= 0.7
