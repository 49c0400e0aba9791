"""Function words: a short list for each of some thirty languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from workbench.assets import asset
from workbench.files import read_text


@lru_cache(maxsize=1)
def function_words() -> Mapping[str, frozenset[str]]:
    """Languages by function word, as ``assets/lid/function_words.txt`` has them."""
    found: dict[str, set[str]] = {}
    text = read_text(asset("lid", "function_words.txt")).replace("\\\n", " ")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            code, *words = line.split()
            for word in words:
                found.setdefault(word, set()).add(code)
    return {word: frozenset(codes) for word, codes in found.items()}


def entries(word: str) -> tuple[str, ...]:
    """What a lower-case word may be in the lists as: whole, or in the two parts it joins.

    >>> entries("qu'il")
    ("qu'il", "qu'", "'il", 'il')
    """
    head, mark, tail = word.partition("'")
    return (word, f"{head}'", f"'{tail}", tail) if mark else (word,)


class FunctionWords:
    """The lists of ``languages``, looked up for many words at once."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._codes = known = function_words()
        self._row = {word: row for row, word in enumerate(known, start=1)}
        self._matrix = np.zeros((len(known) + 1, len(languages)), np.int8)
        for word, codes in known.items():
            for column, code in enumerate(languages):
                self._matrix[self._row[word], column] = code in codes

    def languages_of(self, word: str) -> frozenset[str]:
        """Languages in whose lists a lower-case word is, or a part that it elides."""
        return frozenset().union(*(self._codes[e] for e in entries(word) if e in self._codes))

    def look_up(self, words: Sequence[str]) -> npt.NDArray[np.int8]:
        """1 where a lower-case word is in a language's list, else 0; (words, languages)."""
        row = self._row
        found = [(row.get(word, 0), 0) if "'" not in word else self._parts(word) for word in words]
        rows = np.array(found, np.int64).reshape(-1, 2)
        return np.maximum(self._matrix[rows[:, 0]], self._matrix[rows[:, 1]])

    def _parts(self, word: str) -> tuple[int, int]:
        first, second, *_ = (*(self._row[e] for e in entries(word) if e in self._row), 0, 0)
        return first, second
