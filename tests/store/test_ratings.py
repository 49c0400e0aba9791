"""Judges, ratings and comparisons in the store."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest

from workbench.errors import InputError, NotFoundError
from workbench.store import Comparison, JudgeRecord, Rating, ResponseRecord, Store
from workbench.store.ratings import COMPARISON_COLUMNS, RATING_COLUMNS

LLM = JudgeRecord("small", "llm", {"model": "small", "rubric": {"version": 1, "hash": "x"}})


def ids_of(store: Store) -> list[int]:
    return [int(id) for id in store.results()["response_id"]]


def test_a_judge_is_described_once(filled: Store) -> None:
    filled.add_judge(JudgeRecord("small", "local", {"model": "a slip"}))
    # It has given nothing yet, so that nothing is mixed.
    filled.add_judge(LLM)
    filled.add_ratings([Rating(ids_of(filled)[0], "small", "fluency", None, "time-out")])
    filled.add_judge(LLM)
    row = filled.judges().iloc[0]
    assert (row["name"], row["kind"], row["details"]) == ("small", "llm", LLM.details)
    with pytest.raises(InputError, match=r"another judge of this name \(rubric differ"):
        filled.add_judge(JudgeRecord("small", "llm", {"model": "small", "rubric": {"version": 2}}))
    with pytest.raises(InputError, match=r"\(kind differ"):
        filled.add_judge(JudgeRecord("small", "local", LLM.details))
    assert filled.judges()["details"].tolist() == [LLM.details]


def test_a_judge_known_by_name_is_described_later(filled: Store) -> None:
    first = ids_of(filled)[0]
    filled.add_ratings(
        [Rating(first, "small", "fluency", 2), Rating(first, "reference", "accuracy", None, "no")]
    )
    frame = filled.judges().set_index("name")
    assert frame["kind"].to_dict() == {"reference": "rule", "small": None}
    assert frame[["rated", "missing"]].values.tolist() == [[0, 1], [1, 0]]
    filled.add_judge(LLM)
    assert filled.judges().set_index("name")["kind"]["small"] == "llm"
    with pytest.raises(InputError, match="kind differ"):
        filled.add_judge(JudgeRecord("reference", "person"))


def test_one_row_a_rating_with_all_that_is_known(filled: Store) -> None:
    first, second = ids_of(filled)[:2]
    filled.add_judge(LLM)
    before = datetime.now(UTC).isoformat(timespec="seconds")
    filled.add_ratings(
        [
            Rating(first, "small", "fluency", 0, reason="unreadable", raw=0.25),
            Rating(first, "small", "accuracy", 0, raw=2, rule="unreadable"),
            Rating(second, "small", "fluency", None, "the server gave no answer"),
        ]
    )
    frame = filled.ratings()
    assert tuple(frame.columns) == RATING_COLUMNS
    where = ["run", "checkpoint", "prompt_set", "parallel_id", "language", "sample", "response_id"]
    assert frame[where].values.tolist() == [
        ["r", "tuned", "world", "1", "en", 0, first],
        ["r", "tuned", "world", "1", "en", 0, first],
        ["r", "tuned", "world", "1", "fr", 0, second],
    ]
    assert frame["judge"].tolist() == ["small"] * 3 and frame["kind"].tolist() == ["llm"] * 3
    assert frame["criterion"].tolist() == ["accuracy", "fluency", "fluency"]
    assert frame["value"].tolist() == [0, 0, pd.NA]
    assert frame["raw"].tolist()[:2] == [2.0, 0.25] and pd.isna(frame["raw"].iloc[2])
    assert frame["rule"].tolist() == ["unreadable", None, None]
    assert frame["reason"].tolist() == [None, "unreadable", None]
    assert frame["missing_reason"].tolist() == [None, None, "the server gave no answer"]
    assert all(before <= created for created in frame["created"])


def test_ratings_by_run_judge_and_criterion(filled: Store) -> None:
    first = ids_of(filled)[0]
    filled.add_ratings(
        [
            Rating(first, judge, criterion, 1)
            for judge in ("ada", "ben")
            for criterion in ("fluency", "accuracy")
        ]
    )
    assert len(filled.ratings(["r"])) == 4
    assert filled.ratings(judges=["ben"])["criterion"].tolist() == ["accuracy", "fluency"]
    assert filled.ratings(judges=["ben"], criteria=["fluency"])["value"].tolist() == [1]
    nothing = filled.ratings(judges=[])
    numbers = ["sample", "response_id", "value", "raw"]
    assert nothing.empty and nothing[numbers].dtypes.equals(filled.ratings()[numbers].dtypes)
    with pytest.raises(NotFoundError, match="Run 'x'"):
        filled.ratings(["x"])


def test_a_rating_is_replaced_only_where_missing_or_on_demand(filled: Store) -> None:
    first = ids_of(filled)[0]
    for value, expected in ((None, pd.NA), (1, 1), (2, 1)):
        missing = "no answer" if value is None else None
        filled.add_ratings([Rating(first, "ada", "fluency", value, missing)])
        assert filled.ratings()["value"].tolist() == [expected]
    filled.add_ratings([Rating(first, "ada", "fluency", 0, reason="changed")], replace=True)
    frame = filled.ratings()
    assert frame[["value", "reason"]].values.tolist() == [[0, "changed"]]


def test_ratings_are_taken_back(filled: Store) -> None:
    first, second = ids_of(filled)[:2]
    given = [
        Rating(id, judge, criterion, 1)
        for id in (first, second)
        for judge in ("ada", "ben")
        for criterion in ("fluency", "accuracy")
    ]
    filled.add_ratings(given)
    assert filled.remove_ratings("ada", [first], "fluency") == 1
    assert filled.remove_ratings("ada", [first, second]) == 3
    assert filled.remove_ratings("ada", [first, second]) == 0
    assert filled.ratings()["judge"].tolist() == ["ben"] * 4
    with pytest.raises(NotFoundError, match="Judge 'bem'.*'ben'"):
        filled.remove_ratings("bem", [first])


def test_comparisons_in_both_orders(filled: Store) -> None:
    filled.add_checkpoint("other", "h2", {})
    filled.add_responses("r", "other", "world", [ResponseRecord("1", "en", 0, "Red.", "stop")])
    frame = filled.results()
    a = int(frame["response_id"].iloc[0])
    b = int(frame.loc[frame["checkpoint"] == "other", "response_id"].iloc[0])
    filled.add_judge(LLM)
    missing = Comparison(a, b, "small", "b", None, "time-out")
    filled.add_comparisons([Comparison(a, b, "small", "a", "tie", reason="same"), missing])
    # What was missing is filled, what was there stays.
    filled.add_comparisons(
        [Comparison(a, b, "small", "a", "b"), Comparison(a, b, "small", "b", "a")]
    )
    frame = filled.comparisons(["r"], ["small"])
    assert tuple(frame.columns) == COMPARISON_COLUMNS
    columns = ["checkpoint_a", "checkpoint_b", "parallel_id", "language", "shown_first", "winner"]
    assert frame[columns].values.tolist() == [
        ["tuned", "other", "1", "en", "a", "tie"],
        ["tuned", "other", "1", "en", "b", "a"],
    ]
    assert frame["reason"].tolist() == ["same", None]
    assert filled.judges()["comparisons"].tolist() == [2]
    assert filled.comparisons(judges=["nobody"]).empty


@pytest.mark.parametrize("ids", [(2, 1), (1, 1)])
def test_a_pair_stands_in_order(ids: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="in order"):
        Comparison(*ids, "small", "a", "a")


def test_a_comparison_has_a_winner_or_a_reason() -> None:
    with pytest.raises(ValueError, match="either a winner or the reason"):
        Comparison(1, 2, "small", "a", None)


def test_what_a_judge_is_given(filled: Store) -> None:
    given = filled.responses_to_judge("r", ["tuned"])
    assert [r.response_id for r in given] == ids_of(filled)
    first, last = given[0], given[3]
    assert (first.text, first.language, first.checkpoint) == ("It is red.", "en", "tuned")
    assert (first.prompt_set, first.sample, first.finish_reason) == ("world", 0, "stop")
    assert [m.content for m in first.prompt.messages] == ["en 1?"]
    assert first.prompt.reference is not None and first.prompt.reference.accept == (("red",),)
    assert (last.text, last.missing_reason) == ("", "prompt too long")
    assert len(filled.responses_to_judge("r")) == 4
    assert filled.responses_to_judge("r", ["other"]) == []
    with pytest.raises(NotFoundError, match="Run 'x'"):
        filled.responses_to_judge("x")
