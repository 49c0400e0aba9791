"""The reference judge: is an answer right, going by reference facts?

Only the criterion *accuracy* is decided: 2 for right, 0 for wrong.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from workbench.prompts import Reference

JUDGE = "reference"
CRITERION = "accuracy"

_UNSPACED = frozenset({"zh", "ja", "th", "km", "lo", "my"})
"""Languages written without spaces: a wording may stand anywhere in the text."""


class Rated(NamedTuple):
    """A value, or the reason why there is none."""

    value: int | None
    """0 or 2."""
    missing_reason: str | None = None


def rate(text: str, reference: Reference, language: str) -> Rated:
    """Whether the answer holds what the reference accepts and nothing that it rejects.

    Case does not count. In languages with spaces a wording must stand as whole words.
    Longer wordings claim their place first, so that rejecting *red* does not hurt an
    answer with the accepted *dark red*. An empty answer is wrong.
    """
    accepted = {
        _folded(wording): number
        for number, group in enumerate(reference.accept)
        for wording in group
        if wording.strip()
    }
    if not accepted:
        return Rated(None, "the reference accepts no answer")
    rejected = {_folded(wording) for wording in reference.reject if wording.strip()}
    found = set(_claimed(_folded(text), accepted.keys() | rejected, language))
    groups = {accepted[wording] for wording in found if wording in accepted}
    wrong = found & (rejected - accepted.keys())
    needed = reference.count if reference.kind == "members" else 1
    return Rated(2 if len(groups) >= needed and not wrong else 0)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _claimed(text: str, wordings: set[str], language: str) -> Iterator[str]:
    """Wordings that the text holds, where no longer one overlaps."""
    whole_words = language not in _UNSPACED
    free = bytearray(b"\x01") * len(text)
    for wording in sorted(wordings, key=len, reverse=True):
        start = text.find(wording)
        while start >= 0:
            end = start + len(wording)
            if all(free[start:end]) and not (whole_words and _inside_word(text, start, end)):
                free[start:end] = bytes(end - start)
                yield wording
            start = text.find(wording, start + 1)


def _inside_word(text: str, start: int, end: int) -> bool:
    before = start > 0 and _of_word(text[start - 1]) and _of_word(text[start])
    after = end < len(text) and _of_word(text[end]) and _of_word(text[end - 1])
    return before or after


def _of_word(character: str) -> bool:
    # Vowel signs of Indic scripts are marks, which ``str.isalnum`` does not count.
    return unicodedata.category(character)[0] in "LMN"
