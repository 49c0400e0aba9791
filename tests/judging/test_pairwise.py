from __future__ import annotations

import json
from typing import Any

import pytest

from tests.judging.conftest import CallerMaker, FillRun
from tests.judging.judge_server import JudgeServer
from workbench.errors import InputError
from workbench.judging.llm_pair_judge import LlmPairJudge
from workbench.judging.pairwise import compare_pairs, pairs_of
from workbench.judging.rubric import load_rubric
from workbench.judging.run import Choice
from workbench.store import Store

RUBRIC = load_rubric()


def pair_judge(make_caller: CallerMaker, **settings: object) -> LlmPairJudge:
    caller = make_caller(**settings)
    return LlmPairJudge(caller.settings, RUBRIC, caller)


def said(winner: str) -> str:
    return json.dumps({"reason": "so it is", "winner": winner})


def shown(body: dict[str, Any]) -> tuple[str, str]:
    """The two answers in the order in which they are shown."""
    parts = body["messages"][-1]["content"].split("===")
    return parts[4].strip(), parts[6].strip()


@pytest.fixture
def two(fill_run: FillRun) -> Store:
    """Answers of ``tuned`` and ``other`` to four questions: 2 the same, 3 given by one alone."""
    fill_run(["good 0", "bad 1", "same", None])
    return fill_run(["bad 0", "good 1", "same ", "good 3"], "other")


def longer_wins(body: dict[str, Any]) -> str:
    first, second = shown(body)
    return said("first" if len(first) > len(second) else "second")


def test_each_pair_in_both_orders(
    server: JudgeServer, two: Store, make_caller: CallerMaker
) -> None:
    server.reply_to = longer_wins
    judge = pair_judge(make_caller)
    pairs = pairs_of(two, "r", ("tuned", "other"), judge, Choice())
    counts = compare_pairs(two, judge, pairs)
    assert (counts.responses, counts.rated) == (8, 6)
    assert sorted(shown(body) for body in server.bodies) == [
        ("bad 0", "good 0"),
        ("bad 1", "good 1"),
        ("good 0", "bad 0"),
        ("good 1", "bad 1"),
    ]
    frame = two.comparisons(["r"])
    columns = ["parallel_id", "checkpoint_a", "checkpoint_b", "shown_first", "winner", "reason"]
    assert frame[columns].values.tolist() == [
        ["0", "tuned", "other", "a", "a", "so it is"],
        ["0", "tuned", "other", "b", "a", "so it is"],
        ["1", "tuned", "other", "a", "b", "so it is"],
        ["1", "tuned", "other", "b", "b", "so it is"],
        ["2", "tuned", "other", "a", "tie", "the answers are the same"],
        ["2", "tuned", "other", "b", "tie", "the answers are the same"],
        ["3", "tuned", "other", "a", None, None],
        ["3", "tuned", "other", "b", None, None],
    ]
    assert set(frame["missing_reason"].dropna()) == {"there is no answer a: the prompt is too long"}


def test_the_same_pairs_whichever_checkpoint_is_named_first(
    server: JudgeServer, two: Store, make_caller: CallerMaker
) -> None:
    server.reply_to = longer_wins
    judge = pair_judge(make_caller)
    compare_pairs(two, judge, pairs_of(two, "r", ("tuned", "other"), judge, Choice()))
    assert pairs_of(two, "r", ("other", "tuned"), judge, Choice()) == []
    assert pairs_of(two, "r", ("tuned", "other"), judge, Choice(retry_missing=True)) == []


def test_missing_comparisons_are_tried_again_alone(
    server: JudgeServer, two: Store, make_caller: CallerMaker
) -> None:
    server.reply_to = lambda body: (
        said("neither") if shown(body)[0] == "good 0" else longer_wins(body)
    )
    judge = pair_judge(make_caller)
    counts = compare_pairs(two, judge, pairs_of(two, "r", ("tuned", "other"), judge, Choice()))
    assert counts.reasons['the winner "neither" is not one of first, second, tie'] == 1
    server.reply_to = longer_wins
    again = pairs_of(two, "r", ("tuned", "other"), judge, Choice(retry_missing=True))
    assert [pair.key[2] for pair in again] == ["a"]
    assert compare_pairs(two, judge, again).rated == 1
    frame = two.comparisons(["r"])
    assert frame.loc[frame["parallel_id"] == "0", "winner"].tolist() == ["a", "a"]


def test_the_judge_of_pairs_is_another_than_that_of_criteria(
    two: Store, make_caller: CallerMaker
) -> None:
    judge = pair_judge(make_caller)
    assert judge.record.name == "m[six-criteria-1.en]:pairs"
    pairs = pairs_of(two, "r", ("tuned", "other"), judge, Choice(limit=2))
    # Two prompts in two orders; prompt 2, of equal answers, costs nothing.
    assert [pair.a.prompt.parallel_id for pair in pairs] == ["0", "0", "2", "2"]
    assert judge.estimate(pairs).calls == 2


@pytest.mark.parametrize("names", [("tuned", "nobody"), ("tuned", "tuned")])
def test_checkpoints_without_a_common_prompt(
    two: Store, make_caller: CallerMaker, names: tuple[str, str]
) -> None:
    with pytest.raises(InputError, match="no prompt that both"):
        pairs_of(two, "r", names, pair_judge(make_caller), Choice())
