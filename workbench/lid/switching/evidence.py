"""What words say for other languages against the expected one, as log-odds.

Between languages of one script two byte models and the lists of function words speak; of
Chinese characters, the national character sets too. A word in a script that the expected
language is not written in is evidence by that alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from workbench.lid.engine.scorer import Backend
from workbench.lid.engine.tables import Floats
from workbench.lid.switching.function_words import FunctionWords
from workbench.lid.switching.looks import CHARACTERS, SPACED, UNSPACED, Looks, Table
from workbench.lid.switching.scripts import IDEOGRAPHIC, NO_SPACES, outside, scripts_of
from workbench.lid.switching.tracing import loops
from workbench.lid.switching.units import LOWER, SCRIPTS, Unit
from workbench.lid.switching.weights import Weights
from workbench.lid.switching.word_models import WordModels, plain_words

_RELATIVES = frozenset({"ar", "fa", "ur"})
"""Languages that share most of their learned vocabulary besides their script."""
_CHARACTER_SETS = {"ja": 1, "zh": 2}
"""Bits of ``scripts.outside``."""
_HANI = SCRIPTS.index("Hani")
_KINDS = np.array(
    [CHARACTERS if s in IDEOGRAPHIC else UNSPACED if s in NO_SPACES else SPACED for s in SCRIPTS]
)


class Judged(NamedTuple):
    """What some words say."""

    words: list[str]
    """As the lists have them: lower-case and composed."""
    odds: Floats
    """Log-odds against the expected language, (words, languages)."""


class Evidence:
    """Evidence against ``expected`` for each of ``languages``, which include it.

    Raises NotFoundError for a language that one of the byte models does not know.
    """

    def __init__(
        self,
        expected: str,
        languages: tuple[str, ...],
        weights: Weights | None = None,
        backend: Backend | None = None,
    ) -> None:
        self.expected = expected
        self.languages = languages
        self.weights = weights or Weights()
        self.code = loops(backend)
        self._models = WordModels(languages, self.weights, self.code)
        self.lists = FunctionWords(languages)
        self._chinese = not _CHARACTER_SETS.keys().isdisjoint(languages)
        self._table = Table(
            own=languages.index(expected),
            writes=np.array([[s in scripts_of(code) for code in languages] for s in SCRIPTS]),
            sets=np.array([_CHARACTER_SETS.get(code, 0) for code in languages], np.int64),
            kinds=_KINDS,
            weights=self.weights,
        )

    @cached_property
    def entry(self) -> Floats:
        """What a stretch of each language costs, (languages,); infinite for the expected one."""
        weights = self.weights
        entry = np.full(len(self.languages), weights.entry)
        for position, code in enumerate(self.languages):
            if code == "en":
                entry[position] = weights.entry_english
            elif {code, self.expected} <= _RELATIVES:
                entry[position] += weights.entry_relatives
        entry[self._table.own] = np.inf
        return entry

    def judge(self, texts: Sequence[str], units: Sequence[Unit]) -> Judged:
        """What words say; ``texts`` are the words as they stand."""
        words = plain_words(texts)
        looks = self._looks(words, units)
        listed = self.lists.look_up(words)
        gains = self._models.log_likelihoods(words)
        odds = np.empty_like(gains)
        self.code.log_odds(looks, self._table, gains, listed, odds)
        return Judged(words, odds)

    def size(self, unit: Unit) -> float:
        """A unit's length in words: less than one for a character, more without spaces."""
        kind = self._table.kinds[unit.script]
        if kind == CHARACTERS:
            return self.weights.character
        if kind == UNSPACED:
            return max(self.weights.unspaced * (unit.end - unit.start), 1.0)
        return 1.0

    def is_foreign(self, script: int) -> bool:
        """Whether the expected language is not written in a script."""
        return not self._table.writes[script, self._table.own]

    def is_unused(self, word: str) -> bool:
        """Whether a word is a Chinese character that the expected language has no use for."""
        mine = int(self._table.sets[self._table.own])
        return bool(mine) and len(word) == 1 and word >= "\u3400" and bool(outside(word) & mine)

    def _looks(self, words: Sequence[str], units: Sequence[Unit]) -> Looks:
        seen = [(u.script, u.end - u.start, u.case != LOWER) for u in units]
        script, length, capital = np.array(seen, np.int64).reshape(-1, 3).T
        unused = np.zeros(len(words), np.int64)
        if self._chinese:
            for position in np.flatnonzero(script == _HANI).tolist():
                unused[position] = outside(words[position])
        return Looks(script, length, capital, unused)
