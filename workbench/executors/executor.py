"""The protocol of executors: tasks in, errors by name out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from workbench.errors import ModelError, StudyError, WorkbenchError
from workbench.memory import Memory
from workbench.progress import ProgressCallback

ATTEMPTS = 3
"""How often a task is begun that a kill, or a lost machine, cut short."""
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Task:
    """A part of a study that can be done by itself, and again where it was cut short."""

    name: str
    work: Callable[[ProgressCallback, Memory], None]
    """Called in the process that does the task; goes there by pickling."""


class Executor(Protocol):
    """Does tasks, in whatever order and place."""

    def run(
        self, tasks: Sequence[Task], progress: ProgressCallback | None = None
    ) -> dict[str, WorkbenchError]:
        """Do all tasks; the errors of those that failed, by the task's name and in their order.

        One that fails does not keep the others from being done.
        """


def outcome(task: Task, progress: ProgressCallback, memory: Memory) -> WorkbenchError | None:
    """Do a task here; the error that it ends with."""
    try:
        task.work(progress, memory)
    except WorkbenchError as error:
        return error
    return None


def tell(task: Task, error: WorkbenchError) -> None:
    """Say in the log at once that a task failed, while others go on."""
    _logger.error("%s failed: %s", task.name, error)


def cut_short(task: Task, how: str) -> WorkbenchError:
    """The error of a task that was begun ``ATTEMPTS`` times and never ended."""
    return ModelError(
        f"Cell '{task.name}'",
        f"{how} in each of {ATTEMPTS} attempts, for want of memory perhaps",
        "Use fewer workers, or a smaller micro_batch_size",
    )


def defect(task: Task) -> WorkbenchError:
    """The error of a task that ended with an exception that is not meant for users."""
    return ModelError(
        f"Cell '{task.name}'",
        "it ended with a defect of the program, whose traceback stands above",
        "Report it with the traceback",
    )


def in_order(
    tasks: Sequence[Task], errors: Mapping[str, WorkbenchError]
) -> dict[str, WorkbenchError]:
    """Errors in the order of the tasks, not in that in which they ended."""
    return {task.name: errors[task.name] for task in tasks if task.name in errors}


def quiet(done: int, total: int, label: str) -> None:
    """A progress callback that shows nothing."""


def raise_failures(study: str, errors: dict[str, WorkbenchError], what: str = "cells") -> None:
    """StudyError with the names and reasons of the tasks that failed, if any did.

    ``what`` says what these tasks are.
    """
    if not errors:
        return
    names: dict[str, list[str]] = {}
    for name, error in errors.items():
        names.setdefault(f"{error.given}: {error.reason}", []).append(name)
    reasons = "; ".join(f"{', '.join(those)} ({why})" for why, those in names.items())
    remedies = dict.fromkeys(
        error.remedy if error.remedy.endswith("?") else f"{error.remedy}."
        for error in errors.values()
    )
    raise StudyError(
        f"Study '{study}'",
        f"{len(errors)} of its {what} failed: {reasons}",
        f"{' '.join(remedies)} Then give the same command again: what is done is not repeated",
    )
