"""Scripts: which characters are of one, and which languages are written in it.

Names are ISO 15924 codes, but for Japanese and Chinese, which are taken apart: ``Kana``
for both kana, ``Hani`` for Chinese characters.
"""

from __future__ import annotations

from functools import lru_cache

from workbench.languages import LANGUAGES

ACCENTS = "\u0300-\u036f"
"""Marks that may follow a letter of any script with capitals."""
LETTERS: dict[str, str] = {
    "Latn": "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
    "\uff21-\uff3a\uff41-\uff5a",
    "Hani": "\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff",
    "Kana": "\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9d",
    "Cyrl": "\u0400-\u0481\u048a-\u052f",
    "Arab": "\u0610-\u061a\u0620-\u065f\u066e-\u06d3\u06d5-\u06dc\u06df-\u06e8\u06ea-\u06ef"
    "\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc\u200c\u200d",
    "Deva": "\u0900-\u0963\u0971-\u097f\u200c\u200d",
    "Hang": "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3",
    "Thai": "\u0e01-\u0e3a\u0e40-\u0e4e",
    "Grek": "\u0370-\u0373\u0376-\u037d\u0386\u0388-\u03ff\u1f00-\u1fff",
    "Hebr": "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u05d0-\u05f4\ufb1d-\ufb4f",
    "Beng": "\u0980-\u09e3\u09f0-\u09fe\u200c\u200d",
    "Armn": "\u0531-\u0556\u0561-\u0587",
    "Geor": "\u10a0-\u10ff\u1c90-\u1cbf",
    "Guru": "\u0a00-\u0a65\u0a70-\u0a7f",
    "Gujr": "\u0a80-\u0ae5\u0af0-\u0aff",
    "Orya": "\u0b00-\u0b65\u0b70-\u0b7f\u200c\u200d",
    "Taml": "\u0b80-\u0be5\u0bf0-\u0bff",
    "Telu": "\u0c00-\u0c65\u0c70-\u0c7f\u200c\u200d",
    "Knda": "\u0c80-\u0ce5\u0cf0-\u0cff\u200c\u200d",
    "Mlym": "\u0d00-\u0d65\u0d70-\u0d7f\u200c\u200d",
    "Sinh": "\u0d80-\u0de5\u0df2-\u0dff\u200c\u200d",
    "Laoo": "\u0e81-\u0eb9\u0ebb-\u0ecf\u0edc-\u0edf",
    "Mymr": "\u1000-\u103f\u1050-\u108f",
    "Khmr": "\u1780-\u17d3\u17d7-\u17dd",
    "Ethi": "\u1200-\u137f",
    "Tibt": "\u0f00-\u0f1f\u0f35-\u0f8f",
}
"""Letters and the marks that go with them, as the inside of a regular expression's class."""

NAMES = {
    "Latn": "Latin letters",
    "Hani": "Chinese script",
    "Kana": "kana",
    "Cyrl": "Cyrillic letters",
    "Arab": "Arabic letters",
    "Deva": "Devanagari",
    "Hang": "Hangul",
    "Thai": "Thai letters",
    "Grek": "Greek letters",
    "Hebr": "Hebrew letters",
    "Beng": "Bengali letters",
}
"""How a script is called within a sentence; the others go by their code."""

CASED = frozenset({"Latn", "Cyrl", "Grek", "Armn"})
"""Scripts with capital letters."""
IDEOGRAPHIC = frozenset({"Hani", "Kana"})
"""Scripts of which each character is a unit of its own."""
NO_SPACES = frozenset({"Thai", "Laoo", "Mymr", "Khmr", "Tibt"})
"""Scripts without spaces between words, whose words cannot be told without a dictionary."""

_PARTS = {"Jpan": ("Hani", "Kana"), "Kore": ("Hang",), "Hans": ("Hani",), "Hant": ("Hani",)}
_FURTHER = {
    **dict.fromkeys(("be", "bg", "kk", "ky", "mk", "mn", "ba", "tg", "tt"), ("Cyrl",)),
    **dict.fromkeys(("sr", "uz"), ("Cyrl", "Latn")),
    **dict.fromkeys(("ary", "arz", "ps", "sdh", "ug"), ("Arab",)),
    **dict.fromkeys(("mr", "ne", "sa", "gom"), ("Deva",)),
    **dict.fromkeys(("yue", "wuu"), ("Hani",)),
    **{"as": ("Beng",), "hy": ("Armn",), "ka": ("Geor",), "pa": ("Guru",), "gu": ("Gujr",)},
    **{"or": ("Orya",), "ta": ("Taml",), "te": ("Telu",), "kn": ("Knda",), "ml": ("Mlym",)},
    **{"si": ("Sinh",), "lo": ("Laoo",), "my": ("Mymr",), "km": ("Khmr",), "am": ("Ethi",)},
    **{"dz": ("Tibt",), "grc": ("Grek",), "hbo": ("Hebr",), "ku": ("Latn", "Arab")},
}
"""Of languages that are not in the workbench's table; those in neither are in Latin script."""


def scripts_of(code: str) -> tuple[str, ...]:
    """Scripts that a language is written in.

    >>> scripts_of("ja"), scripts_of("fr"), scripts_of("ka")
    (('Hani', 'Kana'), ('Latn',), ('Geor',))
    """
    if code in LANGUAGES:
        script = LANGUAGES[code].script
        return _PARTS.get(script, (script,))
    return _FURTHER.get(code, ("Latn",))


@lru_cache(maxsize=30_000)
def outside(character: str) -> int:
    """Which languages have no use for a Chinese character: 1 Japanese, 2 Chinese, 3 both.

    Goes by the character sets of the national encodings: JIS X 0208 holds the 6,355
    characters of Japanese, GB 2312 and Big5 those of simplified and traditional Chinese.

    >>> outside("们"), outside("気"), outside("本")
    (1, 2, 0)
    """
    japanese = _encodable(character, "shift_jis")
    chinese = _encodable(character, "gb2312") or _encodable(character, "big5")
    return (not japanese) + 2 * (not chinese)


def _encodable(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
