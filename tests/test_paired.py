from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from workbench.paired import mean_by_prompt, paired_difference
from workbench.statistics import wilson


def series(**values: float | None) -> pd.Series:
    return pd.Series(values, dtype="Float64")


def test_only_prompts_scored_in_both_are_paired() -> None:
    first = series(a=1, b=1, c=0, d=None)
    second = series(a=0, b=1, c=0, e=1)

    found = paired_difference(first, second)

    # a, b and c are in both, and differ by 1, 0 and 0; d and e are in one each.
    assert found.mean == pytest.approx(1 / 3)
    assert (found.n_paired, found.n_total) == (3, 5)


def test_values_of_one_prompt_are_averaged_first() -> None:
    # Seeds of prompt a give 1, 0 and 0, those of b one value: a counts no more than b.
    first = pd.Series([1, 0, 0, 1], index=["a", "a", "a", "b"], dtype="Float64")
    second = series(a=0, b=0)

    assert paired_difference(first, second).mean == pytest.approx((1 / 3 + 1) / 2)


def test_the_interval_is_that_of_the_mean_of_differences() -> None:
    # 30 of 100 prompts are lost, 10 won: mean -.2, variance of one .4 - .04 = .36, so the
    # standard error of the mean is .06 and the interval about -.2 +- 1.96 * .06.
    differences = [-1] * 30 + [1] * 10 + [0] * 60
    second = pd.Series([1] * 30 + [0] * 10 + [1] * 60, dtype="Float64")
    found = paired_difference(second + pd.Series(differences, dtype="Float64"), second)

    assert found.mean == pytest.approx(-0.2)
    assert (found.low, found.high) == pytest.approx((-0.3176, -0.0824), abs=0.015)


def test_pairing_is_sharper_than_two_intervals() -> None:
    rng = np.random.default_rng(1)
    easy = pd.Series(rng.integers(2, size=400), dtype="Float64")
    worse = easy.where(pd.Series(rng.random(400)) > 0.05, 0)

    found = paired_difference(easy, worse)

    # Alone each rate has an interval of about +- .05; what changes is one prompt in forty.
    assert 0 < found.low < found.mean < found.high < 0.06


def test_where_all_prompts_agree_the_interval_is_not_a_point() -> None:
    found = paired_difference(series(a=1, b=1), series(a=1, b=1))

    # None of 2 differs; Wilson's upper bound for 0 of 2 is .658.
    assert found.mean == 0
    assert (found.low, found.high) == pytest.approx((-wilson(0, 2).high, wilson(0, 2).high))
    assert wilson(0, 2).high == pytest.approx(0.6576, abs=1e-3)
    lost = paired_difference(series(a=1, b=1), series(a=0, b=0))
    assert (lost.mean, lost.high) == (1, 1)


def test_nothing_paired_is_missing() -> None:
    found = paired_difference(series(a=1, b=None), series(b=1))

    assert np.isnan(found.mean) and np.isnan(found.low)
    assert (found.n_paired, found.n_total) == (0, 2)


def test_a_mean_over_prompts_named_by_several_keys() -> None:
    index = pd.MultiIndex.from_tuples([("fr", "a"), ("fr", "b"), ("ru", "a"), ("ru", "a")])
    found = mean_by_prompt(pd.Series([1, 0, 1, 0], index=index, dtype="Float64"))

    # Three prompts: 1, 0 and the mean of two answers, .5.
    assert (found.mean, found.n_scored, found.n_total) == (0.5, 3, 3)
    assert mean_by_prompt(series(a=0, b=0)).low == 0
