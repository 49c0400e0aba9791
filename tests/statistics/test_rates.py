from __future__ import annotations

import math
import time

import numpy as np
import pandas as pd
import pytest

from workbench.errors import NotFoundError
from workbench.statistics import VALUES, rate_table, wilson


def results(rows: list[tuple[str, str, bool | None]]) -> pd.DataFrame:
    """Rows of checkpoint, parallel id, right language."""
    frame = pd.DataFrame(rows, columns=["checkpoint", "parallel_id", "right_language"])
    frame["prompt_set"] = "p"
    frame["right_language"] = frame["right_language"].astype("boolean")
    return frame


def test_wilson_against_published_values() -> None:
    # Newcombe (1998), table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for k, n, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert wilson(k, n) == pytest.approx((low, high), abs=5e-5)
    assert wilson(20, 20).high == 1.0
    assert all(math.isnan(end) for end in wilson(0, 0))


def test_rates_count_the_missing_in_the_total_only() -> None:
    table = rate_table(
        results([("a", "1", True), ("a", "2", False), ("a", "3", None), ("b", "1", None)]),
        "right_language",
        ["checkpoint"],
    )
    assert list(table.columns) == ["checkpoint", "rate", "low", "high", "n_scored", "n_total"]
    assert table.iloc[0][["checkpoint", "rate", "n_scored", "n_total"]].tolist() == ["a", 0.5, 2, 3]
    assert table.iloc[1][["n_scored", "n_total"]].tolist() == [0, 1]
    assert table.iloc[1][["rate", "low", "high"]].isna().all()


def test_where_all_prompts_agree_the_interval_is_wilsons() -> None:
    table = rate_table(results([("a", str(i), True) for i in range(20)]), "right_language", [])
    assert len(table) == 1
    # 20 of 20: Wilson's low end is n / (n + z^2) = 20 / 23.8415.
    assert table["low"][0] == pytest.approx(20 / 23.8415, abs=1e-4)
    assert table["high"][0] == 1.0


def test_samples_of_one_prompt_are_not_independent() -> None:
    # 40 prompts, right or wrong in all of their 25 samples: 40 observations, not 1,000.
    rows = [("a", str(i), i % 2 == 0) for i in range(40) for _ in range(25)]
    clustered = rate_table(results(rows), "right_language", ["checkpoint"]).iloc[0]
    # Student's t for 40: 2.0227 * sqrt(.25 / 39) = .162 on either side.
    assert clustered["high"] - clustered["rate"] == pytest.approx(0.162, abs=0.02)
    assert clustered["rate"] - clustered["low"] == pytest.approx(0.162, abs=0.02)
    single = [("a", str(i), i % 2 == 0) for i in range(1000)]
    independent = rate_table(results(single), "right_language", ["checkpoint"]).iloc[0]
    # For 1,000: 1.96 * sqrt(.25 / 1000) = .031.
    assert independent["high"] - independent["rate"] == pytest.approx(0.031, abs=0.004)


def test_equal_ids_of_two_prompt_sets_are_two_prompts() -> None:
    frame = results([("a", str(i), i % 2 == 0) for i in range(400)] * 2)
    as_one = rate_table(frame, "right_language", []).iloc[0]
    frame["prompt_set"] = ["p"] * 400 + ["q"] * 400
    as_two = rate_table(frame, "right_language", []).iloc[0]
    # Twice the prompts, sqrt(2) times narrower.
    ratio = (as_one["high"] - as_one["low"]) / (as_two["high"] - as_two["low"])
    assert ratio == pytest.approx(2**0.5, abs=0.2)


def test_intervals_cover_the_truth() -> None:
    # 300 experiments of 60 prompts at a true rate of .3, one group each: 95% of the
    # intervals should hold it; 300 trials of .93 give .93 +- .03 (two standard errors).
    rng = np.random.default_rng(5)
    rows = [
        (str(group), str(prompt), bool(rng.random() < 0.3))
        for group in range(300)
        for prompt in range(60)
    ]
    table = rate_table(results(rows), "right_language", ["checkpoint"])
    covered = ((table["low"] <= 0.3) & (table["high"] >= 0.3)).mean()
    assert 0.90 <= covered <= 0.98


def test_the_same_results_give_the_same_table() -> None:
    frame = results([("a", str(i), i % 3 == 0) for i in range(50)])
    first = rate_table(frame, "right_language", ["checkpoint"])
    pd.testing.assert_frame_equal(first, rate_table(frame, "right_language", ["checkpoint"]))


def test_each_value() -> None:
    frame = results([("a", str(i), None) for i in range(4)])
    frame["line_pass"] = pd.array([True, False, False, None], dtype="boolean")
    frame["lines_judged"] = pd.array([2, 4, 0, None], dtype="Int64")
    frame["lines_right"] = pd.array([2, 1, 0, None], dtype="Int64")
    frame["accuracy"] = [1.0, 0.5, 0.0, np.nan]
    frame["finish_reason"] = ["stop", "length", "missing", "unknown"]
    frame["right_language"] = pd.array([True, None, None, True], dtype="boolean")
    for column in ("word_pass", "robust_pass", "constraint_kept"):
        frame[column] = pd.array([True, False, None, None], dtype="boolean")
    expected = {
        "right_language": (1.0, 2),
        "word_pass": (0.5, 2),
        "robust_pass": (0.5, 2),
        "constraint_kept": (0.5, 2),
        # 1 x 1, and 0 where accuracy is 0 though the language is not known.
        "right_and_accurate": (0.5, 2),
        "line_pass": (1 / 3, 3),
        # (2/2 + 1/4) / 2; an answer without a judged line has none.
        "line_accuracy": (0.625, 2),
        "accuracy": (0.5, 3),
        # Of stop and length one ended; a missing answer and an import do not say.
        "ended": (0.5, 2),
    }
    assert expected.keys() == VALUES.keys()
    for value, (rate, scored) in expected.items():
        row = rate_table(frame, value, []).iloc[0]
        assert row["rate"] == pytest.approx(rate, nan_ok=True)
        assert (row["n_scored"], row["n_total"]) == (scored, 4)


def test_groups_without_a_key_are_kept() -> None:
    frame = results([("a", "1", True), ("b", "1", False)])
    frame["learning_rate"] = [1e-4, np.nan]
    table = rate_table(frame, "right_language", ["learning_rate"])
    assert table["rate"].tolist() == [1.0, 0.0] and table["learning_rate"].isna().tolist() == [
        False,
        True,
    ]


def test_rows_may_come_in_any_order_and_with_any_index() -> None:
    frame = results([(name, str(i), (i + len(name)) % 3 == 0) for i in range(9) for name in "ab"])
    frame.loc[frame["checkpoint"] == "b", "right_language"] = True
    shuffled = frame.sample(frac=1, random_state=1)
    table = rate_table(shuffled, "right_language", ["checkpoint"])
    # a: i + 1 divisible by 3 for i = 2, 5, 8.
    assert table[["checkpoint", "rate"]].values.tolist() == [["a", 1 / 3], ["b", 1.0]]


def test_empty_results_give_an_empty_table() -> None:
    for by in ([], ["checkpoint"]):
        assert rate_table(results([]), "right_language", by).empty


def test_unknown_names_are_errors() -> None:
    with pytest.raises(NotFoundError, match="Value 'rightness'.*right_language"):
        rate_table(results([]), "rightness", [])
    with pytest.raises(NotFoundError, match="Column 'model'.*checkpoint"):
        rate_table(results([]), "right_language", ["model"])


def test_many_prompts_need_little_memory_and_time() -> None:
    # One group of 100,000 prompts: a thousand resamples at once would need 800 MB.
    rng = np.random.default_rng(0)
    frame = results([("a", str(i), bool(b)) for i, b in enumerate(rng.random(100_000) < 0.5)])
    started = time.process_time()
    row = rate_table(frame, "right_language", []).iloc[0]
    assert time.process_time() - started < 20
    # 1.96 * sqrt(.25 / 100,000) = .0031.
    assert row["high"] - row["rate"] == pytest.approx(0.0031, abs=0.0005)
