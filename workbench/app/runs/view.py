"""What the runs of a workspace are and how far each has come, without any widget."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.app.runs.time_left import TimesLeft
from workbench.errors import WorkbenchError
from workbench.estimates import duration
from workbench.jobs import Job, Jobs
from workbench.run_progress import answers_to_come, command_of, shipped_studies
from workbench.store.counts import scored_responses, validated_values
from workbench.store.processes import Execution, executions
from workbench.study import load_study
from workbench.study_files import noted_study

if TYPE_CHECKING:
    from workbench.workspace import Workspace


STARTING = "starting"
"""Status of a job that has not come to its run yet."""


@dataclass(frozen=True)
class Progress:
    """Counts of answers."""

    answered: int
    to_answer: int | None
    """None where it cannot be told."""
    scored: int
    """Answers that a detector has looked at."""


@dataclass(frozen=True)
class RunLine:
    """A run as the list shows it."""

    name: str
    kind: str
    status: str
    started: str
    """Local time, to the minute."""
    took: str
    """How long it has taken, or has been going on; empty where the clock does not say."""
    progress: Progress
    question: str
    """What the study is to find out; empty where it does not say."""
    command: str
    """What starts it or goes on with it; empty where nothing does."""
    config: Mapping[str, Any]
    validation: str = ""
    """Name of the run that validates its checkpoints; empty where there is none."""
    validated: Progress | None = None
    job: Job | None = None
    """The process that runs it, where it was started from here."""
    execution: Execution | None = None
    """Who executes it, or did so last; None where that is not known."""
    noted: str = ""
    """File of the study that it was started by; empty where there is none."""

    @property
    def running(self) -> bool:
        """Whether more may come."""
        return self.status in ("running", STARTING)

    @property
    def study(self) -> str:
        """Study that goes on with it from here; empty where there is nothing to go on with."""
        if self.status not in ("stopped", "failed") or self.kind != "study":
            return ""
        shipped = self.command.removeprefix("workbench run ")
        if shipped in shipped_studies():
            return shipped
        return self.noted or (self.job.study if self.job else "")

    @property
    def folder(self) -> str | None:
        """What relative paths in the study lead from; None where that is not known."""
        return self.execution.folder if self.execution else None

    @property
    def where(self) -> str:
        """Who executes it, where that is nobody who was started from here."""
        if not self.running or self.execution is None or (self.job and self.job.alive):
            return ""
        process = self.execution.process
        place = "this machine" if process.here else process.host
        return f"process {process.pid} on {place}"

    def short(self, checkpoint: str) -> str:
        """Name of a checkpoint without the study's in front."""
        prefix = f"{self.config.get('name', '')}-"
        return checkpoint.removeprefix(prefix) if len(prefix) > 1 else checkpoint


class RunViews:
    """The runs of a workspace; every call reads the store anew."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.jobs = Jobs(workspace)
        self._times = TimesLeft(workspace)
        self._lock = threading.Lock()
        self._totals: dict[str, int] = {}

    def lines(self, only: str | None = None) -> list[RunLine]:
        """The runs, the latest first; with ``only``, that one if it is there.

        A validation stands in the line of the study that it belongs to.
        """
        self.jobs.settle()
        runs = self.workspace.store.runs()
        validations = _validations(runs)
        names = set(runs["name"])
        own = [
            row
            for row in runs.to_dict("records")
            if not (row["kind"] == "validation" and row["config"]["study_run"] in names)
        ]
        if only is not None:
            own = [row for row in own if row["name"] == only]
            counted = [only, *(v["name"] for v in [validations.get(only)] if v)]
        else:
            counted = list(names)
        scored = scored_responses(self.workspace.store, counted)
        jobs = {job.run: job for job in self.jobs.all()}
        executed = executions(self.workspace.store.database)
        early = [
            _early(job) for run, job in jobs.items() if run not in names and only in (None, run)
        ]
        listed = [self._line(row, validations.get(row["name"]), scored) for row in own]
        return [
            *early,
            *(
                self._executed(line, jobs.get(line.name), executed.get(line.name))
                for line in listed
            ),
        ]

    def line(self, run: str) -> RunLine | None:
        """One run; None where there is none of that name."""
        return next(iter(self.lines(run)), None)

    def left(self, line: RunLine, log: str = "") -> str:
        """How long a study that goes on still takes, in words; empty where that is not known.

        ``log`` is that of its job.
        """
        path = noted_study(self.workspace, line.name) if line.running else None
        if path is None:
            return ""
        try:
            found = self._times.of(load_study(path), log)
        except WorkbenchError:
            return ""
        return found.text if found else ""

    def mark(self, line: RunLine) -> str:
        """Text that differs when anything of the run has changed in the store."""
        values = validated_values(self.workspace.store, line.validation) if line.validation else 0
        return f"{line.name} {line.status} {line.progress} {line.validated} {values}"

    def _executed(self, line: RunLine, job: Job | None, execution: Execution | None) -> RunLine:
        """The line with who executes it, and what goes on with it."""
        noted = None
        if line.kind == "study" and not line.running:
            noted = noted_study(self.workspace, line.name)
        status = line.status
        if job and not (execution and execution.process.same(job.process)):
            # The job has not come to its run yet, or it came to its end before it did.
            if job.alive and not job.stopping:
                status = STARTING
            elif job.ended == "failed" and status == "stopped":
                status = "failed"
        return replace(
            line,
            status=status,
            job=job,
            execution=execution,
            noted=str(noted or ""),
        )

    def _line(
        self, row: Mapping[Any, Any], validation: Mapping[Any, Any] | None, scored: dict[str, int]
    ) -> RunLine:
        config = row["config"]
        return RunLine(
            name=str(row["name"]),
            kind=str(row["kind"]),
            status=str(row["status"]),
            started=_local(row["started"]),
            took=_took(
                row["started"], None if pd.isna(row["finished"]) else row["finished"], row["status"]
            ),
            progress=self._progress(row, scored),
            question=str(config.get("question") or ""),
            command=command_of(str(row["name"]), str(row["kind"]), config),
            config=config,
            validation=str(validation["name"]) if validation else "",
            validated=self._progress(validation, scored) if validation else None,
        )

    def _progress(self, row: Mapping[Any, Any], scored: dict[str, int]) -> Progress:
        name, answered = str(row["name"]), int(row["responses"])
        return Progress(answered, self._total(name, row), scored.get(name, 0))

    def _total(self, name: str, row: Mapping[Any, Any]) -> int | None:
        """Answers to come; kept once known, as prompts are read from files to count them."""
        if row["kind"] == "import":
            return int(row["responses"])
        with self._lock:
            if name not in self._totals:
                found = answers_to_come(self.workspace, name, row["config"])
                if found is None:
                    return None
                self._totals[name] = found
            return self._totals[name]


def _early(job: Job) -> RunLine:
    """A job whose run is not in the store: it has just been started, or it failed before."""
    return RunLine(
        name=job.run,
        kind="study",
        status=job.ended or STARTING,
        started=_local_of(datetime.fromtimestamp(job.began).astimezone()),
        took="",
        progress=Progress(0, None, 0),
        question="",
        command=job.command,
        config={},
        job=job,
    )


def most_telling(lines: Sequence[RunLine]) -> str | None:
    """The run to look at first: one that is going on, else a validated study, else the latest."""
    running = [line for line in lines if line.running]
    validated = [line for line in lines if line.validation]
    return next((line.name for line in (*running, *validated, *lines)), None)


def _validations(runs: pd.DataFrame) -> dict[str, Mapping[Any, Any]]:
    """The latest validation of each study's run."""
    rows: Sequence[Mapping[Any, Any]] = runs[runs["kind"] == "validation"].to_dict("records")
    return {str(row["config"]["study_run"]): row for row in reversed(rows)}


def _local(time: str) -> str:
    return _local_of(datetime.fromisoformat(time).astimezone())


def _local_of(moment: datetime) -> str:
    year = "" if moment.year == datetime.now().year else f" {moment.year}"
    return f"{moment.day} {moment:%b}{year}, {moment:%H:%M}"


def _took(started: str, finished: str | None, status: str) -> str:
    if finished is None and status != "running":
        return ""
    begin = datetime.fromisoformat(started)
    end = datetime.fromisoformat(finished) if finished else datetime.now(begin.tzinfo)
    return duration((end - begin).total_seconds())
