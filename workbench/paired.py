"""Means and differences over prompts, with intervals that resample prompts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from workbench.statistics import RESAMPLES, Floats, wilson

_SEED = 0
_BLOCK = 1_000_000  # draws held at once


class Mean(NamedTuple):
    """Mean over prompts with a 95% interval."""

    mean: float
    """NaN where no prompt is scored."""
    low: float
    high: float
    n_scored: int
    n_total: int


class Difference(NamedTuple):
    """Mean of the first less the second, over the prompts that both have scored."""

    mean: float
    """NaN where no prompt is scored in both."""
    low: float
    """Lower end of the 95% interval."""
    high: float
    n_paired: int
    """Prompts scored in both."""
    n_total: int
    """Prompts in either."""


def paired_difference(first: pd.Series, second: pd.Series) -> Difference:
    """Difference of two series of values between 0 and 1, indexed by prompt.

    Values of one prompt, such as those of several seeds, are averaged first; see
    ``mean_by_prompt`` for the interval.
    """
    pairs = pd.DataFrame({"first": _by_prompt(first), "second": _by_prompt(second)})
    return Difference(*mean_by_prompt(pairs["first"] - pairs["second"], lowest=-1.0))


def mean_by_prompt(values: pd.Series, lowest: float = 0.0) -> Mean:
    """Mean of values between ``lowest`` and 1 over the prompts of the index.

    The interval is a percentile bootstrap over prompts. Where all prompts have the same
    value it knows no spread: then a further prompt is taken to have another value no more
    often than Wilson's upper bound for none of ``n``.
    """
    by_prompt = _by_prompt(values)
    known = by_prompt.dropna().to_numpy(dtype=np.float64)
    n = len(known)
    if not n:
        return Mean(float("nan"), float("nan"), float("nan"), 0, len(by_prompt))
    mean = float(known.mean())
    if np.ptp(known) == 0:
        margin = wilson(0, n).high
        low, high = max(lowest, mean - margin), min(1.0, mean + margin)
    else:
        low, high = map(float, np.percentile(_resampled_means(known), (2.5, 97.5)))
    return Mean(mean, low, high, n, len(by_prompt))


def _by_prompt(values: pd.Series) -> pd.Series:
    levels = list(range(values.index.nlevels))
    return values.astype("Float64").groupby(level=levels).mean().astype("float64")


def _resampled_means(values: Floats) -> Floats:  # (n,) to (resamples,)
    rng = np.random.default_rng(_SEED)
    rows = max(1, _BLOCK // len(values))
    parts = []
    for done in range(0, RESAMPLES, rows):
        size = (min(rows, RESAMPLES - done), len(values))
        parts.append(values[rng.integers(len(values), size=size)].mean(axis=1))
    return np.concatenate(parts)
