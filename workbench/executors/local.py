"""One task after the other in this process."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.errors import WorkbenchError
from workbench.executors.executor import Task, outcome, quiet, tell
from workbench.memory import Memory
from workbench.progress import ProgressCallback


class LocalExecutor:
    """The default: what cells share is loaded once, and a defect ends the study at once."""

    def __init__(self, memory: Memory | None = None) -> None:
        self._memory = memory or Memory()

    def run(
        self, tasks: Sequence[Task], progress: ProgressCallback | None = None
    ) -> dict[str, WorkbenchError]:
        """See ``Executor``."""
        errors: dict[str, WorkbenchError] = {}
        for task in tasks:
            if error := outcome(task, progress or quiet, self._memory):
                tell(task, error)
                errors[task.name] = error
        return errors
