from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from workbench.assets import PROJECT_ROOT
from workbench.checkpoint_info import CheckpointInfo
from workbench.errors import InputError
from workbench.store.validations import ValidationScore
from workbench.training.recipe import Recipe
from workbench.validation import tracking
from workbench.validation.tracking import Trackers, make_trackers

RECIPE = Recipe(name="cell", base="b", data="d", learning_rate=0.5, steps=5, save_every=2)
SCORES = [
    ValidationScore("fr", "accuracy", 0.25, 4, 4),
    ValidationScore("fr", "loss", None, 0, 0, "no data"),
]


def info(step: int) -> CheckpointInfo:
    name = "cell" if step == 5 else f"cell@{step}"
    return CheckpointInfo(
        name=name, path=Path(name), method="full", recipe=RECIPE.model_dump(mode="json"), step=step
    )


def curve(*steps: int) -> list[dict[str, float]]:
    return [{"step": s, "loss": 10.0 - s, "learning_rate": 0.5} for s in steps]


def log_a_training(trackers: Trackers) -> None:
    """As a training shows its steps: the loss of a step is in the next curve only."""
    trackers.log(info(2), 2, SCORES, curve(1))
    trackers.log(info(4), 4, SCORES, curve(1, 2, 3))
    trackers.log(info(5), 5, SCORES, curve(1, 2, 3, 4, 5))


def test_each_point_is_written_once() -> None:
    written: list[tuple[str, int, dict[str, float]]] = []

    def write(name: str, points: Any) -> None:
        written.extend((name, step, dict(values)) for step, values in points.items())

    log_a_training(Trackers((write,)))

    losses = [(step, values["train/loss"]) for _, step, values in written if "train/loss" in values]
    assert losses == [(1, 9.0), (2, 8.0), (3, 7.0), (4, 6.0), (5, 5.0)]
    rates = [step for _, step, values in written if values.get("validation/accuracy/fr") == 0.25]
    assert rates == [2, 4, 5]
    assert not [values for _, _, values in written if "validation/loss/fr" in values]
    assert {name for name, _, _ in written} == {"cell"}


def test_tensorboard_reads_the_curves_back(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard", reason="the extra 'tracking' is not installed")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    trackers = make_trackers(["tensorboard"], "study", tmp_path)
    assert trackers is not None
    log_a_training(trackers)

    read = EventAccumulator(str(tmp_path / "tensorboard" / "study" / "cell"))
    read.Reload()
    assert [(e.step, e.value) for e in read.Scalars("validation/accuracy/fr")] == [
        (2, 0.25),
        (4, 0.25),
        (5, 0.25),
    ]
    assert [e.step for e in read.Scalars("train/loss")] == [1, 2, 3, 4, 5]


TRACKED = """
import sys
from pathlib import Path
from tests.validation.test_tracking import log_a_training
from workbench.validation.tracking import make_trackers
log_a_training(make_trackers(["trackio"], "study", Path(sys.argv[1])))
"""


def test_trackio_keeps_the_curves(tmp_path: Path) -> None:
    pytest.importorskip("trackio", reason="the extra 'tracking' is not installed")
    # It reads where to keep things when it is imported: so in a process of its own.
    done = subprocess.run(
        [sys.executable, "-c", TRACKED, str(tmp_path)],
        cwd=PROJECT_ROOT,
        env={**os.environ, "TRACKIO_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    with sqlite3.connect(tmp_path / "study.db") as database:
        rows = database.execute("select run_name, step from metrics order by step").fetchall()
    # At the steps that were kept the rates come first, the loss with the next ones.
    assert rows == [("cell", step) for step in (1, 2, 2, 3, 4, 4, 5)]


def test_a_package_that_is_not_there_is_said_before_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracking, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"trackio is not installed.*\[tracking\]"):
        make_trackers(["trackio"], "study", tmp_path)
    assert make_trackers([], "study", tmp_path) is None
