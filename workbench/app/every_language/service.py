"""What the grid's tab works with: prompt sets, checkpoints, answers, and runs to keep them as."""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.app.chat.models import Models
from workbench.app.every_language.engine import GridEngine
from workbench.app.every_language.grid import Grid
from workbench.app.every_language.saving import save_grid
from workbench.app.every_language.sets import ParallelSets
from workbench.lid.detector import Detector

if TYPE_CHECKING:
    from workbench.store import Store

MOST_CHECKPOINTS = 4
_TINY_SET = "tinyworld-test"
_TINY = "tiny-"
"""Begins the names of all base models of the tiny world."""
_PREFERRED = ("tiny-full-good", "tiny-full-hot")


class EveryLanguage:
    """The functions behind the tab, without any widget."""

    def __init__(self, store: Store, models: Models, detector: Detector) -> None:
        self.sets = ParallelSets(store)
        self._store = store
        self._catalogue = models.catalogue
        self._detector = detector
        self._engine = GridEngine(models.at, detector)

    def checkpoints(self) -> list[str]:
        """Names of the checkpoints that can answer."""
        return [info.name for info in self._catalogue.all()]

    def first_checkpoints(self) -> list[str]:
        """Those that are chosen before a person chooses: the two that differ most."""
        names = self.checkpoints()
        return [name for name in _PREFERRED if name in names] or names[:2]

    def first_set(self, checkpoints: Sequence[str]) -> str:
        """The prompt set that is shown first: one that these checkpoints can answer."""
        names = self.sets.names()
        if _TINY_SET in names and self.of_tiny_world(checkpoints):
            return _TINY_SET
        return next((name for name in names if not name.startswith("tinyworld")), names[0])

    def of_tiny_world(self, checkpoints: Sequence[str]) -> list[str]:
        """Those of the checkpoints that know the words of the tiny world alone."""
        known = {info.name: info for info in self._catalogue.all()}
        return [
            name
            for name in checkpoints
            if name in known and Path(known[name].base or name).name.startswith(_TINY)
        ]

    def ask(self, grid: Grid, stop: threading.Event | None = None) -> Generator[Grid, None, None]:
        """The grid as it fills; see ``GridEngine.ask``."""
        return self._engine.ask(grid, stop)

    def save(self, grid: Grid) -> str:
        """Keep the answers as a run; see ``save_grid``."""
        return save_grid(self._store, grid, self._detector)
