"""Temperatures that make probabilities honest, and how they are fitted.

A naive Bayes model takes its features for independent, so that its probabilities are too
sure of themselves. Dividing its scores by one temperature mends most of that (Guo et al.
2017, "On calibration of modern neural networks") and changes no label.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from workbench.lid.engine.tables import Floats

LANGID_TEMPERATURES: Mapping[int, float] = {2: 1.0, 6: 1.7, 15: 1.9, 97: 1.6}
"""Temperature of langid's scores by the number of languages it chooses from.

Fitted by ``workbench lid calibrate`` on the first 1 to 20 words of every other monolingual
prompt of the Language Confusion Benchmark; the rest of them test it: the expected
calibration error falls from .027 to .016 for 15 languages, from .046 to .031 for 97.
"""
PY3LANGID_TEMPERATURES: Mapping[int, float] = {2: 0.22, 6: 0.36, 15: 0.36, 142: 0.34}
"""As above for py3langid, whose scores are first divided by the root of the text's bytes:
from .080 to .010 for 15 languages, from .201 to .018 for all."""

_BINS = 10


class Case(NamedTuple):
    """Scores of texts whose language is known."""

    scores: Floats
    """Unnormalised log-probabilities, (texts, columns)."""
    true: npt.NDArray[np.int64]
    """Column of each text's language, (texts,)."""


def temperature_for(table: Mapping[int, float], languages: int) -> float:
    """The temperature for a number of languages, between those of the table by its log.

    >>> temperature_for({2: 2.0, 8: 4.0}, 4)
    3.0
    """
    sizes = sorted(table)
    return float(np.interp(math.log(languages), np.log(sizes), [table[size] for size in sizes]))


def fit_temperature(cases: Sequence[Case]) -> float:
    """The temperature under which the true languages are the most probable.

    Minimises the mean negative log-likelihood over a grid with steps of 2%.
    """
    grid = np.exp(np.arange(math.log(0.2), math.log(20.0), 0.02))
    losses = [sum(_loss(case, temperature) for case in cases) for temperature in grid]
    return float(grid[int(np.argmin(losses))])


def calibration_error(confidence: npt.ArrayLike, right: npt.ArrayLike, bins: int = _BINS) -> float:
    """Expected calibration error: the mean gap between confidence and share of right ones.

    Over ``bins`` equally wide bins, weighted by their number of verdicts; 0 to 1, NaN
    without verdicts.

    >>> calibration_error([0.95, 0.95], [True, False])
    0.45
    """
    sure, correct = np.asarray(confidence, np.float64), np.asarray(right, np.float64)
    if not len(sure):
        return float("nan")
    places = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = np.bincount(places, weights=sure - correct, minlength=bins)
    return round(float(np.abs(gaps).sum() / len(sure)), 12)


def probabilities(scores: Floats, temperature: float) -> Floats:
    """Softmax of ``scores / temperature`` over the last axis."""
    shifted = (scores - scores.max(axis=-1, keepdims=True)) / temperature
    weights = np.exp(shifted)
    shares: Floats = weights / weights.sum(axis=-1, keepdims=True)
    return shares


def _loss(case: Case, temperature: float) -> float:
    shares = probabilities(case.scores, temperature)[np.arange(len(case.true)), case.true]
    return float(-np.log(np.maximum(shares, np.finfo(float).tiny)).sum())
