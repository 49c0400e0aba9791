"""Means of ratings, each with its interval, how many were rated, and whether that is enough."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench.errors import NotFoundError
from workbench.grouping import group_numbers, prompt_numbers
from workbench.judging.criteria import LEVELS
from workbench.resampling import Grouped, Resampler, clustered_means

ENOUGH = 0.8
"""Share of ratings that must have a value for a mean to stand for all. Ours: were the missing
fifth all 0 instead of like the others, a mean of 1.5 would be 1.2, a step that readers of a
scale of three levels should not overlook; below it charts grey the mean."""
COLUMNS = ("mean", "low", "high", "n_rated", "n_total", "enough")
"""Columns of ``mean_table`` after the groups: ``mean``, ``low`` and ``high`` are 0 to 2, NaN
where nothing is rated."""
NOT_RATED = "not rated yet"


def mean_table(
    ratings: pd.DataFrame, by: Sequence[str] = ("judge", "criterion", "language")
) -> pd.DataFrame:
    """Mean rating in each group, with a 95% interval over prompts; see ``COLUMNS``.

    ``ratings`` is what ``Store.ratings`` gives. Missing ratings count in ``n_total``; those
    that were never tried do where ``with_unrated`` adds them. All ratings of answers to one
    prompt are resampled together. Raises NotFoundError for a column that is not there.
    """
    absent = [column for column in by if column not in ratings.columns]
    if absent:
        raise NotFoundError(
            f"Column '{absent[0]}'",
            "the ratings do not have it",
            f"Group by some of {', '.join(map(str, ratings.columns))}",
        )
    values = ratings["value"].to_numpy(dtype=np.float64, na_value=np.nan)
    numbers, keys = group_numbers(ratings, by)
    grouped = Grouped(numbers, len(keys), prompt_numbers(ratings))
    found = clustered_means(values, grouped, Resampler(), float(max(LEVELS)))
    n_total = np.bincount(numbers, minlength=len(keys))
    columns = {"mean": found.mean, "low": found.low, "high": found.high}
    counts = {"n_rated": found.n, "n_total": n_total, "enough": found.n >= ENOUGH * n_total}
    return pd.concat([keys, pd.DataFrame({**columns, **counts})], axis=1)


def with_unrated(ratings: pd.DataFrame, results: pd.DataFrame) -> pd.DataFrame:
    """The ratings, and a missing one for each response that a judge has not been asked of.

    ``results`` is what ``Store.results`` gives. A judge is held to all responses by all the
    criteria that it has rated; people, who rate a part of them, are best left out.
    """
    keys = ["response_id", "judge", "criterion"]
    asked = ratings[["judge", "kind", "criterion"]].drop_duplicates()
    facts = results[[c for c in ratings.columns if c in results and c not in _OF_RATING]]
    wanted = facts.merge(asked, how="cross")
    there = pd.MultiIndex.from_frame(ratings[keys])
    new = wanted[~pd.MultiIndex.from_frame(wanted[keys]).isin(there)]
    if new.empty:
        return ratings
    new = new.assign(missing_reason=NOT_RATED).reindex(columns=ratings.columns)
    return pd.concat([ratings, new.astype({"value": "Int64", "raw": "float64"})], ignore_index=True)


_OF_RATING = ("judge", "kind", "criterion", "value", "missing_reason", "reason", "raw", "rule")
