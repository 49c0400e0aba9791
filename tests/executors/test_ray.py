"""Studies on a real Ray cluster of this machine, started by its own process and ended by its id."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
import pytest
import torch

from tests.executors.killing import DEADLINE, check_whole, kill_a_worker, start, trained
from workbench.errors import InputError
from workbench.executors import ray_cluster
from workbench.executors.executor import Task
from workbench.executors.ray_cluster import RayExecutor
from workbench.runs import run_study
from workbench.study import Study
from workbench.workspace import Workspace

RAY = pytest.mark.skipif(find_spec("ray") is None, reason="the extra 'ray' is not installed")
ENVIRONMENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_AUTH_MODE": "disabled",
    "RAY_raylet_start_wait_time_s": "300",
}


def test_without_the_package_the_remedy_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray_cluster, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"ray is not installed.*\[ray\].*'processes'"):
        RayExecutor().run([Task("a", lambda progress, memory: None)])


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, str]]:
    """The head's process id and its address; two workers at once."""
    # Paths of its sockets must be short.
    folder = Path(tempfile.mkdtemp(prefix="ray-", dir="/tmp"))
    # Every process of Ray imports jsonschema, which spends seconds on this optional package.
    (folder / "sitecustomize.py").write_text("import sys\nsys.modules['rfc3987_syntax'] = None\n")
    log = folder / "log"
    with log.open("w") as output:
        head = subprocess.Popen(
            [sys.executable, "-m", "ray.scripts.scripts", "start", "--head", "--block"]
            + ["--port=0", "--num-cpus=2", "--include-dashboard=false", f"--temp-dir={folder}"]
            + [f"--object-store-memory={80 * 2**20}", "--disable-usage-stats"],
            env={**os.environ, **ENVIRONMENT, "PYTHONPATH": str(folder)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    started = [psutil.Process(head.pid)]
    try:
        deadline = time.monotonic() + DEADLINE
        while not (found := re.search(r"--address='([\d.:]+)'", log.read_text())):
            assert head.poll() is None and time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        yield head.pid, found.group(1)
    finally:
        started += started[0].children(recursive=True) if head.poll() is None else []
        head.terminate()
        _, alive = psutil.wait_procs(started, timeout=40)
        for process in alive:
            process.kill()
        head.wait()
        shutil.rmtree(folder, ignore_errors=True)


@RAY
@pytest.mark.slow
def test_a_killed_worker_of_a_cluster_costs_nothing_but_time(
    cluster: tuple[int, str], study_file: Path, fields: dict[str, Any], tmp_path: Path
) -> None:
    head, address = cluster
    folder = tmp_path / "ws"
    options = ("--executor", "ray", "--address", address)
    process = start(study_file, folder, options, ENVIRONMENT)
    kill_a_worker(head, folder)
    output, errors = process.communicate(timeout=DEADLINE)

    assert process.returncode == 0, errors
    (run,) = output.splitlines()
    check_whole(folder, run)
    assert "training small-s0" in errors  # how far cells are is seen here
    alone = Workspace(tmp_path / "alone")
    run_study(Study.model_validate(fields), alone)
    first, second = trained(folder), trained(alone.folder)
    assert all(torch.equal(first[name], second[name]) for name in second)


@RAY
@pytest.mark.slow
def test_failures_and_lost_workers_on_a_cluster(cluster: tuple[int, str], tmp_path: Path) -> None:
    script = f"""
import json
from functools import partial
from pathlib import Path
from tests.executors import work
from workbench.executors.executor import Task
from workbench.executors.ray_cluster import RayExecutor
folder = Path({str(tmp_path)!r})
tasks = [
    Task("good", partial(work.note, folder / "good", "good")),
    Task("bad", work.refuse),
    Task("defect", work.stumble),
    Task("twice", partial(work.die, folder / "twice", 2)),
    Task("always", partial(work.die, folder / "always", 9)),
]
errors = RayExecutor({cluster[1]!r}, workers=2).run(tasks)
told = {{name: type(error).__name__ + ": " + error.reason for name, error in errors.items()}}
print(json.dumps(told))
"""
    for name in ("good", "twice", "always"):
        (tmp_path / name).mkdir()
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **ENVIRONMENT, "PYTHONPATH": os.getcwd()},
        capture_output=True,
        text=True,
        timeout=DEADLINE,
    )

    assert done.returncode == 0, done.stderr
    errors = json.loads(done.stdout)
    assert sorted(errors) == ["always", "bad", "defect"]
    assert errors["bad"] == "NotFoundError: it is not there"
    assert "in each of 3 attempts" in errors["always"]
    assert "a defect of the program" in errors["defect"]
    assert "ZeroDivisionError: a defect" in done.stderr
    attempts = {name: len(list((tmp_path / name).iterdir())) for name in ("twice", "always")}
    assert attempts == {"twice": 3, "always": 3}
    # One thread, as one core was asked for.
    assert (tmp_path / "good" / "good").read_text().split()[1:3] == ["1", "1"]


@RAY
@pytest.mark.slow
def test_a_cluster_that_is_not_there(free_port: int) -> None:
    with pytest.raises(InputError, match="no connection to it.*refused.*ray start --head"):
        RayExecutor(f"127.0.0.1:{free_port}").run([Task("a", lambda progress, memory: None)])


@pytest.fixture
def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
