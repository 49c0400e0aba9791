"""Tasks for executors, as functions that other processes can import."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from workbench.errors import NotFoundError
from workbench.memory import Memory
from workbench.progress import ProgressCallback


def note(folder: Path, name: str, progress: ProgressCallback, memory: Memory) -> None:
    """Leave a file with process, threads, and what the process remembers."""
    import torch

    number = memory.recall("number", "always", lambda: len(list(folder.iterdir())))
    progress(1, 2, f"noting {name}, half")
    time.sleep(0.2)
    progress(2, 2, f"noting {name}, done")
    words = (os.getpid(), torch.get_num_threads(), os.environ["OMP_NUM_THREADS"], number)
    (folder / name).write_text(" ".join(map(str, words)))


def refuse(progress: ProgressCallback, memory: Memory) -> None:
    """End with an error for users."""
    raise NotFoundError("Base 'x'", "it is not there", "Name another one")


def stumble(progress: ProgressCallback, memory: Memory) -> None:
    """End with a defect."""
    raise ZeroDivisionError("a defect")


def die(folder: Path, times: int, progress: ProgressCallback, memory: Memory) -> None:
    """Be killed, the first so many times; each attempt leaves a file."""
    attempt = len(list(folder.iterdir()))
    (folder / str(attempt)).touch()
    if attempt < times:
        os.kill(os.getpid(), signal.SIGKILL)
