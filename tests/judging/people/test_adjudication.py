from __future__ import annotations

import math
from dataclasses import replace

import pytest
from rated_foxes import RUN

from workbench.judging.people import ADJUDICATION, Desk, Dispute, Task, disputes
from workbench.judging.people.adjudication import Disputed
from workbench.store import JudgeRecord, Rating, Store

CRITERIA = ("fluency", "accuracy")
TASK = Task(run=RUN, rater="Anna", criteria=CRITERIA)


def rate(store: Store, values: dict[str, dict[int, tuple[int | None, int | None]]]) -> None:
    """Ratings by person and response: fluency and accuracy."""
    for name, by_response in values.items():
        store.add_judge(JudgeRecord(f"person:{name}", "person"))
        store.add_ratings(
            [
                Rating(id, f"person:{name}", criterion, value)
                for id, pair in by_response.items()
                for criterion, value in zip(CRITERIA, pair, strict=True)
                if value is not None
            ]
        )


def queue(store: Store) -> list[Dispute]:
    return disputes(store.ratings([RUN]), CRITERIA)


def test_the_widest_gap_comes_first_then_the_more_even_split(store: Store) -> None:
    rate(
        store,
        {
            "Anna": {1: (2, 2), 2: (2, 2), 3: (2, 2), 4: (1, 1)},
            "Ben": {1: (1, 2), 2: (0, 2), 3: (1, 1), 4: (1, 1)},
            "Cai": {1: (2, 2), 2: (2, 2), 3: (2, 2), 4: (1, 1)},
        },
    )

    found = queue(store)

    # 2: a gap of 2. 3 and 1: a gap of 1, in two criteria and in one. 4: agreed.
    assert [d.response_id for d in found] == [2, 3, 1]
    assert [d.disagreement[0] for d in found] == [2, 1, 1]
    # two against one: 2/3 log2(3/2) + 1/3 log2(3) = .9183 bits a criterion
    bits = 2 / 3 * math.log2(3 / 2) + 1 / 3 * math.log2(3)
    assert [d.disagreement[1] for d in found] == pytest.approx([bits, 2 * bits, bits])
    assert [d.open for d in found] == [("fluency",), ("fluency", "accuracy"), ("fluency",)]


def test_one_rater_or_other_judges_make_no_dispute(store: Store) -> None:
    rate(store, {"Anna": {1: (2, 2)}})
    store.add_judge(JudgeRecord("llm", "llm"))
    store.add_ratings([Rating(1, judge, "fluency", 0) for judge in ("llm", ADJUDICATION)])

    assert queue(store) == []


def test_skipped_criteria_are_not_values(store: Store) -> None:
    rate(store, {"Anna": {1: (2, None)}, "Ben": {1: (0, 1)}})
    store.add_ratings([Rating(1, "person:Anna", "accuracy", None, "skipped")])

    (found,) = queue(store)

    assert [d.criterion for d in found.criteria] == ["fluency"]


def test_values_stand_in_the_order_of_raters_which_differs_by_answer(store: Store) -> None:
    names = ["Anna", "Ben", "Cai", "Dora"]
    rate(store, {name: {id: (n % 2 * 2, 1) for id in range(1, 16)} for n, name in enumerate(names)})

    found = queue(store)

    assert len(found) == 15
    for dispute in found:
        expected = tuple(names.index(name) % 2 * 2 for name in dispute.raters)
        assert dispute.criteria[0] == Disputed("fluency", expected)
        assert sorted(dispute.raters) == names
    assert len({dispute.raters for dispute in found}) > 5  # of 24 orders


def test_a_rater_without_a_value_leaves_a_gap(store: Store) -> None:
    rate(store, {"Anna": {1: (2, 0)}, "Ben": {1: (0, 0)}, "Cai": {1: (1, None)}})

    (found,) = queue(store)

    by_name = dict(zip(found.raters, found.criteria[1].values, strict=True))
    assert by_name == {"Anna": 0, "Ben": 0, "Cai": None}
    assert found.criteria[1].spread == 0


def test_the_queue_is_narrowed_by_language_and_criterion(store: Store) -> None:
    rate(store, {"Anna": {1: (2, 2), 5: (2, 2)}, "Ben": {1: (0, 2), 5: (2, 1)}})
    desk = Desk(store)

    assert [d.response_id for d in desk.disputes(TASK)[0]] == [1, 5]
    french = replace(TASK, languages=("fr",))
    assert [d.response_id for d in desk.disputes(french)[0]] == [5]
    accuracy = replace(TASK, criteria=("accuracy",))
    assert [d.response_id for d in desk.disputes(accuracy)[0]] == [5]
