"""Coefficients of agreement between raters on the levels 0, 1 and 2, with intervals.

Values of the raters of one side are held against those of another, or of the same side among
themselves. All is made of sums over answers, so that resampling answers is a matrix product.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from workbench.judging.criteria import LEVELS
from workbench.resampling import (
    UNKNOWN,
    Floats,
    Interval,
    Resampler,
    bca_interval,
    percentile_interval,
    wilson,
)

_SIZE = len(LEVELS)
_CELLS = _SIZE**2


class Coefficient(NamedTuple):
    """A coefficient with its 95% interval; NaN where it is not defined."""

    value: float
    interval: Interval


class Agreement(NamedTuple):
    """How far two sides, or the raters of one, agree."""

    n: int
    """Answers with values to be compared."""
    alpha: Coefficient
    """Krippendorff's alpha for ordinal data: 1 for agreement, 0 for chance."""
    kappa: Coefficient
    """Cohen's kappa with quadratic weights."""
    exact: Coefficient
    """Share of pairs of values that are equal."""


def agreement_of(first: Floats, second: Floats | None, resampler: Resampler) -> Agreement:
    """Agreement of ``first`` with ``second``, or among ``first`` alone where that is None.

    Both are (answers, raters) with the levels, NaN where missing, and the same answers.
    Intervals resample answers: Zapf et al. (2016), BMC Medical Research Methodology 16:93.
    """
    if second is None:
        coincidences, tables = _among(first), _tables(first, first, among=True)
    else:
        coincidences, tables = _between(first, second), _tables(first, second)
    paired = coincidences.sum(axis=1) > 0
    n = int(paired.sum())
    if n == 0:
        nothing = Coefficient(float("nan"), UNKNOWN)
        return Agreement(0, nothing, nothing, nothing)
    parts = np.concatenate([coincidences, tables], axis=1)[paired]  # (n, 9 + 9 pairs)
    whole = _Values(parts.sum(axis=0)[None])
    drawn, left_out = _Values(resampler.sums(parts)), _Values(parts.sum(axis=0) - parts)
    exact = float(whole.exact[0])
    if exact == 1:
        low = _lowest(parts[:, :_CELLS].sum(axis=0), n)
        return Agreement(
            n,
            _certain(whole.alpha, low),
            _certain(whole.kappa, low),
            Coefficient(exact, wilson(n, n)),
        )
    return Agreement(
        n,
        _uncertain(whole.alpha, drawn.alpha, left_out.alpha),
        _uncertain(whole.kappa, drawn.kappa, left_out.kappa),
        Coefficient(exact, percentile_interval(drawn.exact, n)),
    )


def _lowest(coincidences: Floats, n: int) -> float:
    """How low a coefficient may be although raters agree on all ``n`` answers.

    Resampling knows no disagreement there. A share of the answers, up to Wilson's bound, may
    still be rated by chance, where raters agree too, and the more so the fewer levels are used.
    """
    levels = coincidences.reshape(_SIZE, _SIZE).sum(axis=1) / coincidences.sum()
    by_chance = float((levels**2).sum())
    if by_chance == 1:
        return float("nan")
    return max(0.0, 1 - wilson(0, n).high / (1 - by_chance))


class _Values:
    """The coefficients of sums over answers, (..., 9 + 9 pairs)."""

    def __init__(self, sums: Floats) -> None:
        square = sums[:, :_CELLS].reshape(-1, _SIZE, _SIZE)
        self.alpha = ordinal_alpha(square)
        self.kappa = pooled_kappa(sums[:, _CELLS:].reshape(len(sums), -1, _SIZE, _SIZE))
        self.exact = _ratio(np.einsum("rcc->r", square), square.sum(axis=(1, 2)))


def _certain(whole: Floats, low: float) -> Coefficient:
    value = float(whole[0])
    return Coefficient(value, UNKNOWN if np.isnan(value) else Interval(low, 1.0))


def _uncertain(whole: Floats, drawn: Floats, left_out: Floats) -> Coefficient:
    value = float(whole[0])
    if np.isnan(value):
        return Coefficient(value, UNKNOWN)
    return Coefficient(value, bca_interval(value, drawn, left_out, len(left_out)))


def ordinal_alpha(coincidences: Floats) -> Floats:
    """Krippendorff's alpha of coincidence matrices: (..., levels, levels) to (...).

    NaN where all values are equal. Krippendorff (2019), Content analysis, 4th edition,
    section 12.3.3: two levels differ by the square of the values that lie between them, half
    of those on the two levels themselves included.
    """
    marginals = coincidences.sum(axis=-1)  # (..., levels)
    total = marginals.sum(axis=-1)
    # Ranks in the middle of the values of each level; their differences are the metric.
    middles = np.cumsum(marginals, axis=-1) - marginals / 2
    metric = (middles[..., :, None] - middles[..., None, :]) ** 2
    observed = (coincidences * metric).sum(axis=(-1, -2))
    pairs = marginals[..., :, None] * marginals[..., None, :]
    expected = (pairs * metric).sum(axis=(-1, -2))
    return 1.0 - _ratio(observed * (total - 1), expected)


def pooled_kappa(tables: Floats) -> Floats:
    """Kappa with quadratic weights over pairs of raters: (..., pairs, levels, levels) to (...).

    Of one pair it is Cohen's (1968), Psychological Bulletin 70, 213-220. Of several, observed
    and expected disagreement are averaged over the pairs first, weighted by the answers that
    each has in common: De Vries et al. (2008), Field Methods 20, 272-282. NaN where every
    rater gave one and the same value to all.
    """
    levels = np.array(LEVELS, dtype=np.float64)
    weights = (levels[:, None] - levels[None, :]) ** 2
    counts = tables.sum(axis=(-1, -2))  # (..., pairs)
    by_chance = tables.sum(axis=-1)[..., :, None] * tables.sum(axis=-2)[..., None, :]
    expected = _ratio((by_chance * weights).sum(axis=(-1, -2)), counts, empty=0.0)
    observed = (tables * weights).sum(axis=(-1, -2))
    return 1 - _ratio(observed.sum(axis=-1), expected.sum(axis=-1))


def _ratio(above: Floats, below: Floats, empty: float = float("nan")) -> Floats:
    whole: Floats = np.full(np.shape(below), empty)
    return np.divide(above, below, out=whole, where=below > 0)


def _levels(values: Floats) -> Floats:
    """(answers, raters) to (answers, raters, levels): 1 at the level given, 0 where missing."""
    given: Floats = (values[..., None] == np.array(LEVELS)).astype(np.float64)
    return given


def _among(values: Floats) -> Floats:
    """Coincidences of each answer, (answers, levels * levels): all pairs of its values, each
    weighted so that a value counts once."""
    counts = _levels(values).sum(axis=1)  # (answers, levels)
    raters = counts.sum(axis=1)
    pairs: Floats = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(_SIZE)
    pairs *= _ratio(np.ones(len(raters)), raters - 1, empty=0.0)[:, None, None]
    return pairs.reshape(len(values), _CELLS)


def _between(first: Floats, second: Floats) -> Floats:
    """As ``_among``, of the values of one side with those of the other; sides count alike."""
    shares = []
    for values in (first, second):
        counts = _levels(values).sum(axis=1)
        shares.append(counts * _ratio(np.ones(len(counts)), counts.sum(axis=1), 0.0)[:, None])
    pairs: Floats = shares[0][:, :, None] * shares[1][:, None, :]
    pairs += pairs.transpose(0, 2, 1).copy()
    return pairs.reshape(len(first), _CELLS)


def _tables(first: Floats, second: Floats, among: bool = False) -> Floats:
    """Cross tables of each answer by pair of raters, (answers, pairs * levels * levels)."""
    pairs: Sequence[tuple[int, int]] = [
        (i, j) for i in range(first.shape[1]) for j in range(i + 1 if among else 0, second.shape[1])
    ]
    rows, columns = _levels(first), _levels(second)
    tables: Floats = np.stack(
        [rows[:, i, :, None] * columns[:, j, None, :] for i, j in pairs], axis=1
    )
    return tables.reshape(len(first), -1)
