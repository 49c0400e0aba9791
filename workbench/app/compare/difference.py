"""What differs between two answers, word by word.

Texts are parted between what readers take for characters (grapheme clusters of Unicode, UAX
29), never inside one: words where a script has spaces, single characters where it has none.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal, NamedTuple

import regex

_CLUSTER = regex.compile(r"\X")
_UNSPACED = regex.compile(
    r"\p{Han}|\p{Hiragana}|\p{Katakana}|\p{Bopomofo}|\p{Thai}|\p{Lao}|\p{Khmer}|\p{Myanmar}"
)
_IN_WORDS = regex.compile(r"[\p{L}\p{N}\p{M}_]")
_JOINING = frozenset("'’-")
"""Inside a word when letters stand on both sides."""
_MOST_PAIRS = 50_000
"""Pairs of equal words that are looked at. A text that repeats itself thousands of times would
take minutes: of longer texts only the beginnings are compared."""

Kind = Literal["space", "word", "single"]


class Stretch(NamedTuple):
    """A part of a text: in the other one as well, or in this one alone."""

    text: str
    differs: bool


class Difference(NamedTuple):
    """Two texts in stretches, and how much of each differs."""

    first: list[Stretch]
    second: list[Stretch]
    only_first: int
    """Words, and characters of scripts without spaces, that are in the first text alone."""
    only_second: int
    of_first: int
    """Those of the first text that were compared."""
    of_second: int
    whole: bool
    """Whether all of both texts was compared; if not, the rest counts as the same."""


def difference(first: str, second: str) -> Difference:
    """What each of two texts has that the other one has not, in the same order.

    >>> difference("Le renard est roux.", "Le renard est noir.").second
    [Stretch(text='Le renard est ', differs=False), Stretch(text='noir', differs=True), \
Stretch(text='.', differs=False)]
    """
    parts = tokens(first), tokens(second)
    # A space by itself is no difference that could be seen.
    places = [[n for n, token in enumerate(own) if not token.isspace()] for own in parts]
    # The same text may be composed in one of them and decomposed in the other.
    forms = [
        [unicodedata.normalize("NFC", own[place]) for place in at]
        for own, at in zip(parts, places, strict=True)
    ]
    ends = _comparable(*forms)
    compared = [form[:end] for form, end in zip(forms, ends, strict=True)]
    marks = [[False] * len(own) for own in parts]
    only = [0, 0]
    matcher = SequenceMatcher(None, compared[0], compared[1], autojunk=False)
    for kind, *bounds in matcher.get_opcodes():
        if kind == "equal":
            continue
        for side in (0, 1):
            start, end = bounds[2 * side : 2 * side + 2]
            only[side] += _words(compared[side][start:end])
            for place in places[side][start:end]:
                marks[side][place] = True
    return Difference(
        *(_stretches(parts[0], marks[0]), _stretches(parts[1], marks[1])),
        *(only[0], only[1]),
        *(_words(compared[0]), _words(compared[1])),
        whole=[len(form) for form in forms] == [*ends],
    )


def _words(parts: Sequence[str]) -> int:
    """How many are words or characters, and not signs or punctuation."""
    return sum(_IN_WORDS.match(part) is not None for part in parts)


def _comparable(first: Sequence[str], second: Sequence[str]) -> tuple[int, int]:
    """How many words of each text can be compared in a moment: all, but for very long ones."""
    counts = Counter(first), Counter(second)
    pairs = sum(number * counts[1][word] for word, number in counts[0].items())
    share = min(1.0, math.sqrt(_MOST_PAIRS / pairs)) if pairs else 1.0
    return math.ceil(share * len(first)), math.ceil(share * len(second))


def tokens(text: str) -> list[str]:
    """Words, spaces, and single characters of scripts without spaces and of punctuation.

    >>> tokens("L'été 2024 : 狐狸")
    ["L'été", ' ', '2024', ' ', ':', ' ', '狐', '狸']
    """
    clusters = _CLUSTER.findall(text)
    kinds = [_kind(cluster) for cluster in clusters]
    for place in range(1, len(clusters) - 1):
        if clusters[place] in _JOINING and kinds[place - 1] == kinds[place + 1] == "word":
            kinds[place] = "word"
    found: list[str] = []
    for kind, own in groupby(zip(clusters, kinds, strict=True), key=lambda pair: pair[1]):
        joined = [cluster for cluster, _ in own]
        found += joined if kind == "single" else ["".join(joined)]
    return found


def _kind(cluster: str) -> Kind:
    if cluster.isspace():
        return "space"
    if _UNSPACED.match(cluster):
        return "single"
    return "word" if _IN_WORDS.match(cluster) else "single"


def _stretches(parts: Sequence[str], marks: list[bool]) -> list[Stretch]:
    """Neighbours that differ alike are one; a space between two that differ belongs to them."""
    for place in range(1, len(parts) - 1):
        if parts[place].isspace():
            marks[place] = marks[place - 1] and marks[place + 1]
    pairs = groupby(zip(parts, marks, strict=True), key=lambda pair: pair[1])
    return [Stretch("".join(text for text, _ in own), differs) for differs, own in pairs]
