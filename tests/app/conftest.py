"""Parts for the app's tests: services over a real store with known answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from driving import browser, page
from known_answers import fill
from scripted_engine import ScriptedEngine

from workbench.app.chat.models import Models
from workbench.app.checkpoints.view import CheckpointViews
from workbench.app.compare.results import Results
from workbench.app.every_language.service import EveryLanguage
from workbench.app.runs.view import RunViews
from workbench.app.services import Services
from workbench.checkpoints import SHIPPED, Catalogue
from workbench.judging.people import Desk
from workbench.languages import LANGUAGES
from workbench.lid.detector import Detector
from workbench.lid.detectors import make_detector
from workbench.store import Store
from workbench.workspace import Workspace

__all__ = ["browser", "page"]


@pytest.fixture(scope="session")
def detector() -> Detector:
    return make_detector("py3langid", tuple(LANGUAGES))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path / 'workbench.sqlite'}") as store:
        yield store


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with a learning-rate study; see ``fill``."""
    fill(store)
    return store


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine(
        {"tiny-full-good": "Le renard est roux.", "tiny-full-hot": "The fox is <b>red</b>."}
    )


@pytest.fixture
def workspace(store: Store, tmp_path: Path) -> Iterator[Workspace]:
    """The workspace that the store is of."""
    workspace = Workspace(tmp_path)
    yield workspace
    workspace.store.close()


@pytest.fixture
def services(
    engine: ScriptedEngine,
    detector: Detector,
    store: Store,
    workspace: Workspace,
    tmp_path: Path,
) -> Services:
    return Services(
        engine=engine,
        detector=detector,
        results=Results(store, example=tmp_path / "example.parquet"),
        runs=RunViews(workspace),
        desk=Desk(store),
        every_language=EveryLanguage(store, Models(Catalogue([SHIPPED])), detector),
        checkpoints=CheckpointViews(workspace),
        prompts=tmp_path / "prompts.jsonl",
    )
