from __future__ import annotations

import os
import subprocess
import sys

import pytest

from workbench.executors import threads
from workbench.executors.threads import cores, threads_each


def test_cores_are_divided_among_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "cores", lambda: 16)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert [threads_each(number) for number in (1, 3, 16, 40)] == [16, 5, 1, 1]
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    assert [threads_each(number) for number in (1, 3, 16)] == [2, 2, 1]
    monkeypatch.setenv("OMP_NUM_THREADS", "4,2")  # a list for nested teams, as OpenMP allows
    assert threads_each(4) == 4


def test_cores_are_those_that_this_process_may_use() -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)


LIMITED = """
import os
from workbench.executors.threads import limit_threads, take_gpu
limit_threads(1)
take_gpu(int(os.environ["PLACE"]))
import torch
print(torch.get_num_threads(), os.environ["MKL_NUM_THREADS"], os.environ["CUDA_VISIBLE_DEVICES"])
"""


@pytest.mark.parametrize(("place", "gpu"), [(0, "3"), (1, "5"), (2, "3")])
def test_each_process_gets_its_threads_and_one_gpu(place: int, gpu: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED],
        env={**os.environ, "OMP_NUM_THREADS": "2", "CUDA_VISIBLE_DEVICES": "3,5"}
        | {"PLACE": str(place)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["1", "1", gpu]
