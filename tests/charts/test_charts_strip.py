from __future__ import annotations

import re

from workbench.assets import asset
from workbench.charts.strip import (
    SPAN_COLOURS,
    Stretch,
    foreign_languages,
    is_mixed,
    language_strip,
    stretches,
)
from workbench.lid.codeswitch import Part, find_spans, parts

FRENCH = "Bien sûr, voici la recette que vous avez demandée hier soir. "
ENGLISH = "Then you should put the chicken in the oven for about an hour. "
RUSSIAN = "Потом достаньте курицу из духовки и подавайте её на стол горячей. "


def found(text: str, expected: str = "fr") -> list[Part]:
    return parts(text, expected, find_spans(text, expected))


def part(start: int, end: int, kind: str, language: str | None) -> Part:
    return Part(start, end, kind, language, None, "")  # type: ignore[arg-type]


def test_parts_of_one_language_are_one_stretch_and_space_belongs_to_what_is_before() -> None:
    made = [
        part(0, 2, "neutral", None),
        part(2, 5, "expected", "fr"),
        part(5, 6, "neutral", None),
        part(6, 9, "expected", "fr"),
        part(9, 12, "exempt", None),
        part(12, 20, "foreign", "en"),
        part(20, 21, "neutral", None),
    ]
    assert stretches(made) == [Stretch(0, 9, "fr"), Stretch(9, 12, None), Stretch(12, 21, "en")]
    assert stretches([]) == []
    assert is_mixed(made)
    assert not is_mixed(made[:5])  # code beside French is one language


def test_a_strip_covers_the_answer_in_the_colours_of_its_marks() -> None:
    text = FRENCH + ENGLISH + RUSSIAN + ENGLISH
    own = found(text)
    assert foreign_languages(own) == ["en", "ru"]
    figure = language_strip(own)
    bars = {trace.name: trace for trace in figure.data}
    assert list(bars) == ["français", "English", "русский"]
    assert bars["English"].marker.color == SPAN_COLOURS[0]
    assert bars["русский"].marker.color == SPAN_COLOURS[1]
    assert len(bars["English"].x) == 2
    covered = sorted(
        (start, start + width)
        for trace in figure.data
        for start, width in zip(trace.base, trace.x, strict=True)
    )
    assert covered[0][0] == 0
    assert covered[-1][1] == len(text)
    assert all(a[1] == b[0] for a, b in zip(covered, covered[1:], strict=False))
    assert list(figure.layout.xaxis.range) == [0, len(text)]
    first = bars["français"]
    # People count from 1.
    assert list(first.customdata[0]) == [1, first.x[0]]


def test_a_strip_runs_as_most_of_its_text_does() -> None:
    text = "بالطبع، هذه هي الوصفة التي طلبتها مني مساء أمس. " + ENGLISH[:30]
    arabic = language_strip(found(text, "ar"), dark=True)
    assert list(arabic.layout.xaxis.range) == [len(text), 0]
    # An answer in Russian runs from the left, whatever was expected.
    russian = language_strip(found(RUSSIAN, "ar"))
    assert list(russian.layout.xaxis.range) == [0, len(RUSSIAN)]


def test_the_page_marks_answers_in_the_same_colours() -> None:
    css = asset("styles", "theme.css").read_text("utf-8")
    listed = re.findall(r"\.wb-colour-(\d) { --wb-colour: (#\w+); }", css)
    assert tuple(colour for _, colour in sorted(listed)) == SPAN_COLOURS
