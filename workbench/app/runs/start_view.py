"""What starting a study would do, before it is started, without any widget."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.errors import WorkbenchError
from workbench.estimates import duration
from workbench.study import load_study

if TYPE_CHECKING:
    from workbench.workspace import Workspace


@dataclass(frozen=True)
class Offer:
    """A study that can be started."""

    name: str
    question: str
    command: str
    """What a terminal would do the same by."""
    outlook: str
    """What is still to do, and how long it may take; or why it cannot be started."""
    possible: bool = True


def offer(workspace: Workspace, name: str) -> Offer:
    """A shipped study, with what of it is there already in the workspace."""
    from workbench.planning import plan_study

    study, command = load_study(Path(name)), f"workbench run {name}"
    try:
        plan = plan_study(study, workspace)
    except WorkbenchError as error:
        return Offer(name, study.question, command, f"{error}", possible=False)
    record = plan.record
    seconds, size = plan.seconds.value, plan.bytes.value
    parts = [
        f"{len(plan.cells)} cells, {record['to_train']} to train",
        f"{record['responses']:,} answers to come",
        "time unknown" if seconds is None else f"about {duration(seconds)} of training",
        "disk unknown" if size is None else f"{size / 1e6:,.0f} MB",
    ]
    return Offer(name, study.question, command, "; ".join(parts) + ".")
