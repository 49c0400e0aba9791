from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.formula.api import ols

from workbench.resampling import Resampler
from workbench.statistics.seeds import two_way
from workbench.student import t_quantile


def test_variance_by_hand() -> None:
    # Two prompts, two seeds. First: mean .75; means of seeds 1 and .5, so their mean square
    # over prompts times seeds is 2 * .0625 / (1 * 2) = .0625; the rest is +-.25 in every cell,
    # 4 * .0625 / 1 / 4 = .0625. Second: all 0.
    layout = two_way(np.array([[1.0, 1.0], [1.0, 0.0]]), np.zeros((2, 2)))

    assert layout.difference == 0.75
    # By prompt 1 and .5: variance .125, over two prompts .0625, all of it explained by the rest.
    assert layout.variance == pytest.approx(0.0625 + 0)
    assert layout.fixed == 0
    assert layout.df == pytest.approx(1)


def test_mean_squares_are_those_of_statsmodels() -> None:
    rng = np.random.default_rng(2)
    first = rng.normal(size=(12, 3)) + rng.normal(size=(12, 1)) + rng.normal(size=(1, 3))
    second = rng.normal(size=(12, 1))
    frame = pd.DataFrame(
        [(p, s, first[p, s]) for p in range(12) for s in range(3)], columns=["p", "s", "x"]
    )
    squares = sm.stats.anova_lm(ols("x ~ C(p) + C(s)", frame).fit())["mean_sq"] / 36

    layout = two_way(first, second)

    over_prompts = (first.mean(axis=1) - second[:, 0]).var(ddof=1) / 12
    rest = over_prompts - squares["Residual"]
    assert layout.variance == pytest.approx(squares["C(s)"] + rest)
    assert layout.fixed == pytest.approx(squares["C(s)"] - squares["Residual"])
    # One condition alone has several seeds, three of them.
    assert layout.df == pytest.approx(layout.variance**2 / (squares["C(s)"] ** 2 / 2))


def experiments(seeds: int, spread: float, number: int = 1500) -> tuple[np.ndarray, np.ndarray]:
    """Right and wrong answers of two recipes that do not differ, (number, 100, seeds) each.

    Prompts are harder or easier for both, recipes have prompts of their own that suit them,
    seeds shift all prompts by ``spread``.
    """
    rng = np.random.default_rng(100 * seeds + int(100 * spread))
    hard = rng.normal(size=(number, 100, 1))
    sides = [
        hard
        + rng.normal(0, 0.7, (number, 100, 1))
        + rng.normal(0, spread, (number, 1, seeds))
        + rng.normal(size=(number, 100, seeds))
        for _ in range(2)
    ]
    return (sides[0] > 0).astype(float), (sides[1] > 0).astype(float)


@pytest.mark.parametrize(("seeds", "spread"), [(2, 0.5), (3, 0.0), (3, 0.2), (5, 0.5)])
def test_intervals_cover_the_truth_over_prompts_and_seeds(seeds: int, spread: float) -> None:
    # What an interval leaves out is what its test rejects: 3 to 7% of true nulls.
    layouts = [two_way(*pair) for pair in zip(*experiments(seeds, spread), strict=True)]
    held = [
        abs(found.difference) <= t_quantile(0.975, found.df) * math.sqrt(found.variance)
        for found in layouts
    ]
    assert 0.93 <= np.mean(held) <= 0.97


def test_why_prompts_and_seeds_are_not_both_resampled() -> None:
    # The bootstrap with product weights on the same experiments: too short where seeds differ
    # much, too long where they do not.
    def held(seeds: int, spread: float) -> float:
        rng, number = np.random.default_rng(1), 400
        first, second = experiments(seeds, spread, number)
        prompts = Resampler(500).sums(np.eye(100))  # how often each prompt is drawn
        inside = 0
        for left, right in zip(first, second, strict=True):
            drawn = [rng.multinomial(seeds, np.full(seeds, 1 / seeds), 500) for _ in range(2)]
            sides = [
                ((prompts @ side) * weights).sum(axis=1) / (100 * seeds)
                for side, weights in zip((left, right), drawn, strict=True)
            ]
            low, high = np.percentile(sides[0] - sides[1], (2.5, 97.5))
            inside += low <= 0 <= high
        return inside / number

    assert held(2, 0.5) < 0.88
    assert held(5, 0.0) > 0.97
