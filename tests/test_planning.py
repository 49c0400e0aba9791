from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import NotFoundError
from workbench.planning import COLUMNS, plan_study
from workbench.runs import run_study
from workbench.study import Study
from workbench.workspace import Workspace

STUDY: dict[str, Any] = {
    "name": "small",
    "recipe": {"data": "tinyworld", "size": 16, "steps": 2, "batch_size": 8},
    "grid": {"learning_rate": [1e-4, 1e-3]},
    "prompt_sets": [{"name": "tinyworld-validation", "limit": 3}],
    "languages": ["en", "fr"],
}


@pytest.fixture
def study(random_tiny_base: Path) -> Study:
    recipe = {**STUDY["recipe"], "base": str(random_tiny_base)}
    return Study.model_validate({**STUDY, "recipe": recipe})


def with_validation(study: Study) -> Study:
    validation = {"prompt_set": "tinyworld-validation", "limit": 2, "every": 1}
    return Study.model_validate({**study.model_dump(), "validation": validation})


def test_a_plan_makes_nothing(study: Study, tmp_path: Path) -> None:
    plan = plan_study(study, Workspace(tmp_path / "ws"))

    assert not (tmp_path / "ws").exists()
    assert tuple(plan.cells.columns) == COLUMNS
    assert list(plan.cells["name"]) == ["small-lr0.0001", "small-lr0.001"]
    assert list(plan.cells["trained"]) == ["no", "no"]
    assert list(plan.cells["responses"]) == [2 * 3, 2 * 3]
    assert plan.run == study.run_name
    # Nothing comparable was trained: time is unknown, disk is known from the base.
    assert plan.seconds.value is None
    assert "no full training of" in plan.seconds.how
    assert plan.bytes.value is not None and plan.bytes.value > 2 * 400_000
    assert "time: unknown" in plan.text()
    assert list(plan.cells["hash"]) == [recipe.hash for recipe in study.recipes()]


def test_what_is_done_is_not_planned_again(study: Study, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "ws")
    run_study(study, workspace)
    before = {p: p.stat().st_mtime_ns for p in workspace.checkpoints.rglob("*")}

    done = plan_study(study, workspace)
    grid = {"learning_rate": [1e-3, 1e-2]}
    other = Study.model_validate({**study.model_dump(), "name": "other", "grid": grid})
    partly = plan_study(other, workspace)

    assert list(done.cells["trained"]) == ["yes", "yes"]
    assert list(done.cells["responses"]) == [0, 0]
    assert (done.seconds.value, done.bytes.value) == (0, 0)
    assert list(partly.cells["trained"]) == ["same as small-lr0.001", "no"]
    assert list(partly.cells["responses"]) == [6, 6]
    assert partly.seconds.value is not None and partly.seconds.value > 0
    assert "as small-lr0.0001, small-lr0.001 took here" in partly.seconds.how
    assert partly.record["to_train"] == 1
    assert {p: p.stat().st_mtime_ns for p in workspace.checkpoints.rglob("*")} == before


def test_validation_is_counted_with_the_steps_it_keeps(study: Study, tmp_path: Path) -> None:
    plan = plan_study(with_validation(study), Workspace(tmp_path / "ws"))

    # Two trainings, two steps each, two prompts in two languages.
    assert plan.validation_responses == 2 * 2 * 2 * 2
    alone = plan_study(study, Workspace(tmp_path / "ws"))
    assert plan.bytes.value == 2 * (alone.bytes.value or 0)
    # Two of the three test prompts are validation prompts, evenly spaced as they are: the first
    # one at least.
    assert "validation prompts repeat prompts of tinyworld-validation" in plan.notes[0]


def test_a_name_that_is_taken_is_noted(study: Study, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "ws")
    run_study(study, workspace)
    recipe = {**study.recipe, "steps": 3}
    changed = Study.model_validate({**study.model_dump(), "recipe": recipe})

    plan = plan_study(changed, workspace)

    assert list(plan.cells["trained"]) == ["no: the name is taken"] * 2
    assert "was trained with another recipe" in plan.notes[0]


def test_data_that_are_not_there_are_noted_and_a_base_is_an_error(
    study: Study, tmp_path: Path
) -> None:
    recipe = {**study.recipe, "data": "no-such-data"}
    plan = plan_study(
        Study.model_validate({**study.model_dump(), "recipe": recipe}), Workspace(tmp_path / "ws")
    )
    assert set(plan.cells["trained"]) == {"unknown: its data are not there"}
    assert "no-such-data" in plan.notes[0]
    recipe = {**study.recipe, "base": "no-such-base"}
    with pytest.raises(NotFoundError, match="no-such-base"):
        plan_study(
            Study.model_validate({**study.model_dump(), "recipe": recipe}),
            Workspace(tmp_path / "ws"),
        )


def test_existing_checkpoints_and_json(tmp_path: Path) -> None:
    study = Study.model_validate(
        {
            "name": "asked",
            "checkpoints": ["tiny-base"],
            "prompt_sets": [{"name": "tinyworld-test", "limit": 5, "languages": ["fr"]}],
        }
    )
    record = json.loads(json.dumps(plan_study(study, Workspace(tmp_path / "ws")).record))

    (cell,) = record["cells"]
    assert (cell["name"], cell["trained"], cell["responses"]) == ("tiny-base", "as it is", 5)
    assert cell["learning_rate"] is None
    assert (record["to_train"], record["responses"]) == (0, 5)
