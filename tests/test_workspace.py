from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from workbench.errors import StoreError
from workbench.workspace import Workspace


def test_nothing_is_made_before_it_is_used(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    assert not workspace.folder.exists()
    workspace.store.close()
    assert workspace.checkpoints.is_dir() and workspace.logs.is_dir()
    assert sorted(path.name for path in workspace.folder.iterdir()) == [
        "checkpoints",
        "logs",
        "workbench.sqlite",
    ]


def test_the_store_is_opened_once(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    assert workspace.store is workspace.store
    workspace.store.close()


def test_another_process_gets_the_folder_and_opens_the_database_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    workspace = Workspace("w", f"sqlite:///{tmp_path / 'team.sqlite'}")
    store = workspace.store

    there = pickle.loads(pickle.dumps(workspace))

    assert there.folder == tmp_path / "w"
    assert there.store is not store
    assert there.store.database.label == store.database.label
    store.close()
    there.store.close()


def test_another_database_by_url(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w", f"sqlite:///{tmp_path / 'team.sqlite'}")
    workspace.store.close()
    assert (tmp_path / "team.sqlite").exists() and not workspace.folder.exists()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="Workspace .*file/w.*may write to"):
        _ = Workspace(tmp_path / "file" / "w").store
