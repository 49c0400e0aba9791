"""Several processes on this machine, each doing one task at a time."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait

from workbench.errors import WorkbenchError
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
from workbench.executors.threads import limit_threads, take_gpu, threads_each
from workbench.memory import Memory
from workbench.progress import ProgressCallback


@dataclass(frozen=True)
class ProcessExecutor:
    """So many processes, with threads and GPUs divided among them.

    They are started anew, not forked: what this process holds, such as threads or a GPU,
    would not outlive a fork.
    """

    workers: int

    def run(
        self, tasks: Sequence[Task], progress: ProgressCallback | None = None
    ) -> dict[str, WorkbenchError]:
        """See ``Executor``. A task whose process is killed is begun again by another one."""
        pool = _Pool(tasks, min(self.workers, len(tasks)))
        try:
            while pool.busy:
                for update in pool.updates():
                    (progress or quiet)(*update)
        finally:
            pool.end()
        return in_order(tasks, pool.errors)


@dataclass(frozen=True)
class _Ended:
    """What a worker says when a task is over."""

    error: WorkbenchError | None


_Update = tuple[int, int, str]


class _Pool:
    """The processes at work, and the tasks that wait."""

    def __init__(self, tasks: Sequence[Task], size: int) -> None:
        self._waiting = deque((task, 1) for task in tasks)
        self._size = size
        self._workers: dict[Connection, _Worker] = {}
        self.errors: dict[str, WorkbenchError] = {}
        for place in range(size):
            self._start(place)

    @property
    def busy(self) -> bool:
        """Whether a process is at work still."""
        return bool(self._workers)

    def updates(self) -> list[_Update]:
        """Wait for news; those of progress. Tasks are handed on as processes become free."""
        found: list[_Update] = []
        for ready in wait(list(self._workers)):
            worker = self._workers[ready]  # type: ignore[index]
            try:
                news = worker.connection.recv()
            except (EOFError, ConnectionError):
                self._lost(worker)
                continue
            if isinstance(news, _Ended):
                self._note(worker.task, news.error)
                self._go_on(worker)
            else:
                found.append(news)
        return found

    def end(self) -> None:
        """End the processes that are left, as after an interrupt."""
        for worker in self._workers.values():
            worker.process.terminate()
        for worker in self._workers.values():
            worker.process.join()
            worker.connection.close()

    def _start(self, place: int) -> None:
        if self._waiting:
            worker = _Worker(place, threads_each(self._size))
            self._workers[worker.connection] = worker
            self._go_on(worker)

    def _go_on(self, worker: _Worker) -> None:
        if self._waiting:
            worker.begin(*self._waiting.popleft())
        else:
            del self._workers[worker.connection]
            worker.dismiss()

    def _lost(self, worker: _Worker) -> None:
        del self._workers[worker.connection]
        status = worker.dismiss()
        if status > 0:
            self._note(worker.task, defect(worker.task))
        elif worker.attempt == ATTEMPTS:
            self._note(worker.task, cut_short(worker.task, f"its process died ({_name(status)})"))
        else:
            self._waiting.append((worker.task, worker.attempt + 1))
        self._start(worker.place)

    def _note(self, task: Task, error: WorkbenchError | None) -> None:
        if error is not None:
            tell(task, error)
            self.errors[task.name] = error


class _Worker:
    """A process, the connection to it, and the task it is at."""

    task: Task
    attempt: int

    def __init__(self, place: int, threads: int) -> None:
        self.place = place
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, place, threads), daemon=True)
        self.process.start()
        # Held here alone no longer, it ends when the process does.
        theirs.close()

    def begin(self, task: Task, attempt: int) -> None:
        """Hand a task to the process."""
        self.task, self.attempt = task, attempt
        # Where it has died meanwhile, that is met when news of it are waited for.
        with contextlib.suppress(ConnectionError):
            self.connection.send(task)

    def dismiss(self) -> int:
        """Let the process end; its exit status, negative for a signal."""
        self.connection.close()
        self.process.join()
        return self.process.exitcode or 0


def _serve(connection: Connection, place: int, threads: int) -> None:
    """Do tasks as they come; the target of a worker process."""
    # Ctrl-C reaches every process of a terminal; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit_threads(threads)
    take_gpu(place)
    memory = Memory()

    def report(done: int, total: int, label: str) -> None:
        connection.send((done, total, label))

    while True:
        try:
            task: Task = connection.recv()
        except EOFError:
            return
        connection.send(_Ended(outcome(task, report, memory)))


def _name(status: int) -> str:
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"status {status}"
