from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from tests.judging.known_ratings import ratings
from workbench.errors import NotFoundError
from workbench.judging.means import ENOUGH, NOT_RATED, mean_table, with_unrated
from workbench.resampling import wilson


def test_each_mean_shows_how_many_were_rated() -> None:
    frame = pd.concat(
        [ratings({"a": [2, 1, None, 0]}), ratings({"a": [None, None]}, language="ru")]
    )
    table = mean_table(frame)
    assert table.columns.tolist() == [
        *("judge", "criterion", "language", "mean", "low", "high", "n_rated", "n_total", "enough")
    ]
    french, russian = table.iloc[0], table.iloc[1]
    assert french[["judge", "language", "mean", "n_rated", "n_total"]].tolist() == [
        *("a", "fr", 1.0, 3, 4)
    ]
    assert 0 <= french["low"] < 1 < french["high"] <= 2
    assert russian[["n_rated", "n_total"]].tolist() == [0, 2]
    assert np.isnan(russian[["mean", "low", "high"]].astype(float)).all()


def test_a_mean_over_too_few_is_not_enough() -> None:
    # 4 of 5 are the stated share, 3 of 4 are less.
    assert ENOUGH == 0.8
    values: list[int | None] = [2, 1, 1, 0, None]
    assert mean_table(ratings({"a": values}))["enough"].tolist() == [True]
    assert mean_table(ratings({"a": values[1:]}))["enough"].tolist() == [False]


def test_answers_to_one_prompt_are_not_independent() -> None:
    # 20 prompts at 0 or 2 in all of ten answers: as wide as 20 answers, not as 200.
    single = ratings({"a": [0, 2] * 10})
    tenfold = pd.concat([single.assign(sample=sample) for sample in range(10)])
    one, ten = (mean_table(frame).iloc[0] for frame in (single, tenfold))
    assert (ten["low"], ten["high"]) == pytest.approx((one["low"], one["high"]))


def test_where_all_agree_the_interval_is_wilsons() -> None:
    row = mean_table(ratings({"a": [2] * 15})).iloc[0]
    assert (row["low"], row["high"]) == pytest.approx((2 * wilson(15, 15).low, 2))


def test_responses_that_were_never_tried_are_added_as_missing() -> None:
    given = ratings({"a": [2, 1], "b": [0]})
    given = pd.concat([given, ratings({"a": [2]}, criterion="accuracy")], ignore_index=True)
    given = given.assign(raw=float("nan"), reason=None, rule=None)
    results = given.drop_duplicates("response_id").drop(columns=["judge", "kind", "criterion"])
    results = pd.concat([results, results.iloc[:1].assign(response_id=7)])

    whole = with_unrated(given, results)

    counted = mean_table(whole, ["judge", "criterion"]).set_index(["judge", "criterion"])
    assert counted["n_total"].to_dict() == {
        ("a", "accuracy"): 3,
        ("a", "fluency"): 3,
        ("b", "fluency"): 3,
    }
    assert counted["n_rated"].tolist() == [1, 2, 1]
    added = whole.iloc[len(given) :]
    assert set(added["missing_reason"]) == {NOT_RATED} and added["value"].isna().all()
    assert set(added["language"]) == {"fr"}
    assert with_unrated(whole, results) is whole


def test_unknown_columns_are_errors() -> None:
    with pytest.raises(NotFoundError, match="Column 'tone'"):
        mean_table(ratings({"a": [1]}), ["tone"])


def test_a_table_of_ratings_by_any_columns() -> None:
    frame = pd.DataFrame(
        {
            "prompt_set": "p",
            "parallel_id": ["1", "1", "2", "3"],
            "judge": ["a", "a", "a", "b"],
            "criterion": "fluency",
            "value": pd.array([2, 1, pd.NA, pd.NA], dtype="Int64"),
        }
    )
    first, second = mean_table(frame, ("judge",)).to_dict("records")
    assert (first["judge"], first["mean"], first["n_rated"], first["n_total"]) == ("a", 1.5, 2, 3)
    assert 0 <= first["low"] <= 1.5 <= first["high"] <= 2
    assert math.isnan(second["mean"]) and (second["n_rated"], second["n_total"]) == (0, 1)
