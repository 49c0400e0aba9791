"""Runs deleted and brought back, over a real workspace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from tests.known_validation import fill
from workbench.errors import InputError, NotFoundError, StoreError
from workbench.jobs import Jobs
from workbench.store import ResponseRecord, RunRecord
from workbench.study import Study
from workbench.study_files import note_study
from workbench.trash import Trash
from workbench.workspace import Workspace

VALIDATION = "study-1-validation-1"
STUDY = {
    "name": "rates",
    "recipe": {"base": "tiny-base", "data": "tinyworld", "steps": 2},
    "grid": {"learning_rate": [1e-4, 1e-3]},
    "prompt_sets": [{"name": "tinyworld-test", "limit": 1}],
}


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path / "ws")
    yield workspace
    workspace.store.close()


@pytest.fixture
def validated(workspace: Workspace) -> Workspace:
    """The study ``study-1`` with 240 answers to validation prompts, each of them rated."""
    fill(workspace.store)
    for run in ("study-1", VALIDATION):
        workspace.store.finish_run(run)
    return workspace


def trained(workspace: Workspace, *cells: str) -> Study:
    """A study whose run is stopped, with the checkpoints of some of its cells on the disk."""
    study = Study.model_validate(STUDY)
    workspace.store.start_run(RunRecord(study.run_name, "study", study.of_run))
    workspace.store.finish_run(study.run_name, "stopped")
    note_study(study, workspace)
    for name in cells:
        folder = workspace.checkpoints / name
        folder.mkdir()
        (folder / "model.safetensors").write_bytes(b"x" * 100)
    return study


def test_a_deleted_run_comes_back_with_all_it_had(validated: Workspace) -> None:
    store, trash = validated.store, Trash(validated)
    answers = store.results([VALIDATION]).drop(columns="response_id")
    runs = store.runs()

    found = trash.contents("study-1")
    # 8 checkpoints, each asked 10 prompts in 3 languages and rated by reference.
    assert (found.responses, found.by_people, found.by_judges) == (240, 0, 240)
    assert found.validations == (VALIDATION,)
    deleted = trash.delete("study-1")
    assert store.runs().empty
    assert [known.name for known in trash.all()] == [deleted.name]
    with pytest.raises(NotFoundError, match="study-1"):
        trash.contents("study-1")

    assert trash.restore("study-1").run == "study-1"
    pd.testing.assert_frame_equal(store.results([VALIDATION]).drop(columns="response_id"), answers)
    assert set(store.runs()["name"]) == set(runs["name"])
    assert set(store.runs()["status"]) == {"finished"}
    assert trash.all() == []
    assert list(trash.folder.iterdir()) == []


def test_log_and_study_go_with_the_run_and_checkpoints_on_request(workspace: Workspace) -> None:
    study = trained(workspace, "rates-lr0.0001", "rates-lr0.001")
    run, trash = study.run_name, Trash(workspace)
    log = workspace.folder / "jobs" / run / "log.txt"
    log.write_text("training", encoding="utf-8")
    names = ("rates-lr0.0001", "rates-lr0.001")
    found = trash.contents(run)
    assert (found.checkpoints, found.bytes) == (names, 200)

    trash.delete(run)
    assert not log.parent.exists()
    assert all((workspace.checkpoints / name).is_dir() for name in names)
    trash.restore(run)
    assert log.read_text(encoding="utf-8") == "training"

    trash.delete(run, checkpoints=True)
    assert list(workspace.checkpoints.iterdir()) == []
    trash.restore(run)
    assert (workspace.checkpoints / names[0] / "model.safetensors").stat().st_size == 100


def test_checkpoints_that_another_run_asks_stay(workspace: Workspace) -> None:
    study = trained(workspace, "rates-lr0.0001", "rates-lr0.001")
    fill(workspace.store)
    results = workspace.store.checkpoints()["name"]
    assert "study-low-s0" in list(results)
    # Of a variant, too: it is the same checkpoint, asked otherwise.
    workspace.store.add_checkpoint("rates-lr0.001+instruction", "h", {})
    answer = ResponseRecord("00", "fr", 0, "text", "stop")
    workspace.store.add_responses("study-1", "rates-lr0.001+instruction", "v", [answer])
    assert Trash(workspace).contents(study.run_name).checkpoints == ("rates-lr0.0001",)


def test_a_run_that_goes_on_is_not_deleted(workspace: Workspace) -> None:
    workspace.store.start_run(RunRecord("r", "generate"))
    with pytest.raises(InputError, match="it is going on"):
        Trash(workspace).delete("r")
    assert list(workspace.store.runs()["name"]) == ["r"]
    assert not Trash(workspace).folder.exists()


def test_a_run_is_not_restored_over_another_one(validated: Workspace) -> None:
    trash = Trash(validated)
    trash.delete("study-1")
    validated.store.start_run(RunRecord("study-1", "study", {"changed": True}))
    with pytest.raises(InputError, match="again"):
        trash.restore("study-1")
    assert [deleted.run for deleted in trash.all()] == ["study-1"]


def test_deleting_for_good_leaves_nothing(validated: Workspace) -> None:
    trash = Trash(validated)
    trash.delete("study-1")
    trash.remove("study-1")
    assert list(trash.folder.iterdir()) == []
    with pytest.raises(NotFoundError, match="trash is empty"):
        trash.restore("study-1")


def test_the_latest_of_two_is_restored_and_foreign_files_are_left_alone(
    workspace: Workspace,
) -> None:
    trash = Trash(workspace)
    for content in (1, 2):
        workspace.store.start_run(RunRecord("r", "generate", {"n": content}))
        workspace.store.finish_run("r")
        trash.delete("r")
    stranger = trash.folder / "mine" / "deleted.json"
    stranger.parent.mkdir()
    stranger.write_text('{"name": "../../etc", "run": "r", "when": ""}', encoding="utf-8")
    assert len(trash.all()) == 2
    trash.restore("r")
    assert list(workspace.store.runs()["config"]) == [{"n": 2}]
    assert stranger.is_file()


def test_a_copy_that_fails_leaves_the_run_where_it_is(validated: Workspace) -> None:
    trash = Trash(validated)
    trash.folder.write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(StoreError, match="Trash"):
        trash.delete("study-1")
    assert "study-1" in set(validated.store.runs()["name"])


def test_a_job_that_failed_at_its_start_is_deleted_with_its_log(workspace: Workspace) -> None:
    folder = workspace.folder / "jobs" / "gone-1"
    folder.mkdir(parents=True)
    record = '{"run": "gone-1", "study": "s.yaml", "pid": 1, "began": 0, "ended": "failed"}'
    (folder / "job.json").write_text(record, encoding="utf-8")
    trash = Trash(workspace)
    assert not trash.contents("gone-1").stored
    trash.delete("gone-1")
    assert Jobs(workspace).all() == []
    trash.restore("gone-1")
    assert [job.run for job in Jobs(workspace).all()] == ["gone-1"]
