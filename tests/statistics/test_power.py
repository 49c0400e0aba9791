from __future__ import annotations

import math

import numpy as np
import pytest
from statsmodels.stats.power import TTestPower, normal_sample_size_one_tail

from workbench.statistics.power import Spread, minimal_detectable, more_prompts
from workbench.statistics.significance import mcnemar_p


def test_minimal_detectable_by_hand() -> None:
    # (1.95996 + .84162) * .05 = .14008.
    assert minimal_detectable(Spread(100, 0.05)) == pytest.approx(0.14008, abs=1e-5)
    # Ten tests share the level: 2.80703 + .84162 = 3.64865.
    assert minimal_detectable(Spread(100, 0.05), tests=10) == pytest.approx(0.18243, abs=1e-5)


def test_minimal_detectable_is_that_of_statsmodels() -> None:
    # A t-test of 40 differences with a standard deviation of 1.
    expected = TTestPower().solve_power(nobs=40, alpha=0.05, power=0.8)
    found = minimal_detectable(Spread(40, 1 / math.sqrt(40), df=39))
    assert found == pytest.approx(expected, rel=0.005)


def test_prompts_needed_are_those_of_statsmodels() -> None:
    # Standard deviation .6 over 113 prompts, a difference of .1: 282.6 prompts, so 170 more.
    needed = normal_sample_size_one_tail(0.1, 0.8, 0.025, std_null=0.6)
    assert needed == pytest.approx(282.6, abs=0.05)
    spread = Spread(113, 0.6 / math.sqrt(113))
    assert more_prompts(0.1, spread) == more_prompts(-0.1, spread) == math.ceil(needed) - 113
    assert more_prompts(0.3, spread) == 0
    assert math.isinf(more_prompts(0.0, spread))


def test_a_difference_between_right_and_wrong_has_a_spread_of_its_own() -> None:
    # Where no prompt has changed yet: k^2 / (n + k^2) with k^2 = 7.849, of 100 prompts.
    found = minimal_detectable(Spread(100, 0.0, step=1))
    assert found == pytest.approx(7.849 / 107.849, abs=1e-5)
    # There the standard error of so many changes, all one way, is just what is needed.
    assert 2.80159 * math.sqrt(found * (1 - found) / 100) == pytest.approx(found, abs=1e-5)


def test_prompts_do_not_lower_the_part_of_the_seeds() -> None:
    # Variance .0009, of it .0004 by seeds. A difference of .1 allows (.1 / 2.80159)^2 = .001274;
    # less the seeds' .000874, so 100 * .0005 / .000874 = 57 prompts: there are enough.
    assert more_prompts(0.1, Spread(100, 0.03, fixed=0.0004)) == 0
    # A difference of .07 allows .000624 - .0004 = .000224: 222.9 prompts.
    assert more_prompts(0.07, Spread(100, 0.03, fixed=0.0004)) == 123
    # One of .05 allows .000319 in all, less than the seeds alone have.
    assert math.isinf(more_prompts(0.05, Spread(100, 0.03, fixed=0.0004)))


def test_the_prompts_said_to_be_needed_find_the_difference_four_times_out_of_five() -> None:
    # 20% of prompts are won, 10% lost: mean .1, variance .3 - .01 = .29.
    n = 100 + int(more_prompts(0.1, Spread(100, math.sqrt(0.29 / 100))))
    rng = np.random.default_rng(1)
    outcomes = rng.multinomial(n, (0.2, 0.1, 0.7), size=3000)
    found = np.mean([mcnemar_p(int(won), int(lost)) < 0.05 for won, lost, _ in outcomes])
    assert 0.77 < found < 0.83
