from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rated_foxes import RUN

from workbench.errors import InputError, NotFoundError
from workbench.judging.criteria import CRITERIA
from workbench.judging.people import SKIPPED, Desk, Own, Task
from workbench.judging.people.standing import progress, standing
from workbench.store import JudgeRecord, Rating, ResponseRecord, RunRecord, Store

ANNA = Task(run=RUN, rater="Anna", criteria=CRITERIA, overlap=2)
BEN = replace(ANNA, rater="Ben")


def given(desk: Desk, task: Task, id: int) -> dict[str, int | None]:
    return {name: own.value for name, own in desk.standing(task).get(id, {}).items()}


def test_runs_with_answers_can_be_rated(desk: Desk, store: Store) -> None:
    store.start_run(RunRecord("empty", "study"))

    assert desk.runs() == [RUN]
    assert desk.answers(RUN).languages == ["en", "fr"]
    with pytest.raises(NotFoundError, match="gone"):
        desk.answers("gone")


def test_missing_responses_are_counted_and_not_handed_out(desk: Desk) -> None:
    answers = desk.answers(RUN)

    assert sorted(answers.items) == list(range(1, 16))
    assert answers.absent == 1
    assert [m.role for m in answers.items[1].messages] == ["system", "user"]
    assert 16 not in {a.item.response_id for a in desk.assigned(ANNA)}


def test_empty_answers_are_counted_rated_by_rule_and_not_handed_out(store: Store) -> None:
    """Checkpoint ``silent`` answers one of two English prompts with white space alone."""
    store.add_checkpoint("silent", "silent", {})
    answers = [ResponseRecord(f"p{n}", "en", 0, text) for n, text in enumerate(("\n ", "Red."))]
    store.add_responses(RUN, "silent", "foxes", answers)
    desk = Desk(store)

    found = desk.answers(RUN)
    assert (found.empty, found.absent) == ({17}, 1)
    everything = replace(ANNA, everything=True)
    assert {a.item.response_id for a in desk.assigned(everything)} == {*range(1, 16), 18}
    # Values that two people gave to it before are no dispute to be settled.
    for rater, value in (("Anna", 0), ("Ben", 2)):
        for id in (17, 18):
            store.add_ratings([Rating(id, f"person:{rater}", "fluency", value)])
    assert [dispute.response_id for dispute in desk.disputes(ANNA)[0]] == [18]


def test_a_value_is_in_the_store_at_once_under_the_persons_name(desk: Desk, store: Store) -> None:
    desk.rate(ANNA, 3, "accuracy", 1)

    row = store.ratings([RUN]).iloc[0]
    assert (row["judge"], row["kind"], row["criterion"]) == ("person:Anna", "person", "accuracy")
    assert row["value"] == 1
    rubric = store.judges().set_index("name").loc["person:Anna", "details"]["rubric"]
    assert (rubric["name"], rubric["version"], rubric["language"]) == ("six-criteria", 1, "en")
    assert len(rubric["hash"]) == 16


def test_a_value_is_replaced_by_another_one(desk: Desk) -> None:
    desk.rate(ANNA, 3, "accuracy", 1)
    desk.rate(ANNA, 3, "accuracy", 2)

    assert given(desk, ANNA, 3) == {"accuracy": 2}


def test_fluency_0_settles_three_criteria_and_comes_undone(desk: Desk) -> None:
    desk.rate(ANNA, 3, "helpfulness", 2)
    after = desk.rate(ANNA, 3, "fluency", 0)

    # helpfulness was 2 and is capped; accuracy and coherence can be nothing but 0 any more
    assert after["helpfulness"] == Own(0, "unreadable", 2)
    assert after["accuracy"] == after["coherence"] == Own(0, "unreadable")
    assert "language" not in after
    assert desk.standing(ANNA)[3] == after

    desk.rate(ANNA, 3, "fluency", 1)
    assert given(desk, ANNA, 3) == {"helpfulness": 2, "fluency": 1}

    desk.rate(ANNA, 3, "fluency", 0)
    desk.take_back(ANNA, 3, "fluency")
    assert given(desk, ANNA, 3) == {"helpfulness": 2}


def test_a_rule_leaves_criteria_alone_that_are_not_rated(desk: Desk) -> None:
    desk.rate(replace(ANNA, criteria=("fluency", "accuracy")), 3, "fluency", 0)

    assert given(desk, ANNA, 3) == {"fluency": 0, "accuracy": 0}


def test_a_skip_keeps_what_is_rated_and_can_be_rated_or_taken_back(
    desk: Desk, store: Store
) -> None:
    desk.rate(ANNA, 3, "language", 2)
    desk.skip(ANNA, 3)

    assert given(desk, ANNA, 3) == {"language": 2, **dict.fromkeys(CRITERIA[1:])}
    reasons = store.ratings([RUN]).set_index("criterion")["missing_reason"]
    assert set(reasons.drop("language")) == {SKIPPED}

    desk.rate(ANNA, 3, "fluency", 1)
    assert given(desk, ANNA, 3)["fluency"] == 1

    assert set(desk.take_back_skip(ANNA, 3)) == {"language", "fluency"}
    assert given(desk, ANNA, 3) == {"language": 2, "fluency": 1}


def test_progress_counts_states(desk: Desk) -> None:
    task = replace(ANNA, criteria=("language", "fluency"))
    first, second, third = (a.item.response_id for a in desk.assigned(task)[:3])
    for criterion in task.criteria:
        desk.rate(task, first, criterion, 2)
    desk.rate(task, second, "language", 1)
    desk.skip(task, third)

    done = progress(desk.assigned(task), desk.standing(task), task.criteria)

    # 15 answers, of which 2 in each of 2 languages are shared, and these come first
    assert (done.assigned, done.shared, done.shared_done) == (15, 4, 1)
    assert (done.done, done.begun, done.skipped, done.left) == (1, 1, 1, 13)


def test_raters_know_nothing_of_each_other_but_share_the_overlap(desk: Desk) -> None:
    for assigned in desk.assigned(ANNA)[:4]:
        desk.rate(ANNA, assigned.item.response_id, "accuracy", 2)

    ben = desk.assigned(BEN, fresh=True)

    assert desk.standing(BEN) == {}
    assert {a.item.response_id for a in ben if a.shared} == {
        a.item.response_id for a in desk.assigned(ANNA) if a.shared
    }
    # Of the 11 answers behind the 4 shared ones each gets some as soon as Ben has begun.
    for assigned in ben[:4]:
        desk.rate(BEN, assigned.item.response_id, "accuracy", 0)
    anna = {a.item.response_id for a in desk.assigned(ANNA, fresh=True)}
    own = {a.item.response_id for a in ben[4:]}
    assert 0 < len(own) < 11
    assert anna | own == set(range(1, 16))
    assert not anna & own


def test_names_that_differ_in_case_are_one_rater(desk: Desk) -> None:
    desk.rate(replace(ANNA, rater="Zoé Dubois"), 3, "accuracy", 1)

    assert desk.rater("  zoé   DUBOIS ") == "Zoé Dubois"
    assert desk.rater("Zoe\u0301 dubois") == "Zoé Dubois"  # the same letter in two code points
    assert desk.rater("Ben") == "Ben"


@pytest.mark.parametrize("name", ["", "   ", "a\nb", "Adjudication", "x" * 61])
def test_names_that_cannot_be_kept_are_refused(desk: Desk, name: str) -> None:
    with pytest.raises(InputError, match="Give a name"):
        desk.rater(name)


def test_ratings_by_other_guidelines_are_not_mixed(desk: Desk, store: Store) -> None:
    rubric = {"name": "six-criteria", "version": 0, "hash": "0", "language": "en"}
    store.add_judge(JudgeRecord("person:Anna", "person", {"rubric": rubric}))

    with pytest.raises(InputError, match="Rate under another name, such as 'Anna 2'"):
        desk.rate(ANNA, 3, "accuracy", 1)

    assert store.ratings([RUN]).empty


def test_the_language_of_the_guidelines_may_change(desk: Desk, store: Store) -> None:
    desk.rate(ANNA, 3, "accuracy", 1)
    Desk(store).rate(replace(ANNA, guidelines="de"), 3, "fluency", 1)

    assert given(desk, ANNA, 3) == {"accuracy": 1, "fluency": 1}


def test_a_settled_value_is_a_judges_of_its_own(desk: Desk, store: Store) -> None:
    desk.rate(ANNA, 3, "accuracy", 0)
    desk.rate(BEN, 3, "accuracy", 2)
    desk.settle(ANNA, 3, "accuracy", 1)
    desk.settle(ANNA, 3, "accuracy", 2)

    ratings = store.ratings([RUN]).set_index("judge")
    assert ratings["value"].to_dict() == {"person:Anna": 0, "person:Ben": 2, "adjudication": 2}
    assert ratings.loc["adjudication", "reason"] == "settled by Anna"
    found, final = desk.disputes(ANNA)
    assert [d.response_id for d in found] == [3]
    assert final == {3: {"accuracy": 2}}
    assert desk.raters() == ["Anna", "Ben"]

    desk.reopen(3, "accuracy")
    assert desk.disputes(ANNA)[1] == {}


WRITER = """
import sys
from workbench.judging.people import Desk, Task
from workbench.store import Store

url, rater, value = sys.argv[1:]
with Store(url) as store:
    desk = Desk(store)
    task = Task(run="foxes-1", rater=rater, criteria=("fluency", "accuracy"), everything=True)
    for assigned in desk.assigned(task):
        desk.rate(task, assigned.item.response_id, "fluency", int(value))
        desk.rate(task, assigned.item.response_id, "accuracy", 2)
"""


def test_two_processes_rate_at_once_and_nothing_is_lost(store: Store, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'workbench.sqlite'}"
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, url, rater, value])
        for rater, value in (("Anna", "2"), ("Ben", "1"), ("Anna", "2"))
    ]

    assert [writer.wait(timeout=120) for writer in writers] == [0, 0, 0]

    # 15 answers by two criteria, of two people; Anna in two windows counts once
    values = store.ratings([RUN]).groupby(["judge", "criterion"])["value"].agg(["count", "mean"])
    assert values["count"].tolist() == [15] * 4
    assert values["mean"].to_dict() == {
        ("person:Anna", "accuracy"): 2.0,
        ("person:Anna", "fluency"): 2.0,
        ("person:Ben", "accuracy"): 2.0,
        ("person:Ben", "fluency"): 1.0,
    }
    rows = store.ratings([RUN], ["person:Ben"])
    assert all(own["fluency"] == Own(1) for own in standing(rows).values())
