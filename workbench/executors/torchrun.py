"""Starts several processes that train one model together, as torchrun does."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Sequence

from workbench.errors import ModelError
from workbench.executors.threads import threads_each


def launch(processes: int, arguments: Sequence[str]) -> int:
    """Run ``workbench`` with these arguments in so many processes of this machine.

    With GPUs each takes one; without, they compute on the CPU. The exit status: 0, or that
    of the first process that failed, which has said why. Raises ModelError where one was
    killed.
    """
    from torch.distributed.elastic.multiprocessing.api import SignalException
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
    from torch.distributed.launcher.api import LaunchConfig, elastic_launch

    config = LaunchConfig(
        min_nodes=1,
        max_nodes=1,
        nproc_per_node=processes,
        run_id=f"workbench-{os.getpid()}",
        rdzv_backend="c10d",
        rdzv_endpoint="localhost:0",
        max_restarts=0,
    )
    os.environ["OMP_NUM_THREADS"] = str(threads_each(processes))
    # Its report of a failure says nothing that the process itself has not said.
    logging.getLogger("torch.distributed.elastic").setLevel(logging.CRITICAL)
    try:
        elastic_launch(config, sys.executable)("-m", "workbench", *arguments)
    except ChildFailedError as error:
        rank, failure = error.get_first_failure()
        if failure.exitcode < 0:
            raise ModelError(
                f"Training by {processes} processes",
                f"number {rank} was killed ({signal.Signals(-failure.exitcode).name})",
                "Give the same command again: it goes on from the last save; where memory is "
                "short, set a smaller micro_batch_size",
            ) from None
        return failure.exitcode
    except SignalException:
        raise KeyboardInterrupt from None
    return 0
