"""Reading the CSV files of the Language Confusion Benchmark (LCB)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from workbench.errors import FileFormatError
from workbench.files import read_text

COLUMNS = ("id", "model", "completion", "task", "source", "language")
_LONGEST_FIELD = 2**31 - 1


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
    text = read_text(path)
    previous = csv.field_size_limit(_LONGEST_FIELD)
    try:
        # newline="" keeps line ends inside quoted fields as they are.
        rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        columns = next(rows, [])
        absent = [column for column in COLUMNS if column not in columns]
        if absent:
            raise FileFormatError(
                f"{path}, line 1",
                f"the columns {', '.join(absent)} are absent",
                f"Name a CSV file with the columns {', '.join(COLUMNS)}",
            )
        fields = itemgetter(*(columns.index(column) for column in COLUMNS))
        for row in rows:
            if row:
                if len(row) != len(columns):
                    raise _wrong_length(f"{path}, line {rows.line_num}", len(row), len(columns))
                answer = Answer._make(fields(row))
                id, model, _, task, source, language = answer
                if not all(map(str.strip, (id, model, task, source, language))):
                    raise _empty(answer, f"{path}, line {rows.line_num}")
                yield answer
    except csv.Error as error:
        raise FileFormatError(
            f"{path}, line {rows.line_num}",
            str(error),
            "Write the file as CSV with quoted fields",
        ) from None
    finally:
        csv.field_size_limit(previous)


def _wrong_length(place: str, found: int, expected: int) -> FileFormatError:
    return FileFormatError(
        place,
        f"the row has {found} fields, the header has {expected}",
        "Quote fields that hold commas",
    )


def _empty(answer: Answer, place: str) -> FileFormatError:
    named = zip(COLUMNS, answer, strict=True)
    column = next(name for name, text in named if name != "completion" and not text.strip())
    return FileFormatError(
        f"{place}, {column}", "the field is empty", "Only completion may be empty"
    )
