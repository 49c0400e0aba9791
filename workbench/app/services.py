"""What the tabs work with: made once at the start and handed down."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.app.chat.engine import Engine, LocalEngine
from workbench.app.compare.comparison import Results
from workbench.app.runs.view import RunViews
from workbench.assets import asset
from workbench.judging.people import Desk
from workbench.languages import LANGUAGES
from workbench.lid.detector import Detector

if TYPE_CHECKING:
    from workbench.workspace import Workspace


@dataclass(frozen=True)
class Services:
    """The parts behind the app."""

    engine: Engine
    """Checkpoints that answer in the chat."""
    detector: Detector
    """Identifies the language of prompts and answers in the chat."""
    results: Results
    """Answers and scores for the comparison."""
    runs: RunViews
    """Runs, how far they are and what they lead to."""
    desk: Desk
    """Answers for raters, and their ratings."""
    prompts: Path
    """Prompt set that the chat's suggestions are taken from; it may be absent."""


def make_services(workspace: Workspace) -> Services:
    """The real parts, over a workspace and the shipped checkpoints."""
    from workbench.lid.detectors import DEFAULT_DETECTOR, make_detector
    from workbench.runs import catalogue

    return Services(
        engine=LocalEngine(catalogue(workspace)),
        detector=make_detector(DEFAULT_DETECTOR, tuple(LANGUAGES)),
        results=Results(workspace.store, example=asset("examples", "results.parquet")),
        runs=RunViews(workspace),
        desk=Desk(workspace.store),
        prompts=asset("prompts", "tinyworld-test.jsonl"),
    )
