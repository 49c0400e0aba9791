from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

from workbench.statistics.significance import holm, mcnemar_p, paired_p, permutation_p


def test_exact_mcnemar_by_hand() -> None:
    # 5 won, 1 lost: 2 * (C(6,0) + C(6,1)) / 2^6 = 14 / 64.
    assert mcnemar_p(5, 1) == pytest.approx(14 / 64)
    assert mcnemar_p(1, 5) == mcnemar_p(5, 1)
    assert mcnemar_p(0, 0) == mcnemar_p(3, 3) == 1


@pytest.mark.parametrize(("won", "lost"), [(3, 9), (0, 12), (13, 11), (12, 13), (40, 22), (0, 300)])
def test_mcnemar_is_that_of_statsmodels(won: int, lost: int) -> None:
    table = [[50, won], [lost, 20]]
    expected = mcnemar(table, exact=won + lost < 25, correction=False).pvalue
    assert mcnemar_p(won, lost) == pytest.approx(expected, rel=1e-9)


def test_permutations_of_few_prompts_are_all_counted() -> None:
    # Signs of 1, 2, 3: sums of 6, 4, 2, 0 and their negatives, each once but 0, twice. The
    # observed 1 + 3 - 2 = 2 is reached in size by all but the two sums of 0.
    assert permutation_p(np.array([1.0, -2.0, 3.0])) == pytest.approx(6 / 8)
    assert permutation_p(np.array([1.0, 2.0, 3.0, 0.0])) == pytest.approx(2 / 8)
    assert permutation_p(np.zeros(5)) == 1


def test_permutation_test_is_that_of_scipy() -> None:
    rng = np.random.default_rng(3)
    for size in (9, 60):
        first, second = rng.normal(0.3, 1, size), rng.normal(0, 1, size)
        expected = stats.permutation_test(
            (first, second),
            lambda x, y, axis: np.mean(x - y, axis=axis),
            permutation_type="samples",
            n_resamples=9999,
            vectorized=True,
            rng=np.random.default_rng(4),
        ).pvalue
        # Two Monte Carlo runs of 9,999 near p = .1: standard error of the gap .004.
        tolerance = 1e-12 if size == 9 else 0.015
        assert permutation_p(first - second) == pytest.approx(expected, abs=tolerance)


def test_equal_differences_drawn_together_are_drawn_rightly() -> None:
    # 30 wins, 14 losses: flipping signs is McNemar's exact test.
    differences = np.array([1.0] * 30 + [-1.0] * 14 + [0.0] * 50)
    exact = stats.binomtest(14, 44).pvalue  # .0226
    assert permutation_p(differences) == pytest.approx(exact, abs=0.006)


def test_p_is_never_zero() -> None:
    assert permutation_p(np.linspace(1, 2, 200)) == pytest.approx(1 / 10_000)


def test_which_test_is_taken() -> None:
    first, second = np.array([1.0, 0, 1, 1]), np.array([0.0, 0, 0, 1])
    assert paired_p(first, second) == (mcnemar_p(2, 0), "mcnemar")
    # 1, .5 and 0: of four assignments of signs two have a sum of 1.5 in size.
    assert paired_p(np.array([1.0, 0.5, 1]), np.array([0.0, 0, 1])) == (2 / 4, "permutation")


def test_holm_by_hand_and_by_statsmodels() -> None:
    # Sorted .01, .02, .04 times 3, 2, 1: .03, .04, .04.
    assert holm(np.array([0.04, 0.01, 0.02])) == pytest.approx([0.04, 0.03, 0.04])
    p_values = np.random.default_rng(0).random(50) ** 4
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])


def test_holm_leaves_out_what_is_missing() -> None:
    adjusted = holm(np.array([np.nan, 0.01, 0.5]))
    assert np.isnan(adjusted[0]) and adjusted[1:] == pytest.approx([0.02, 0.5])
    assert len(holm(np.array([]))) == 0


def test_true_nulls_are_rejected_as_often_as_the_level_says() -> None:
    # 4,000 experiments of 113 prompts (as the paper has). 5% of 4,000: standard error .34
    # points, so 4 to 6% are three of them.
    rng = np.random.default_rng(11)
    right = rng.random((4000, 113)) < rng.beta(2, 1, size=(4000, 113))
    other = rng.random((4000, 113)) < 2 / 3
    won = (right & ~other).sum(axis=1)
    lost = (~right & other).sum(axis=1)
    rejected = np.mean([mcnemar_p(int(a), int(b)) < 0.05 for a, b in zip(won, lost, strict=True)])
    assert 0.04 < rejected < 0.06


def test_true_nulls_of_the_permutation_test() -> None:
    # Values of 0, 1/2 and 1, as means over two answers are; 700 experiments: 5% +- 2.5
    # points are three standard errors.
    rng = np.random.default_rng(12)
    differences = (rng.integers(3, size=(700, 40)) - rng.integers(3, size=(700, 40))) / 2
    rejected = np.mean([permutation_p(row) < 0.05 for row in differences])
    assert 0.025 < rejected < 0.075


def test_exact_mcnemar_never_rejects_more_than_the_level() -> None:
    # By the binomial distribution itself: the probability of all outcomes that are rejected.
    for n in range(1, 25):
        rejected = [k for k in range(n + 1) if mcnemar_p(k, n - k) < 0.05]
        assert stats.binom.pmf(rejected, n, 0.5).sum() <= 0.05


def test_holm_keeps_the_level_over_the_family() -> None:
    # 2,000 families of 12 true nulls, p uniform: at least one rejection in about 5%.
    rng = np.random.default_rng(13)
    families = rng.random((2000, 12))
    wrong = np.mean([(holm(family) < 0.05).any() for family in families])
    assert 0.035 < wrong < 0.065
    assert (families < 0.05).any(axis=1).mean() > 0.4  # 1 - .95^12 = .46 without it
