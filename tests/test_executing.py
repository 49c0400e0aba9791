"""How runs end that do not come to their end: by an error, Ctrl+C, or a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.app.runs.view import RunViews
from workbench.errors import InputError
from workbench.executing import executing
from workbench.jobs import Jobs
from workbench.store import RunRecord, Store
from workbench.study import load_study
from workbench.study_files import noted_study
from workbench.workspace import Workspace

STUDY = """\
name: killed
recipe: {{base: {base}, data: lines.jsonl, languages: [en], steps: {steps}, learning_rate: 1e-4}}
prompt_sets: [{{name: tinyworld-test, limit: 2, languages: [en]}}]
validation: {{prompt_set: tinyworld-validation, limit: 2, languages: [en], every: 20}}
"""


def states(store: Store) -> set[str]:
    return set(store.runs()["status"])


def wait_until(true: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("error", "status"), [(ValueError, "failed"), (KeyboardInterrupt, "stopped")]
)
def test_errors_and_interrupts_are_noted_and_raised(
    error: type[BaseException], status: str, tmp_path: Path
) -> None:
    with Store(f"sqlite:///{tmp_path / 'own.sqlite'}") as store:
        store.start_run(RunRecord("r", "generate"))
        with pytest.raises(error), executing(store, "r"):
            raise error
        assert states(store) == {status}
        # What was finished before stays so.
        store.finish_run("r")
        with pytest.raises(error), executing(store, "r"):
            raise error
        assert states(store) == {"finished"}


def test_a_run_killed_at_a_terminal_is_stopped_and_gone_on_with(
    random_tiny_base: Path, instructions: Path, tmp_path: Path
) -> None:
    """The study lies in a folder of its own, and its data are named relative to it."""
    folder = instructions.parent
    path = folder / "study.yaml"
    path.write_text(STUDY.format(base=random_tiny_base, steps=300), encoding="utf-8")
    run, workspace = load_study(path).run_name, Workspace(tmp_path / "ws")
    views, jobs = RunViews(workspace), Jobs(workspace)
    command = [sys.executable, "-m", "workbench", "run", "study.yaml"]
    process = subprocess.Popen(
        [*command, "--workspace", str(workspace.folder)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: any((workspace.checkpoints).glob(".*.partial/step-*")))
        line = views.line(run)
        assert line is not None
        assert (line.status, line.study) == ("running", "")
        assert f"process {process.pid}" in line.where
        with pytest.raises(InputError, match="running already"):
            jobs.start(str(path))
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    line = views.line(run)
    assert line is not None
    assert (line.status, line.took) == ("stopped", "")
    assert states(workspace.store) == {"stopped"}

    # The app goes on with it, though it works in another folder and was never told the file.
    path.unlink()
    assert line.study == str(noted_study(workspace, run))
    job = jobs.start(line.study, line.folder)
    wait_until(lambda: not job.alive)
    assert "Traceback" not in jobs.log(run)
    line = views.line(run)
    assert line is not None
    assert (line.status, line.progress.answered) == ("finished", 2)
    assert states(workspace.store) == {"finished"}
