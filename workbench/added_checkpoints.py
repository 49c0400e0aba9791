"""Checkpoints that a user has added to a workspace: folders elsewhere, and models of the hub.

They are kept by name in ``checkpoints.json`` of the workspace; nothing is copied.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, ValidationError

from workbench.checkpoint_info import (
    STEP_FOLDER,
    CheckpointInfo,
    is_checkpoint,
    kept_steps,
    read_info,
)
from workbench.errors import FileFormatError, InputError, NotFoundError, StoreError
from workbench.files import read_text, write_atomically

if TYPE_CHECKING:
    from workbench.checkpoints import Catalogue
    from workbench.workspace import Workspace

FILE = "checkpoints.json"


class Added(BaseModel):
    """One checkpoint that was added."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    name: str
    source: str
    """Folder, or hub id."""
    hub: bool = False
    """Whether it is a hub id."""
    method: str = "base"
    """Of one of the hub; a folder says it itself."""
    base: str | None = None

    @property
    def there(self) -> bool:
        """Whether its folder is still there; the hub is not asked."""
        return self.hub or is_checkpoint(Path(self.source))

    def infos(self) -> Iterator[CheckpointInfo]:
        """What it is, and then the steps that were kept while it was trained.

        Raises FileFormatError where its description cannot be read.
        """
        path = Path(self.source)
        if self.hub:
            record = {"name": self.name, "path": path, "method": self.method, "base": self.base}
            yield CheckpointInfo.model_validate(record)
            return
        yield read_info(path).model_copy(update={"name": self.name})
        for folder in kept_steps(path):
            step = folder.name.removeprefix(STEP_FOLDER)
            yield read_info(folder).model_copy(update={"name": f"{self.name}@{step}"})


class AddedCheckpoints:
    """The list in a workspace; every call reads it anew."""

    def __init__(self, path: Path, read_only: bool = False) -> None:
        self._path, self._read_only = path, read_only

    def all(self) -> list[Added]:
        """What was added, in that order. Raises FileFormatError for a damaged list."""
        if not self._path.is_file():
            return []
        try:
            records = json.loads(read_text(self._path))
            return [Added.model_validate(record) for record in records]
        except (json.JSONDecodeError, ValidationError, TypeError):
            raise FileFormatError(
                str(self._path),
                "it is no list of added checkpoints",
                "Delete the file, then add them again",
            ) from None

    def add(self, source: str, known: Catalogue, name: str = "") -> CheckpointInfo:
        """Add a folder or a hub id, once it is sure that it can be used.

        ``name`` is that of the folder, or the hub id, if empty. Raises what
        ``workbench.checkpoint_checks.check_source`` raises, and InputError where ``known`` has
        a checkpoint of that name.
        """
        from workbench.checkpoint_checks import check_source

        info = check_source(source, known)
        hub = not info.path.is_dir()
        called = name.strip() or info.name
        if not hub:
            _check_name(called)
        if called in [one.name for one in known.all()]:
            raise InputError(
                f"Checkpoint '{called}'",
                "there is one of that name",
                "Give this one another name",
            )
        added = Added(
            name=called, source=str(info.path), hub=hub, method=info.method, base=info.base
        )
        with self._changing():
            self._write([*self.all(), added])
        return info.model_copy(update={"name": called})

    def remove(self, name: str) -> None:
        """Take one off the list; its files stay where they are."""
        with self._changing():
            listed = self.all()
            left = [one for one in listed if one.name != name]
            if len(left) == len(listed):
                names = ", ".join(one.name for one in listed)
                raise NotFoundError(
                    f"Checkpoint '{name}'",
                    "it is none of those that were added",
                    f"Name one of: {names}" if names else "None was added",
                )
            self._write(left)

    def _write(self, listed: Sequence[Added]) -> None:
        records = [one.model_dump(exclude_defaults=True) for one in listed]
        write_atomically(self._path, json.dumps(records, indent=2, ensure_ascii=False) + "\n")

    def _changing(self) -> FileLock:
        """Hold the list while it is changed; StoreError where it may not be."""
        if self._read_only:
            raise StoreError(
                "This change",
                "the workspace is shown read-only here",
                "Open it in an app of your own: workbench app",
            )
        self._path.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(f"{self._path}.lock")


def of_workspace(workspace: Workspace) -> AddedCheckpoints:
    """The list of a workspace."""
    return AddedCheckpoints(workspace.folder / FILE, workspace.read_only)


def _check_name(name: str) -> None:
    if name != Path(name).name or name.startswith(".") or set("@+\n\0") & set(name):
        raise InputError(
            f"Name '{name}'",
            "a name has no slashes, '@' or '+', and does not begin with a dot",
            "Give it another name",
        )
