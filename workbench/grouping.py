"""Rows of a table by group and by prompt, as numbers that statistics count with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench.resampling import Ints

PROMPT = ("prompt_set", "parallel_id")
"""Columns that tell prompts apart: their translations and samples are answers to one prompt."""


def group_numbers(frame: pd.DataFrame, by: Sequence[str]) -> tuple[Ints, pd.DataFrame]:
    """Number of the group of each row, (rows,), and the keys of the groups in order.

    A missing key is a key; without any columns ``by`` all rows are of one group.
    """
    if not by:
        some = 1 if len(frame) else 0
        return np.zeros(len(frame), dtype=np.int64), pd.DataFrame(index=range(some))
    grouped = frame.groupby(list(by), dropna=False, observed=True)
    numbers = grouped.ngroup().to_numpy().astype(np.int64)
    first = np.unique(numbers, return_index=True)[1]
    return numbers, frame[list(by)].iloc[first].reset_index(drop=True)


def prompt_numbers(frame: pd.DataFrame) -> Ints:
    """Number of the prompt of each row, (rows,), in order of their first rows."""
    grouped = frame.groupby(list(PROMPT), sort=False, observed=True)
    return grouped.ngroup().to_numpy().astype(np.int64)
