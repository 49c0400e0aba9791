"""The best cut of a text into stretches of the expected language and of others.

A hypothesis ends either in the expected language or in one other; a stretch of language
``j`` costs ``entry[j]`` once and is worth the sum of its words' log-odds against the
expected language: Page's CUSUM for each language at once, with the best hypothesis kept
(Viterbi's algorithm). What is kept for each word makes it possible to take words back.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from types import ModuleType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from workbench.lid.engine.scorer import Backend
from workbench.lid.engine.tables import Floats

Integers = npt.NDArray[np.int32]


def loops(backend: Backend | None) -> ModuleType:
    """The compiled loops where numba is installed, or those of the backend named."""
    if backend != "numpy" and (backend == "numba" or find_spec("numba")):
        from workbench.lid.switching import kernels

        return kernels
    from workbench.lid.switching import plain

    return plain


class Rows(NamedTuple):
    """Values after each number of words, from none on."""

    inside: Floats
    """Of the best hypothesis that ends in a stretch of language j, (words + 1, languages)."""
    since: Integers
    """Number of the word with which that stretch begins, (words + 1, languages)."""
    outside: Floats
    """Of the best hypothesis that ends in no stretch, or in one that closes here."""
    closed: Integers
    """The language of the stretch that closes here, -1 for none."""
    last: Integers
    """Where the best hypothesis' last stretch closes, 0 for none."""


class Stretch(NamedTuple):
    """Words ``begin`` up to ``end`` are of a language; ``margin`` is the gain over its entry."""

    begin: int
    end: int
    language: int
    margin: float


class Trace:
    """The rows of a text's words so far."""

    def __init__(self, entry: Floats, code: ModuleType) -> None:
        self._entry = entry
        self._code = code
        self._rows = _empty(64, entry.size)
        self.words = 0

    def extend(self, odds: Floats, breaks: Sequence[bool], keep: int) -> None:
        """Take back the words after the first ``keep``, and add words with these log-odds.

        ``odds`` is (words, languages); where ``breaks`` no stretch goes on from the word before.
        """
        needed = keep + len(odds) + 1
        if needed > len(self._rows.outside):
            larger = _empty(2 * needed, self._entry.size)
            for name, old in self._rows._asdict().items():
                getattr(larger, name)[: keep + 1] = old[: keep + 1]
            self._rows = larger
        self._code.trace(odds, np.asarray(breaks, np.bool_), self._entry, keep, self._rows)
        self.words = keep + len(odds)

    def stretches(self) -> list[Stretch]:
        """Stretches of the best hypothesis, in order."""
        rows = self._rows
        found = []
        end = int(rows.last[self.words])
        while end:
            language = int(rows.closed[end])
            begin = int(rows.since[end, language])
            margin = float(rows.outside[end] - rows.outside[begin])
            found.append(Stretch(begin, end, language, margin))
            end = int(rows.last[begin])
        return found[::-1]


def _empty(size: int, languages: int) -> Rows:
    rows = Rows(
        np.empty((size, languages)),
        np.zeros((size, languages), np.int32),
        np.empty(size),
        np.empty(size, np.int32),
        np.empty(size, np.int32),
    )
    rows.inside[0], rows.outside[0], rows.closed[0], rows.last[0] = -np.inf, 0.0, -1, 0
    return rows
