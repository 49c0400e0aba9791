"""Processor threads and GPUs, divided among the processes of a machine."""

from __future__ import annotations

import os

_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")
"""What libraries read, each for itself, when they are loaded."""


def cores() -> int:
    """Processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def places() -> int:
    """Trainings that this machine can do at once: one a GPU, or one a core."""
    import torch

    return torch.cuda.device_count() or cores()


def threads_each(processes: int) -> int:
    """Threads for each of some processes, so that together they have a core each.

    No more than ``OMP_NUM_THREADS`` says where it is set.
    """
    told = os.environ.get("OMP_NUM_THREADS", "")
    most = int(told) if told.isdecimal() and int(told) > 0 else cores()
    return max(1, min(most, cores() // processes))


def limit_threads(number: int) -> None:
    """Use so many threads in this process; best before anything heavy is imported.

    Two processes whose OpenMP teams share a core wait for each other most of the time.
    """
    for name in _VARIABLES:
        os.environ[name] = str(number)
    import torch

    torch.set_num_threads(number)


def take_gpu(place: int) -> None:
    """Let this process see one GPU alone, the one for its place; before CUDA is first used."""
    import torch

    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    gpus = (
        [name for name in named.split(",") if name]
        if named is not None
        else [str(number) for number in range(torch.cuda.device_count())]
    )
    if gpus:
        os.environ["CUDA_VISIBLE_DEVICES"] = gpus[place % len(gpus)]
