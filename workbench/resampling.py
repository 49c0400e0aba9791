"""Resampling: intervals of proportions, and of whatever is made of sums over prompts."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from workbench.student import normal_p, normal_quantile, t_quantile, two_sided_p

RESAMPLES = 1000
_SEED = 0
_BLOCK = 1_000_000  # weights held at once: 8 MB
_STEEP = 1e-3  # the least that a draw's place may be divided by
_Z = 1.959963984540054  # the normal distribution's 97.5th percentile

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Interval(NamedTuple):
    """Ends of a 95% interval."""

    low: float
    high: float


UNKNOWN = Interval(float("nan"), float("nan"))
"""The interval of what cannot be had."""


def wilson(k: float, n: float) -> Interval:
    """Wilson's 95% interval of a proportion: ``k`` of ``n``; NaN where ``n`` is 0.

    >>> [round(end, 4) for end in wilson(8, 10)]
    [0.4902, 0.9433]
    """
    if n == 0:
        return UNKNOWN
    rate = k / n
    centre = rate + _Z**2 / (2 * n)
    margin = _Z * (rate * (1 - rate) / n + _Z**2 / (4 * n**2)) ** 0.5
    scale = 1 + _Z**2 / n
    # Rounding may leave the ends a hair outside of 0 to 1.
    return Interval(max(0.0, (centre - margin) / scale), min(1.0, (centre + margin) / scale))


def percentile_interval(draws: Floats, clusters: int) -> Interval:
    """The middle 95% and a little more of resampled values, (resamples,); NaN are left out.

    So few clusters as there are vary less when resampled than others would: the percentiles
    are those that make the interval of a mean as wide as Student's t does. Hesterberg (2015),
    The American Statistician 69, 371-386, "expanded percentile interval".
    """
    known = draws[~np.isnan(draws)]
    if not len(known):
        return UNKNOWN
    tail = _tail(clusters)
    low, high = np.percentile(known, (tail, 100 - tail))
    return Interval(float(low), float(high))


def bca_interval(value: float, draws: Floats, left_out: Floats, clusters: int) -> Interval:
    """As ``percentile_interval`` for a coefficient, which is no mean: its draws are skewed and
    lie to one side of it, and that is put right.

    ``left_out`` is the value without each cluster in turn, (clusters,). Bias-corrected and
    accelerated: Efron (1987), Journal of the American Statistical Association 82, 171-185.
    """
    known, others = draws[~np.isnan(draws)], left_out[~np.isnan(left_out)]
    if not len(known) or not len(others):
        return UNKNOWN
    below = ((known < value).mean() + (known <= value).mean()) / 2
    least = 1 / (len(known) + 1)
    shift = normal_quantile(min(max(float(below), least), 1 - least))
    pull = others.mean() - others
    size = float((pull**2).sum()) ** 1.5
    skew = float((pull**3).sum()) / (6 * size) if size > 0 else 0.0
    ends = []
    for end in (_tail(clusters), 100 - _tail(clusters)):
        reach = shift + normal_quantile(end / 100)
        place = normal_p(shift + reach / max(1 - skew * reach, _STEEP))
        ends.append(float(np.percentile(known, 100 * place)))
    return Interval(*ends)


@lru_cache(maxsize=1024)
def _tail(clusters: int) -> float:
    """The percentile that is the low end of the expanded interval."""
    if clusters < 2:
        return 2.5
    reach = t_quantile(0.975, clusters - 1) * (clusters / (clusters - 1)) ** 0.5
    return 50 * two_sided_p(reach, math.inf)


class Resampler:
    """Draws clusters, such as prompts, with replacement; the same draws every time.

    Draws of one size are kept for the next call: tables have many cells of equal size.
    """

    def __init__(self, resamples: int = RESAMPLES) -> None:
        self._resamples = resamples
        self._kept = lru_cache(maxsize=16)(self._blocks)

    def sums(self, parts: Floats) -> Floats:
        """Sums over the clusters drawn: (clusters, k) to (resamples, k)."""
        size = len(parts)
        small = size * self._resamples <= _BLOCK
        blocks = self._kept(size) if small else self._draw(size)
        return np.concatenate([weights @ parts for weights in blocks])

    def _blocks(self, size: int) -> list[Floats]:
        return list(self._draw(size))

    def _draw(self, size: int) -> Iterator[Floats]:
        """How often each cluster is drawn, (resamples, size) in blocks of rows."""
        rng = np.random.default_rng(_SEED)
        for done in range(0, self._resamples, rows := max(1, _BLOCK // size)):
            rows = min(rows, self._resamples - done)
            drawn = rng.integers(size, size=(rows, size)) + np.arange(rows)[:, None] * size
            counts = np.bincount(drawn.ravel(), minlength=rows * size)
            yield counts.reshape(rows, size).astype(np.float64)


def clustered_mean(
    values: Floats, clusters: Ints, resampler: Resampler, highest: float = 1.0
) -> tuple[float, Interval]:
    """Mean of values between 0 and ``highest``, with an interval that resamples clusters.

    All values of a cluster, such as the answers to one prompt, are drawn together. Where all
    clusters agree, resampling them knows no spread: the interval is then Wilson's for so
    many clusters. NaN where there is no value.
    """
    if not len(values):
        return float("nan"), UNKNOWN
    mean = float(values.mean())
    _, position = np.unique(clusters, return_inverse=True)
    counts = np.bincount(position).astype(np.float64)
    sums = np.bincount(position, weights=values)
    if np.ptp(sums / counts) == 0:
        low, high = wilson(mean / highest * len(counts), len(counts))
        return mean, Interval(low * highest, high * highest)
    drawn = resampler.sums(np.stack([sums, counts], axis=1))
    return mean, percentile_interval(drawn[:, 0] / drawn[:, 1], len(counts))


def interval_of_changes(changes: Floats, resampler: Resampler, largest: float = 1.0) -> Interval:
    """Interval of the mean of ``changes``, one a prompt, each between -``largest`` and it.

    A percentile bootstrap over prompts. Where all changes are equal it knows no spread: then
    a further prompt is taken to change otherwise, by as much as ``largest``, no more often
    than Wilson's upper bound for none of ``n``.
    """
    n = len(changes)
    if not n:
        return UNKNOWN
    mean = float(changes.mean())
    if np.ptp(changes) == 0:
        margin = wilson(0, n).high * largest
        return Interval(max(-largest, mean - margin), min(largest, mean + margin))
    return percentile_interval(resampler.sums(changes[:, None])[:, 0] / n, n)
