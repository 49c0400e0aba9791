"""Answers for a grid: all checkpoints at once, each in all languages."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from workbench.app.every_language.grid import Asked, Cell, CellState, Grid
from workbench.app.every_language.scoring import GridScores
from workbench.errors import WorkbenchError
from workbench.lid.detector import Detector

if TYPE_CHECKING:
    from workbench.checkpoints import LoadedCheckpoint
    from workbench.generation.local import Answer
    from workbench.prompts import Prompt

Load = Callable[[str], "LoadedCheckpoint"]
"""Gives the checkpoint of a name, ready to answer."""

_REFRESH = 0.2
"""Seconds between two looks at what the checkpoints have written."""
_PATIENCE = 10.0
"""Seconds that a checkpoint may take to notice that it was stopped."""
_STATES: dict[str, CellState] = {"stop": "ended", "length": "cut", "missing": "missing"}


class GridEngine:
    """Lets checkpoints answer a question in every language, and scores what they write."""

    def __init__(self, load: Load, detector: Detector) -> None:
        self._load = load
        self._detector = detector

    def ask(self, grid: Grid, stop: threading.Event | None = None) -> Generator[Grid, None, None]:
        """The grid as it fills, each time that it has changed; the last one is not running.

        Setting ``stop``, or closing the iterator, ends the answers where they are. A checkpoint
        that cannot be loaded has its answers missing with the reason; the others go on.
        """
        stop = stop or threading.Event()
        columns = [_Column(self._load, name, grid, stop) for name in grid.checkpoints]
        scores = GridScores(grid.question, self._detector)
        for column in columns:
            column.start()
        try:
            running = True
            while running:
                # Asked before the answers are read, so that the last look has all of each.
                running = any(column.is_alive() for column in columns)
                seen = replace(
                    grid,
                    cells=scores.of({k: cell for c in columns for k, cell in c.cells()}),
                    asked={c.name: c.asked for c in columns if c.asked is not None},
                )
                if running and seen != grid:
                    yield seen
                grid = seen
                if running:
                    time.sleep(_REFRESH)
        finally:
            stop.set()
            for column in columns:
                column.join(timeout=_PATIENCE)
        yield grid.ended()
        for column in columns:
            if column.defect is not None:
                raise column.defect


class _Column(threading.Thread):
    """One checkpoint at work on all the prompts."""

    def __init__(self, load: Load, name: str, grid: Grid, stop: threading.Event) -> None:
        super().__init__(daemon=True, name=name)
        self.asked: Asked | None = None
        self.defect: Exception | None = None
        self._load = load
        self._prompts: Sequence[Prompt] = grid.question.prompts
        self._longest = grid.longest
        self._stop_asked = stop
        self._cells = [Cell("loading") for _ in self._prompts]

    def cells(self) -> list[tuple[tuple[str, str], Cell]]:
        """What is written so far, by language and checkpoint."""
        written = zip(self._prompts, list(self._cells), strict=True)
        return [((prompt.language, self.name), cell) for prompt, cell in written]

    def run(self) -> None:
        """Answer until finished or stopped."""
        try:
            self._answer()
        except WorkbenchError as error:
            self._give_up(f"{error.reason}. {error.remedy}")
        except Exception as error:
            self._give_up("the checkpoint failed; the log of the app tells more")
            self.defect = error

    def _answer(self) -> None:
        from workbench.generation.local import generate
        from workbench.generation.watching import Watch

        loaded = self._load(self.name)
        decoding = loaded.info.decoding
        if self._longest is not None:
            decoding = decoding.model_copy(update={"max_new_tokens": self._longest})
        self.asked = Asked(loaded.info, decoding)
        self._cells = [Cell("running") for _ in self._prompts]
        watch = Watch(self._grown, self._stop_asked, _REFRESH)
        conversations = [prompt.messages for prompt in self._prompts]
        for index, answer in generate(loaded, conversations, decoding, watch=watch):
            self._finished(index, answer)

    def _grown(self, index: int, text: str, tokens: int) -> None:
        self._cells[index] = Cell("running", text, tokens)

    def _finished(self, index: int, answer: Answer) -> None:
        state = _STATES[answer.finish_reason]
        self._cells[index] = Cell(state, answer.text, answer.new_tokens, answer)

    def _give_up(self, reason: str) -> None:
        from workbench.generation.local import Answer

        for index, cell in enumerate(self._cells):
            if not cell.finished:
                self._finished(index, Answer("", "missing", 0, 0, 0.0, reason))
