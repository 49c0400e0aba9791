"""Reading the CSV files of the Language Confusion Benchmark (LCB)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from workbench.csv_files import csv_rows, wrong_length
from workbench.errors import FileFormatError

COLUMNS = ("id", "model", "completion", "task", "source", "language")


class Answer(NamedTuple):
    """A row of such a file, its fields in the order of ``COLUMNS``."""

    id: str
    model: str
    completion: str
    task: str
    source: str
    language: str


def read_answers(path: Path) -> list[Answer]:
    """The answers of a file; FileFormatError where it holds none, or what is no answer."""
    answers = list(_read(path))
    if not answers:
        raise FileFormatError(str(path), "it holds no answer", "Write at least one row")
    return answers


def _read(path: Path) -> Iterator[Answer]:
    columns: list[str] = []
    for line, row in csv_rows(path):
        if not columns:
            columns, fields = row, _fields(row, path)
            continue
        if len(row) != len(columns):
            raise wrong_length(f"{path}, line {line}", len(row), len(columns))
        answer = Answer._make(fields(row))
        id, model, _, task, source, language = answer
        if not all(map(str.strip, (id, model, task, source, language))):
            raise _empty(answer, f"{path}, line {line}")
        yield answer
    if not columns:
        _fields(columns, path)


def _fields(columns: Sequence[str], path: Path) -> Callable[[Sequence[str]], tuple[str, ...]]:
    """What takes the fields of an answer from a row."""
    absent = [column for column in COLUMNS if column not in columns]
    if absent:
        raise FileFormatError(
            f"{path}, line 1",
            f"the columns {', '.join(absent)} are absent",
            f"Name a CSV file with the columns {', '.join(COLUMNS)}",
        )
    return itemgetter(*(columns.index(column) for column in COLUMNS))


def _empty(answer: Answer, place: str) -> FileFormatError:
    named = zip(COLUMNS, answer, strict=True)
    column = next(name for name, text in named if name != "completion" and not text.strip())
    return FileFormatError(
        f"{place}, {column}", "the field is empty", "Only completion may be empty"
    )
