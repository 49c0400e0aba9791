from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from workbench.bradley_terry import COLUMNS, bradley_terry, win_probability
from workbench.errors import InputError


def comparisons(*rows: tuple[str, str, str | None, int]) -> pd.DataFrame:
    """First, second, winner, and how often; ``prompt`` numbers the rows."""
    repeated = [row[:3] for row in rows for _ in range(row[3])]
    frame = pd.DataFrame(repeated, columns=["first", "second", "winner"])
    return frame.assign(prompt=range(len(frame)))


def test_two_names_are_apart_by_the_logarithm_of_their_odds() -> None:
    table = bradley_terry(comparisons(("a", "b", "first", 30), ("b", "a", "first", 10)), prior=0)
    assert tuple(table.columns) == COLUMNS
    assert table["name"].tolist() == ["a", "b"]
    # 30 to 10: ln 3 between them, half of it on either side of 0.
    assert table["strength"].tolist() == pytest.approx([math.log(3) / 2, -math.log(3) / 2])
    assert win_probability(*table["strength"]) == pytest.approx(0.75)
    assert table[["wins", "ties", "losses"]].values.tolist() == [[30, 0, 10], [10, 0, 30]]


def test_half_a_win_beforehand_keeps_the_undefeated_finite() -> None:
    frame = comparisons(("a", "b", "first", 10))
    # 10.5 to .5: ln 21.
    assert bradley_terry(frame)["strength"][0] == pytest.approx(math.log(21) / 2)
    with pytest.raises(InputError, match="never lose to the others"):
        bradley_terry(frame, prior=0)


def test_a_tie_is_half_a_win_for_either() -> None:
    # 6 wins and 4 ties of 12: 8 to 4.
    frame = comparisons(("a", "b", "first", 6), ("a", "b", "tie", 4), ("a", "b", "second", 2))
    table = bradley_terry(frame, prior=0)
    assert table["strength"][0] == pytest.approx(math.log(2) / 2)
    assert table["ties"].tolist() == [4, 4]


def test_strengths_are_those_of_a_logistic_regression() -> None:
    rng = np.random.default_rng(3)
    names = ["a", "b", "c", "d"]
    truth = np.array([1.0, 0.3, -0.4, -0.9])
    pairs = np.array([(i, j) for i in range(4) for j in range(4) if i != j] * 40)
    chance = 1 / (1 + np.exp(truth[pairs[:, 1]] - truth[pairs[:, 0]]))
    won = rng.random(len(pairs)) < chance
    frame = pd.DataFrame(
        {
            "first": [names[i] for i in pairs[:, 0]],
            "second": [names[j] for j in pairs[:, 1]],
            "winner": np.where(won, "first", "second"),
        }
    )
    # One column a name but the last, which is 0: +1 where it is first, -1 where second.
    design = np.zeros((len(pairs), 4))
    design[np.arange(len(pairs)), pairs[:, 0]] += 1
    design[np.arange(len(pairs)), pairs[:, 1]] -= 1
    fitted = sm.GLM(won.astype(float), design[:, :3], family=sm.families.Binomial()).fit()
    expected = np.append(fitted.params, 0) - np.append(fitted.params, 0).mean()

    table = bradley_terry(frame, prior=0).set_index("name").loc[names]

    assert table["strength"].to_numpy() == pytest.approx(expected, abs=1e-6)
    # Each strength has a standard error of its own there, about that of the interval here.
    spread = (table["high"] - table["low"]).to_numpy() / (2 * 1.96)
    covariance = np.zeros((4, 4))
    covariance[:3, :3] = fitted.cov_params()
    centring = np.eye(4) - 1 / 4
    assert spread == pytest.approx(np.sqrt(np.diag(centring @ covariance @ centring)), rel=0.15)


def test_comparisons_of_one_prompt_are_resampled_together() -> None:
    frame = comparisons(("a", "b", "first", 15), ("a", "b", "second", 15))
    tenfold = pd.concat([frame] * 10)
    single, clustered = bradley_terry(frame), bradley_terry(tenfold, cluster="prompt")
    independent = bradley_terry(tenfold)
    widths = [t["high"][0] - t["low"][0] for t in (single, clustered, independent)]
    assert widths[1] == pytest.approx(widths[0], rel=0.1)
    # Ten times the comparisons, the root of ten narrower.
    assert widths[2] == pytest.approx(widths[0] / 10**0.5, rel=0.2)


def test_intervals_hold_the_truth() -> None:
    # 60 comparisons of each pair of three; 60 experiments: .95 has a standard error of .028.
    rng = np.random.default_rng(4)
    truth = {"a": 0.6, "b": 0.0, "c": -0.6}
    pairs = [("a", "b"), ("b", "c"), ("a", "c")] * 60
    chance = np.array([win_probability(truth[i], truth[j]) for i, j in pairs])
    held = []
    for _ in range(60):
        won = np.where(rng.random(len(pairs)) < chance, "first", "second")
        frame = pd.DataFrame(pairs, columns=["first", "second"]).assign(winner=won)
        table = bradley_terry(frame).set_index("name")
        held += [table.loc[n, "low"] <= truth[n] <= table.loc[n, "high"] for n in truth]
    assert 0.88 <= np.mean(held) <= 0.995


def test_what_is_missing_is_counted() -> None:
    table = bradley_terry(comparisons(("a", "b", "first", 3), ("b", "a", None, 2)))
    assert table[["n_decided", "n_total"]].values.tolist() == [[3, 5], [3, 5]]


def test_what_was_never_compared_is_not_ranked() -> None:
    frame = comparisons(("a", "b", "first", 3), ("c", "d", "tie", 3), ("a", "c", None, 3))
    with pytest.raises(InputError, match="never compared with one another: a, b; c, d"):
        bradley_terry(frame)


def test_what_is_no_comparison_is_refused() -> None:
    with pytest.raises(InputError, match="Winner 'both'"):
        bradley_terry(comparisons(("a", "b", "both", 1)))
    with pytest.raises(InputError, match="'a': it is compared with itself"):
        bradley_terry(comparisons(("a", "b", "tie", 1), ("a", "a", "tie", 1)))
    with pytest.raises(InputError, match="no comparison has an outcome"):
        bradley_terry(comparisons(("a", "b", None, 1)))
