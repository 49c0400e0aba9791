from __future__ import annotations

import csv
from pathlib import Path

import pytest

from workbench.csv_files import csv_rows
from workbench.errors import FileFormatError


def test_rows_with_the_lines_at_which_they_begin(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes('\ufeffa;b\n"x\r\ny";1,5\n\n"z";2\n'.encode())
    # A quoted field of two lines, then an empty line.
    assert [tuple(row) for row in csv_rows(path)] == [
        (1, ["a", "b"]),
        (2, ["x\r\ny", "1,5"]),
        (5, ["z", "2"]),
    ]


def test_fields_of_any_length_and_a_limit_that_is_put_back(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a\n" + "x" * 200_000 + "\n")
    assert len(list(csv_rows(path))[1].fields[0]) == 200_000
    path.write_text('a\n"x\n')
    with pytest.raises(FileFormatError, match="line 2: unexpected end of data"):
        list(csv_rows(path))
    assert csv.field_size_limit() == 131_072
