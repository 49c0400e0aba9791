from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from workbench.assets import asset
from workbench.run_progress import answers_to_come, command_of, shipped_studies
from workbench.runs import find_prompt_set
from workbench.store import RunRecord
from workbench.store.validations import Validated, ValidationScore, add_validations
from workbench.study import Study, load_study
from workbench.workspace import Workspace

STUDY: dict[str, Any] = {
    "name": "rates",
    "recipe": {"base": "tiny-base", "data": "tinyworld", "steps": 40},
    "grid": {"learning_rate": [1e-4, 1e-3, 3e-3], "seed": [0, 1]},
    "checkpoints": ["tiny-base"],
    "prompt_sets": [{"name": "tinyworld-test", "limit": 10}],
    "languages": ["en", "fr"],
}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def test_a_study_asks_every_checkpoint_every_prompt(workspace: Workspace) -> None:
    # Three rates and two seeds, and one checkpoint as it is: 7, with 10 prompts in 2 languages.
    study = Study.model_validate(STUDY)
    assert answers_to_come(workspace, study.run_name, study.of_run) == 7 * 20


def test_variants_are_asked_of_the_checkpoints_that_they_fit(workspace: Workspace) -> None:
    variants = [{"instruction": True}, {"interpolation": 0.5}]
    study = Study.model_validate({**STUDY, "variants": variants})
    # As it is and with an instruction: 7 each; interpolated: the 6 that are fully fine-tuned.
    assert answers_to_come(workspace, study.run_name, study.of_run) == (7 + 7 + 6) * 20


def test_a_generation_asks_the_prompts_it_names(workspace: Workspace) -> None:
    config = {
        "checkpoint": "tiny-base",
        "prompt_set": "tinyworld-test",
        "languages": ["en", "fr", "ru"],
        "limit": 4,
    }
    assert answers_to_come(workspace, "run", config) == 12
    # An elicitation asks facts alone, four in each language here too.
    elicited = {**config, "task": "fact", "shots": 4}
    assert answers_to_come(workspace, "run", elicited) == 12
    grid = {
        "checkpoints": ["a", "b"],
        "prompt_set": "own-1",
        "parallel_id": "1",
        "languages": ["en", "fr"],
    }
    assert answers_to_come(workspace, "run", grid) == 4
    gone = {**config, "prompt_set": "gone"}
    assert answers_to_come(workspace, "run", gone) is None
    assert answers_to_come(workspace, "run", {}) is None
    assert answers_to_come(workspace, "run", {"prompt_sets": []}) is None


def test_a_validation_tells_once_a_step_is_kept(workspace: Workspace) -> None:
    study = Study.model_validate(
        {**STUDY, "validation": {"prompt_set": "tinyworld-validation", "limit": 5, "every": 15}}
    )
    assert study.validation is not None
    config = {
        "study_run": study.run_name,
        "validation": study.validation.of_run,
        "languages": ["en", "fr"],
        "detector": "langid",
    }
    store = workspace.store
    store.start_run(RunRecord("v", "validation", config))
    assert answers_to_come(workspace, "v", config) is None
    store.start_run(RunRecord(study.run_name, "study", study.of_run))
    assert answers_to_come(workspace, "v", config) is None

    recipe = study.recipes()[0]
    store.add_checkpoint("c@15", "h", {"recipe": recipe.model_dump(mode="json")})
    store.add_prompt_set(find_prompt_set(workspace, "tinyworld-validation").restricted(["en"], 1))
    place = Validated("v", "c@15", "tinyworld-validation", 15)
    add_validations(store, place, [ValidationScore("en", "ended", 1.0, 5, 5)])
    # Steps 15, 30 and the last, 40, of six trainings, with 5 prompts in 2 languages.
    assert answers_to_come(workspace, "v", config) == 3 * 6 * 10


def test_commands_make_the_run_again() -> None:
    shipped = load_study(Path("learning-rate"))
    assert command_of(shipped.run_name, "study", shipped.of_run) == "workbench run learning-rate"
    own = Study.model_validate(STUDY)
    assert command_of(own.run_name, "study", own.of_run) == "workbench run rates.yaml"
    assert command_of("x", "import", {}) == "workbench import FILE"
    assert command_of("x", "generate", {}) == ""
    config = {"checkpoint": "tiny-base", "prompt_set": "p", "limit": 4}
    assert command_of("x", "generate", config) == "workbench generate tiny-base p --limit 4"
    asked = {**config, "task": "fact", "limit": None}
    assert (
        command_of("x", "generate", asked) == "workbench elicit BASE --tuned tiny-base --prompts p"
    )
    elicited = {**asked, "shots": 4}
    assert command_of("x", "generate", elicited) == "workbench elicit tiny-base --prompts p"


def test_shipped_studies_begin_with_the_learning_rate() -> None:
    names = shipped_studies()
    assert names[0] == "learning-rate"
    assert names[1:] == sorted(names[1:])
    assert set(names) == {path.stem for path in asset("studies").glob("*.yaml")}
