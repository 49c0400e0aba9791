"""Selection over hand-made validation results, from the store on."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.known_validation import LANGUAGES, RIGHT, fill
from workbench.errors import InputError, NotFoundError
from workbench.selection import (
    Evidence,
    candidate_table,
    curves,
    pareto_front,
    read_evidence,
    select,
)
from workbench.store import ResponseRecord, RunRecord, Store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    made = Store(f"sqlite:///{tmp_path_factory.mktemp('selection') / 'own.sqlite'}")
    fill(made)
    return made


@pytest.fixture(scope="module")
def evidence(store: Store) -> Evidence:
    return read_evidence(store, "study-1")


def test_each_criterion_takes_its_own_candidate(evidence: Evidence) -> None:
    found = select(evidence)

    # English loss: .2 at high, 50. English quality: .9 at high, 100. Mean over languages:
    # low 50 (.7 + .5 + .4) / 3 = .533, low 100 (.7 + .6 + .4) / 3 = .567, high 50
    # (.8 + .3 + .1) / 3 = .4, high 100 (.9 + .1 + 0) / 3 = .333.
    taken = {name: (choice.recipe, choice.step) for name, choice in found.choices.items()}
    assert taken == {
        "english_loss": ("study-high", 50),
        "english": ("study-high", 100),
        "multilingual": ("study-low", 100),
    }
    best = found.multilingual
    assert best.value == best.objective == pytest.approx(1.7 / 3)
    assert best.by_language == pytest.approx({"en": 0.7, "fr": 0.6, "ru": 0.4})
    # Seed 0: (.7 + .6 + .5) / 3, seed 1: (.7 + .6 + .3) / 3.
    assert (best.low, best.high) == pytest.approx((1.6 / 3, 1.8 / 3))
    assert best.checkpoints == ["study-low-s0", "study-low-s1"]
    assert found.english_loss is not None
    assert found.english_loss.value == pytest.approx(0.205)
    assert found.english_loss.checkpoints == ["study-high-s0@50", "study-high-s1@50"]
    assert (found.candidates, found.seeds) == (4, [0, 1])


def test_costs_are_differences_paired_by_prompt(evidence: Evidence) -> None:
    cost = select(evidence).cost

    # low 100 less high 100, means over seeds; seed by seed ru is .5 - 0 and .3 - 0.
    assert {code: c.mean for code, c in cost.items()} == pytest.approx(
        {"en": -0.2, "fr": 0.5, "ru": 0.4}
    )
    assert cost["ru"].seeds_low == pytest.approx(0.3)
    assert cost["ru"].seeds_high == pytest.approx(0.5)
    assert (cost["fr"].n_paired, cost["fr"].n_total) == (10, 10)
    # Prompts 1 to 5 of ten differ by one, the others by nothing: the standard error is
    # .5 / sqrt(10) = .158.
    low, high = cost["fr"].low, cost["fr"].high
    assert low is not None and high is not None
    assert low == pytest.approx(0.5 - 1.96 * 0.158, abs=0.1)
    assert high == pytest.approx(0.5 + 1.96 * 0.158, abs=0.1)


def test_the_worst_language_may_decide_otherwise(store: Store) -> None:
    found = select(read_evidence(store, "study-1", objective="worst"))

    # Worst language by seed: low 50 .4 and .4, low 100 .5 and .3, so both .4: fewer steps win.
    assert (found.multilingual.recipe, found.multilingual.step) == ("study-low", 50)
    assert found.multilingual.value == pytest.approx(0.4)
    assert found.multilingual.equal == 1
    assert found.objective == "worst"


def test_a_choice_costs_nothing_against_itself(store: Store) -> None:
    # Everything is in the right language, so the first candidate wins throughout.
    found = select(read_evidence(store, "study-1", measure="right_language"))

    assert found.english == found.multilingual.model_copy(update={"criterion": "english"})
    assert all((c.mean, c.low, c.high, c.n_paired) == (0, 0, 0, 10) for c in found.cost.values())


def test_the_front_holds_what_nothing_beats_in_both(evidence: Evidence) -> None:
    table, left_out = candidate_table(evidence)

    # English and mean of others: low 50 .7, .45; low 100 .7, .5; high 50 .8, .2; high 100 .9, .05.
    points = [(p.recipe, p.step, p.english, p.others) for p in pareto_front(table)]
    assert [point[:2] for point in points] == [
        ("study-high", 100),
        ("study-high", 50),
        ("study-low", 100),
    ]
    assert points[-1][2:] == pytest.approx((0.7, 0.5))
    assert left_out == []


def test_what_is_not_validated_in_all_seeds_waits(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'own.sqlite'}")
    fill(store, {key: value for key, value in RIGHT.items() if key != ("high", 100, 1)})

    found = select(read_evidence(store, "study-1"))

    assert found.candidates == 3
    assert [(out.recipe, out.step, out.reason) for out in found.left_out] == [
        ("study-high", 100, "only 1 of 2 seeds are validated yet")
    ]
    assert (found.english.recipe, found.english.step) == ("study-high", 50)


def test_answers_of_a_step_in_the_middle_of_its_validation_do_not_count(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'own.sqlite'}")
    fill(store, {("low", 50, 0): (6, 5, 4)})
    store.add_checkpoint("study-low-s0", "h", {"recipe": {"seed": 0, "learning_rate": 1e-4}})
    answers = [ResponseRecord("00", "en", 0, "text", "stop")]
    store.add_responses("study-1-validation-1", "study-low-s0", "v", answers)

    assert select(read_evidence(store, "study-1")).candidates == 1


def test_json_has_what_the_command_promises(evidence: Evidence) -> None:
    record = json.loads(select(evidence).model_dump_json())

    assert {"english", "english_loss", "multilingual", "cost", "objective", "pareto"} <= set(record)
    assert set(record["cost"]) == set(LANGUAGES)
    assert record["english"]["step"] == 100


def test_the_text_names_choices_costs_and_what_to_do_next(evidence: Evidence) -> None:
    text = select(evidence).text()

    assert ["english_loss", "study-high", "50"] in [line.split()[:3] for line in text.split("\n")]
    assert "What the choice by English quality costs in right_and_accurate" in text
    assert "workbench generate study-low-s0 PROMPTS" in text


def test_frames_for_files(evidence: Evidence) -> None:
    found = select(evidence)

    costs = found.cost_frame()
    assert list(costs["criterion"].unique()) == ["english_loss", "english"]
    assert len(costs) == 2 * 3
    assert list(found.choice_frame()["step"]) == [50, 100, 100]


def test_curves_have_a_point_a_step_seed_and_language(evidence: Evidence) -> None:
    frame = curves(evidence)

    assert len(frame) == 8 * 3
    point = frame.query("recipe == 'study-low' and step == 50 and seed == 1 and language == 'en'")
    assert list(point["value"]) == [0.8]


def test_missing_rates_leave_a_candidate_out(evidence: Evidence) -> None:
    responses = evidence.responses.copy()
    gone = (responses["recipe"] == "study-low") & (responses["language"] == "ru")
    responses["value"] = responses["value"].mask(gone)
    partial = Evidence(
        evidence.run, "study-1", "mean", "right_and_accurate", responses, evidence.losses
    )

    found = select(partial)

    assert {out.recipe for out in found.left_out} == {"study-low"}
    assert "right_and_accurate cannot be scored in ru" in found.left_out[0].reason
    assert found.multilingual.recipe == "study-high"


def test_nothing_to_choose_from_is_said(evidence: Evidence, store: Store, tmp_path: Path) -> None:
    nothing = Evidence(
        evidence.run,
        "study-1",
        "mean",
        "accuracy",
        evidence.responses.assign(value=pd.Series(dtype="Float64")),
        evidence.losses,
    )
    with pytest.raises(InputError, match="accuracy cannot be scored in en, fr, ru"):
        select(nothing)
    french = Evidence(
        evidence.run,
        "study-1",
        "mean",
        "accuracy",
        evidence.responses.query("language == 'fr'"),
        evidence.losses,
    )
    with pytest.raises(InputError, match="English was not validated"):
        select(french)
    with pytest.raises(NotFoundError, match="Runs of studies: study-1"):
        read_evidence(store, "study-2")
    empty = Store(f"sqlite:///{tmp_path / 'own.sqlite'}")
    empty.start_run(RunRecord("plain", "study"))
    with pytest.raises(NotFoundError, match="were not validated.*Add 'validation:'"):
        read_evidence(empty, "plain")
