from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from workbench.resampling import (
    Grouped,
    Interval,
    Resampler,
    clustered_mean,
    clustered_means,
    interval_of_changes,
    percentile_interval,
    wilson,
)


@pytest.mark.parametrize(("k", "n"), [(0, 7), (3, 11), (81, 263), (50, 50)])
def test_wilson_is_that_of_statsmodels(k: int, n: int) -> None:
    assert wilson(k, n) == pytest.approx(proportion_confint(k, n, method="wilson"), abs=1e-12)


@pytest.mark.parametrize("n", [1, 3, 40, 997])
def test_wilsons_interval_of_none_or_all_ends_there(n: int) -> None:
    assert wilson(0, n).low == 0.0 and wilson(n, n).high == 1.0


def test_resampled_sums_are_of_clusters_drawn_with_replacement() -> None:
    parts = np.stack([np.ones(50), np.arange(50.0)], axis=1)
    sums = Resampler(resamples=2000).sums(parts)

    assert (sums[:, 0] == 50).all()
    # Sum of 50 draws from 0 to 49: mean 1225, variance 50 * (50^2 - 1) / 12 = 102.0^2.
    assert sums[:, 1].mean() == pytest.approx(1225, abs=3 * 102 / 2000**0.5)
    assert sums[:, 1].std() == pytest.approx(102.0, rel=0.05)


def test_draws_are_the_same_every_time() -> None:
    parts = np.arange(40.0)[:, None]
    once = Resampler()
    assert (once.sums(parts) == once.sums(parts)).all()
    assert (once.sums(parts) == Resampler().sums(parts)).all()


def test_interval_is_scipys_percentile_bootstrap() -> None:
    values = np.random.default_rng(5).normal(size=80)
    theirs = stats.bootstrap(
        (values,), np.mean, method="percentile", rng=np.random.default_rng(6)
    ).confidence_interval
    # Two sets of draws: an end of 4,000 and 9,999 of them is sure to about .05 of the standard
    # error, which is .11. And ours is wider by 2.2%, that is .005 at either end.
    assert interval_of_changes(values, Resampler(4000), largest=5) == pytest.approx(
        tuple(theirs), abs=0.02
    )


def test_missing_draws_are_left_out() -> None:
    draws = np.array([np.nan, *np.linspace(0, 1, 41)])
    # Of a million clusters: as good as the percentiles 2.5 and 97.5.
    assert percentile_interval(draws, 10**6) == pytest.approx((0.025, 0.975), abs=1e-4)
    assert np.isnan(percentile_interval(np.array([np.nan]), 5)).all()


def test_few_clusters_have_wider_percentiles() -> None:
    # 10 clusters: t of 2.2622 with 9 degrees times sqrt(10 / 9) is 2.3846, beyond which the
    # normal distribution has .00855 at either end.
    draws = np.linspace(0, 1, 100_001)
    assert percentile_interval(draws, 10) == pytest.approx((0.00855, 0.99145), abs=2e-5)


def test_a_mean_on_another_scale() -> None:
    # Ratings of 0 to 2; where all prompts agree, Wilson's interval of 1 of 1 for 20 prompts,
    # twice as long.
    mean, interval = clustered_mean(np.full(20, 2.0), np.arange(20), Resampler(), highest=2)
    assert mean == 2
    assert interval == pytest.approx(Interval(2 * wilson(20, 20).low, 2.0))


@pytest.mark.parametrize(("won", "lost"), [(0.2, 0.1), (0.06, 0.03), (0.3, 0.3)])
def test_paired_intervals_cover_the_truth(won: float, lost: float) -> None:
    # 1,200 experiments of 113 prompts: 95% has a standard error of .63 points.
    rng = np.random.default_rng(8)
    changes = rng.choice([1.0, -1.0, 0.0], p=(won, lost, 1 - won - lost), size=(1200, 113))
    assert 0.93 <= covered(changes, won - lost) <= 0.97


def test_intervals_of_graded_values_cover_the_truth() -> None:
    # Beta(1, 2) has a mean of 1/3, Beta(2, 2) of 1/2; 60 prompts.
    rng = np.random.default_rng(9)
    changes = rng.beta(1, 2, size=(1200, 60)) - rng.beta(2, 2, size=(1200, 60))
    assert 0.93 <= covered(changes, 1 / 3 - 1 / 2) <= 0.97


def test_intervals_cover_the_truth_where_prompts_have_several_answers() -> None:
    # 80 prompts with a rate of their own each (Beta(1, 1), mean .5), four answers a prompt.
    rng = np.random.default_rng(10)
    rates = rng.random((1000, 80, 1))
    right = (rng.random((1000, 80, 4)) < rates).astype(float)
    clusters = np.repeat(np.arange(80), 4)
    resampler = Resampler(2000)
    ends = np.array([clustered_mean(row.ravel(), clusters, resampler)[1] for row in right])
    assert 0.93 <= ((ends[:, 0] <= 0.5) & (ends[:, 1] >= 0.5)).mean() <= 0.97


def covered(experiments: np.ndarray, truth: float) -> float:
    resampler = Resampler(2000)
    ends = np.array([interval_of_changes(changes, resampler) for changes in experiments])
    slack = 1e-9  # means of few distinct values may fall on the truth itself
    return float(((ends[:, 0] <= truth + slack) & (ends[:, 1] >= truth - slack)).mean())


def one_by_one(values: np.ndarray, clusters: np.ndarray) -> tuple[float, float, float]:
    """Mean and interval of one group as its definition has it, without any shortcut."""
    own, place = np.unique(clusters, return_inverse=True)
    sums = np.array([values[place == number].sum() for number in range(len(own))])
    counts = np.array([(place == number).sum() for number in range(len(own))])
    if np.ptp(sums / counts) == 0:
        return (values.mean(), *wilson(values.mean() * len(own), len(own)))
    drawn = Resampler().sums(np.stack([sums, counts], axis=1).astype(float))
    return (values.mean(), *percentile_interval(drawn[:, 0] / drawn[:, 1], len(own)))


@pytest.mark.parametrize("prompts", [12, 3_000_000])
def test_means_of_groups_are_those_of_each_group_by_itself(prompts: int) -> None:
    # Numbers of prompts up to three million leave no room for a place a group and prompt.
    rng = np.random.default_rng(4)
    groups, clusters = rng.integers(5, size=400), rng.choice(rng.integers(prompts, size=12), 400)
    values = rng.integers(0, 3, size=400) / 2
    values[rng.random(400) < 0.2] = np.nan
    values[groups == 1] = 1.0
    values[groups == 3] = np.nan
    found = clustered_means(values, Grouped(groups, 6, clusters), Resampler())
    for group in range(6):
        own = (groups == group) & ~np.isnan(values)
        assert found.n[group] == own.sum()
        if group in (3, 5):  # nothing is known, or nothing is there
            assert np.isnan([found.mean[group], found.low[group], found.high[group]]).all()
            continue
        assert (found.mean[group], found.low[group], found.high[group]) == pytest.approx(
            one_by_one(values[own], clusters[own])
        )


def test_many_clusters_of_few_kinds_are_drawn_by_kind() -> None:
    # 1,500 prompts, a third of them right: the share drawn right is binomial, with a standard
    # deviation of sqrt(1/3 * 2/3 / 1500) = .01217.
    parts = np.stack([np.repeat([1.0, 0.0], [500, 1000]), np.ones(1500)], axis=1)
    sums = Resampler(4000).sums(parts)
    assert (sums[:, 1] == 1500).all()
    shares = sums[:, 0] / 1500
    assert shares.mean() == pytest.approx(1 / 3, abs=3 * 0.01217 / 4000**0.5)
    assert shares.std() == pytest.approx(0.01217, rel=0.05)
    assert (sums == Resampler(4000).sums(parts)).all()
    # Each prompt with a value of its own is drawn by itself, and spreads as much.
    jittered = parts + np.stack([np.linspace(0, 1e-9, 1500), np.zeros(1500)], axis=1)
    assert (Resampler(4000).sums(jittered)[:, 0] / 1500).std() == pytest.approx(0.01217, rel=0.05)
