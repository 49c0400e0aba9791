from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from tests.judging.known_ratings import rated_alike, ratings
from workbench.errors import InputError, NotFoundError
from workbench.judging.agreement import (
    COLUMNS,
    FEWEST,
    NO,
    OPEN,
    STANDS_IN,
    YES,
    agreement_table,
    level_counts,
)

SHARES = (0.3, 0.3, 0.4)


def column(values: np.ndarray) -> list[int]:
    return [int(value) for value in values]


def table_of(noise: float, answers: int, **more: object) -> pd.DataFrame:
    """A judge and two people, who all look away in a share ``noise`` of cases."""
    values = rated_alike(answers, 3, noise, SHARES, seed=1)
    names = ("judge", "person:Ada", "person:Bo")
    return agreement_table(
        ratings({name: column(values[:, place]) for place, name in enumerate(names)}), **more
    )


def test_who_is_held_against_whom() -> None:
    values = [0, 1, 2, 2]
    frame = ratings({"a": values, "b": values, "person:Ada": values, "person:Bo": values})
    table = agreement_table(frame)
    assert tuple(table.columns) == COLUMNS
    assert table[["between", "and"]].values.tolist() == [
        ["people", "people"],
        ["a", "people"],
        ["b", "people"],
        ["a", "b"],
    ]
    assert table["verdict"].tolist() == [None, OPEN, OPEN, None]
    assert (table["alpha"] == 1).all() and (table["n_rated"] == 4).all()


def test_a_judge_like_people_may_stand_in() -> None:
    # Agreement beyond chance .97^2 = .94.
    row = table_of(0.03, 200).set_index("between").loc["judge"]
    assert row["verdict"] == YES and row["alpha_low"] >= STANDS_IN
    assert row["why"].startswith("reliably: alpha 0.9") and row["why"].endswith("with 2 people")


def test_a_judge_unlike_people_may_not() -> None:
    # .7^2 = .49 for all three, so that people do not agree with one another either.
    row = table_of(0.3, 200).set_index("between").loc["judge"]
    assert row["verdict"] == NO and row["alpha_high"] < STANDS_IN
    assert "people do not agree with one another either" in row["why"]
    # People who agree, and a judge that says 0 to everything.
    people = column(rated_alike(60, 1, 0, SHARES, seed=2)[:, 0])
    frame = ratings({"judge": [0] * 60, "person:Ada": people, "person:Bo": people})
    row = agreement_table(frame).set_index("between").loc["judge"]
    assert row["verdict"] == NO and row["why"].endswith(f"below {STANDS_IN}")
    assert row["difference"] == pytest.approx(-np.mean(people))


def test_too_few_answers_or_too_wide_an_interval_leave_it_open() -> None:
    few = table_of(0.0, FEWEST - 1).set_index("between").loc["judge"]
    assert few["verdict"] == OPEN and few["why"] == "rated by both: 29 answers, and it takes 30"
    # .85^2 = .72, near the bound.
    wide = table_of(0.15, 40).set_index("between").loc["judge"]
    assert wide["alpha_low"] < STANDS_IN <= wide["alpha_high"]
    assert wide["verdict"] == OPEN and "may be above 0.667 or below" in wide["why"]


def test_values_that_are_nearly_all_the_same_leave_it_open() -> None:
    same = agreement_table(ratings({"judge": [2] * 50, "person:Ada": [2] * 50})).iloc[0]
    assert (same["verdict"], same["why"]) == (
        *(OPEN, "only 0 of 50 answers have another value than 2"),
    )
    assert math.isnan(same["alpha"]) and same["exact"] == 1
    # 4 answers are 1 for the one and 2 for the other, 5 the other way round: alpha is about 0
    # although they agree on 91 of 100 answers.
    judge, person = [1] * 4 + [2] * 96, [2] * 4 + [1] * 5 + [2] * 91
    row = agreement_table(ratings({"judge": judge, "person:Ada": person})).iloc[0]
    assert row["alpha"] < 0 < 0.9 < row["exact"] and row["verdict"] == OPEN
    assert row["why"] == "only 9 of 100 answers have another value than 2"
    row = agreement_table(ratings({"judge": [1] * 5 + [2] * 95, "person:Ada": person})).iloc[0]
    assert row["verdict"] == OPEN and row["why"].startswith("only 9 of 100")


def test_missing_values_count_in_the_total() -> None:
    frame = ratings({"judge": [0, 1, None, 2], "person:Ada": [0, None, 1, 2, 1]})
    row = agreement_table(frame).iloc[0]
    assert row[["n_rated", "n_total"]].tolist() == [2, 5]


def test_a_rule_that_decides_nothing_of_a_criterion_is_left_out() -> None:
    frame = ratings({"reference": [None] * 3, "llm": [None] * 3, "person:Ada": [0, 1, 2]})
    frame.loc[frame["judge"] == "reference", "kind"] = "rule"
    table = agreement_table(frame)
    # An LLM that failed on every answer stays, with its count.
    assert table[["between", "n_rated", "n_total"]].values.tolist() == [["llm", 0, 3]]
    assert table["verdict"].tolist() == [OPEN]


def test_adjudicated_values_are_left_out() -> None:
    values = [0, 1, 2]
    frame = ratings({"judge": values, "person:Ada": values, "adjudication": [2, 2, 2]})
    row = agreement_table(frame).iloc[0]
    assert (row["and"], row["exact"]) == ("people", 1)


def test_cells_are_criteria_in_their_order_and_languages() -> None:
    given = {"a": [0, 1, 2], "b": [0, 1, 2]}
    frame = pd.concat(
        ratings(given, criterion, language)
        for criterion in ("accuracy", "language")
        for language in ("ru", "fr")
    )
    table = agreement_table(frame)
    assert table[["criterion", "language"]].values.tolist() == [
        ["language", "fr"],
        ["language", "ru"],
        ["accuracy", "fr"],
        ["accuracy", "ru"],
    ]
    whole = agreement_table(frame, by=["criterion"])
    assert whole["n_rated"].tolist() == [3, 3] and "language" not in whole


def test_judges_may_be_chosen_and_people_stay() -> None:
    values = [0, 1, 2]
    frame = ratings({"a": values, "b": values, "c": values, "person:Ada": values})
    table = agreement_table(frame, judges=["a", "c"])
    assert table[["between", "and"]].values.tolist() == [
        ["a", "people"],
        ["c", "people"],
        ["a", "c"],
    ]
    with pytest.raises(NotFoundError, match="Judge 'd'.*a, b, c"):
        agreement_table(frame, judges=["d"])


def test_one_rater_agrees_with_nobody() -> None:
    with pytest.raises(InputError, match="1 rater has rated these answers"):
        agreement_table(ratings({"a": [0, 1]}))
    with pytest.raises(InputError, match="Agreement: nobody has rated these answers"):
        agreement_table(ratings({"a": [0]}).iloc[:0])


def test_levels_of_judge_and_people_are_counted() -> None:
    frame = ratings({"judge": [0, 2], "person:Ada": [0, 1], "person:Bo": [1, 1], "other": [1, 1]})
    counts = level_counts(frame, "judge")
    # Answer 0: half 0, half 1 against the judge's 0; answer 1: all 1 against 2.
    assert counts[["people", "judge", "n"]].values.tolist() == [[0, 0, 0.5], [1, 0, 0.5], [1, 2, 1]]
