"""Tables on disk: shared by processes, replaced when damaged, never needed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from workbench.assets import PROJECT_ROOT
from workbench.lid.engine.cache import Arrays, cached_arrays

ARRAYS = {"a": np.arange(1000), "b": np.array(["en", "fr"])}


class Builder:
    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> Arrays:
        self.calls += 1
        return ARRAYS


def same(found: Arrays) -> bool:
    return set(found) == set(ARRAYS) and all((found[k] == ARRAYS[k]).all() for k in ARRAYS)


def test_built_once_and_then_read(tmp_path: Path) -> None:
    build = Builder()
    assert same(cached_arrays("x", build, tmp_path))
    assert same(cached_arrays("x", build, tmp_path))
    assert build.calls == 1
    assert [path.name for path in tmp_path.iterdir()] == ["x.npz"]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_torn_file_is_replaced(tmp_path: Path, share: float) -> None:
    build = Builder()
    cached_arrays("x", build, tmp_path)
    path = tmp_path / "x.npz"
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    assert same(cached_arrays("x", build, tmp_path))
    assert build.calls == 2
    assert path.read_bytes() == whole


def test_a_flipped_byte_is_noticed(tmp_path: Path) -> None:
    build = Builder()
    cached_arrays("x", build, tmp_path)
    path = tmp_path / "x.npz"
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    path.write_bytes(damaged)
    assert same(cached_arrays("x", build, tmp_path))
    assert build.calls == 2


def test_a_file_that_is_no_archive_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "x.npz").write_bytes(b"\x80\x04K\x01.")  # a pickle
    build = Builder()
    assert same(cached_arrays("x", build, tmp_path))
    assert build.calls == 1


def test_a_folder_that_cannot_be_made_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert same(cached_arrays("x", Builder(), tmp_path / "file" / "folder"))


def test_processes_at_once(tmp_path: Path) -> None:
    code = (
        "from workbench.lid.langid_detector import LangidDetector;"
        "print(LangidDetector(['en','fr']).identify('Le chat dort toute la journée').label)"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=PROJECT_ROOT,
            env={**os.environ, "WORKBENCH_CACHE": str(tmp_path)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    assert [process.communicate(timeout=120)[0].strip() for process in processes] == ["fr"] * 3
    assert [path.suffix for path in tmp_path.iterdir()] == [".npz"]
    assert not list(tmp_path.glob(".new-*"))
