"""Rates: means of a score in each group of results, with intervals and counts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from workbench.errors import NotFoundError
from workbench.grouping import group_numbers, prompt_numbers
from workbench.resampling import Grouped, Resampler, clustered_means


def _ended(results: pd.DataFrame) -> pd.Series:
    known = results["finish_reason"].isin(["stop", "length"])
    return (results["finish_reason"] == "stop").astype("Float64").where(known)


def _line_accuracy(results: pd.DataFrame) -> pd.Series:
    judged = results["lines_judged"].astype("Float64")
    return results["lines_right"].astype("Float64") / judged.mask(judged == 0)


def _right_and_accurate(results: pd.DataFrame) -> pd.Series:
    """Product of the two; 0 as soon as one of them is, even where the other is missing."""
    right = results["right_language"].astype("Float64")
    accuracy = results["accuracy"].astype("Float64")
    wrong = right.eq(0).fillna(False) | accuracy.eq(0).fillna(False)
    return (right * accuracy).mask(wrong.astype(bool), 0.0)


def _if_present(results: pd.DataFrame, column: str) -> pd.Series:
    """A column that results written by earlier versions do not have: missing there."""
    if column not in results:
        return pd.Series(pd.NA, index=results.index, dtype="Float64")
    return results[column].astype("Float64")


VALUES: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "right_language": lambda results: results["right_language"].astype("Float64"),
    "line_pass": lambda results: results["line_pass"].astype("Float64"),
    "line_accuracy": _line_accuracy,
    "word_pass": partial(_if_present, column="word_pass"),
    "robust_pass": partial(_if_present, column="robust_pass"),
    "accuracy": lambda results: results["accuracy"].astype("Float64"),
    "constraint_kept": lambda results: results["constraint_kept"].astype("Float64"),
    "ended": _ended,
    "right_and_accurate": _right_and_accurate,
}
"""What a rate can be of; each gives a value between 0 and 1 a response, or missing."""


def scores_of(results: pd.DataFrame, value: str) -> pd.Series:
    """A value of ``VALUES`` for each response, between 0 and 1 or missing."""
    if value not in VALUES:
        raise NotFoundError(
            f"Value '{value}'", "there is no such rate", f"Use one of {', '.join(VALUES)}"
        )
    return VALUES[value](results)


def rate_table(results: pd.DataFrame, value: str, by: list[str]) -> pd.DataFrame:
    """Mean of a value in each group, with a 95% interval.

    ``results`` is what ``Store.results`` gives; ``value`` one of ``VALUES``. Columns:
    ``by``, ``rate``, ``low``, ``high`` (0 to 1, NaN where nothing is scored), ``n_scored``
    and ``n_total``, which counts missing scores too. The interval is a bootstrap over
    prompts, all answers to a prompt together: translations and samples of one prompt
    are not independent.
    """
    scores = scores_of(results, value)
    absent = [column for column in by if column not in results.columns]
    if absent:
        raise NotFoundError(
            f"Column '{absent[0]}'",
            "the results do not have it",
            f"Group by some of {', '.join(map(str, results.columns))}",
        )
    values = scores.to_numpy(dtype=np.float64, na_value=np.nan)
    groups, keys = group_numbers(results, by)
    grouped = Grouped(groups, len(keys), prompt_numbers(results))
    found = clustered_means(values, grouped, Resampler())
    n_total = np.bincount(groups, minlength=len(keys))
    columns = {"rate": found.mean, "low": found.low, "high": found.high}
    table = pd.DataFrame({**columns, "n_scored": found.n, "n_total": n_total})
    return pd.concat([keys, table], axis=1)
