"""Means and differences over prompts, with intervals that resample prompts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from workbench.resampling import UNKNOWN, Resampler, interval_of_changes


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

    For the interval see ``workbench.resampling.interval_of_changes``.
    """
    by_prompt = _by_prompt(values)
    known = by_prompt.dropna().to_numpy(dtype=np.float64)
    if not len(known):
        return Mean(float("nan"), *UNKNOWN, 0, len(by_prompt))
    low, high = interval_of_changes(known, Resampler())
    return Mean(float(known.mean()), max(lowest, low), high, len(known), len(by_prompt))


def _by_prompt(values: pd.Series) -> pd.Series:
    levels = list(range(values.index.nlevels))
    return values.astype("Float64").groupby(level=levels).mean().astype("float64")
