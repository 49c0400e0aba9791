from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lid.switching.texts import texts
from workbench.lid.exempt import exempt_spans
from workbench.lid.switching.blocks import LONGEST, SHORTEST, block_end, open_fence

LINE = "x" * (SHORTEST - 1) + "\n"


def blocks(text: str) -> list[str]:
    found, start = [], 0
    while (end := block_end(text, start)) is not None:
        found.append(text[start:end])
        start = end
    return [*found, text[start:]]


def test_a_block_ends_with_a_line_once_it_is_long_enough() -> None:
    assert blocks(LINE + "a\n" + LINE) == [LINE, "a\n" + LINE, ""]
    assert blocks("a\nb\n") == ["a\nb\n"]


def test_what_spans_lines_stays_in_one_block() -> None:
    for begin, end in (("```", "```"), ("$$", "$$"), ("\\[", "\\]"), ("<!--", "-->")):
        inner = f"{begin}\n{LINE}{end}\n"
        assert blocks(inner + LINE) == [inner, LINE, ""]
        assert blocks(LINE + inner) == [LINE, inner, ""]


def test_an_open_formula_is_forgotten_where_it_cannot_be_closed_any_more() -> None:
    # $$ reaches 2,000 characters; lines are 200 long.
    assert len(blocks("$$\n" + LINE * 15)[0]) < 2400


def test_an_open_block_of_code_is_not_cut_however_long() -> None:
    code = "```\n" + LINE * 100
    assert blocks(code) == [code]
    assert blocks(code + "```\n" + LINE) == [code + "```\n", LINE, ""]


def test_a_line_without_end_is_cut_after_a_space_or_mark() -> None:
    text = "x" * LONGEST + "yy zz。" + "w" * 20
    assert blocks(text) == [text[: LONGEST + 3], text[LONGEST + 3 :]]


def test_open_fences() -> None:
    assert open_fence("a ``` b ~~~ c") == "```"
    assert open_fence("``` ``` ~~~") == "~~~"
    assert open_fence("``` ~~~ ```") is None


@settings(max_examples=200, deadline=None)
@given(st.lists(texts, max_size=6).map("\n".join), st.integers(0, 2000))
def test_cuts_depend_on_the_text_before_alone_and_part_no_exempt_part(text: str, size: int) -> None:
    whole = blocks(text)
    # Each cut but the last is the same in any text that goes on from there.
    assert "".join(whole) == text
    assert blocks(text[:size])[:-1] == whole[: len(blocks(text[:size])) - 1]
    if len(text) < LONGEST:
        parted, start = [], 0
        for block in whole:
            parted += [(x.start + start, x.end + start, x.why) for x in exempt_spans(block)]
            start += len(block)
        assert parted == [(x.start, x.end, x.why) for x in exempt_spans(text)]
