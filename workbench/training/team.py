"""The processes that train one model together, as torchrun starts them.

Each holds the whole model, computes the gradients of its rows of an update, and takes the
mean over all (distributed data parallel). The first one alone writes files, decides when
to save, and shows the model to observers; the others wait for it.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from workbench.errors import ModelError

T = TypeVar("T")
_PATIENCE = timedelta(days=7)
"""Time that the others wait for the first one, which may be validating; where it has died,
torchrun ends them."""


@dataclass(frozen=True)
class Team:
    """One process's view of the processes that train a model."""

    rank: int = 0
    size: int = 1

    @property
    def first(self) -> bool:
        """Whether this process is the one that writes."""
        return self.rank == 0

    def agree(self, value: T) -> T:
        """The first process's value, in all of them."""
        if self.size == 1:
            return value
        import torch.distributed as dist

        box = [value]
        dist.broadcast_object_list(box, src=0)
        return box[0]

    def wait(self) -> None:
        """Go on when all have come here."""
        if self.size > 1:
            import torch.distributed as dist

            dist.barrier()

    def share(self, rows: Sequence[int], blank: int) -> list[int]:
        """This process's rows of an update, which are sorted by length; ``blank`` if none."""
        return list(rows[self.rank :: self.size]) or [blank]

    def check_size(self, trained: int) -> None:
        """ModelError where the library trains by another number of processes than started."""
        if trained != self.size:
            raise ModelError(
                f"Training by {self.size} processes",
                f"the library counts {trained}, and each would train a model of its own",
                "Start it with torchrun, or with 'workbench train --processes'",
            )

    def check_equal(self, value: float) -> None:
        """ModelError where the processes do not hold the same value after training."""
        if self.size == 1:
            return
        import torch.distributed as dist

        values: list[float] = [0.0] * self.size
        dist.all_gather_object(values, value)
        if len(set(values)) > 1:
            raise ModelError(
                f"Training by {self.size} processes",
                "their weights have come apart",
                "Train in one process, and report the recipe",
            )


ALONE = Team()


def is_first() -> bool:
    """Whether this process was started alone, or as the first one of a team."""
    return int(os.environ.get("RANK", "0")) == 0


def join() -> Team:
    """The team that this process was started in: one alone, unless by torchrun.

    Its members stay connected until the process ends, as connecting twice may hang.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return ALONE
    import torch
    import torch.distributed as dist

    if not dist.is_initialized():
        # Objects go over gloo, so that no GPU is needed to agree on something.
        backend = "gloo"
        if torch.cuda.is_available():
            torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
            backend = "cpu:gloo,cuda:nccl"
        dist.init_process_group(backend, timeout=_PATIENCE)
        atexit.register(dist.destroy_process_group)
    return Team(dist.get_rank(), dist.get_world_size())
