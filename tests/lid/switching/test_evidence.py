from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import NotFoundError
from workbench.lid.switching.evidence import Evidence
from workbench.lid.switching.units import units
from workbench.lid.switching.weights import Weights

LANGUAGES = ("ar", "en", "es", "fa", "fr", "ja", "ru", "uk", "zh")


def odds(expected: str, text: str, backend: str = "numba") -> dict[str, list[float]]:
    evidence = Evidence(expected, LANGUAGES, backend=backend)  # type: ignore[arg-type]
    found = units(text, ()).words
    judged = evidence.judge([text[u.start : u.end] for u in found], found)
    return {code: judged.odds[:, i].tolist() for i, code in enumerate(LANGUAGES)}


def test_words_speak_for_their_language() -> None:
    french = odds("fr", "the which forêt jusqu'ici")
    assert french["en"][0] > 2 and french["en"][1] > 2
    assert french["en"][2] < -2 and french["en"][3] < -2
    assert odds("en", "forêt")["fr"][0] > 2


def test_capitals_weaken_evidence_for_and_not_against() -> None:
    weights = Weights()
    plain, capital = odds("fr", "the and"), odds("fr", "The And")
    for small, large in zip(plain["en"], capital["en"], strict=True):
        assert large + weights.drift == pytest.approx(weights.capital * (small + weights.drift))
    assert odds("en", "Forêt")["ru"] == odds("en", "forêt")["ru"]
    assert odds("fr", "Forêt")["en"] == odds("fr", "forêt")["en"]


def test_a_foreign_script_is_evidence_by_itself() -> None:
    weights = Weights()
    russian = odds("ru", "important Hamburg x β")
    # Lower-case 5 - .3, of which .25 times what tells English from the best is taken off.
    assert russian["en"][0] == pytest.approx(weights.foreign - weights.drift, abs=1)
    assert russian["en"][1] < 1
    assert -3 < russian["en"][2] < 0.5  # one letter says nothing
    # Neither Russian nor English is written in Greek.
    assert russian["en"][3] == -weights.unrelated - weights.drift
    # What Russian is written in, English is not.
    assert odds("ru", "важно")["en"] == [-weights.impossible - weights.drift]


def test_chinese_and_japanese_are_told_apart_by_characters() -> None:
    assert odds("ja", "们")["zh"][0] > 3
    assert odds("zh", "気")["ja"][0] > 3
    assert odds("ja", "の")["zh"][0] < -5
    assert odds("zh", "の")["ja"][0] > 2


def test_languages_of_one_script_are_told_apart() -> None:
    assert odds("ru", "що він")["uk"][0] > 2
    assert odds("ar", "است که")["fa"][0] > 2


def test_entry_costs() -> None:
    entry = dict(zip(LANGUAGES, Evidence("ar", LANGUAGES).entry.tolist(), strict=True))
    weights = Weights()
    assert entry["en"] == weights.entry_english
    assert entry["fr"] == weights.entry
    assert entry["fa"] == weights.entry + weights.entry_relatives
    assert entry["ar"] == np.inf


def test_both_backends_agree() -> None:
    text = "The forêt, важно їжа 猫们気の x Été qu'il نحن است β الثعلب สวัสดี"
    for expected in LANGUAGES:
        compiled, plain = odds(expected, text), odds(expected, text, "numpy")
        for code in LANGUAGES:
            assert compiled[code] == pytest.approx(plain[code], rel=1e-9, abs=1e-9)


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(NotFoundError, match="'xx'"):
        Evidence("xx", ("en", "xx"))


def test_a_label_with_two_columns_counts_as_the_better_one() -> None:
    # py3langid has Serbian twice, in Cyrillic and in Latin script.
    evidence = Evidence("en", ("en", "sr"))
    found = units("није nije", ()).words
    sr = evidence.judge(["није", "nije"], found).odds[:, 1]
    assert sr[0] > 2 and sr[1] > 2


def test_no_words_have_no_odds() -> None:
    assert Evidence("en", ("en", "fr")).judge([], []).odds.shape == (0, 2)
