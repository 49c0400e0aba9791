"""Two conditions that were trained with several seeds each: prompts and seeds are both samples.

Another seed and another prompt would each have given another difference, so the interval has
to hold both. Resampling them both, the bootstrap with product weights, is not used: with two to
five seeds its 95% intervals hold the truth in 79 to 99% of experiments, as resampling so few
seeds misses a part of their spread and what is left over is counted three times (Owen 2007,
Annals of Applied Statistics 1, 386-411). The layout of readers and cases in radiology is the
same, and the t interval made for it keeps its word (``tests/statistics/test_seeds.py``).
"""

from __future__ import annotations

import math
from typing import NamedTuple

from workbench.resampling import Floats


class TwoWay(NamedTuple):
    """A difference of two means with its variance over prompts and seeds."""

    difference: float
    variance: float
    """Of the difference, over other prompts and other seeds."""
    fixed: float
    """The part of it that more prompts would leave as it is: that of the seeds."""
    df: float
    """Degrees of freedom of its t distribution; infinite where no condition has two seeds."""


class _Layout(NamedTuple):
    """Mean squares of one condition, each divided by prompts times seeds."""

    seeds: int
    of_seeds: float
    """Of the means of seeds."""
    of_cells: float
    """Of what neither prompt nor seed explains."""


def two_way(first: Floats, second: Floats) -> TwoWay:
    """Mean of ``first`` less that of ``second``; both (prompts, seeds), the same prompts.

    Seeds of the two conditions are taken for independent of one another; a condition may
    have one only, such as a base model. Variance and degrees of freedom: Hillis (2007),
    Statistics in Medicine 26, 596-619, with seeds for readers and prompts for cases.
    """
    prompts = len(first)
    by_prompt = first.mean(axis=1) - second.mean(axis=1)
    over_prompts = float(by_prompt.var(ddof=1)) / prompts if prompts > 1 else math.nan
    layouts = [_layout(values) for values in (first, second) if values.shape[1] > 1]
    of_seeds = sum(layout.of_seeds for layout in layouts)
    of_cells = sum(layout.of_cells for layout in layouts)
    variance = of_seeds + max(0.0, over_prompts - of_cells)
    spread = sum(layout.of_seeds**2 / (layout.seeds - 1) for layout in layouts)
    return TwoWay(
        difference=float(by_prompt.mean()),
        variance=variance,
        fixed=sum(max(0.0, layout.of_seeds - layout.of_cells) for layout in layouts),
        df=variance**2 / spread if spread > 0 else math.inf,
    )


def _layout(values: Floats) -> _Layout:
    prompts, seeds = values.shape
    mean = values.mean()
    by_prompt, by_seed = values.mean(axis=1), values.mean(axis=0)
    rest = values - by_prompt[:, None] - by_seed[None, :] + mean
    return _Layout(
        seeds,
        float(((by_seed - mean) ** 2).sum()) / (seeds - 1) / seeds,
        float((rest**2).sum()) / ((prompts - 1) * (seeds - 1)) / (prompts * seeds),
    )
