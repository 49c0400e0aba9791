from __future__ import annotations

import pytest
from pydantic import ValidationError

from workbench.judging.criteria import CRITERIA, Rule, apply_rules, from_stars
from workbench.judging.rubric import load_rubric

GOOD = dict.fromkeys(CRITERIA, 2)


def test_stars_are_levels() -> None:
    assert [from_stars(stars) for stars in (1, 2, 3)] == [0, 1, 2]
    for stars in (0, 4):
        with pytest.raises(ValueError, match="1, 2 or 3"):
            from_stars(stars)


def test_what_cannot_be_read_is_neither_helpful_nor_accurate_nor_coherent() -> None:
    ruled = load_rubric().apply_rules(GOOD | {"fluency": 0})
    forced = ("helpfulness", "accuracy", "coherence")
    assert ruled.values == GOOD | {"fluency": 0} | dict.fromkeys(forced, 0)
    assert ruled.changed == dict.fromkeys(forced, "unreadable")
    assert load_rubric().apply_rules(GOOD | {"fluency": 1}).changed == {}


def test_a_wrong_answer_to_a_task_with_one() -> None:
    ruled = load_rubric().apply_rules(GOOD | {"accuracy": 0}, {"wrong_answer"})
    assert ruled.values == GOOD | {"accuracy": 0, "helpfulness": 0}
    # Accuracy was 0 already: the rule changed helpfulness alone.
    assert ruled.changed == {"helpfulness": "wrong-answer"}


@pytest.mark.parametrize(("given", "after"), [(2, 1), (1, 1), (0, 0)])
def test_an_invented_link_caps_accuracy(given: int, after: int) -> None:
    ruled = load_rubric().apply_rules(GOOD | {"accuracy": given}, {"invented_link"})
    assert ruled.values == GOOD | {"accuracy": after}
    assert ruled.changed == ({"accuracy": "invented-link"} if given > after else {})


def test_the_rule_that_lowered_a_value_last_is_named() -> None:
    first = Rule(key="one", flag="x", caps={"accuracy": 1})
    second = Rule(key="two", flag="x", caps={"accuracy": 0})
    assert apply_rules({"accuracy": 2}, {"x"}, [first, second]).changed == {"accuracy": "two"}
    assert apply_rules({"accuracy": 2}, {"x"}, [second, first]).changed == {"accuracy": "two"}


def test_what_is_missing_stays_missing() -> None:
    values = {"fluency": 0, "accuracy": None, "coherence": 2}
    ruled = load_rubric().apply_rules(values)
    assert ruled.values == {"fluency": 0, "accuracy": None, "coherence": 0}
    assert values["coherence"] == 2
    # Whether an answer can be read is not known where fluency is missing.
    assert load_rubric().apply_rules(GOOD | {"fluency": None}).changed == {}


def test_a_rule_has_one_cause() -> None:
    for cause in ({}, {"criterion": "fluency"}, {"criterion": "fluency", "value": 0, "flag": "x"}):
        with pytest.raises(ValidationError, match="either criterion and value, or a flag"):
            Rule(key="r", caps={"accuracy": 0}, **cause)
