from __future__ import annotations

import krippendorff
import numpy as np
import pytest
from statsmodels.stats.inter_rater import cohens_kappa, to_table

from tests.judging.known_ratings import rated_alike
from workbench.judging.reliability import agreement_of, ordinal_alpha
from workbench.resampling import Resampler, wilson

NAN = float("nan")


def test_alpha_by_hand() -> None:
    # Two raters of three answers: 0 0, 1 2, 2 2. Coincidences: 00 twice, 12 and 21 once, 22
    # twice; values 0, 1, 2 occur 2, 1 and 3 times. Ordinal metric: 01 (2/2 + 1/2)^2 = 2.25,
    # 12 (1/2 + 3/2)^2 = 4, 02 (2/2 + 1 + 3/2)^2 = 12.25.
    # Observed 2 * 4 = 8, by chance 2 * (2 * 2.25 + 3 * 4 + 6 * 12.25) / 5 = 36.
    values = np.array([[0, 0], [1, 2], [2, 2]], dtype=float)
    found = agreement_of(values, None, Resampler())
    assert found.alpha.value == pytest.approx(1 - 8 / 36)
    assert found.exact.value == pytest.approx(2 / 3)
    assert found.n == 3


def test_kappa_by_hand() -> None:
    # First 0 1 2, second 0 2 2: squared steps 0 1 0, mean 1/3. By chance, over all pairs:
    # 0 with 0 2 2: 8, 1 with 0 2 2: 3, 2 with 0 2 2: 4; mean 15/9.
    first, second = np.array([[0.0], [1], [2]]), np.array([[0.0], [2], [2]])
    found = agreement_of(first, second, Resampler())
    assert found.kappa.value == pytest.approx(1 - (1 / 3) / (15 / 9))


@pytest.mark.parametrize("raters", [2, 5])
def test_alpha_is_that_of_krippendorff_with_values_missing(raters: int) -> None:
    values = rated_alike(120, raters, 0.4, (0.2, 0.3, 0.5), seed=raters)
    values[np.random.default_rng(1).random(values.shape) < 0.3] = NAN
    expected = krippendorff.alpha(values.T, level_of_measurement="ordinal")
    assert agreement_of(values, None, Resampler()).alpha.value == pytest.approx(expected)


def test_a_judge_and_one_person_are_two_raters() -> None:
    values = rated_alike(80, 2, 0.5, (0.3, 0.3, 0.4), seed=3)
    between = agreement_of(values[:, :1], values[:, 1:], Resampler())
    assert between == agreement_of(values, None, Resampler())
    assert between.alpha.value == pytest.approx(
        krippendorff.alpha(values.T, level_of_measurement="ordinal")
    )
    table = to_table(values.astype(int), bins=3)[0]
    assert between.kappa.value == pytest.approx(cohens_kappa(table, wt="quadratic").kappa)


def test_people_count_as_one_side_against_a_judge() -> None:
    # A judge like person 1; persons 2 and 3 say the opposite of 0 and 2. Of every answer's
    # three pairs one agrees.
    judge = np.array([[0.0], [2.0]] * 20)
    people = np.concatenate([judge, 2 - judge, 2 - judge], axis=1)
    assert agreement_of(judge, people, Resampler()).exact.value == pytest.approx(1 / 3)


def test_of_several_pairs_of_raters_kappa_pools_observed_and_expected() -> None:
    values = rated_alike(90, 3, 0.4, (0.2, 0.3, 0.5), seed=8)
    observed, expected = 0.0, 0.0
    for i, j in ((0, 1), (0, 2), (1, 2)):
        pairs = np.subtract.outer(values[:, i], values[:, j]) ** 2
        observed += np.diag(pairs).mean()
        expected += pairs.mean()
    assert agreement_of(values, None, Resampler()).kappa.value == pytest.approx(
        1 - observed / expected
    )


def test_answers_with_a_single_value_do_not_count() -> None:
    values = np.array([[0, 0], [2, NAN], [NAN, NAN], [1, 1]])
    assert agreement_of(values, None, Resampler()).n == 2
    nothing = agreement_of(values[1:3], None, Resampler())
    assert nothing.n == 0 and np.isnan([nothing.alpha.value, *nothing.exact.interval]).all()


def test_where_all_values_are_equal_agreement_is_exact_but_no_more_can_be_said() -> None:
    found = agreement_of(np.full((40, 2), 2.0), None, Resampler())
    assert np.isnan([found.alpha.value, found.kappa.value, *found.alpha.interval]).all()
    assert found.exact.value == 1 and found.exact.interval == wilson(40, 40)


def test_full_agreement_is_not_certain() -> None:
    # 20 answers at 0, 20 at 2: by chance half are equal. Of 40 answers up to 8.76% (Wilson)
    # may differ, which a share of 17.5% rated by chance brings about.
    found = agreement_of(np.repeat([[0.0, 0.0], [2.0, 2.0]], 20, axis=0), None, Resampler())
    assert found.alpha.value == found.kappa.value == 1
    assert found.alpha.interval == pytest.approx((1 - 2 * wilson(0, 40).high, 1))
    assert wilson(0, 40).high == pytest.approx(0.0876, abs=1e-4)


@pytest.mark.parametrize(
    ("noise", "shares"), [(0.1, (0.2, 0.3, 0.5)), (0.3, (0.2, 0.3, 0.5)), (0.2, (0.05, 0.15, 0.8))]
)
@pytest.mark.parametrize("answers", [30, 100])
def test_intervals_of_alpha_hold_the_truth(
    answers: int, noise: float, shares: tuple[float, ...]
) -> None:
    # Truth: a value of each rater is drawn anew with probability ``noise``, so that a pair is
    # looked at by both with (1 - noise)^2, and else agrees by chance.
    truth = (1 - noise) ** 2
    resampler = Resampler()
    held = 0
    for seed in range(250):
        values = rated_alike(answers, 2, noise, shares, seed)
        low, high = agreement_of(values, None, resampler).alpha.interval
        held += low <= truth <= high
    # 250 experiments of .95: standard error .014; skewed shares make the interval too long.
    assert 0.91 <= held / 250 <= 1.0


def test_alpha_of_many_matrices_at_once() -> None:
    matrices = np.array([[[2.0, 0, 0], [0, 0, 1], [0, 1, 2]], [[2, 0, 0], [0, 4, 0], [0, 0, 6]]])
    assert ordinal_alpha(matrices) == pytest.approx([1 - 8 / 36, 1])
