"""Detached runs, with real processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa

from workbench.errors import InputError, NotFoundError, StoreError
from workbench.jobs import Job, Jobs
from workbench.store import RunRecord, tables
from workbench.study import load_study
from workbench.workspace import Workspace

STUDY = """\
name: job
recipe: {{base: {base}, data: {data}, languages: [en], steps: {steps}, learning_rate: 1e-4}}
prompt_sets: [{{name: tinyworld-test, limit: 2, languages: [en]}}]
validation: {{prompt_set: tinyworld-validation, limit: 2, languages: [en], every: 2}}
"""


def wait_until(true: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "ws")


def study_file(folder: Path, base: Path, data: Path, steps: int) -> Path:
    path = folder / "study.yaml"
    path.write_text(STUDY.format(base=base, data=data, steps=steps), encoding="utf-8")
    return path


def test_a_job_outlives_its_starter_and_is_stopped_and_gone_on_with(
    workspace: Workspace, random_tiny_base: Path, instructions: Path, tmp_path: Path
) -> None:
    study = study_file(tmp_path, random_tiny_base, instructions, steps=4000)
    run = load_study(study).run_name
    starter = (
        "import sys; from workbench.jobs import Jobs; from workbench.workspace import Workspace; "
        "print(Jobs(Workspace(sys.argv[1])).start(sys.argv[2]).pid)"
    )
    done = subprocess.run(
        [sys.executable, "-c", starter, str(workspace.folder), str(study)],
        capture_output=True,
        text=True,
        check=True,
    )
    # The starter is gone; its job is there, in a session of its own.
    jobs = Jobs(workspace)
    job = jobs.find(run)
    assert job is not None
    assert job.pid == int(done.stdout)
    assert job.alive
    assert os.getsid(job.pid) == job.pid != os.getsid(0)
    assert job.command == f"workbench run {study}"
    assert [known.run for known in jobs.all()] == [run]
    with pytest.raises(InputError, match="running already"):
        jobs.start(str(study))

    def states() -> dict[str, str]:
        runs = workspace.store.runs()
        return dict(zip(runs["name"], runs["status"], strict=True))

    wait_until(lambda: len(states()) == 2)
    jobs.stop(run)
    assert not job.alive
    assert set(states().values()) == {"stopped"}
    stopped = jobs.find(run)
    assert stopped is not None
    assert (stopped.stopping, stopped.ended) == (True, "stopped")

    again = jobs.start(str(study))
    assert again.pid != job.pid
    wait_until(lambda: states()[run] == "running")
    jobs.stop(run)
    assert states()[run] == "stopped"


def test_a_job_that_ends_is_finished_with_its_log(
    workspace: Workspace, random_tiny_base: Path, instructions: Path, tmp_path: Path
) -> None:
    # A team's database, which the job has to use as well.
    workspace = Workspace(workspace.folder, f"sqlite:///{tmp_path / 'team.sqlite'}")
    jobs = Jobs(workspace)
    study = study_file(tmp_path, random_tiny_base, instructions, steps=2)
    job = jobs.start(str(study))
    wait_until(lambda: not job.alive)
    jobs.settle()
    ended = jobs.find(job.run)
    assert ended is not None
    assert ended.ended == "finished"
    assert not (workspace.folder / "workbench.sqlite").exists()
    assert jobs.log(job.run).splitlines()[-1] == job.run
    assert len(jobs.log(job.run, lines=1).splitlines()) == 1


def test_a_job_that_fails_says_so(
    workspace: Workspace, random_tiny_base: Path, instructions: Path, tmp_path: Path
) -> None:
    jobs = Jobs(workspace)
    study = study_file(tmp_path, random_tiny_base, tmp_path / "gone.jsonl", steps=2)
    job = jobs.start(str(study))
    wait_until(lambda: not job.alive)
    jobs.settle()
    ended = jobs.find(job.run)
    assert ended is not None
    assert ended.ended == "failed"
    assert "gone.jsonl" in jobs.log(job.run)
    assert "Traceback" not in jobs.log(job.run)


def test_another_process_with_the_number_is_not_taken_for_the_job(workspace: Workspace) -> None:
    own = psutil.Process()
    job = Job(run="r", study="s", pid=own.pid, began=own.create_time())
    assert job.alive
    assert not job.model_copy(update={"began": own.create_time() - 60}).alive
    assert not job.model_copy(update={"pid": 2**22 + 1}).alive

    # Its run is settled, and the process that has the number now is left alone.
    folder = workspace.folder / "jobs" / "r"
    folder.mkdir(parents=True)
    record = {"run": "r", "study": "s", "pid": own.pid, "began": own.create_time() - 60}
    (folder / "job.json").write_text(json.dumps(record), encoding="utf-8")
    Jobs(workspace).stop("r")
    ended = Jobs(workspace).find("r")
    assert ended is not None
    assert ended.ended == "failed"


def test_what_goes_on_elsewhere_is_neither_stopped_nor_taken_for_dead(
    workspace: Workspace,
) -> None:
    """The number of the process stands for this very one here: it must not be signalled."""
    store, jobs, own = workspace.store, Jobs(workspace), psutil.Process()
    folder = workspace.folder / "jobs" / "r"
    folder.mkdir(parents=True)
    job = Job(run="r", study="s", pid=own.pid, began=own.create_time(), host="node7")
    (folder / "job.json").write_text(job.model_dump_json(), encoding="utf-8")
    store.start_run(RunRecord("r", "study"))
    with pytest.raises(InputError, match="process .* of this machine goes on"):
        jobs.call_stopped("r")
    with store.database.writing() as connection:
        connection.execute(sa.update(tables.run_processes).values(host="node7"))
    with pytest.raises(InputError, match="another machine, node7"):
        jobs.stop("r")
    jobs.settle()
    assert list(store.runs()["status"]) == ["running"]
    jobs.call_stopped("r")
    assert list(store.runs()["status"]) == ["stopped"]
    with pytest.raises(NotFoundError, match="gone"):
        jobs.call_stopped("gone")


def test_a_workspace_that_is_shown_read_only_starts_nothing(tmp_path: Path) -> None:
    Workspace(tmp_path).store.close()
    jobs = Jobs(Workspace(tmp_path, read_only=True))
    for change in (jobs.start, jobs.stop):
        with pytest.raises(StoreError, match="read-only"):
            change("learning-rate")
    assert not (tmp_path / "jobs").exists()


def test_runs_that_are_no_jobs_cannot_be_stopped(workspace: Workspace) -> None:
    jobs = Jobs(workspace)
    with pytest.raises(NotFoundError, match="not started as a job"):
        jobs.stop("elsewhere")
    assert jobs.all() == []
    assert jobs.log("elsewhere") == ""
    with pytest.raises(NotFoundError, match="no such study"):
        jobs.start("gone")
