from __future__ import annotations

from workbench.judging.people import Item, Own
from workbench.judging.people.assignment import Assigned
from workbench.judging.people.standing import (
    following,
    latest,
    next_criterion,
    preceding,
    state_of,
)

CRITERIA = ("fluency", "accuracy")
DONE = {"fluency": Own(2), "accuracy": Own(0)}
BEGUN = {"fluency": Own(2)}
SKIPPED = {"fluency": Own(2), "accuracy": Own(None)}
ASSIGNED = [Assigned(Item(id, "c", "s", str(id), "en", 0, "", ()), False) for id in (5, 3, 9, 7)]


def test_states_of_an_answer() -> None:
    assert state_of({}, CRITERIA) == "new"
    assert state_of(BEGUN, CRITERIA) == "begun"
    assert state_of(SKIPPED, CRITERIA) == "skipped"
    assert state_of(DONE, CRITERIA) == "done"
    # What the rater gave for criteria outside of the task does not count.
    assert state_of(SKIPPED, ("fluency",)) == "done"
    assert state_of({"language": Own(1)}, CRITERIA) == "new"


def test_the_next_criterion_is_the_next_without_a_value() -> None:
    criteria = ("language", "fluency", "accuracy")
    assert next_criterion({}, criteria) == "language"
    assert next_criterion({"language": Own(1)}, criteria, "language") == "fluency"
    assert next_criterion({"accuracy": Own(1)}, criteria, "accuracy") == "language"
    assert next_criterion({"language": Own(None)}, criteria) == "language"
    assert next_criterion(dict.fromkeys(criteria, Own(1)), criteria, "language") == ""


def test_the_next_answer_goes_round_and_passes_what_is_done_or_skipped() -> None:
    own = {3: DONE, 9: SKIPPED}
    assert following(ASSIGNED, {}, CRITERIA) == 5
    assert following(ASSIGNED, own, CRITERIA, after=5) == 7
    assert following(ASSIGNED, own, CRITERIA, after=7) == 5
    assert following(ASSIGNED, own, CRITERIA, after=5, skipped=True) == 9


def test_an_answer_left_behind_comes_again_and_itself_last() -> None:
    own = {5: BEGUN, 3: DONE, 9: DONE, 7: DONE}
    assert following(ASSIGNED, own, CRITERIA, after=7) == 5
    assert following(ASSIGNED, own, CRITERIA, after=5) == 5
    assert following(ASSIGNED, {**own, 5: DONE}, CRITERIA, after=5) is None


def test_the_answer_before_whatever_its_state() -> None:
    assert preceding(ASSIGNED, 9) == 3
    assert preceding(ASSIGNED, 5) is None
    assert preceding(ASSIGNED, None) == 7  # behind the end
    assert preceding([], None) is None


def test_the_answer_rated_last_goes_by_time_then_by_order() -> None:
    early, late = "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:01+00:00"
    own = {
        5: {"fluency": Own(1, created=late)},
        3: {"fluency": Own(1, created=early)},
        9: {"fluency": Own(1, created=late)},
        7: {"language": Own(1, created="2027")},  # no criterion of the task
    }
    assert latest(ASSIGNED, own, CRITERIA) == 9
    assert latest(ASSIGNED, {}, CRITERIA) is None
