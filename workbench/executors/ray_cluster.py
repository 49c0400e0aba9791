"""Tasks on the machines of a Ray cluster."""

from __future__ import annotations

import contextlib
import logging
import socket
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from workbench.errors import InputError, WorkbenchError
from workbench.executors.executor import (
    ATTEMPTS,
    Task,
    cut_short,
    defect,
    in_order,
    outcome,
    quiet,
    tell,
)
from workbench.memory import Memory
from workbench.progress import ProgressCallback

AUTO = "auto"
"""Address of the cluster that runs on this machine, or that ``RAY_ADDRESS`` names."""
_SECONDS = 0.5
"""Time between two looks at how far tasks are."""
_PATIENCE = 10.0
"""Seconds that a machine has to answer at all."""
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RayExecutor:
    """A task a processor core, or a GPU where the cluster has some, as cores become free.

    The machines share the workspace's folder, and have the same workbench installed.
    """

    address: str = AUTO
    workers: int | None = None
    """Tasks at once; as many as the cluster has room for if ``None``."""

    def run(
        self, tasks: Sequence[Task], progress: ProgressCallback | None = None
    ) -> dict[str, WorkbenchError]:
        """See ``Executor``. A task whose process or machine dies is begun again elsewhere."""
        ray = _ray()
        with _connected(ray, self.address):
            board = ray.remote(num_cpus=0)(_Board).remote()
            gpus = 1 if ray.cluster_resources().get("GPU") else 0
            # By Ray's own count, attempts after the first one.
            remote = ray.remote(num_cpus=1, num_gpus=gpus, max_retries=ATTEMPTS - 1)(_do)
            waiting, here = deque(tasks), str(Path.cwd())
            running: dict[Any, Task] = {}
            errors: dict[str, WorkbenchError] = {}
            while waiting or running:
                while waiting and len(running) < (self.workers or len(tasks)):
                    task = waiting.popleft()
                    running[remote.remote(task, board, here)] = task
                ready, _ = ray.wait(list(running), timeout=_SECONDS)
                for update in ray.get(board.take.remote()):
                    (progress or quiet)(*update)
                for reference in ready:
                    task = running.pop(reference)
                    if error := _outcome(ray, reference, task):
                        tell(task, error)
                        errors[task.name] = error
            return in_order(tasks, errors)


class _Board:
    """Where tasks put how far they are, and the study looks; an actor of its own."""

    def __init__(self) -> None:
        self._latest: dict[str, tuple[int, int, str]] = {}

    def put(self, done: int, total: int, label: str) -> None:
        """Keep the latest of each piece of work."""
        self._latest[label.split(",")[0]] = (done, total, label)

    def take(self) -> list[tuple[int, int, str]]:
        """What is new since the last time."""
        found, self._latest = list(self._latest.values()), {}
        return found


def _do(task: Task, board: Any, folder: str) -> WorkbenchError | None:
    """Do a task in a worker of the cluster; paths are meant from ``folder``."""

    def report(done: int, total: int, label: str) -> None:
        board.put.remote(done, total, label)

    with contextlib.chdir(folder):
        return outcome(task, report, _memory())


@cache
def _memory() -> Memory:
    """What the tasks of one worker share; Ray keeps workers from one task to the next."""
    return Memory()


def _outcome(ray: Any, reference: Any, task: Task) -> WorkbenchError | None:
    """What a task of the cluster ended with."""
    try:
        return ray.get(reference)  # type: ignore[no-any-return]
    except ray.exceptions.RayTaskError as error:
        _logger.error("%s", error)
        return defect(task)
    except ray.exceptions.RayError as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        return cut_short(task, f"its process was lost ({lines[0]})")


def _ray() -> Any:
    """The package, which is an extra."""
    if find_spec("ray") is None:
        raise InputError(
            "Executor ray",
            "the package ray is not installed",
            "Install it with: pip install 'crosslingual-workbench[ray]'; "
            "or use the executor 'processes' on this machine",
        )
    return import_module("ray")


def _knock(address: str) -> None:
    """OSError where nobody listens at HOST:PORT: Ray itself would try for many minutes."""
    host, _, port = address.rpartition(":")
    if port.isdecimal() and "//" not in host:
        socket.create_connection((host, int(port)), timeout=_PATIENCE).close()


@contextlib.contextmanager
def _connected(ray: Any, address: str) -> Iterator[None]:
    """A connection to the cluster: the one there is in this process, or one for the time."""
    if ray.is_initialized():
        yield
        return
    try:
        _knock(address)
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(
            f"Ray cluster '{address}'",
            f"there is no connection to it ({str(error).strip().splitlines()[0]})",
            "Start one with 'ray start --head', and give the address that it prints",
        ) from None
    # It prints what befalls workers to standard output, which is for results.
    with contextlib.redirect_stdout(sys.stderr):
        try:
            yield
        finally:
            ray.shutdown()
