"""Whole studies by several processes, as a user starts them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from tests.executors.killing import DEADLINE, check_whole, kill_a_worker, start, trained
from workbench.errors import StudyError
from workbench.executors.processes import ProcessExecutor
from workbench.runs import run_study
from workbench.study import Study
from workbench.workspace import Workspace

OPTIONS = ("--executor", "processes", "--workers", "2")


def test_a_killed_worker_costs_nothing_but_time(
    study_file: Path, fields: dict[str, Any], tmp_path: Path
) -> None:
    folder = tmp_path / "ws"
    process = start(study_file, folder, OPTIONS, {})
    killed = kill_a_worker(process.pid, folder)
    output, errors = process.communicate(timeout=DEADLINE)

    assert process.returncode == 0, errors
    run = output.splitlines()[-1]
    check_whole(folder, run)
    # Each cell tells how far it is.
    assert all(f"training small-s{seed}" in errors for seed in (0, 1, 2)), killed
    # One process alone comes to the same weights and answers.
    alone = Workspace(tmp_path / "alone")
    assert run_study(Study.model_validate(fields), alone) == run
    first, second = trained(folder), trained(alone.folder)
    assert all(torch.equal(first[name], second[name]) for name in second)
    keys = ["checkpoint", "parallel_id", "language"]
    texts = [
        workspace.store.results([run]).set_index(keys)["text"].to_dict()
        for workspace in (Workspace(folder), alone)
    ]
    assert texts[0] == texts[1]
    # Run again, by whatever executor, it repeats nothing.
    before = {p: p.stat().st_mtime_ns for p in folder.rglob("*.safetensors")}
    assert run_study(Study.model_validate(fields), Workspace(folder)) == run
    assert {p: p.stat().st_mtime_ns for p in folder.rglob("*.safetensors")} == before
    check_whole(folder, run)


@pytest.mark.parametrize("executor", [None, ProcessExecutor(1)], ids=["local", "processes"])
def test_a_cell_that_fails_is_named_and_the_others_are_finished(
    executor: ProcessExecutor | None,
    fields: dict[str, Any],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    del fields["validation"]
    base = fields["recipe"].pop("base")
    fields["recipe"]["steps"] = 2
    fields["grid"] = {"base": [base, "no-base"], "seed": [0, 1]}
    study = Study.model_validate(fields)
    workspace = Workspace(tmp_path / "ws")

    with pytest.raises(StudyError) as raised:
        run_study(study, workspace, executor=executor)

    good, bad = (f"small-{name}-s" for name in ("random-base", "no-base"))
    assert raised.value.reason.startswith(
        f"2 of its cells failed: {bad}0, {bad}1 (Checkpoint 'no-base': there is no checkpoint"
    )
    assert caplog.text.count("no-base-s0 failed: Checkpoint 'no-base'") == 1
    results = workspace.store.results([study.run_name])
    assert results.groupby("checkpoint").size().to_dict() == {f"{good}0": 4, f"{good}1": 4}
    assert list(workspace.store.runs()["status"]) == ["failed"]
