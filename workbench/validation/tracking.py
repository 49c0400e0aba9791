"""Curves for TensorBoard or trackio, beside those that the store keeps.

TensorBoard reads ``logs/tensorboard/STUDY/CHECKPOINT`` of the workspace; trackio keeps its
own folder, which ``TRACKIO_DIR`` names.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from workbench.checkpoint_info import CheckpointInfo
from workbench.errors import InputError
from workbench.store.validations import ValidationScore
from workbench.training.recipe import Recipe
from workbench.validation.settings import Tracker

Points = Mapping[int, Mapping[str, float]]
"""Values by step and name."""
Writer = Callable[[str, Points], None]
"""Takes the name of a training and the points that are new."""


@dataclass(frozen=True)
class Trackers:
    """Where curves go while a study trains."""

    writers: tuple[Writer, ...]

    def log(
        self,
        info: CheckpointInfo,
        step: int,
        scores: Sequence[ValidationScore],
        curve: Sequence[Mapping[str, float]],
    ) -> None:
        """Write the scores at a step, and the training loss since the step kept before it."""
        recipe = Recipe.model_validate(info.recipe)
        # The loss of the step kept before was not logged yet when it was kept.
        before = max((kept for kept in recipe.kept_steps if kept < step), default=0)
        points: dict[int, dict[str, float]] = {
            int(point["step"]): {
                "train/loss": point["loss"],
                "train/learning_rate": point["learning_rate"],
            }
            for point in curve
            if before <= point["step"] <= step
        }
        values = {
            f"validation/{score.measure}/{score.language}": score.value
            for score in scores
            if score.value is not None
        }
        points[step] = {**points.get(step, {}), **values}
        for write in self.writers:
            write(recipe.name, dict(sorted(points.items())))


def check_trackers(names: Sequence[Tracker]) -> None:
    """InputError where the package of a tracker is not installed."""
    for name in names:
        if find_spec(name) is None:
            raise InputError(
                f"report_to '{name}'",
                f"the package {name} is not installed",
                "Install it with: pip install 'crosslingual-workbench[tracking]'",
            )


def make_trackers(names: Sequence[Tracker], study: str, logs: Path) -> Trackers | None:
    """The trackers of these names; InputError where a package is not installed."""
    check_trackers(names)
    makers = {"tensorboard": _tensorboard, "trackio": _trackio}
    return Trackers(tuple(makers[name](study, logs) for name in names)) if names else None


def _tensorboard(study: str, logs: Path) -> Writer:
    from torch.utils.tensorboard import SummaryWriter

    # One file a training and process.
    writers: dict[str, Any] = {}

    def write(name: str, points: Points) -> None:
        if name not in writers:
            folder = logs / "tensorboard" / study / name
            writers[name] = SummaryWriter(str(folder))
        for step, values in points.items():
            for tag, value in values.items():
                writers[name].add_scalar(tag, value, step)
        writers[name].flush()

    return write


def _trackio(study: str, logs: Path) -> Writer:
    # No types; and it may not be there where types are checked.
    trackio = import_module("trackio")

    def write(name: str, points: Points) -> None:
        # It prints what it does to standard output, which is for results.
        with contextlib.redirect_stdout(io.StringIO()):
            trackio.init(
                project=study,
                name=name,
                resume="allow",
                embed=False,
                auto_log_gpu=False,
                auto_log_cpu=False,
            )
            for step, values in points.items():
                trackio.log(dict(values), step=step)
            trackio.finish()

    return write
