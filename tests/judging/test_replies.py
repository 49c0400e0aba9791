from __future__ import annotations

import json

import pytest

from tests.judging.judge_server import KEYS, rating
from workbench.judging.replies import read_choice, read_rating
from workbench.judging.rubric import load_rubric

RUBRIC = load_rubric()
WHOLE = rating(1, "so so", fluency=2)
VALUES = dict.fromkeys(KEYS, 1) | {"fluency": 2}


@pytest.mark.parametrize(
    "reply",
    [
        f"```json\n{WHOLE}\n```",
        f"Here is my rating:\n{WHOLE}\nI hope that this helps! {{smile}}",
        f'<think>maybe {{"language": 0}}, or not</think>\n{WHOLE}',
        f"{WHOLE}\n{WHOLE}",
        WHOLE.replace('"fluency": 2', '"Fluency ": "2"'),
        WHOLE.replace('"fluency": 2', '"fluency": 2.0'),
        WHOLE.replace("so so", "so\nso"),
        WHOLE.replace('"fluency": 2', '"fluency": 2, "fluency": 2'),
        f"{{not json}} {WHOLE}",
    ],
)
def test_what_stands_around_it_does_not_matter(reply: str) -> None:
    reading = read_rating(reply, RUBRIC)
    assert reading.values == VALUES and reading.complete
    assert reading.reason == "so so"


def test_only_json_alone_keeps_to_the_schema() -> None:
    assert read_rating(WHOLE, RUBRIC).strict
    assert read_rating(f"  {WHOLE}\n", RUBRIC).strict
    assert not read_rating(f"```json\n{WHOLE}\n```", RUBRIC).strict
    assert not read_rating(rating(extra=1), RUBRIC).strict


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        ("", "the reply is empty"),
        ("It deserves two points.", "no JSON object with the keys asked for: It deserves two"),
        (WHOLE[:-1], "no JSON object"),
        (WHOLE[: len(WHOLE) // 2], "no JSON object"),
        ('{"score": 2}', "no JSON object"),
        ("[1, 2, 3]", "no JSON object"),
        (f"{WHOLE} or rather {rating(0)}", "several JSON objects that differ"),
        # A reply that was cut off holds no other reply, whatever stands inside.
        (f'{{"draft": {WHOLE}', "no JSON object"),
        ('{"a":' * 20_000, "no JSON object"),
    ],
)
def test_what_cannot_be_read_gives_no_value_at_all(reply: str, problem: str) -> None:
    reading = read_rating(reply, RUBRIC)
    assert set(reading.values.values()) == {None}
    assert problem in reading.problems["accuracy"]
    assert reading.problems.keys() == set(KEYS)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (3, "'accuracy' is 3, not 0, 1 or 2"),
        (-1, "'accuracy' is -1,"),
        (1.5, "'accuracy' is 1.5,"),
        (True, "'accuracy' is true,"),
        (None, "'accuracy' is null,"),
        ("high", "'accuracy' is \"high\","),
        ("***", "'accuracy' is \"***\","),
        ([2], "'accuracy' is [2],"),
        ({"score": 2}, "'accuracy' is {\"score\": 2},"),
    ],
)
def test_what_is_no_level_is_a_problem_of_its_criterion_alone(value: object, problem: str) -> None:
    reading = read_rating(rating(accuracy=value), RUBRIC)
    assert reading.values == dict.fromkeys(KEYS, 2) | {"accuracy": None}
    assert list(reading.problems) == ["accuracy"] and problem in reading.problems["accuracy"]


def test_a_criterion_that_is_not_there_and_one_that_is_there_twice() -> None:
    given = json.loads(WHOLE)
    del given["coherence"]
    twice = json.dumps(given)[:-1] + ', "language": 0}'
    reading = read_rating(twice, RUBRIC)
    assert reading.problems == {
        "coherence": "the reply has no 'coherence'",
        "language": "the reply has 'language' twice, with different values",
    }


def test_true_is_not_the_number_one() -> None:
    reading = read_rating(rating()[:-1] + ', "fluency": 1, "fluency": true}', RUBRIC)
    assert reading.values["fluency"] is None


def test_flags_are_set_only_by_true() -> None:
    reply = rating(wrong_answer=True, invented_link="true")
    assert read_rating(reply, RUBRIC).flags == {"wrong_answer", "invented_link"}
    assert read_rating(rating(wrong_answer="no", invented_link=1), RUBRIC).flags == frozenset()


@pytest.mark.parametrize("winner", ["first", "second", "tie"])
def test_a_winner(winner: str) -> None:
    reply = json.dumps({"reason": "it ends", "winner": winner})
    choice = read_choice(reply)
    assert (choice.winner, choice.reason, choice.strict) == (winner, "it ends", True)
    assert read_choice(f"I say: {reply.replace(winner, winner.upper())}").winner == winner


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        ('{"winner": "A"}', 'the winner "A" is not one of first, second, tie'),
        ('{"winner": null}', "the winner null is not one of"),
        ('{"winner": "first", "winner": "second"}', 'the winner "first" and "second" is not'),
        ('{"better": "first"}', "no JSON object"),
        ("first", "no JSON object"),
    ],
)
def test_no_winner_is_guessed(reply: str, problem: str) -> None:
    choice = read_choice(reply)
    assert choice.winner is None and not choice.complete
    assert choice.problem is not None and problem in choice.problem
