"""Marks that begin the items of a list, in any script: bullets, numbers, letters, labels."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

TAB = 4
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_RULE = re.compile(r"[-*_](?:\s*[-*_]){2,}\s*")
_QUOTE_OR_HEADING = re.compile(r"(?:>\s*)*(#{1,6}\s+)?(?=[^>])")

_BULLET = re.compile(
    r"(?P<arrow>--?>|==?>|[→⇒➔➜➝➞➡➢➣➤➥⟶]\ufe0f?)\s*"
    r"|(?P<mark>[-*+–—~](?=\s)|-(?=[^\W\d_])|[•◦‣⁃∙·・･●○■□▪▫◆◇◼◻▶►▸▹❖✓✔✦★☆※])\s*"
)
_NUMBER = re.compile(
    r"[#№]?\s?[(（\[【]?(?P<number>\d{1,3})"
    r"(?:\\?[.)）\]】、．。]+|\s?[:：](?!\d)|\s?[-–—](?=\s|[^\W\d_])|[º°]\)?)(?!\d)\s*"
)
_HASH_NUMBER = re.compile(r"[#№]\s?(?P<number>\d{1,3})\s+")
_KEYCAP = re.compile(r"(?P<number>\d)\ufe0f?\u20e3\s*")
_HAN_NUMBER = re.compile(r"[(（]?(?:第|其)?(?P<han>[一二三四五六七八九十]{1,3})[)）、．.,，:：]\s*")
_LABEL = re.compile(
    r"(?P<word>[^\W\d_][^\s\d:：.,;()]{1,15})\s?[#№]?(?P<number>\d{1,2})\s?[:：.)）\-–—](?!\d)\s*"
)
_ROMAN = re.compile(r"[(（]?(?P<roman>[ivx]{1,4}|[IVX]{1,4})[.)）](?:\s+|(?=\*))")
_LETTER = re.compile(r"[(（]?(?P<letter>[^\W\d_])(?:[.)）](?:\s+|(?=\*))|[、．]\s*|\s?[-–]\s+)")

_FIRST_LETTERS = frozenset("aAаАαΑأاकअก가ㄱあアא甲")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10}
_HAN_DIGITS = "一二三四五六七八九"


@dataclass(frozen=True)
class Marker:
    """The mark at the beginning of a line, and what follows it."""

    line: int
    """Number of the line, from 0."""
    indent: int
    """Columns before the mark."""
    kind: str
    """Marks of one kind belong together: ``number``, ``letter``, ``-``, ``label option``..."""
    ordinal: int | None
    """Position that the mark claims; None for bullets."""
    rest: str


def clean_lines(text: str) -> list[str]:
    """Lines without fences of code blocks, marks of direction and tabs."""
    plain = _INVISIBLE.sub("", text).expandtabs(TAB)
    return [line.rstrip() for line in plain.splitlines() if not _FENCE.match(line)]


def without_marker(line: str) -> str:
    """A line without its list mark, heading mark and emphasis."""
    marker = line_marker(line, 0)
    body = line.strip() if marker is None else marker.rest
    return body.lstrip("#> ").strip("*_ ")


def markers(lines: list[str]) -> list[Marker]:
    """The marks of all lines, those left out that turn out to be no list.

    A number is one where the numbers begin with 1 or follow each other (a line may begin
    with a year), a letter where the letters begin with the alphabet's first (a line may
    begin with initials).
    """
    found = [marker for n, line in enumerate(lines) if (marker := line_marker(line, n))]
    if any(m.kind == "letter" and m.ordinal == 1 for m in found):
        # After h) the mark i) is a letter too.
        found = [
            replace(m, kind="letter") if m.kind == "roman" and _one_letter(lines[m.line]) else m
            for m in found
        ]
    groups: dict[str, list[Marker]] = {}
    for marker in found:
        groups.setdefault(marker.kind, []).append(marker)
    kinds = {kind for kind, own in groups.items() if _is_list(kind, own)}
    return [marker for marker in found if marker.kind in kinds]


def line_marker(line: str, number: int) -> Marker | None:
    """The mark at the beginning of a line, going by this line alone."""
    body = line.lstrip()
    indent = len(line) - len(body)
    if not body or _RULE.fullmatch(body):
        return None
    start = _QUOTE_OR_HEADING.match(body)
    body = body[start.end() :] if start else body
    bullet = _BULLET.match(body)
    if bullet:
        kind = "arrow" if bullet["arrow"] else bullet["mark"]
        return Marker(number, indent, kind, None, body[bullet.end() :])
    # A number may stand in bold alone or together with its item.
    core = body.lstrip("*_")
    for kind, ordinal, end in _ordered(core):
        return Marker(number, indent, kind, ordinal, core[end:].lstrip("*_ "))
    if unicodedata.category(core[:1] or " ") == "So":
        return Marker(number, indent, "emoji", None, core[1:].lstrip("\ufe0f\u200d* "))
    return None


def _ordered(core: str) -> Iterator[tuple[str, int, int]]:
    """Kind, ordinal and length of the ordered mark at the beginning, the likeliest first."""
    if match := _KEYCAP.match(core) or _NUMBER.match(core) or _HASH_NUMBER.match(core):
        yield "number", int(match["number"]), match.end()
    if unicodedata.category(core[:1] or " ") == "No":
        value = unicodedata.numeric(core[0])
        if value == int(value):
            yield "number", int(value), 1
    if match := _HAN_NUMBER.match(core):
        yield "number", _han(match["han"]), match.end()
    if match := _ROMAN.match(core):
        yield "roman", _roman(match["roman"].lower()), match.end()
    if match := _LETTER.match(core):
        yield "letter", 1 if match["letter"] in _FIRST_LETTERS else 2, match.end()
    if match := _LABEL.match(core):
        yield f"label {match['word'].casefold()}", int(match["number"]), match.end()


def _is_list(kind: str, own: list[Marker]) -> bool:
    if own[0].ordinal is None:
        return kind != "emoji" or len(own) > 1
    if own[0].ordinal in (0, 1):
        return kind in ("number", "roman") or len(own) > 1
    ordinals = [marker.ordinal or 0 for marker in own]
    return kind == "number" and any(
        b == a + 1 for a, b in zip(ordinals, ordinals[1:], strict=False)
    )


def _one_letter(line: str) -> bool:
    match = _ROMAN.match(line.lstrip().lstrip("*_"))
    return match is not None and len(match["roman"]) == 1


def _han(numeral: str) -> int:
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return _HAN_DIGITS.find(numeral[0]) + 1
    return 10 * (_HAN_DIGITS.find(tens[:1] or "一") + 1) + (
        _HAN_DIGITS.find(ones) + 1 if ones else 0
    )


def _roman(numeral: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in numeral]
    following = [*values[1:], 0]
    return sum(-v if v < n else v for v, n in zip(values, following, strict=True))
