"""What the tabs work with: made once at the start and handed down."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.app.chat.engine import AnyEngine, Engine, LocalEngine, RemoteEngine
from workbench.app.chat.models import Models
from workbench.app.checkpoints.view import CheckpointViews
from workbench.app.compare.results import Results
from workbench.app.every_language.service import EveryLanguage
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
    """Checkpoints, and models behind endpoints, that answer in the chat."""
    detector: Detector
    """Identifies the language of prompts and answers in the chat."""
    results: Results
    """Answers and scores for the comparison."""
    runs: RunViews
    """Runs, how far they are and what they lead to."""
    desk: Desk
    """Answers for raters, and their ratings."""
    every_language: EveryLanguage
    """Prompts asked in every language."""
    checkpoints: CheckpointViews
    """Checkpoints, how they were made and how they do in each language."""
    prompts: Path
    """Prompt set that the chat's suggestions are taken from; it may be absent."""
    endpoints: bool = True
    """Whether users may name servers that are asked in the chat: keys in the environment go to
    them, and they may be any that this machine reaches."""


def make_services(workspace: Workspace) -> Services:
    """The real parts, over a workspace and the shipped checkpoints."""
    from workbench.lid.detectors import DEFAULT_DETECTOR, make_detector
    from workbench.runs import catalogue

    detector = make_detector(DEFAULT_DETECTOR, tuple(LANGUAGES))
    models = Models(catalogue(workspace))
    return Services(
        engine=AnyEngine(LocalEngine(models), RemoteEngine()),
        detector=detector,
        results=Results(workspace.store, example=asset("examples", "results.parquet")),
        runs=RunViews(workspace),
        desk=Desk(workspace.store),
        every_language=EveryLanguage(workspace.store, models, detector),
        checkpoints=CheckpointViews(workspace),
        prompts=asset("prompts", "tinyworld-test.jsonl"),
    )
