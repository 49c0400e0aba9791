"""Study files: what is written makes the same run when it is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.errors import InputError
from workbench.run_progress import shipped_studies
from workbench.study import Study, load_study
from workbench.study_files import (
    flow,
    note_study,
    noted_study,
    save_study,
    saved_studies,
    study_yaml,
)
from workbench.workspace import Workspace

STUDY = {
    "name": "own",
    "question": "Что будет? C'est « tout » : no",
    "recipe": {"base": "tiny-base", "data": ["tinyworld"], "steps": 2, "learning_rate": "1e-4"},
    "grid": {"mix": [{}, {"fr": 0.01}], "seed": [0, 1]},
    "prompt_sets": [{"name": "tinyworld-test", "limit": 1}],
    "languages": ["en", "no"],
    "validation": {"prompt_set": "tinyworld-validation", "every": 1},
}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "ws")


@pytest.mark.parametrize("name", [*shipped_studies(), "own"])
def test_a_study_that_is_written_is_read_as_the_same(name: str, tmp_path: Path) -> None:
    study = Study.model_validate(STUDY) if name == "own" else load_study(Path(name))
    path = tmp_path / "written.yaml"
    path.write_text(study_yaml(study), encoding="utf-8")
    read = load_study(path)
    assert read == study
    assert read.run_name == study.run_name


def test_files_read_as_people_write_them() -> None:
    text = study_yaml(Study.model_validate(STUDY))
    assert text.startswith("name: own\nquestion: ")
    assert "Что будет?" in text
    assert "learning_rate: 1e-4" in text
    assert "mix: [{}, {fr: 0.01}]" in text
    # 'no' alone would be read as false.
    assert "languages: [en, 'no']" in text
    assert flow({"fr": 0.01, "ru": [1, None]}) == "{fr: 0.01, ru: [1, null]}"


def test_saving_replaces_no_other_study(workspace: Workspace) -> None:
    study = Study.model_validate(STUDY)
    path = save_study(study, workspace)
    assert saved_studies(workspace) == {"own.yaml": path}
    assert save_study(study, workspace) == path
    other = study.model_copy(update={"question": "Another?"})
    with pytest.raises(InputError, match="Give this one another name"):
        save_study(other, workspace)
    assert load_study(path) == study
    # Whoever started from that very file changes it.
    save_study(other, workspace, replacing=path)
    assert load_study(path) == other


def test_what_a_run_was_started_by_is_found_by_its_name(workspace: Workspace) -> None:
    study = Study.model_validate(STUDY)
    assert noted_study(workspace, study.run_name) is None
    path = note_study(study, workspace)
    assert noted_study(workspace, study.run_name) == path
    # A file that was changed by hand makes another run.
    path.write_text(path.read_text("utf-8").replace("steps: 2", "steps: 3"), encoding="utf-8")
    assert noted_study(workspace, study.run_name) is None
    path.write_text("name: [", encoding="utf-8")
    assert noted_study(workspace, study.run_name) is None
