"""Jobs: studies that run detached, to be started, watched, stopped and gone on with.

A job is a process of its own session that outlives whoever started it. What is known of it
lies in the workspace: ``jobs/RUN/job.json`` and ``jobs/RUN/log.txt``.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from filelock import FileLock
from pydantic import BaseModel, ConfigDict

from workbench.errors import InputError, NotFoundError, StoreError
from workbench.files import read_text, write_atomically
from workbench.process_identity import ProcessIdentity, identify
from workbench.store.processes import executions, settle_runs
from workbench.store.records import RunStatus
from workbench.study import load_study
from workbench.workspace import Workspace

PATIENCE = 15.0
"""Seconds that a job has to end after it was told to, before it is killed."""
STORE_VARIABLE = "WORKBENCH_STORE"
"""Variable that names the database of commands where it is not the folder's own."""
_JOB, _LOG = "job.json", "log.txt"
_READ_FROM_END = 64_000
# The launcher ends at once, so that the job is nobody's child: it leaves no zombie behind.
_LAUNCHER = """
import subprocess, sys
with open(sys.argv[1], "ab") as log:
    job = subprocess.Popen(
        sys.argv[2:], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
    )
print(job.pid, flush=True)
import os
os._exit(0)
"""


class Job(BaseModel):
    """A study that was started detached."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    run: str
    study: str
    """Study file, or name of a shipped study."""
    pid: int
    """Of the process, which leads its own process group."""
    began: float
    """When the process began, in seconds since 1970."""
    host: str = ""
    """Machine that it was started on; this one where it is not said."""
    stopping: bool = False
    """Whether it was told to end."""
    ended: RunStatus | None = None
    """How it ended; None while that is not known."""

    @property
    def command(self) -> str:
        """What a terminal would do the same by."""
        return f"workbench run {self.study}"

    @property
    def process(self) -> ProcessIdentity:
        """The process that executes it."""
        return ProcessIdentity(self.host or socket.gethostname(), self.pid, self.began)

    @property
    def alive(self) -> bool:
        """Whether its process is there, as far as can be seen from this machine."""
        return self.process.alive


class Jobs:
    """The jobs of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @property
    def _root(self) -> Path:
        return self._workspace.folder / "jobs"

    def start(self, study: str, folder: str | None = None) -> Job:
        """Run a study detached, or go on with it where it was stopped.

        ``folder`` is what relative paths in the study lead from: the working directory if
        None, or where it is gone. Raises InputError while it is running, and what
        ``load_study`` raises.
        """
        self._workspace.check_writable(f"Study '{study}'")
        run = load_study(Path(study)).run_name
        if Path(study).exists():
            study = str(Path(study).absolute())
        place = self._root / run
        place.mkdir(parents=True, exist_ok=True)
        with FileLock(place / "lock"):
            self._check_idle(run, study)
            workspace = str(self._workspace.folder.absolute())
            command = [sys.executable, "-m", "workbench", "run", study, "--workspace", workspace]
            process = identify(_launch(place / _LOG, command, folder, self._environment))
            return self._save(
                Job(
                    run=run,
                    study=study,
                    pid=process.pid,
                    began=process.began,
                    host=process.host,
                )
            )

    def stop(self, run: str, patience: float = PATIENCE) -> None:
        """Tell a job to end, and see that it does; ``start`` goes on with it.

        Raises NotFoundError where the run is no job.
        """
        self._workspace.check_writable(f"Run '{run}'")
        job = self.find(run)
        if job is None:
            raise NotFoundError(
                f"Run '{run}'",
                "it was not started as a job, so its process is not known",
                "Press Ctrl+C where it was started",
            )
        if not job.process.here:
            raise InputError(
                f"Run '{run}'",
                f"it was started on another machine, {job.host}",
                "Stop it in the app or at a terminal of that machine",
            )
        if job.alive:
            self._save(job.model_copy(update={"stopping": True}))
            os.killpg(job.pid, signal.SIGTERM)
            if not _gone(job, patience):
                os.killpg(job.pid, signal.SIGKILL)
                _gone(job, patience)
        self.settle()

    def call_stopped(self, run: str) -> None:
        """Say that a run does not go on whose machine cannot be asked.

        Raises NotFoundError for an unknown run, InputError where it goes on on this machine.
        """
        self.settle()
        last = executions(self._workspace.store.database).get(run)
        if last and last.process.here and self._open(run):
            raise InputError(
                f"Run '{run}'",
                f"process {last.process.pid} of this machine goes on with it",
                "Stop that first, in the app or by Ctrl+C where it was started",
            )
        self._workspace.store.finish_run(run, "stopped")

    def find(self, run: str) -> Job | None:
        """The job of a run; None where it was started otherwise."""
        path = self._root / run / _JOB
        return Job.model_validate_json(read_text(path)) if path.is_file() else None

    def all(self) -> list[Job]:
        """The jobs of the workspace, by run."""
        folders = sorted(path.parent.name for path in self._root.glob(f"*/{_JOB}"))
        return [job for job in map(self.find, folders) if job is not None]

    def settle(self) -> None:
        """Write down how runs ended whose process is gone: the store may still say running.

        One that was killed, or stopped, is called stopped; a job that did not come to its run,
        or ended by an error, failed.
        """
        if self._workspace.read_only:
            return
        settle_runs(self._workspace.store.database)
        ended = [job for job in self.all() if job.ended is None and not job.alive]
        if not ended:
            return
        runs = self._workspace.store.runs()
        states = dict(zip(runs["name"], runs["status"], strict=True))
        executed = executions(self._workspace.store.database)
        for job in ended:
            last = executed.get(job.run)
            came_to_it = last is not None and last.process.same(job.process)
            known: RunStatus = states[job.run] if came_to_it else "failed"
            if job.stopping and known != "finished":
                known = "stopped"
            self._save(job.model_copy(update={"ended": known}))

    def log(self, run: str, lines: int = 20) -> str:
        """The last lines that a job has written."""
        path = self._root / run / _LOG
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _READ_FROM_END))
            text = file.read().decode("utf-8", errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    @property
    def _environment(self) -> dict[str, str]:
        """Variables of a job. Its database is one of them: a URL may hold a password, which
        other users of the machine would see in a command line."""
        url = self._workspace.store_url
        return {**os.environ, **({STORE_VARIABLE: url} if url else {})}

    def _check_idle(self, run: str, study: str) -> None:
        """Raise InputError where a process executes the run, of this app or of a terminal."""
        known, last = self.find(run), executions(self._workspace.store.database).get(run)
        if (known is not None and known.alive) or (last and last.process.alive and self._open(run)):
            raise InputError(
                f"Study '{study}'", "it is running already", "Stop it first, or watch it"
            )

    def _open(self, run: str) -> bool:
        """Whether the store says that a run goes on."""
        runs = self._workspace.store.runs()
        return bool(((runs["name"] == run) & (runs["status"] == "running")).any())

    def _save(self, job: Job) -> Job:
        write_atomically(self._root / job.run / _JOB, job.model_dump_json(indent=2) + "\n")
        return job


def _launch(log: Path, command: list[str], folder: str | None, environment: dict[str, str]) -> int:
    """Start a command in a session of its own; the number of its process."""
    launched = subprocess.run(
        [sys.executable, "-c", _LAUNCHER, str(log.absolute()), *command],
        capture_output=True,
        text=True,
        cwd=folder if folder and Path(folder).is_dir() else None,
        env=environment,
    )
    if launched.returncode:
        raise StoreError(
            f"Job {' '.join(command)}",
            f"it could not be started ({launched.stderr.strip().splitlines()[-1]})",
            "Free some space and memory, then try again",
        )
    return int(launched.stdout)


def _gone(job: Job, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while job.alive:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
