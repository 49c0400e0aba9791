"""Looking at a model while it is trained, without a trace in the training."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from workbench.checkpoints import LoadedCheckpoint


@dataclass(frozen=True)
class TrainedStep:
    """The model after an update at which a checkpoint is kept, or after the last one."""

    step: int
    checkpoint: LoadedCheckpoint
    """As it would be loaded from disk; for use within the call alone."""
    curve: list[dict[str, float]]
    """Step, loss and learning rate so far."""


Observer = Callable[[TrainedStep], None]


@dataclass(frozen=True)
class BetweenUpdates:
    """What is done between the updates of a training."""

    observe: Observer | None = None
    """Called with the model at each step that is kept, and at the last."""
    resume_seconds: float = 60.0
    """Time between two saves to resume from."""


@contextmanager
def at_rest(model: Any) -> Iterator[Any]:
    """The model as its checkpoint answers, and afterwards everything as it was before.

    Evaluation mode, no gradients, and on CPUs, where checkpoints answer in float32,
    without the autocast that training puts around the forward pass. The random numbers
    that training draws next are the same.
    """
    import torch

    training = {module for module in model.modules() if module.training}
    wrapped = model.__dict__.pop("forward", None) if model.device.type == "cpu" else None
    devices = [model.device] if model.device.type == "cuda" else []
    try:
        with torch.no_grad(), torch.random.fork_rng(devices):
            model.eval()
            yield model
    finally:
        if wrapped is not None:
            model.forward = wrapped
        for module in training:
            module.training = True
