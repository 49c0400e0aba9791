"""Languages: code, names, script and direction.

Codes are ISO 639-1, as the ``langid`` package and the Language Confusion Benchmark
use them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from workbench.errors import NotFoundError


@dataclass(frozen=True)
class Language:
    """One language as the workbench shows it."""

    code: str
    name: str
    """Name in English."""
    native_name: str
    """Name in its own script."""
    script: str
    """ISO 15924 code of the script it is usually written in."""
    direction: Literal["ltr", "rtl"] = "ltr"


_LANGUAGES = (
    Language("ar", "Arabic", "العربية", "Arab", "rtl"),
    Language("bn", "Bengali", "বাংলা", "Beng"),
    Language("cs", "Czech", "čeština", "Latn"),
    Language("de", "German", "Deutsch", "Latn"),
    Language("el", "Greek", "ελληνικά", "Grek"),
    Language("en", "English", "English", "Latn"),
    Language("es", "Spanish", "español", "Latn"),
    Language("fa", "Persian", "فارسی", "Arab", "rtl"),
    Language("fi", "Finnish", "suomi", "Latn"),
    Language("fr", "French", "français", "Latn"),
    Language("he", "Hebrew", "עברית", "Hebr", "rtl"),
    Language("hi", "Hindi", "हिन्दी", "Deva"),
    Language("hu", "Hungarian", "magyar", "Latn"),
    Language("id", "Indonesian", "Bahasa Indonesia", "Latn"),
    Language("it", "Italian", "italiano", "Latn"),
    Language("ja", "Japanese", "日本語", "Jpan"),
    Language("ko", "Korean", "한국어", "Kore"),
    Language("nl", "Dutch", "Nederlands", "Latn"),
    Language("pl", "Polish", "polski", "Latn"),
    Language("pt", "Portuguese", "português", "Latn"),
    Language("ro", "Romanian", "română", "Latn"),
    Language("ru", "Russian", "русский", "Cyrl"),
    Language("sv", "Swedish", "svenska", "Latn"),
    Language("sw", "Swahili", "Kiswahili", "Latn"),
    Language("th", "Thai", "ไทย", "Thai"),
    Language("tr", "Turkish", "Türkçe", "Latn"),
    Language("uk", "Ukrainian", "українська", "Cyrl"),
    Language("ur", "Urdu", "اردو", "Arab", "rtl"),
    Language("vi", "Vietnamese", "Tiếng Việt", "Latn"),
    Language("zh", "Chinese", "中文", "Hans"),
)
LANGUAGES: dict[str, Language] = {language.code: language for language in _LANGUAGES}
UNKNOWN_LANGUAGE = "und"
"""Expected language of a prompt for which none was given, as in some imported files: whether an
answer to it is in the right language cannot be scored. The code is that of ISO 639-2."""
NO_LANGUAGE = "the expected language of the prompt is not known"
"""Why a score that needs it is missing then."""


def language(code: str) -> Language:
    """The language of a code; an error names the known ones.

    >>> language("fr").native_name
    'français'
    """
    if code not in LANGUAGES:
        raise NotFoundError(
            f"Language '{code}'",
            "it is not in the workbench's table of languages",
            f"Use one of {', '.join(LANGUAGES)}, or add it to workbench/languages.py",
        )
    return LANGUAGES[code]


_THREE_LETTERS = {
    "ara": "ar", "arb": "ar", "ben": "bn", "ces": "cs", "cze": "cs", "deu": "de", "ger": "de",
    "ell": "el", "gre": "el", "eng": "en", "spa": "es", "fas": "fa", "per": "fa", "pes": "fa",
    "fin": "fi", "fra": "fr", "fre": "fr", "heb": "he", "hin": "hi", "hun": "hu", "ind": "id",
    "ita": "it", "jpn": "ja", "kor": "ko", "nld": "nl", "dut": "nl", "pol": "pl", "por": "pt",
    "ron": "ro", "rum": "ro", "rus": "ru", "swe": "sv", "swa": "sw", "swh": "sw", "tha": "th",
    "tur": "tr", "ukr": "uk", "urd": "ur", "vie": "vi", "zho": "zh", "chi": "zh", "cmn": "zh",
}  # fmt: skip
"""Codes of ISO 639-2 and 639-3, as data sets such as FLORES use them."""


def find_language(named: str) -> Language:
    """The language that a person means by a code, such as ``pt``, ``pt-BR`` or ``por_Latn``, or by
    a name.

    Names may be English or in the language itself. Raises NotFoundError.

    >>> find_language("Français").code
    'fr'
    """
    wanted = named.strip().casefold()
    for known in _LANGUAGES:
        if wanted in (known.code, known.name.casefold(), known.native_name.casefold()):
            return known
    code = re.split("[-_]", wanted)[0]
    return language(_THREE_LETTERS.get(code, code))


def display_name(code: str) -> str:
    """Native name where the language is known, the bare code elsewhere."""
    if code == UNKNOWN_LANGUAGE:
        return "not given"
    return LANGUAGES[code].native_name if code in LANGUAGES else code


def english_name(code: str) -> str:
    """English name where the language is known, the bare code elsewhere."""
    return LANGUAGES[code].name if code in LANGUAGES else code
