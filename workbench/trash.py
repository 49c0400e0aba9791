"""Runs that were deleted, kept in the workspace until they are restored or deleted for good.

Each has a folder ``trash/RUN.TIME`` with a database of its own, its log, and its checkpoints
where these were to go as well.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from workbench.errors import InputError, NotFoundError, StoreError, WorkbenchError
from workbench.files import read_text, write_atomically
from workbench.jobs import Jobs
from workbench.store import Store
from workbench.store.contents import asked_checkpoints, run_counts
from workbench.store.copying import copy_run, delete_run
from workbench.store.values import unknown
from workbench.study import Study, load_study
from workbench.study_files import noted_study
from workbench.workspace import Workspace

_RECORD, _DATABASE, _JOB, _CHECKPOINTS = "deleted.json", "store.sqlite", "job", "checkpoints"


class Contents(BaseModel):
    """What a run holds, that of its validation included."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    run: str
    validations: tuple[str, ...] = ()
    """Runs of its validation."""
    stored: bool = True
    """Whether it is in the store; a job that failed at its start is not."""
    responses: int = 0
    by_people: int = 0
    """Ratings by people."""
    by_judges: int = 0
    """Ratings by LLMs, models and rules."""
    comparisons: int = 0
    checkpoints: tuple[str, ...] = ()
    """Checkpoints of the workspace that it trained and that no other run asks."""
    bytes: int = 0
    """Size of these checkpoints on the disk."""

    @property
    def words(self) -> str:
        """What it holds but for checkpoints, as people say it: ``90 answers, 2 comparisons``."""
        parts = [
            _number(self.responses, "answer", "answers"),
            _number(self.by_people, "rating by people", "ratings by people"),
            _number(self.by_judges, "rating by judges", "ratings by judges"),
            _number(self.comparisons, "comparison", "comparisons"),
        ]
        return ", ".join(filter(None, parts)) or "no answers"

    @property
    def checkpoint_words(self) -> str:
        """Its checkpoints, as people say it; empty where it has none."""
        number = _number(len(self.checkpoints), "checkpoint", "checkpoints")
        return f"{number} ({self.bytes / 1e6:,.1f} MB)" if number else ""


class Deleted(Contents):
    """A run in the trash."""

    name: str
    """Name of its folder there."""
    when: str
    """UTC time, ISO 8601."""
    with_checkpoints: bool = False
    """Whether its checkpoints are in the trash, too."""


class Trash:
    """Deletes runs of a workspace, and brings them back."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @property
    def folder(self) -> Path:
        """Where deleted runs are."""
        return self._workspace.folder / "trash"

    def contents(self, run: str) -> Contents:
        """What would go with a run; NotFoundError where there is none of that name."""
        store = self._workspace.store
        runs = store.runs()
        stored = run in set(runs["name"])
        if not stored and Jobs(self._workspace).find(run) is None:
            raise unknown("Run", run, runs["name"])
        validations = [
            str(name)
            for name, kind, config in runs[["name", "kind", "config"]].to_numpy()
            if kind == "validation" and config.get("study_run") == run
        ]
        own = self._checkpoints(run, [run, *validations])
        return Contents(
            run=run,
            validations=tuple(validations),
            stored=stored,
            checkpoints=tuple(path.name for path in own),
            bytes=sum(map(_size, own)),
            **run_counts(store, [run, *validations])._asdict(),
        )

    def delete(self, run: str, checkpoints: bool = False) -> Deleted:
        """Move a run to the trash, with its validation and log; on request its checkpoints.

        Raises NotFoundError where there is none of that name, InputError while it goes on.
        """
        self._workspace.check_writable(f"Run '{run}'")
        found = self.contents(run)
        self._check_idle(run)
        moment = datetime.now(UTC)
        deleted = Deleted(
            **found.model_dump(),
            name=f"{run}.{moment:%Y%m%dT%H%M%S%f}",
            when=moment.isoformat(timespec="seconds"),
            with_checkpoints=checkpoints,
        )
        place = self.folder / deleted.name
        with _disk(place):
            self._keep(deleted, place)
            _move(self._workspace.folder / "jobs" / run, place / _JOB)
            for name in _runs_of(found):
                delete_run(self._workspace.store.database, name)
            for name in found.checkpoints if checkpoints else ():
                _move(self._workspace.checkpoints / name, place / _CHECKPOINTS / name)
        return deleted

    def all(self) -> list[Deleted]:
        """The runs in the trash, the one deleted last first."""
        found = []
        for path in self.folder.glob(f"*/{_RECORD}"):
            try:
                deleted = Deleted.model_validate_json(read_text(path))
            except (ValidationError, WorkbenchError):
                continue  # not ours: it is left alone
            if deleted.name == path.parent.name:
                found.append(deleted)
        # The time in the name has more digits.
        return sorted(found, key=lambda deleted: deleted.name.rpartition(".")[2], reverse=True)

    def restore(self, name: str) -> Deleted:
        """Put a run back, with all that went with it.

        ``name`` is that of its folder, or of the run, of which the latest is taken. Raises
        InputError where there is a run of its name again.
        """
        self._workspace.check_writable(f"Run '{name}'")
        deleted = self._find(name)
        store, place = self._workspace.store, self.folder / deleted.name
        if deleted.run in set(store.runs()["name"]):
            raise InputError(
                f"Run '{deleted.run}'",
                "there is a run of this name again",
                "Delete that one first; both stay in the trash",
            )
        with _disk(place):
            if (place / _DATABASE).is_file():
                with Store(f"sqlite:///{place / _DATABASE}") as kept:
                    # The run itself comes last: until then it does not count as restored.
                    for run in reversed(_runs_of(deleted)):
                        copy_run(kept.database, store.database, run)
            _move(place / _JOB, self._workspace.folder / "jobs" / deleted.run)
            for path in sorted((place / _CHECKPOINTS).glob("*")):
                _move(path, self._workspace.checkpoints / path.name)
            shutil.rmtree(place)
        return deleted

    def remove(self, name: str) -> Deleted:
        """Delete a run for good; see ``restore`` for ``name``."""
        self._workspace.check_writable(f"Run '{name}'")
        deleted = self._find(name)
        with _disk(self.folder / deleted.name):
            shutil.rmtree(self.folder / deleted.name)
        return deleted

    def _find(self, name: str) -> Deleted:
        known = self.all()
        for deleted in known:
            if name in (deleted.name, deleted.run):
                return deleted
        names = ", ".join(dict.fromkeys(deleted.run for deleted in known))
        raise NotFoundError(
            f"Run '{name}'",
            "the trash does not hold it",
            f"Name one of: {names}" if names else "The trash is empty",
        )

    def _check_idle(self, run: str) -> None:
        Jobs(self._workspace).settle()
        runs = self._workspace.store.runs()
        states = dict(zip(runs["name"], runs["status"], strict=True))
        job = Jobs(self._workspace).find(run)
        if states.get(run) == "running" or (job is not None and job.alive):
            raise InputError(
                f"Run '{run}'",
                "it is going on",
                "Stop it first, where it was started; if that machine is gone, say so by "
                f"'workbench runs stopped {run}'",
            )

    def _keep(self, deleted: Deleted, place: Path) -> None:
        """A whole copy of what the store holds, or nothing."""
        scratch = place.with_name(f".{place.name}")
        scratch.mkdir(parents=True)
        try:
            if _runs_of(deleted):
                with Store(f"sqlite:///{scratch / _DATABASE}") as kept:
                    for run in _runs_of(deleted):
                        copy_run(self._workspace.store.database, kept.database, run)
            write_atomically(scratch / _RECORD, deleted.model_dump_json(indent=2) + "\n")
            os.replace(scratch, place)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _checkpoints(self, run: str, without: Sequence[str]) -> list[Path]:
        study = self._study(run)
        if study is None:
            return []
        elsewhere = {
            name.partition("+")[0].partition("@")[0]
            for name in asked_checkpoints(self._workspace.store, without)
        }
        names = [recipe.name for recipe in study.recipes() if recipe.name not in elsewhere]
        folders = [self._workspace.checkpoints / name for name in names]
        return [folder for folder in folders if folder.is_dir()]

    def _study(self, run: str) -> Study | None:
        if path := noted_study(self._workspace, run):
            return load_study(path)
        runs = self._workspace.store.runs()
        configs = list(runs.loc[(runs["name"] == run) & (runs["kind"] == "study"), "config"])
        try:
            return Study.model_validate(configs[0]) if configs else None
        except ValidationError:
            return None


def _number(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}" if number else ""


def _runs_of(contents: Contents) -> tuple[str, ...]:
    """The runs that the store holds of it, the run itself first."""
    return (contents.run, *contents.validations) if contents.stored else ()


def _move(source: Path, target: Path) -> None:
    """Move a folder if it is there and nothing is where it goes."""
    if source.is_dir() and not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(source, target)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@contextmanager
def _disk(place: Path) -> Iterator[None]:
    """What the disk refuses, as StoreError."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"Trash {place}",
            error.strerror or str(error),
            "Free some space, or check that the workspace may be written to",
        ) from None
