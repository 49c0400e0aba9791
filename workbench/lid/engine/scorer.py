"""Scores texts by a byte model, many at once or as they grow."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from types import ModuleType
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from workbench.lid.engine.tables import ByteModel, Floats

Backend = Literal["numba", "numpy"]
_BLOCK = 1 << 24
"""Bytes of text scored in one go, so that the copy of them stays small."""
_NEWLINE = 10


class Temperature(NamedTuple):
    """Divides scores before they become probabilities: ``factor * bytes ** exponent``."""

    factor: float = 1.0
    exponent: float = 0.0


class Scores(NamedTuple):
    """One entry a text in each array."""

    best: npt.NDArray[np.int64]
    """Column of the most probable label."""
    log_probability: Floats
    """Score of that column: unnormalised log-probability."""
    confidence: Floats
    """Its probability, between 0 and 1, under the temperature."""
    hits: npt.NDArray[np.int64]
    """Features found; where there are none, the label is the prior's alone."""


class Scorer:
    """A model at work; ``backend`` None takes numba where it is installed."""

    def __init__(
        self,
        model: ByteModel,
        temperature: Temperature | None = None,
        backend: Backend | None = None,
    ) -> None:
        self.model = model
        self.code = _code(backend)
        factor, exponent = temperature or Temperature()
        self._heat = (float(factor), float(exponent), model.saturating)

    def score(self, texts: Sequence[bytes]) -> Scores:
        """The best label of each text."""
        size = len(texts)
        out = _empty(size)
        start, held = 0, 0
        for position, text in enumerate(texts, start=1):
            held += len(text)
            if held >= _BLOCK or position == size:
                own = slice(start, position)
                part = Scores(out[0][own], out[1][own], out[2][own], out[3][own])
                self._score_block(texts[own], part)
                start, held = position, 0
        return out

    def score_lines(self, lines: Sequence[str]) -> Scores | None:
        """As ``score``, of the UTF-8 of lines, in half the time that encoding each one takes.

        None where a text is not one line, or holds what has no UTF-8.
        """
        try:
            data = np.frombuffer("\n".join([*lines, ""]).encode(), np.uint8)
        except UnicodeEncodeError:
            return None
        ends = np.flatnonzero(data == _NEWLINE)
        if len(ends) != len(lines):
            return None
        out = _empty(len(lines))
        self.code.score_texts(data, (ends, 1), self.model.walk, self._heat, tuple(out))
        return out

    def current(self, sums: Floats, size: int) -> tuple[int, float, float]:
        """Best column of a text of ``size`` bytes with these sums, its score, its probability."""
        factor, exponent, _ = self._heat
        walk = self.model.walk
        temperature = factor * max(size, 1) ** exponent
        best, score, confidence = self.code.current(sums, walk.prior, walk.folds, temperature)
        return best, score, confidence

    def gains(self, text: bytes, ends: Sequence[int]) -> Floats:
        """What each stretch of a text adds to the scores, (stretches, columns).

        ``ends`` are byte offsets. Features that begin in one stretch count where they end.
        Raises ValueError for a model whose features saturate: there nothing just adds up.
        """
        if self.model.saturating:
            raise ValueError(f"the features of {self.model.name} do not add up")
        out = np.zeros((len(ends), len(self.model.labels)))
        data = np.frombuffer(text, np.uint8)
        self.code.gains(data, np.asarray(ends, np.int64), self.model.walk, out)
        return out

    def score_table(self, texts: Sequence[bytes]) -> Floats:
        """All scores, unnormalised log-probabilities, (texts, columns)."""
        out = np.empty((len(texts), len(self.model.labels)))
        self.code.score_table(*_joined(texts), self.model.walk, self.model.saturating, out)
        return out

    def _score_block(self, texts: Sequence[bytes], out: Scores) -> None:
        data, ends = _joined(texts)
        self.code.score_texts(data, (ends, 0), self.model.walk, self._heat, tuple(out))


def _empty(size: int) -> Scores:
    return Scores(
        np.empty(size, np.int64), np.empty(size), np.empty(size), np.empty(size, np.int64)
    )


def _joined(texts: Sequence[bytes]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Texts end to end, and where each of them ends."""
    data = np.frombuffer(b"".join(texts), np.uint8)
    return data, np.cumsum([len(text) for text in texts], dtype=np.int64)


def _code(backend: Backend | None) -> ModuleType:
    if backend != "numpy" and (backend == "numba" or find_spec("numba")):
        from workbench.lid.engine import kernels

        return kernels
    from workbench.lid.engine import plain

    return plain
