"""CSV files read row by row; errors name the line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from workbench.errors import FileFormatError
from workbench.files import read_text

_LONGEST_FIELD = 2**31 - 1
_DELIMITERS = ",;\t"


class CsvRow(NamedTuple):
    """A row of a file."""

    line: int
    """In which it begins, from 1."""
    fields: list[str]


def csv_rows(path: Path) -> Iterator[CsvRow]:
    """The rows of a file that have any field, the header among them.

    Fields are separated by commas, semicolons or tabs: what the first line has most of. Raises
    FileFormatError where quotes are not closed, and what ``read_text`` raises.
    """
    text = read_text(path)
    header = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=header.count)
    previous = csv.field_size_limit(_LONGEST_FIELD)
    # newline="" keeps line ends inside quoted fields as they are.
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for fields in rows:
            if fields:
                yield CsvRow(line, fields)
            line = rows.line_num + 1
    except csv.Error as error:
        raise FileFormatError(
            f"{path}, line {rows.line_num}", str(error), "Write the file as CSV with quoted fields"
        ) from None
    finally:
        csv.field_size_limit(previous)


def wrong_length(place: str, found: int, expected: int) -> FileFormatError:
    """The error for a row with more or fewer fields than the header."""
    return FileFormatError(
        place,
        f"the row has {found} fields, the header has {expected}",
        "Quote fields that hold commas",
    )
