from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from workbench.errors import InputError, NotFoundError
from workbench.statistics import paired_table
from workbench.statistics.comparison import COLUMNS
from workbench.statistics.seeds import two_way
from workbench.student import t_quantile, two_sided_p


def results(*cells: tuple[str, str, list[float | None]], seed: int | None = None) -> pd.DataFrame:
    """Values of prompts 0, 1, ... by checkpoint and language."""
    return pd.DataFrame(
        [
            (checkpoint, language, "set", str(prompt), value, seed)
            for checkpoint, language, values in cells
            for prompt, value in enumerate(values)
        ],
        columns=["checkpoint", "language", "prompt_set", "parallel_id", "value", "seed"],
    )


def test_one_row_a_checkpoint_and_language_against_the_baseline() -> None:
    # French: 12 of 20 prompts won, 2 lost; German: nothing changes.
    table = paired_table(
        results(
            ("base", "fr", [0.0] * 12 + [1.0] * 8),
            ("base", "de", [1.0] * 20),
            ("tuned", "fr", [1.0] * 12 + [0.0] * 2 + [1.0] * 6),
            ("tuned", "de", [1.0] * 20),
        ),
        "base",
    )

    assert list(table.columns) == ["checkpoint", "language", "baseline", *COLUMNS]
    assert table[["checkpoint", "language", "baseline"]].values.tolist() == [
        ["tuned", "de", "base"],
        ["tuned", "fr", "base"],
    ]
    german, french = table.iloc[0], table.iloc[1]
    assert french["difference"] == pytest.approx(0.5)
    # 2 * (C(14,0) + C(14,1) + C(14,2)) / 2^14 = 2 * 106 / 16384; the smaller of two p: twice.
    assert french["p"] == pytest.approx(212 / 16384)
    assert french["p_holm"] == pytest.approx(2 * 212 / 16384)
    assert 0 < french["low"] < 0.5 < french["high"] < 1
    assert french[["n_paired", "n_total", "more_prompts"]].tolist() == [20, 20, 0]
    assert french["verdict"] == "higher" and french["test"] == "mcnemar"
    assert (german["difference"], german["p"], german["p_holm"]) == (0, 1, 1)
    assert german["verdict"] == "no difference seen" and pd.isna(german["more_prompts"])


def test_what_is_not_told_apart_says_what_it_would_take() -> None:
    # 30 of 100 won, 20 lost: p = .2 by chi-squared (10^2 / 50 = 2, p .157).
    table = paired_table(
        results(
            ("base", "fr", [0.0] * 30 + [1.0] * 20 + [1.0] * 50),
            ("tuned", "fr", [1.0] * 30 + [0.0] * 20 + [1.0] * 50),
        ),
        "base",
    )
    row = table.iloc[0]

    assert row["p"] == pytest.approx(0.1573, abs=1e-4)
    # Variance of a change .5 - .01 = .49, with n - 1 .49495; 7.8489 * .49495 / .01 = 388.5
    # prompts, so 289 more; detectable is 2.80159 * sqrt(.0049495) = .1971.
    assert row["more_prompts"] == 289
    assert row["minimal_detectable"] == pytest.approx(0.1971, abs=1e-4)
    assert row["verdict"] == "not told apart: 289 more prompts would tell"


def test_only_what_both_scored_is_paired_and_the_rest_is_counted() -> None:
    table = paired_table(
        results(
            ("base", "fr", [1.0, None, 0.0]),
            ("tuned", "fr", [1.0, 1.0, None, 1.0]),
        ),
        "base",
    )
    assert table.loc[0, ["difference", "n_paired", "n_total"]].tolist() == [0, 1, 4]


def test_nothing_paired_is_missing_with_its_reason_and_outside_of_the_family() -> None:
    table = paired_table(
        results(
            ("base", "de", [1.0] * 9),
            ("base", "fr", [0.0] * 9),
            ("base", "ru", [None] * 9),
            ("tuned", "de", []),
            ("tuned", "fr", [1.0] * 9),
            ("tuned", "ru", [1.0] * 9),
        ),
        "base",
    )
    german, french, russian = (table.iloc[number] for number in range(3))
    for row in (german, russian):
        assert row["verdict"] == "no prompt is scored in both"
        assert math.isnan(row["difference"]) and math.isnan(row["p_holm"])
        assert row[["n_paired", "n_total"]].tolist() == [0, 9]
    # One test alone: 2 / 2^9.
    assert french["p_holm"] == french["p"] == pytest.approx(2 / 512)


def test_a_prompt_counts_once_however_often_it_is_answered_or_translated() -> None:
    # Samples: prompt 0 won in one of two, prompt 1 in both. Languages are averaged: prompt 0
    # (.5 + 0) / 2, prompt 1 (1 + 1) / 2.
    frame = results(
        ("base", "fr", [0.0, 0.0]),
        ("base", "de", [0.0, 0.0]),
        ("tuned", "fr", [1.0, 1.0]),
        ("tuned", "fr", [0.0, 1.0]),
        ("tuned", "de", [0.0, 1.0]),
    )
    whole = paired_table(frame, "base", by=[])
    assert whole.loc[0, ["difference", "n_paired", "test"]].tolist() == [
        pytest.approx((0.25 + 1) / 2),
        2,
        "permutation",
    ]


def test_a_baseline_of_several_seeds_is_compared_over_seeds() -> None:
    rng = np.random.default_rng(4)
    good, hot = (rng.random((40, 2)) < rate for rate in (0.9, 0.4))
    frame = pd.concat(
        results((f"lr-{name}-s{seed}", "fr", list(map(float, values[:, seed]))), seed=seed)
        for name, values in (("good", good), ("hot", hot))
        for seed in (0, 1)
    )

    table = paired_table(frame, "lr-good")
    single = paired_table(frame, "lr-good-s1")

    assert table["checkpoint"].tolist() == ["lr-hot"] and table["test"].tolist() == ["seeds"]
    layout = two_way(hot.astype(float), good.astype(float))
    error = math.sqrt(layout.variance)
    row = table.iloc[0]
    assert row["difference"] == pytest.approx(layout.difference)
    assert row["p"] == pytest.approx(two_sided_p(layout.difference / error, layout.df))
    assert row["high"] - row["difference"] == pytest.approx(t_quantile(0.975, layout.df) * error)
    assert single["checkpoint"].tolist() == ["lr-good-s0", "lr-hot-s0", "lr-hot-s1"]


def test_where_seeds_decide_more_prompts_would_not_help() -> None:
    # One seed of the second recipe answers 9 of 10 prompts, the other 4 of 10; the first
    # recipe always half of them.
    frame = pd.concat(
        [
            results(("a-s0", "fr", [1.0, 0.0] * 20), seed=0),
            results(("a-s1", "fr", [0.0, 1.0] * 20), seed=1),
            results(("b-s0", "fr", ([1.0] * 9 + [0.0]) * 4), seed=0),
            results(("b-s1", "fr", ([1.0] * 4 + [0.0] * 6) * 4), seed=1),
        ]
    )
    row = paired_table(frame, "a").iloc[0]
    assert row["difference"] == pytest.approx(0.15)
    assert row["verdict"] == "not told apart: only more seeds would tell"
    assert pd.isna(row["more_prompts"])


def test_ratings_from_0_to_2() -> None:
    frame = results(("base", "fr", [0.0] * 10), ("tuned", "fr", [2.0] * 10))
    row = paired_table(frame, "base", largest=2).iloc[0]
    # Wilson's upper bound for 0 of 10 is .2775: 2 less twice that.
    assert (row["difference"], row["high"]) == (2, 2)
    assert row["low"] == pytest.approx(2 - 2 * 0.2775, abs=1e-3)


def test_a_family_of_true_nulls_is_seldom_rejected() -> None:
    # Eight checkpoints like the baseline: some row of the table says otherwise in up to 5% of
    # 30 tables, 1.5 of them; a binomial with that mean is beyond 5 in one of 250 cases.
    rng = np.random.default_rng(21)
    wrong = 0
    for _ in range(30):
        names = ["base", *(f"c{number}" for number in range(8))]
        cells = [(name, "fr", list((rng.random(60) < 0.6).astype(float))) for name in names]
        table = paired_table(results(*cells), "base")
        assert (table["p_holm"] >= table["p"]).all()
        wrong += bool((table["p_holm"] < 0.05).any())
    assert wrong <= 5


def test_unknown_names_and_columns_that_tell_checkpoints_apart_are_errors() -> None:
    frame = results(("a-s0", "fr", [1.0]), seed=0).assign(learning_rate=1.0, task="fact")
    frame = pd.concat([frame, frame.assign(checkpoint="b-s0", learning_rate=2.0)])
    with pytest.raises(NotFoundError, match="Baseline 'c'.*a-s0, b-s0, a, b"):
        paired_table(frame, "c")
    with pytest.raises(NotFoundError, match="there are no results to compare. Run a study"):
        paired_table(frame.iloc[:0], "c")
    with pytest.raises(NotFoundError, match="Column 'tone'"):
        paired_table(frame, "a-s0", by=["tone"])
    with pytest.raises(InputError, match="Column 'learning_rate'.*tells checkpoints apart"):
        paired_table(frame, "a-s0", by=["learning_rate"])
    assert paired_table(frame, "a-s0", by=["task"])["task"].tolist() == ["fact"]
