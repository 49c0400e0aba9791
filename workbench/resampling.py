"""Resampling: intervals of proportions, and of whatever is made of sums over prompts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from workbench.student import normal_p, normal_quantile, t_quantile, two_sided_p

RESAMPLES = 1000
_SEED = 0
_BLOCK = 1_000_000  # weights held at once: 8 MB
_KINDS = 32  # of clusters, up to which drawing kinds is faster than drawing clusters
_TOGETHER = 256  # groups resampled at once: 4 MB of draws
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
    low, high = (centre - margin) / scale, (centre + margin) / scale
    # Rounding may leave the ends a hair outside of the rate, which is 0 or 1 then.
    return Interval(min(max(0.0, low), rate), max(min(1.0, high), rate))


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

    Draws of one size are kept for the next call: tables have many cells of equal size. Where
    they would be too large to keep, clusters with equal parts are drawn together.
    """

    def __init__(self, resamples: int = RESAMPLES) -> None:
        self._resamples = resamples
        self._kept = lru_cache(maxsize=16)(self._blocks)

    def sums(self, parts: Floats) -> Floats:
        """Sums over the clusters drawn: (clusters, k) to (resamples, k)."""
        size = len(parts)
        if size * self._resamples <= _BLOCK:
            blocks: Iterable[Floats] = self._kept(size)
        else:
            kinds, counts = _kinds(parts)
            if len(kinds) <= _KINDS:
                return self._drawn_kinds(counts) @ kinds
            blocks = self._draw(size)
        return np.concatenate([weights @ parts for weights in blocks])

    def sums_of_each(self, parts: Floats) -> Floats:
        """As ``sums`` of each group by itself: (clusters, groups, k) to (resamples, groups, k)."""
        size, groups, k = parts.shape
        if size * self._resamples <= _BLOCK:
            together = self.sums(parts.reshape(size, groups * k))
            return together.reshape(self._resamples, groups, k)
        return np.stack([self.sums(parts[:, number]) for number in range(groups)], axis=1)

    def _drawn_kinds(self, counts: Ints) -> Floats:
        """How often each kind of cluster is drawn, (resamples, kinds): the multinomial numbers
        that counting the kinds among clusters drawn one by one would lead to."""
        rng = np.random.default_rng(_SEED)
        size = int(counts.sum())
        drawn = rng.multinomial(size, counts / size, size=self._resamples)
        return drawn.astype(np.float64)

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


def _kinds(parts: Floats) -> tuple[Floats, Ints]:
    """Rows that differ, (kinds, k), and how often each is there."""
    if parts.shape[1] != 2:
        rows, times = np.unique(parts, axis=0, return_counts=True)
        return rows, times
    # Pairs are sorted several times faster as complex numbers.
    pairs = np.ascontiguousarray(parts).view(np.complex128)[:, 0]
    kinds, counts = np.unique(pairs, return_counts=True)
    return kinds.view(np.float64).reshape(-1, 2), counts


def clustered_mean(
    values: Floats, clusters: Ints, resampler: Resampler, highest: float = 1.0
) -> tuple[float, Interval]:
    """Mean of values between 0 and ``highest``, with an interval that resamples clusters.

    NaN where there is no value; for more see ``clustered_means``.
    """
    groups = np.zeros(len(values), dtype=np.int64)
    found = clustered_means(values, Grouped(groups, 1, clusters), resampler, highest)
    return float(found.mean[0]), Interval(float(found.low[0]), float(found.high[0]))


@dataclass(frozen=True)
class Grouped:
    """Which group and which cluster each value is of."""

    groups: Ints
    """(values,): numbers from 0."""
    count: int
    """How many groups there are, those without a value included."""
    clusters: Ints
    """(values,): numbers from 0; a cluster may have values in several groups."""


class Means(NamedTuple):
    """Means of groups, (groups,) each; NaN where a group has no value."""

    mean: Floats
    low: Floats
    high: Floats
    n: Ints
    """How many values a mean is of."""


def clustered_means(
    values: Floats, grouped: Grouped, resampler: Resampler, highest: float = 1.0
) -> Means:
    """Mean of each group's values, between 0 and ``highest``, with intervals; NaN are left out.

    All values of a cluster, such as the answers to one prompt, are drawn together. Where all
    clusters of a group agree, resampling them knows no spread: the interval is then Wilson's
    for so many clusters. Groups of equally many clusters share their draws.
    """
    known = ~np.isnan(values)
    sums, counts, of_group = _cluster_sums(values[known], grouped, known)
    sizes = np.bincount(of_group, minlength=grouped.count)
    ends = np.cumsum(sizes)
    n = np.bincount(of_group, weights=counts, minlength=grouped.count)
    total = np.bincount(of_group, weights=sums, minlength=grouped.count)
    mean = np.divide(total, n, out=np.full(grouped.count, np.nan), where=n > 0)
    low, high = np.full((2, grouped.count), np.nan)
    for size in np.unique(sizes[sizes > 0]):
        members = np.flatnonzero(sizes == size)
        own = ends[members] - size + np.arange(size)[:, None]  # (size, members)
        parts = np.stack([sums[own], counts[own]], axis=2)  # (size, members, 2)
        rates = parts[:, :, 0] / parts[:, :, 1]
        agreed = np.ptp(rates, axis=0) == 0
        for group in members[agreed]:
            whole = wilson(float(mean[group]) / highest * int(size), int(size))
            low[group], high[group] = whole.low * highest, whole.high * highest
        spread = members[~agreed]
        low[spread], high[spread] = _drawn_intervals(parts[:, ~agreed], resampler)
    return Means(mean, low, high, n.astype(np.int64))


def _drawn_intervals(parts: Floats, resampler: Resampler) -> Floats:
    """Ends of the intervals of ratios of two sums: (clusters, groups, 2) to (2, groups)."""
    size, groups = parts.shape[:2]
    ends = np.empty((2, groups))
    tail = _tail(size)
    for start in range(0, groups, _TOGETHER):
        own = parts[:, start : start + _TOGETHER]
        drawn = resampler.sums_of_each(own)
        ratios = drawn[:, :, 0] / drawn[:, :, 1]  # (resamples, groups)
        ends[:, start : start + _TOGETHER] = np.percentile(ratios, (tail, 100 - tail), axis=0)
    return ends


def _cluster_sums(
    values: Floats, grouped: Grouped, known: npt.NDArray[np.bool_]
) -> tuple[Floats, Floats, Ints]:
    """Sum and number of values in each cluster of each group, and the group, in their order."""
    clusters = grouped.clusters[known]
    across = int(clusters.max()) + 1 if len(clusters) else 1
    keys = grouped.groups[known] * across + clusters
    if grouped.count * across <= max(_BLOCK, 4 * len(keys)):
        counts = np.bincount(keys, minlength=grouped.count * across)
        there: Ints = np.flatnonzero(counts)
        sums = np.bincount(keys, weights=values, minlength=len(counts))[there].astype(np.float64)
        return sums, counts[there].astype(np.float64), there // across
    there, place, few = np.unique(keys, return_inverse=True, return_counts=True)
    totals = np.bincount(place, weights=values, minlength=len(there)).astype(np.float64)
    return totals, few.astype(np.float64), there // across


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
