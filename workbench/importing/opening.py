"""Opens a file of answers and finds out, by its content, how it is written and by what tool."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from workbench.csv_files import csv_rows
from workbench.errors import FileFormatError, NotFoundError
from workbench.files import read_lines
from workbench.importing import lcb_file
from workbench.importing.options import Format, PromptFormat
from workbench.json_files import json_array, json_lines, json_object, parse_json

Shape = Literal["csv", "jsonl", "array", "object", "parquet", "zip"]
"""``array`` and ``object`` are files that hold one JSON value."""
OWN = ("checkpoint", "prompt_set", "parallel_id", "language", "sample", "text", "messages")
"""Columns by which a file that ``workbench export`` wrote is known."""
_TABULAR = (".csv", ".tsv")
_INSPECT = {"version", "status", "eval"}
_KNOWN = "Name a CSV, JSONL, JSON or Parquet file of answers, an Inspect log, or a JSONL of prompts"


@dataclass(frozen=True)
class Opened:
    """A file whose beginning has been looked at."""

    path: Path
    shape: Shape
    first: Any
    """The first record; of a table, the names of its columns; of an object, all of it."""

    def records(self) -> Iterator[tuple[str, Any]]:
        """The JSON records of a file that holds several, each with its place in it."""
        read = json_array if self.shape == "array" else json_lines
        for line, record in read(self.path):
            yield f"line {line}", record


def open_file(path: Path) -> Opened:
    """Look at a file, or at a folder with a dataset.

    Raises NotFoundError where there is none, FileFormatError where it is empty or nothing that
    could hold answers.
    """
    if path.is_dir():
        return _open_parquet(path)
    start = _start_of(path)
    if start.startswith(b"PAR1"):
        return _open_parquet(path)
    if start.startswith(b"PK"):
        return Opened(path, "zip", None)
    if path.suffix.lower() in _TABULAR:
        return Opened(path, "csv", next((row.fields for row in csv_rows(path)), []))
    return _open_json(path)


def format_of(opened: Opened) -> Format | PromptFormat:
    """The tool that wrote a file, told from what is in it; ``table`` where none is known."""
    first = opened.first
    if opened.shape == "zip":
        return "inspect"
    if opened.shape in ("csv", "parquet"):
        return _of_columns(first)
    if opened.shape == "object":
        return "inspect" if set(first) >= _INSPECT else _of_record(first)
    if isinstance(first, list):
        return "turns"
    return _of_record(first) if isinstance(first, Mapping) else "table"


def _of_columns(columns: Sequence[str]) -> Format:
    if set(OWN) <= set(columns):
        return "workbench"
    return "lcb" if set(lcb_file.COLUMNS) <= set(columns) else "table"


def _of_record(record: Mapping[str, Any]) -> Format | PromptFormat:
    keys = set(record)
    if "choices" in keys and "question_id" in keys:
        return "fastchat"
    if {"doc", "resps"} <= keys:
        return "lm-eval"
    if set(OWN) <= keys:
        return "workbench"
    if {"instruction", "output"} <= keys:
        return "alpacaeval"
    return "prompts" if "messages" in keys and not keys & {"text", "completion"} else "table"


def parquet_files(path: Path) -> list[Path]:
    """The Parquet files of a path: itself, or all in a folder."""
    return sorted(path.rglob("*.parquet")) if path.is_dir() else [path]


def _open_parquet(path: Path) -> Opened:
    import pyarrow as pa
    import pyarrow.parquet as pq

    files = parquet_files(path)
    if not files:
        raise FileFormatError(str(path), "the folder holds no Parquet file", _KNOWN)
    try:
        names = pq.read_schema(files[0]).names
    except (pa.ArrowException, OSError) as error:
        raise unreadable_parquet(files[0], error) from None
    return Opened(path, "parquet", list(names))


def unreadable_parquet(path: Path, error: Exception) -> FileFormatError:
    """The error for a file that pyarrow refuses."""
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return FileFormatError(str(path), f"it is no whole Parquet file ({reason})", "Copy it again")


def _start_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(8)
    except FileNotFoundError:
        raise NotFoundError(str(path), "there is no such file", "Check the path") from None
    except OSError as error:
        raise FileFormatError(
            str(path), str(error.strerror), "Name a file that can be read"
        ) from None


def _open_json(path: Path) -> Opened:
    lines = list(islice(read_lines(path), 2))
    if not lines:
        raise FileFormatError(str(path), "it is empty", "Name a file with at least one line")
    number, line = lines[0]
    several = len(lines) > 1
    try:
        first = parse_json(line, f"{path}, line {number}", _KNOWN)
    except FileFormatError:
        # The first line of one value that is written over several lines is no value.
        if several and line.startswith("["):
            return Opened(path, "array", next((item for _, item in json_array(path)), None))
        if several and line.startswith("{"):
            return Opened(path, "object", json_object(path))
        raise
    head = first[0] if isinstance(first, list) and first else None
    if isinstance(head, Mapping) and "role" not in head:
        return Opened(path, "array", head)
    if isinstance(first, Mapping) and not several and set(first) >= _INSPECT:
        return Opened(path, "object", first)
    return Opened(path, "jsonl", first)
