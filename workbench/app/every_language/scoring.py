"""Scores of the answers in a grid, made as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workbench.app.chat.marking import marks
from workbench.app.every_language.grid import Cell, Question
from workbench.judging import reference
from workbench.judging.constraints import check
from workbench.lid.detector import Detector

Key = tuple[str, str]
"""Language and checkpoint."""


class GridScores:
    """Scores each answer anew when it has changed: its language while it grows, and the rest
    once it is whole."""

    def __init__(self, question: Question, detector: Detector) -> None:
        self._prompts = {prompt.language: prompt for prompt in question.prompts}
        self._detector = detector
        self._known: dict[Key, tuple[Cell, Cell]] = {}

    def of(self, cells: Mapping[Key, Cell]) -> dict[Key, Cell]:
        """The cells with their scores."""
        changed = {k: cell for k, cell in cells.items() if self._known.get(k, (None,))[0] != cell}
        for key, cell in changed.items():
            self._known[key] = (cell, self._scored(key[0], cell))
        return {key: self._known[key][1] for key in cells}

    def _scored(self, language: str, cell: Cell) -> Cell:
        if cell.text:
            cell = replace(cell, verdict=self._detector.identify(cell.text))
        if not cell.whole:
            return cell
        prompt = self._prompts[language]
        cell = replace(cell, parts=marks(cell.text, language))
        if prompt.reference is not None:
            cell = replace(cell, fact=reference.rate(cell.text, prompt.reference, language))
        if prompt.constraint is not None:
            kept = check(prompt.constraint, cell.text, detector=self._detector)
            cell = replace(cell, constraint=kept)
        return cell
