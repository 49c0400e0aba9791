"""What a report says, before it is a page or a paper: sections with text, charts and tables.

All texts are plain; whoever writes them out escapes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from workbench.errors import WorkbenchError

if TYPE_CHECKING:
    import plotly.graph_objects as go

Kind = Literal["text", "number", "name", "language", "code"]
"""How a cell is set: numbers to the right, names breakable anywhere, languages by their code."""


@dataclass(frozen=True)
class Cell:
    """A cell of a table."""

    text: str
    kind: Kind = "text"
    interval: str = ""
    """Ends of the 95% interval of a number."""
    counts: str = ""
    """How many of how many a number was made of."""
    share: float | None = None
    """From 0 to 1, for a tint; None for none."""


@dataclass(frozen=True)
class Table:
    """A table with a header row; the first column names the rows."""

    title: str
    columns: Sequence[Cell]
    rows: Sequence[Sequence[Cell]]
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """A figure, in its light look."""

    name: str
    """Its file's, where it becomes one: letters, digits and hyphens."""
    title: str
    figure: go.Figure
    width: int = 0
    """Pixels below which it is scrolled instead of made narrower."""


@dataclass(frozen=True)
class Mark:
    """A short remark on an answer."""

    text: str
    tone: Literal["plain", "right", "wrong"] = "plain"


@dataclass(frozen=True)
class Answer:
    """An answer with what it answers, and what was found of it."""

    title: str
    """What it is shown for, such as ``worst``; empty where that is said elsewhere."""
    asked: str
    text: str
    language: str
    """Code of the expected language."""
    marks: tuple[Mark, ...]
    cut: int = 0
    """Characters of it that are left out."""


@dataclass(frozen=True)
class Part:
    """A piece of a section."""

    title: str = ""
    text: tuple[str, ...] = ()
    """Paragraphs."""
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    answers: tuple[Answer, ...] = ()
    code: str = ""
    """Lines to be typed or saved, as they are."""
    folded: bool = False
    """Whether its content is shown on demand alone."""


@dataclass(frozen=True)
class Section:
    """A section of the report."""

    key: str
    title: str
    parts: tuple[Part, ...]
    missing: str = ""
    """Why there is nothing to be said, and what would help; empty where there is something."""

    def without(self, error: WorkbenchError) -> Section:
        """The section where an error is why there is nothing to be said."""
        return replace(self, parts=(), missing=f"{error.reason}. {error.remedy}.")


@dataclass(frozen=True)
class Report:
    """A whole report."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    """Numbers at a glance: label and value."""
    findings: tuple[str, ...]
    """What the results come to, a sentence each."""
    sections: tuple[Section, ...]
    about: tuple[str, ...]
    """What made the report, for its last lines."""

    @property
    def charts(self) -> list[Chart]:
        """All charts, in order."""
        return [chart for s in self.sections for part in s.parts for chart in part.charts]


def is_missing(value: object) -> bool:
    """Whether a value of a frame stands for none: None, NA or NaN."""
    import pandas as pd

    missing: Any = pd.isna(value)  # type: ignore[call-overload]
    return bool(missing)


def text(value: object) -> Cell:
    """A cell of text; a dash where there is nothing."""
    return Cell("–" if value is None or value == "" else str(value))


def name(value: object) -> Cell:
    """A cell with the name of something, which may be long."""
    return Cell(str(value), "name")


def language(code: object) -> Cell:
    """A cell with a language."""
    return Cell(str(code), "language")


def number(value: float | None, form: str = ",") -> Cell:
    """A cell with a number; a dash where there is none."""
    return Cell("–" if value is None or value != value else format(value, form), "number")


def heads(*titles: str) -> tuple[Cell, ...]:
    """The header of a table."""
    return tuple(Cell(title) for title in titles)
