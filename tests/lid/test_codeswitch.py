"""Code-switching as a whole: text in, spans and parts out."""

from __future__ import annotations

import json
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.command_line import COMMAND
from tests.lid.switching.texts import texts
from workbench.assets import PROJECT_ROOT
from workbench.errors import NotFoundError
from workbench.languages import LANGUAGES
from workbench.lid.codeswitch import LanguageSpan, SpanStream, evidence_for, find_spans, parts
from workbench.lid.switching.evidence import Evidence

MIXED = "Le renard est rapide and the dog is very lazy today dans la forêt."


def test_offsets_are_of_the_original_text() -> None:
    inner = "and the dog is very lazy today"
    for before in ("", "🦊 ", "e\u0301te\u0301 ", "a\r\nb\r\n", "\0 ", "\ud800 ", "\u200fb ", "٣ "):
        text = f"{before}Le renard est rapide {inner} dans la forêt."
        (span,) = find_spans(text, "fr")
        assert text[span.start : span.end] == inner


def test_right_to_left_text() -> None:
    text = "قال المعلم in the beginning was the word ثم ذهب."
    (span,) = find_spans(text, "ar")
    assert (text[span.start : span.end], span.language) == ("in the beginning was the word", "en")
    text = "The teacher said الثعلب يعيش في الغابة and left."
    (span,) = find_spans(text, "en")
    assert (text[span.start : span.end], span.language) == ("الثعلب يعيش في الغابة", "ar")


def test_nothing_in_nothing() -> None:
    for text in ("", " ", "\n", "\0", "\ud800", "123", "🦊🦊🦊", "\u0301"):
        assert find_spans(text, "fr") == []


def test_only_the_languages_asked_about_are_found() -> None:
    assert [s.language for s in find_spans(MIXED, "fr", ["en", "de"])] == ["en"]
    assert "en" not in [s.language for s in find_spans(MIXED, "fr", ["de", "es"])]
    assert find_spans(MIXED, "fr", ["fr"]) == []
    assert find_spans("Bonjour le monde", "xh") is not None  # not of the workbench's table
    assert evidence_for("fr", ["en", "de"]) is evidence_for("fr", ["de", "en", "fr"])
    with pytest.raises(NotFoundError):
        find_spans(MIXED, "fr", ["en", "tlh"])


@settings(max_examples=150, deadline=None)
@given(st.lists(texts, max_size=4).map("\n".join), st.lists(st.integers(0, 900), max_size=6))
def test_a_stream_finds_at_each_point_what_the_whole_has(text: str, cuts: list[int]) -> None:
    for expected in ("fr", "zh"):
        stream = SpanStream(expected, ["fr", "en", "zh", "ru", "ja"])
        start = 0
        for end in [*sorted(cut for cut in cuts if cut < len(text)), len(text)]:
            spans = stream.feed(text[start:end])
            start = end
            assert spans == find_spans(text[:end], expected, ["fr", "en", "zh", "ru", "ja"])


def test_character_by_character() -> None:
    text = (
        f"{MIXED} Il lit The Lord of the Rings. «Dire yes» et `the code`. Then he went away\nVoilà."
    )
    stream = SpanStream("fr")
    for end, character in enumerate(text, start=1):
        assert stream.feed(character) == find_spans(text[:end], "fr")


@settings(max_examples=150, deadline=None)
@given(texts, st.sampled_from(sorted(LANGUAGES)))
def test_any_text_gives_spans_in_order_and_parts_without_gap(text: str, expected: str) -> None:
    spans = find_spans(text, expected)
    last = 0
    for span in spans:
        assert last <= span.start < span.end <= len(text)
        assert 0 < span.confidence <= 1
        assert span.language in LANGUAGES and span.language != expected
        last = span.end
    whole = parts(text, expected, spans)
    assert [part.start for part in whole] == [0, *(part.end for part in whole)][: len(whole)]
    assert (whole[-1].end if whole else 0) == len(text)
    assert all(part.start < part.end for part in whole)


def test_without_numba_the_spans_are_the_same() -> None:
    text = f"{MIXED}\nIl dit ที่นี่อากาศดีมาก hier. Этот лес очень большой."
    plain = SpanStream("fr", evidence=Evidence("fr", tuple(sorted(LANGUAGES)), backend="numpy"))
    found = plain.feed(text)
    assert len(found) == 3
    for one, other in zip(found, find_spans(text, "fr"), strict=True):
        assert one.confidence == pytest.approx(other.confidence)
        assert (one.start, one.end, one.language, one.reason) == (
            *(other.start, other.end, other.language, other.reason),
        )


def test_parts() -> None:
    text = "Bonjour. Use the `ls -l` command 3 times to see it.  Voir https://a.org/b !"
    spans = find_spans(text, "fr")
    assert [text[s.start : s.end] for s in spans] == ["Use the `ls -l` command 3 times to see it"]
    whole = [
        (text[p.start : p.end], p.kind, p.language, p.reason) for p in parts(text, "fr", spans)
    ]
    assert whole == [
        ("Bonjour. ", "expected", "fr", ""),
        ("Use the ", "foreign", "en", spans[0].reason),
        ("`ls -l`", "exempt", None, "code"),
        (" command 3 times to see it", "foreign", "en", spans[0].reason),
        (".  Voir ", "expected", "fr", ""),
        ("https://a.org/b", "exempt", None, "address"),
        (" !", "neutral", None, "no word"),
    ]
    assert parts("", "fr", []) == []
    made_up = LanguageSpan(0, 4, "en", 0.9, "so")
    assert [p.kind for p in parts("this, là", "fr", [made_up])] == ["foreign", "expected"]


def spans_of(raw: bytes, *options: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, "lid", "spans", *options],
        input=raw,
        cwd=PROJECT_ROOT,
        capture_output=True,
        timeout=120,
    )


def test_command() -> None:
    done = spans_of(f"{MIXED}\r\n\nBonjour\xff".encode("latin-1"), "--expected", "fr")
    assert done.returncode == 0
    lines = [json.loads(line) for line in done.stdout.decode().splitlines()]
    # As Latin-1 "forêt" is no UTF-8, and still a line with English in it.
    assert [len(line) for line in lines] == [1, 0, 0]
    assert set(lines[0][0]) == {"start", "end", "language", "confidence", "reason"}
    assert MIXED[lines[0][0]["start"] : lines[0][0]["end"]] == "and the dog is very lazy today"
    assert lines[0][0]["language"] == "en"
    assert lines[0][0]["confidence"] == round(lines[0][0]["confidence"], 3)
    done = spans_of(MIXED.encode(), "--expected", "fr", "--languages", "de,es")
    assert b'"en"' not in done.stdout


def test_command_names_an_unknown_language() -> None:
    done = spans_of(b"", "--expected", "tlh")
    assert done.returncode == 2
    assert b"Language 'tlh'" in done.stderr
