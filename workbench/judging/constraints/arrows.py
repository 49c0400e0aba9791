"""``arrow_template``: "begin each point with the sign -->"."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

from workbench.judging.constraints.base import Answer, Check, has_words
from workbench.judging.constraints.markers import clean_lines, line_marker
from workbench.judging.constraints.plain_lines import leads_in

INTRODUCTION = 2
"""Lines before the first point that need no sign."""
CLOSING = 1
"""Lines after the last point that need no sign."""

_BEFORE = r"(?:>\s+)*(?:[-*+•]\s+)?(?:#{1,6}\s+)?(?:[*_`]*\d{1,3}[.)]\s+)?[*_`\\\"“«]*"
# Editors make one dash of two, and web pages write the sign as &gt;.
_SIGN = re.compile(rf"{_BEFORE}(?:-{{2,}}|–|—)\s?\\?(?:>|&gt;)")
# Written from right to left, this is what looks like the sign.
_MIRRORED_SIGN = re.compile(rf"{_BEFORE}(?:<|&lt;)\\?(?:-{{2,}}|–|—)(?=[^A-Za-z]*[\u0590-\u08ff])")
_OTHER_ARROW = re.compile(rf"{_BEFORE}(->|=+>|[→⇒➔➜➝➞➡➢➣➤➥⟶►▶▸»›>])")
_SIGN_WITHIN = re.compile(r"(?<=[:：])\s+(?=-->)")
_TITLE = re.compile(r"#{1,6}\s|(?:\*\*|__)[^*_]+(?:\*\*|__):?$|[-*_=\s]{3,}$")


class _Line(NamedTuple):
    text: str
    indent: int
    follows: bool
    """Without a blank line above it."""


def check_arrows(answer: Answer) -> Check:
    """Whether each point begins with the sign that was asked for, and with no other arrow.

    Points are lines with the sign, and lines with another mark of a list. Two lines may
    lead in and one may close; a line right above a sign may be a title. A point goes on in the
    lines right below it and in one further paragraph. It may hold a list of its own: indented,
    after a colon, or where all points hold one.
    """
    raw = clean_lines(_SIGN_WITHIN.sub("\n", answer.text))
    lines = [
        _Line(line.strip(), len(line) - len(line.lstrip()), bool(above))
        for above, line in pairwise(["", *raw])
        if has_words(line) or _begins(line.strip())
    ]
    signs = sum(_begins(line.text) for line in lines)
    if not signs:
        return answer.broken(f"asked for points that begin with -->, found {_instead(lines)}")
    without = _without_sign(lines, signs)
    if without:
        return answer.broken(
            f"asked for points that begin with -->, found {signs} that do and {without} that do not"
        )
    return answer.kept()


def _begins(text: str) -> bool:
    return bool(_SIGN.match(text) or _MIRRORED_SIGN.match(text))


def _instead(lines: list[_Line]) -> str:
    others = Counter(match[1] for line in lines if (match := _OTHER_ARROW.match(line.text)))
    if not others:
        return "none"
    sign, count = others.most_common(1)[0]
    return f"{count} that begin with {sign} instead"


def _without_sign(lines: list[_Line], signs: int) -> int:
    """Number of points without the sign, where ``signs`` have it."""
    below = [*lines[1:], _Line("", 0, False)]
    headed = [
        _is_listed(next_) for line, next_ in zip(lines, below, strict=True) if _begins(line.text)
    ]
    listed = seen = 0
    plain = {"before": 0, "between": 0, "after": 0}
    above = _Line("", 0, False)
    for line, next_ in zip(lines, below, strict=True):
        if _begins(line.text):
            above = line
            seen += 1
        elif _is_listed(line):
            within = line.indent > above.indent + 1 or leads_in(above.text) or all(headed)
            # A single sign above a list introduces it.
            listed += not (seen and within) or signs == 1
        elif not (
            _TITLE.match(line.text)
            or (line.follows and seen and signs > 1)
            or (next_.follows and _begins(next_.text))
        ):
            plain["between" if 0 < seen < signs else "after" if seen else "before"] += 1
    return (
        listed
        + max(0, plain["before"] - INTRODUCTION)
        + max(0, plain["between"] - signs + 1)
        + max(0, plain["after"] - CLOSING)
    )


def _is_listed(line: _Line) -> bool:
    """Whether a line has another mark of a list; "Chapter 1:" is a title."""
    marker = line_marker(line.text, 0)
    return not _begins(line.text) and marker is not None and not marker.kind.startswith("label")
