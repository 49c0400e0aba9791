from __future__ import annotations

import pytest

from workbench.lid.exempt import Exempt, exempt_spans, without


def parts(text: str) -> list[tuple[str, str]]:
    return [(text[span.start : span.end], span.why) for span in exempt_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Le chat dort.", []),
        # Code: fenced, also where the answer was cut, and inline.
        (
            "a\n```py\nx = 'y'\n```\nb ~~~\nc",
            [("```py\nx = 'y'\n```", "code"), ("~~~\nc", "code")],
        ),
        ("Tape `ls -l` ou ``a ` b``.", [("`ls -l`", "code"), ("``a ` b``", "code")]),
        # Formulas; two amounts of money are none.
        ("Soit $x^2$ et \\(y\\), $$z$$.", [(f, "formula") for f in ("$x^2$", "\\(y\\)", "$$z$$")]),
        ("entre $5 et $10", [("5", "number"), ("10", "number")]),
        # Markup, but no comparison.
        ("<b>gras</b> &amp; a < b > c", [(m, "markup") for m in ("<b>", "</b>", "&amp;")]),
        # Addresses end before the full stop of the sentence.
        (
            "Voir https://fr.wikipedia.org/wiki/Chat.",
            [("https://fr.wikipedia.org/wiki/Chat", "address")],
        ),
        (
            "Sur www.exemple.fr, exemple.com",
            [("www.exemple.fr", "address"), ("exemple.com", "address")],
        ),
        ("Écris à moi.meme@exemple.fr !", [("moi.meme@exemple.fr", "address")]),
        (
            "Dans /usr/local/bin et C:\\Temp\\a",
            [("/usr/local/bin", "path"), ("C:\\Temp\\a", "path")],
        ),
        ("Ouvre notes.txt ou km/h et/ou", [("notes.txt", "path")]),
        # Numbers in any script's digits, but not within names.
        ("En 1995, 3,5 % de ١٢٣", [(n, "number") for n in ("1995", "3,5 %", "١٢٣")]),
        ("mp3, H2O, les 90s", []),
    ],
)
def test_what_is_exempt(text: str, expected: list[tuple[str, str]]) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    "quotation",
    [
        '"machine learning"', "“machine learning”", "„machine learning“", "„machine learning”",
        "”machine learning”", "«machine learning»", "« machine learning »", "»machine learning«",
        "‹machine learning›", "「機械学習」", "『機械学習』", "《机器学习》", "〈机器学习〉",
        "‘machine learning’", "‚machine learning‘", "'machine learning'", "‘don’t stop’",
    ],
)  # fmt: skip
def test_quotation_marks_of_many_scripts(quotation: str) -> None:
    assert parts(f"Le terme {quotation} ici") == [(quotation, "quotation")]


@pytest.mark.parametrize(
    "text",
    [
        "l'eau d'un puits qu'il n'a pas",
        "l’eau d’un puits qu’il n’a pas",
        "the dogs' and the cats' owners",
        # Seven words: too long for a term.
        'Il dit "un deux trois quatre cinq six sept" ici',
        # Fourteen characters make about seven words.
        "他说「一二三四五六七八九十一二三四」吗",
        "un écran de trente pouces\" et un autre de vingt pouces\"",
    ],
)  # fmt: skip
def test_apostrophes_and_long_quotations_are_text(text: str) -> None:
    assert parts(text) == []


def test_a_long_quotation_keeps_its_closing_mark() -> None:
    text = '他说"这是一个很长很长的句子而且没有空格"和"短"。'
    assert parts(text) == [('"短"', "quotation")]
    assert parts('"one two three four five six seven" and "b" go') == [('"b"', "quotation")]


def test_a_quotation_covers_what_is_in_it() -> None:
    text = 'Lis "le site www.a.fr en 2020" et `"b"`.'
    assert parts(text) == [('"le site www.a.fr en 2020"', "quotation"), ('`"b"`', "code")]


def test_offsets_and_the_rest_of_the_text() -> None:
    text = "Tape `ls` et 12."
    spans = exempt_spans(text)
    assert spans == [Exempt(5, 9, "code"), Exempt(13, 15, "number")]
    assert without(text, spans) == "Tape   et  ."
    assert without(text, spans, "") == "Tape  et ."


# Each begins what a rule looks for, again and again, without ever completing it. A rule that
# tried each beginning up to the end of the text would take minutes here.
@pytest.mark.parametrize("unit", ["a-", "\\(", "<!--", "'a ", "\\begin{a}", "a.b-", "„", "“a"])
def test_long_texts_that_complete_nothing(unit: str) -> None:
    assert exempt_spans(unit * (200_000 // len(unit))) == []
