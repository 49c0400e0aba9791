from __future__ import annotations

import re
import unicodedata

import pytest

from workbench.errors import NotFoundError
from workbench.languages import (
    LANGUAGES,
    UNKNOWN_LANGUAGE,
    display_name,
    english_name,
    find_language,
    language,
)
from workbench.tinyworld.lexicon import shipped_languages

SCRIPTS = {
    "Arab": "ARABIC",
    "Beng": "BENGALI",
    "Cyrl": "CYRILLIC",
    "Deva": "DEVANAGARI",
    "Grek": "GREEK",
    "Hans": "CJK",
    "Hebr": "HEBREW",
    "Jpan": "CJK",
    "Kore": "HANGUL",
    "Latn": "LATIN",
    "Thai": "THAI",
}


def test_a_language_by_its_code() -> None:
    russian = language("ru")

    assert (russian.name, russian.native_name, russian.script) == ("Russian", "русский", "Cyrl")
    assert russian.direction == "ltr"


def test_an_unknown_code_names_the_known_ones() -> None:
    with pytest.raises(NotFoundError, match=r"Language 'xx'.*ar, bn, .*zh") as caught:
        language("xx")

    assert "workbench/languages.py" in caught.value.remedy


def test_display_name_falls_back_to_the_code() -> None:
    assert display_name("fr") == "français"
    assert display_name("xx") == "xx"


def test_scripts_written_from_right_to_left() -> None:
    rtl = {code for code, known in LANGUAGES.items() if known.direction == "rtl"}

    assert rtl == {"ar", "fa", "he", "ur"}
    assert {LANGUAGES[code].script for code in rtl} == {"Arab", "Hebr"}


@pytest.mark.parametrize("code", LANGUAGES)
def test_native_name_is_in_the_language_s_own_script(code: str) -> None:
    known = LANGUAGES[code]
    letters = [c for c in known.native_name if unicodedata.category(c) == "Lo" or c.isalpha()]

    assert letters
    assert all(unicodedata.name(c).startswith(SCRIPTS[known.script]) for c in letters)


def test_codes_are_iso_639_1_and_names_are_unique() -> None:
    assert all(re.fullmatch("[a-z]{2}", code) for code in LANGUAGES)
    assert all(known.code == code for code, known in LANGUAGES.items())
    assert len({known.name for known in LANGUAGES.values()}) == len(LANGUAGES)
    assert len({known.native_name for known in LANGUAGES.values()}) == len(LANGUAGES)


def test_languages_of_the_tiny_world_and_of_the_confusion_benchmark_are_known() -> None:
    benchmark = [
        "ar",
        "de",
        "en",
        "es",
        "fr",
        "hi",
        "id",
        "it",
        "ja",
        "ko",
        "pt",
        "ru",
        "tr",
        "vi",
        "zh",
    ]

    assert set(benchmark) <= set(LANGUAGES)
    assert set(shipped_languages()) <= set(LANGUAGES)


@pytest.mark.parametrize(
    "named", ["pt", "PT", "pt-BR", "pt_PT", "por_Latn", "Portuguese", " Português "]
)
def test_a_language_is_found_by_what_people_call_it(named: str) -> None:
    assert find_language(named).code == "pt"


def test_what_names_no_language_is_not_found() -> None:
    with pytest.raises(NotFoundError, match="Use one of"):
        find_language("Klingon")


def test_names_in_english_and_of_a_language_that_was_not_given() -> None:
    assert [english_name(code) for code in ("ru", "yue")] == ["Russian", "yue"]
    assert display_name(UNKNOWN_LANGUAGE) == "not given" and UNKNOWN_LANGUAGE not in LANGUAGES
