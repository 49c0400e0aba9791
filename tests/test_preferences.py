from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from workbench.preferences import as_shown, position_bias, ranking, win_rates
from workbench.resampling import wilson
from workbench.store.ratings import COMPARISON_COLUMNS


def comparisons(outcomes: dict[int, tuple[str | None, str | None]]) -> pd.DataFrame:
    """Both orders of each prompt: the winner with a shown first, and with b shown first.

    Response a is of ``zed`` for even prompts and of ``abe`` for odd ones.
    """
    rows = []
    for number, winners in outcomes.items():
        names = ("zed", "abe") if number % 2 == 0 else ("abe", "zed")
        for shown, winner in zip("ab", winners, strict=True):
            place = ["r", *names, "p", str(number), "fr", 0, 2 * number, 2 * number + 1, "m"]
            missing = "time-out" if winner is None else None
            rows.append([*place, shown, winner, missing, None, "2026-01-01"])
    return pd.DataFrame(rows, columns=list(COMPARISON_COLUMNS))


MADE = comparisons(
    {
        0: ("a", "a"),  # zed wins twice: abe 0
        1: ("a", "a"),  # abe wins twice: abe 1
        2: ("a", "b"),  # whoever is first wins: abe 1/2
        3: ("tie", "a"),  # abe 1/2 and 1: 3/4
        4: ("b", None),  # one order alone
    }
)


def test_what_was_shown_first_and_won() -> None:
    shown = as_shown(MADE)
    assert shown[["first", "second", "winner"]].values.tolist() == [
        ["zed", "abe", "first"],
        ["abe", "zed", "second"],
        ["abe", "zed", "first"],
        ["zed", "abe", "second"],
        ["zed", "abe", "first"],
        ["abe", "zed", "first"],
        ["abe", "zed", "tie"],
        ["zed", "abe", "second"],
        ["zed", "abe", "second"],
        ["abe", "zed", None],
    ]
    assert set(shown["prompt"]) == {f"p/{number}" for number in range(5)}


def test_win_rates_over_both_orders() -> None:
    (row,) = win_rates(MADE).to_dict("records")
    assert (row["judge"], row["checkpoint"], row["against"], row["language"]) == (
        "m",
        "abe",
        "zed",
        "fr",
    )
    # (0 + 1 + 1/2 + 3/4) / 4; the fifth pair was not compared in both orders.
    assert row["win_rate"] == pytest.approx(0.5625)
    assert (row["n_pairs"], row["n_total"]) == (4, 5)
    assert 0 <= row["low"] < row["win_rate"] < row["high"] <= 1


def test_position_bias() -> None:
    (row,) = position_bias(MADE).to_dict("records")
    # Of nine comparisons one is a tie; of the other eight the first shown wins 0a, 1a, 2a, 2b.
    assert (row["first_wins"], row["n_decided"]) == (0.5, 8)
    assert (row["low"], row["high"]) == pytest.approx(tuple(wilson(4, 8)))
    # Pairs 0 and 1 have the same winner in both orders, 2 and 3 do not.
    assert (row["consistent"], row["n_pairs"], row["n_missing"]) == (0.5, 4, 1)


def test_a_judge_that_goes_by_position_alone() -> None:
    made = comparisons({number: ("a", "b") for number in range(40)})
    (row,) = position_bias(made).to_dict("records")
    assert (row["first_wins"], row["consistent"]) == (1.0, 0.0)
    # Both orders together take the bias out again.
    assert win_rates(made)["win_rate"].tolist() == [0.5]


def test_a_ranking_by_strength() -> None:
    first, second = ranking(MADE).to_dict("records")
    assert (first["judge"], first["name"], second["name"]) == ("m", "abe", "zed")
    # abe wins 1a, 1b, 2b, 3b and 4a, loses 0a, 0b and 2a, and ties 3a: 5.5 to 3.5, with half a
    # win given to either side 6 to 4, and the strengths are half the logarithm of the odds.
    assert (first["wins"], first["ties"], first["losses"]) == (5, 1, 3)
    assert first["strength"] == pytest.approx(np.log(6 / 4) / 2)
    assert second["strength"] == pytest.approx(-first["strength"])
    assert (first["n_decided"], first["n_total"]) == (9, 10)
    assert ranking(comparisons({0: (None, None)})).empty


def test_nothing_compared() -> None:
    made = comparisons({0: (None, None)})
    (row,) = win_rates(made).to_dict("records")
    assert np.isnan(row["win_rate"]) and (row["n_pairs"], row["n_total"]) == (0, 1)
    assert position_bias(made)["n_missing"].tolist() == [2]
    assert win_rates(MADE.iloc[:0]).empty and position_bias(MADE.iloc[:0]).empty
