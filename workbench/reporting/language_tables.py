"""Tables with a language in one direction and what is compared in the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbench.reporting import records
from workbench.reporting.records import Cell, Table

_MOST = 8
"""Languages that stand side by side; more of them stand below one another, where they fit."""


@dataclass(frozen=True)
class LanguageTable:
    """What is compared, in which languages."""

    title: str
    what: str
    """What the rows are, such as ``checkpoint``."""
    rows: Sequence[str]
    languages: Sequence[str]
    note: str = ""

    def filled(self, cells: Mapping[tuple[str, str], Cell]) -> Table:
        """The table; ``cells`` are by row and language, and a dash stands for those not there."""
        nothing = Cell("–", "number")
        if len(self.languages) > max(_MOST, len(self.rows)):
            columns = (Cell("language"), *(records.name(row) for row in self.rows))
            body = [
                [records.language(code), *(cells.get((row, code), nothing) for row in self.rows)]
                for code in self.languages
            ]
        else:
            columns = (Cell(self.what), *(records.language(code) for code in self.languages))
            body = [
                [records.name(row), *(cells.get((row, code), nothing) for code in self.languages)]
                for row in self.rows
            ]
        return Table(self.title, columns, body, self.note)
