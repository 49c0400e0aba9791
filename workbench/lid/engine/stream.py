"""Scores of a text that grows, at the cost of its new bytes alone."""

from __future__ import annotations

import numpy as np

from workbench.lid.engine.scorer import Scorer


class Stream:
    """What is known of a text so far: the automaton's state and the sums of its vectors.

    Feeding a text in any pieces, also inside a character, gives what scoring it whole does.
    Raises ValueError for a model whose features saturate.
    """

    def __init__(self, scorer: Scorer) -> None:
        if scorer.model.saturating:
            raise ValueError(f"the features of {scorer.model.name} do not add up")
        self._scorer = scorer
        self._tables = scorer.model.walk.adding
        self._sums = np.zeros(len(scorer.model.labels))
        self._state = 0
        self.hits = 0
        """Features found so far."""
        self.size = 0
        """Bytes read so far."""

    def feed(self, data: bytes) -> None:
        """Read on."""
        self._state, found = self._scorer.code.advance(
            np.frombuffer(data, np.uint8), self._tables, self._state, self._sums
        )
        self.hits += found
        self.size += len(data)

    def reset(self) -> None:
        """Begin a new text."""
        self._sums[:] = 0.0
        self._state = self.hits = self.size = 0

    def verdict(self) -> tuple[int, float, float]:
        """Best column, its log-probability, and its probability."""
        return self._scorer.current(self._sums, self.size)
