"""A study whose worker is killed in the middle of a cell, and what must hold afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import psutil
import torch
from safetensors.torch import load_file

from workbench.assets import PROJECT_ROOT
from workbench.store.validations import validations
from workbench.workspace import Workspace

CELLS = ("small-s0", "small-s1", "small-s2")
DEADLINE = 1200
"""Seconds, on a busy machine."""


def start(
    study: Path, workspace: Path, options: Iterable[str], environment: Mapping[str, str]
) -> subprocess.Popen[str]:
    """``workbench run`` with an executor."""
    return subprocess.Popen(
        [sys.executable, "-m", "workbench", "run", str(study), *options]
        + ["--workspace", str(workspace)],
        cwd=PROJECT_ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def kill_a_worker(root: int, workspace: Path) -> str:
    """Kill the process under ``root`` that trains a cell of which a step is kept; the cell."""
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        for process in psutil.Process(root).children(recursive=True):
            for cell in CELLS:
                partial = workspace / "checkpoints" / f".{cell}.partial"
                if any(partial.glob("step-*")) and holds(process.pid, partial / "lock"):
                    os.kill(process.pid, signal.SIGKILL)
                    return cell
        time.sleep(0.02)
    raise AssertionError("no cell was seen at work")


def holds(pid: int, path: Path) -> bool:
    """Whether a process has a file open."""
    try:
        return any(os.readlink(fd) == str(path) for fd in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:  # it has ended, or closed the file meanwhile
        return False


def check_whole(folder: Path, run: str) -> None:
    """Every cell is trained, validated and asked once, and nothing is left over."""
    workspace = Workspace(folder)
    checkpoints = folder / "checkpoints"
    assert sorted(path.name for path in checkpoints.iterdir() if path.is_dir()) == list(CELLS)
    for cell in CELLS:
        steps = sorted(path.name for path in (checkpoints / cell).glob("step-*"))
        assert steps == ["step-10", "step-20", "step-30"]
    results = workspace.store.results([run])
    # Three cells, two languages, two prompts.
    assert len(results) == 3 * 2 * 2
    assert not results.duplicated(["checkpoint", "parallel_id", "language"]).any()
    assert results["right_language"].notna().sum() + results["language_missing"].notna().sum() == 12
    runs = workspace.store.runs()
    assert set(runs["status"]) == {"finished"}
    (own,) = runs.loc[runs["kind"] == "validation", "name"]
    answers = workspace.store.results([own])
    assert len(answers) == 3 * 4 * 2 * 2  # three cells, four steps
    assert not answers.duplicated(["checkpoint", "parallel_id", "language"]).any()
    frame = validations(workspace.store, own)
    assert frame["checkpoint"].nunique() == 3 * 4
    assert not frame.duplicated(["checkpoint", "language", "measure"]).any()


def trained(folder: Path) -> dict[str, torch.Tensor]:
    """All weights of the cells in a workspace."""
    return {
        f"{cell} {name}": tensor
        for cell in CELLS
        for name, tensor in load_file(folder / "checkpoints" / cell / "model.safetensors").items()
    }
