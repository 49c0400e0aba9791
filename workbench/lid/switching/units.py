"""Words of a text with what their looks say, as offsets in it.

A word is a run of letters of one script; of Chinese characters and kana each is a unit of
its own, and what stands between two spaces of Thai and the like is one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from workbench.lid.exempt import Exempt
from workbench.lid.switching.scripts import ACCENTS, CASED, IDEOGRAPHIC, LETTERS

SCRIPTS = tuple(LETTERS)
"""Latin first, as most text is in it."""
LOWER, CAPITALISED, CAPITALS = 0, 1, 2
"""Case of a word; scripts without capitals are lower-case."""


class Unit(NamedTuple):
    """One word."""

    start: int
    end: int
    script: int
    """Position in ``SCRIPTS``."""
    case: int
    pause: bool
    """Whether more than spaces, a hyphen or a slash part it from the word before."""
    joined: bool
    """Whether a hyphen alone parts it from the word before."""
    breaks: bool
    """Whether a block of code parts it from the word before."""


def _pattern(script: str) -> str:
    letters = LETTERS[script]
    if script in IDEOGRAPHIC:
        return f"([{letters}])"
    run = f"[{letters}][{letters}{ACCENTS}]*+" if script in CASED else f"[{letters}]++"
    return f"({run}(?:['\\u2019\\u02bc]{run})*+)"


_LATIN = LETTERS["Latn"]
_SYMBOLS = "0-9_\u0250-\u02af\u02c8\u02cc\u02d0"  # digits, and what only phonetic script has
_IDENTIFIER = f"[{_LATIN}]*+(?:[{_SYMBOLS}]++[{_LATIN}]*+)++"
# What commonly stands between words is skipped first: trying every script there takes longer
# than all the rest. Bounded, so that a long run of it is not gone through again and again.
_BETWEEN = r"[\s!-&(-/:-@\[-^`{-~]{0,8}+"
_UNITS = re.compile(
    f"{_BETWEEN}(?:%s)"
    % "|".join(
        (
            f"{_pattern('Latn')}(?![{_SYMBOLS}])",
            _IDENTIFIER,
            *(_pattern(script) for script in SCRIPTS[1:]),
        )
    )
)
_CASED = tuple(script in CASED for script in SCRIPTS)
_HYPHENS = frozenset("-‐‑")
_NO_PAUSE = _HYPHENS | {"", "/"}
_SPACE = " \t\u00a0\u202f\u3000"


def units(
    text: str,
    exempt: Sequence[Exempt],
    start: int = 0,
    after_code: bool = False,
    offset: int = 0,
) -> Units:
    """Words of ``text`` from ``start`` on that are in no exempt part.

    ``start`` is the end of a word or the beginning of the text; ``after_code`` says whether
    a block of code ended before; ``offset`` is added to what the words' offsets are in
    ``text``. Identifiers with digits or underscores are no words.
    """
    found: list[Unit] = []
    last = start
    ahead = iter(exempt)
    part = next(ahead, None)
    for match in _UNITS.finditer(text, start):
        group = match.lastindex
        if group is None:
            continue
        begin, end = match.span(group)
        while part is not None and part.end <= begin:
            after_code |= part.why == "code" and part.start >= last and _is_block(text, part)
            part = next(ahead, None)
        if part is not None and part.start < end:
            continue
        script = group - 1
        case = LOWER
        if _CASED[script]:
            word = match[group]
            if not word.islower():
                case = CAPITALS if len(word) > 1 and word.isupper() else CAPITALISED
        between = text[last:begin]
        pause = last == 0 or (between != " " and between.strip(_SPACE) not in _NO_PAUSE)
        joined = between in _HYPHENS
        found.append(Unit(begin + offset, end + offset, script, case, pause, joined, after_code))
        after_code = False
        last = end
    while part is not None:
        after_code |= part.why == "code" and part.start >= last and _is_block(text, part)
        part = next(ahead, None)
    return Units(found, after_code)


class Units(NamedTuple):
    """Words in order, and whether a block of code follows the last."""

    words: list[Unit]
    code_follows: bool


def _is_block(text: str, part: Exempt) -> bool:
    return "\n" in text[part.start : part.end]
