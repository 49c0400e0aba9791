"""How long a run that goes on still takes: training by its plan, answering by its log's pace."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from workbench.errors import WorkbenchError
from workbench.estimates import duration

if TYPE_CHECKING:
    from workbench.planning import Plan
    from workbench.study import Study
    from workbench.workspace import Workspace

_LINE = re.compile(r"^(?P<label>.+?): (?P<done>\d+)/(?P<total>\d+), (?P<rate>[\d.]+)/s", re.M)
"""What ``workbench.progress`` writes into a log."""
_ANSWERING, _TRAINING = "answering", "training "
_LINES = 5
"""Lines of a log that a pace is taken from."""
_KEPT_SECONDS = 20.0
"""A plan is as good as new for so long."""


@dataclass(frozen=True)
class TimeLeft:
    """What a run still has to do."""

    training: float | None
    """Seconds; None where nothing comparable has been trained."""
    answers: int
    pace: float | None
    """Answers a second; None before the first ones."""

    @property
    def text(self) -> str:
        """A few words for the page; empty where nothing is left but scoring."""
        if not self.training and self.training is not None and not self.answers:
            return ""
        if self.training is None:
            train = "training for a time that is not known"
        else:
            train = f"about {duration(self.training)} of training" if self.training else ""
        if not self.answers:
            return f"{train} left"
        if self.pace is None:
            answer = f"{self.answers:,} answers"
            return f"{train}, then {answer} left" if train else f"{answer} left"
        answering = self.answers / self.pace
        if self.training is None:
            return f"{train}, then about {duration(answering)} of answering left"
        return f"about {duration(self.training + answering)} left"


class TimesLeft:
    """Times left of the runs of a workspace; a plan is made anew only every so often."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._plans: dict[str, tuple[float, Plan | None]] = {}

    def of(self, study: Study, log: str = "") -> TimeLeft | None:
        """What a study's run still has to do; None where that cannot be told."""
        plan = self._plan(study)
        if plan is None:
            return None
        answers = int(plan.cells["responses"].sum()) + plan.validation_responses
        training = plan.seconds.value
        if training:
            training = max(0.0, training - _trained(plan, log))
        return TimeLeft(training, answers, _pace(log))

    def _plan(self, study: Study) -> Plan | None:
        from workbench.planning import plan_study

        run = study.run_name
        with self._lock:
            made, plan = self._plans.get(run, (float("-inf"), None))
            if time.monotonic() - made > _KEPT_SECONDS:
                try:
                    plan = plan_study(study, self._workspace)
                except WorkbenchError:
                    plan = None  # a base or prompts are gone: the run itself will say so
                self._plans[run] = (time.monotonic(), plan)
            return plan


def _pace(log: str) -> float | None:
    """Answers a second, by the last lines of the log that say so."""
    found = [match for match in _LINE.finditer(log) if _ANSWERING in match["label"]]
    rates = [float(match["rate"]) for match in found[-_LINES:]]
    return median(rates) or None if rates else None


def _trained(plan: Plan, log: str) -> float:
    """Seconds of the cell in training that are done already."""
    last = [match for match in _LINE.finditer(log) if match["label"].startswith(_TRAINING)]
    if not last:
        return 0.0
    name = last[-1]["label"].removeprefix(_TRAINING).partition(",")[0]
    cell = plan.cells[(plan.cells["name"] == name) & plan.cells["seconds"].notna()]
    share = int(last[-1]["done"]) / max(1, int(last[-1]["total"]))
    return float(cell["seconds"].iloc[0]) * share if len(cell) else 0.0
