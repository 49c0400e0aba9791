"""Statistics over responses: rates with intervals, and comparisons paired by prompt."""

from workbench.resampling import RESAMPLES, Floats, Interval, wilson
from workbench.statistics.comparison import paired_table
from workbench.statistics.rates import VALUES, rate_table, scores_of

__all__ = [
    "RESAMPLES",
    "VALUES",
    "Floats",
    "Interval",
    "paired_table",
    "rate_table",
    "scores_of",
    "wilson",
]
