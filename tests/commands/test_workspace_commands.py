"""``workbench runs`` and ``workbench checkpoints``, as a terminal calls them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.known_validation import fill
from workbench.checkpoints import SHIPPED
from workbench.cli import app
from workbench.errors import InputError, NotFoundError
from workbench.workspace import Workspace


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """A workspace with the study ``study-1`` and its validation, both finished."""
    workspace = Workspace(tmp_path / "ws")
    fill(workspace.store)
    for run in ("study-1", "study-1-validation-1"):
        workspace.store.finish_run(run)
    workspace.store.close()
    return str(workspace.folder)


def call(folder: str, *words: str) -> None:
    app(
        [*words, "--workspace", folder],
        exit_on_error=False,
        print_error=False,
        result_action="return_value",
    )


def names(folder: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    call(folder, "runs", "--format", "json")
    return [row["name"] for row in json.loads(capsys.readouterr().out)]


def test_a_run_is_deleted_listed_and_restored(
    folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert names(folder, capsys) == ["study-1-validation-1", "study-1"]
    call(folder, "runs", "delete", "study-1", "--yes")
    assert "workbench runs restore study-1" in capsys.readouterr().out
    assert names(folder, capsys) == []
    call(folder, "runs", "trash", "--format", "json")
    (deleted,) = json.loads(capsys.readouterr().out)
    assert (deleted["run"], deleted["responses"], deleted["by_judges"]) == ("study-1", 240, 240)
    call(folder, "runs", "restore", "study-1")
    assert "back with 240 answers" in capsys.readouterr().out
    assert sorted(names(folder, capsys)) == ["study-1", "study-1-validation-1"]


def test_deleting_asks_and_refuses_where_nobody_answers(
    folder: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match="Add --yes"):
        call(folder, "runs", "delete", "study-1")
    assert "goes to the trash with 240 answers, 240 ratings by judges" in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    for typed, left in (("yes", 2), ("study-1", 0)):
        monkeypatch.setattr("builtins.input", lambda question, typed=typed: typed)
        if left:
            with pytest.raises(InputError, match="that was not the word"):
                call(folder, "runs", "delete", "study-1")
        else:
            call(folder, "runs", "delete", "study-1")
        assert len(names(folder, capsys)) == left
    with pytest.raises(NotFoundError, match="gone"):
        call(folder, "runs", "delete", "gone", "--yes")


def test_the_trash_is_emptied_for_good(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    call(folder, "runs", "delete", "study-1", "--yes")
    with pytest.raises(InputError, match="Add --yes"):
        call(folder, "runs", "trash", "--empty")
    call(folder, "runs", "trash", "--empty", "--yes")
    assert "1 runs deleted for good" in capsys.readouterr().out
    with pytest.raises(NotFoundError, match="trash is empty"):
        call(folder, "runs", "restore", "study-1")


def test_checkpoints_are_added_listed_exported_and_taken_off(
    folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = shutil.copytree(SHIPPED / "tiny-lora-good", tmp_path / "own")
    call(folder, "checkpoints", "add", str(own), "--name", "mine")
    assert capsys.readouterr().out == "mine\n"
    call(folder, "checkpoints", "--format", "json")
    listed = {row["name"]: row["folder"] for row in json.loads(capsys.readouterr().out)}
    assert listed["mine"] == str(own)
    out = tmp_path / "given"
    call(folder, "checkpoints", "export", "mine", "--out", str(out), "--license", "apache-2.0")
    assert capsys.readouterr().out == f"{out}\n"
    assert (out / "README.md").read_text(encoding="utf-8").startswith("---\nlicense: apache-2.0\n")
    call(folder, "checkpoints", "remove", "mine")
    with pytest.raises(NotFoundError, match="None was added"):
        call(folder, "checkpoints", "remove", "mine")
