from __future__ import annotations

import pytest

from workbench.languages import LANGUAGES
from workbench.lid.detectors import DEFAULT_DETECTOR, make_detector
from workbench.lid.py3langid_detector import Py3langidDetector

MALAY = "Kerajaan akan memberi bantuan kewangan kepada semua rakyat yang terjejas oleh banjir"
INDONESIAN = "Pemerintah akan memberikan bantuan keuangan kepada semua warga yang terdampak banjir"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("不，青蛙吃昆虫。", "zh"),
        ("你能告诉我青蛙吃什么吗？", "zh"),
        ("カエルは虫を食べます。", "ja"),
        ("Le renard est de couleur orange.", "fr"),
        ("ما هو لون الثعلب؟", "ar"),
        ("लोमड़ी का रंग क्या है?", "hi"),
        ("WHAT COLOUR IS THE FOX?", "en"),
    ],
)
def test_short_texts_among_many_languages(text: str, language: str) -> None:
    assert Py3langidDetector(tuple(LANGUAGES)).identify(text).label == language


@pytest.mark.parametrize("text", ["", " \n", "123", "!?", "\ud800"])
def test_without_evidence_it_abstains(text: str) -> None:
    verdict = Py3langidDetector(["en", "fr"]).identify(text)
    assert (verdict.label, verdict.confidence, verdict.evidence) == (None, None, 0)


def test_what_is_no_language_is_undetermined() -> None:
    # The model has a label of its own for markup and code.
    verdict = Py3langidDetector().identify('{"a1": [0x3f, 0x7e], "b2": {"c": null}}')
    assert verdict.label is None


def test_a_close_standard_stays_in_the_running() -> None:
    detector = Py3langidDetector(["en", "id"])
    assert detector.name == "py3langid[en,id]"
    assert detector.languages == ("en", "id")
    assert [detector.identify(text).label for text in (MALAY, INDONESIAN)] == ["ms", "id"]
    # Of languages that are not close, one must be chosen.
    assert Py3langidDetector(["en", "fr"]).identify(INDONESIAN).label in ("en", "fr")


def test_it_is_the_default() -> None:
    assert isinstance(make_detector(DEFAULT_DETECTOR, ["en"]), Py3langidDetector)
