"""Keeps a benchmark on one processor core, with libraries that use one thread."""

from __future__ import annotations

import os
import sys

_VARIABLE = "OPENBLAS_NUM_THREADS"
"""Read when NumPy is loaded, so that it must be set before the process starts."""


def keep_to_one_core(module: str) -> None:
    """Start ``python -m module`` anew with one thread, unless it is so; then take one core."""
    if os.environ.get(_VARIABLE) != "1":
        command = [sys.executable, "-m", module, *sys.argv[1:]]
        os.execve(sys.executable, command, {**os.environ, _VARIABLE: "1", "OMP_NUM_THREADS": "1"})
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
