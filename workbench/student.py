"""Normal and Student's t distribution: tails and quantiles, without SciPy."""

from __future__ import annotations

import math
from statistics import NormalDist

_NORMAL = NormalDist()
_LARGE = 1e7  # degrees of freedom from which on t is taken for normal
_SMALL = 1e-300
_TERMS = 10_000


def normal_quantile(probability: float) -> float:
    """The value that a standard normal variable stays below with this probability."""
    return _NORMAL.inv_cdf(probability)


def normal_p(value: float) -> float:
    """Probability that a standard normal variable stays below this value."""
    return math.erfc(-value / math.sqrt(2)) / 2


def two_sided_p(t: float, df: float) -> float:
    """Probability of a value at least as far from 0 as ``t``, with ``df`` degrees of freedom.

    Through the regularised incomplete beta function: Abramowitz and Stegun (1964), 26.7.1
    and 26.5.27. ``df`` may be infinite (normal).
    """
    if df > _LARGE:
        return math.erfc(abs(t) / math.sqrt(2))
    return _incomplete_beta(df / 2, 0.5, df / (df + t * t))


def t_quantile(probability: float, df: float) -> float:
    """The value that a t variable stays below with this probability, of .5 or more."""
    if df > _LARGE:
        return normal_quantile(probability)
    tail = 2 * (1 - probability)
    low, high = 0.0, 1.0
    while two_sided_p(high, df) > tail:
        low, high = high, 2 * high
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        if two_sided_p(middle, df) > tail:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """Regularised incomplete beta function I_x(a, b)."""
    if x in (0.0, 1.0):
        return x
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(b, a, 1 - x)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front += a * math.log(x) + b * math.log1p(-x)
    return math.exp(front) / (a * _continued_fraction(a, b, x))


def _continued_fraction(a: float, b: float, x: float) -> float:
    """That of DLMF 8.17.22, 1 + d1 / (1 + d2 / (1 + ...)), by Lentz's method."""
    value = upper = 1.0
    lower = 0.0
    for number in range(1, _TERMS):
        m, odd = divmod(number, 2)
        if odd:
            d = -(a + m) * (a + b + m) / ((a + 2 * m) * (a + 2 * m + 1)) * x
        else:
            d = m * (b - m) / ((a + 2 * m - 1) * (a + 2 * m)) * x
        lower = 1 / _away_from_zero(1 + d * lower)
        upper = _away_from_zero(1 + d / upper)
        value *= upper * lower
        if abs(upper * lower - 1) < 1e-15:
            break
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _SMALL else _SMALL
