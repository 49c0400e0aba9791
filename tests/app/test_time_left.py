"""How long a run still takes, from its plan and its log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from workbench.app.runs.time_left import TimeLeft, TimesLeft
from workbench.study import Study
from workbench.workspace import Workspace

STUDY: dict[str, Any] = {
    "name": "rates",
    "recipe": {"base": "tiny-base", "data": "tinyworld", "steps": 100},
    "grid": {"learning_rate": [1e-4, 1e-3]},
    "prompt_sets": [{"name": "tinyworld-test", "limit": 10}],
    "languages": ["en", "fr"],
}


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (TimeLeft(600.0, 1200, 10.0), "about 12 min left"),  # 10 min and 120 s
        (TimeLeft(600.0, 1200, None), "about 10 min of training, then 1,200 answers left"),
        (TimeLeft(600.0, 0, None), "about 10 min of training left"),
        (TimeLeft(0.0, 50, 10.0), "about 5 s left"),
        (TimeLeft(0.0, 50, None), "50 answers left"),
        (TimeLeft(None, 0, None), "training for a time that is not known left"),
        (TimeLeft(0.0, 0, 3.0), ""),
    ],
)
def test_what_is_left_in_words(left: TimeLeft, text: str) -> None:
    assert left.text == text


def test_training_shrinks_with_the_log_and_answers_have_its_pace(tmp_path: Path) -> None:
    times, study = TimesLeft(Workspace(tmp_path)), Study.model_validate(STUDY)
    whole = times.of(study)
    assert whole is not None
    # Two cells, each asked 10 prompts in two languages.
    assert (whole.answers, whole.pace) == (40, None)
    assert whole.training is not None
    log = (
        "training rates-lr0.0001: 25/100, 3.0/s, 25 s left\n"
        "rates-lr0.0001@50: answering: 20/20, 40.0/s\n"
        "something else\n"
        "training rates-lr0.0001, loss 0.20: 50/100, 3.0/s, 17 s left\n"
        "rates-lr0.0001: answering: 10/20, 20.0/s, 1 s left\n"
    )
    later = times.of(study, log)
    assert later is not None
    # Half of one of two like cells is done: a quarter of all training.
    assert later.training == pytest.approx(0.75 * whole.training)
    assert later.pace == 30.0  # the median of 40 and 20


def test_a_study_that_cannot_be_planned_tells_no_time(tmp_path: Path) -> None:
    study = Study.model_validate({**STUDY, "recipe": {**STUDY["recipe"], "base": "gone"}})
    assert TimesLeft(Workspace(tmp_path)).of(study) is None
