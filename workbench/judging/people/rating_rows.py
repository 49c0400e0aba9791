"""Rows of CSV files with ratings: their columns, and reading them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from workbench.csv_files import csv_rows
from workbench.errors import FileFormatError
from workbench.judging.criteria import LEVELS, from_stars

KEY = ("run", "checkpoint", "prompt_set", "parallel_id", "language", "sample")
"""Columns that name an answer."""
COLUMNS = (
    *KEY,
    *("rater", "criterion", "value", "missing_reason", "reason", "raw", "rule"),
    *("created", "rubric", "answer_hash"),
)
"""Columns of an exported file. ``value`` is 0, 1, 2 or empty, then ``missing_reason`` says why;
``rule`` is the rule between criteria that made the value, ``raw`` what it replaced;
``created`` is UTC; ``rubric`` has name, version, hash and language with slashes between them;
``answer_hash`` ties the rating to the text that was rated."""
SCALES: Mapping[str, Mapping[str, int]] = {
    "value": {str(level): level for level in LEVELS},
    "stars": {str(level + 1): from_stars(level + 1) for level in LEVELS},
}
"""Columns that a rating may stand in, with what their texts mean."""
_NEEDED = (*KEY[:-1], "rater", "criterion")
_RUBRIC = ("name", "version", "hash", "language")


class Row(NamedTuple):
    """A row of a file."""

    line: int
    """In which it begins, from 1; the header is line 1."""
    fields: dict[str, str]
    """By column."""
    whole: bool
    """Whether it has as many fields as the header."""


def read_rows(path: Path) -> Iterator[Row]:
    """The rows that are not empty, in order; separated by commas, semicolons or tabs.

    Raises FileFormatError where columns are absent, or quotes are not closed.
    """
    columns: list[str] = []
    for line, row in csv_rows(path):
        if not columns:
            columns = [column.strip() for column in row]
            _check(columns, path)
        elif any(field.strip() for field in row):
            yield Row(line, dict(zip(columns, row, strict=False)), len(row) == len(columns))
    if not columns:
        _check(columns, path)


def _check(columns: Sequence[str], path: Path) -> None:
    absent = [column for column in _NEEDED if column not in columns]
    if not SCALES.keys() & set(columns):
        absent.append(" or ".join(SCALES))
    if absent:
        raise FileFormatError(
            f"{path}, line 1",
            f"the columns {', '.join(absent)} are absent",
            "Name a file that 'workbench ratings export' wrote, or one with its columns",
        )


def rubric_text(details: Mapping[str, Any] | None) -> str:
    """The rubric that a judge is kept with, in one field; empty where none is."""
    rubric = (details or {}).get("rubric")
    return "/".join(str(rubric[part]) for part in _RUBRIC) if rubric else ""


def rubric_details(text: str) -> dict[str, Any]:
    """What is kept with a judge, of a field that ``rubric_text`` wrote.

    Raises ValueError where it is no such field.
    """
    if not text:
        return {}
    parts = text.split("/")
    if len(parts) != len(_RUBRIC) or not parts[1].isdecimal():
        raise ValueError(f"'{text}' is not of the form {'/'.join(_RUBRIC)}")
    return {"rubric": {**dict(zip(_RUBRIC, parts, strict=True)), "version": int(parts[1])}}
