"""Rows as CSV, JSONL and Parquet files, written whole or not at all."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.exporting.columns import COLUMNS, Kind
from workbench.exporting.rows import Row
from workbench.files import replacing

if TYPE_CHECKING:
    import pyarrow as pa

_NESTED: tuple[Kind, ...] = ("messages", "json")


def write_csv(batches: Iterable[list[Row]], path: Path) -> int:
    """A line a row after the header; the number of rows. What has parts is JSON in one field."""
    nested = [column.name for column in COLUMNS if column.kind in _NESTED]
    count = 0
    with replacing(path) as temporary, open(temporary, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [column.name for column in COLUMNS])
        writer.writeheader()
        for rows in batches:
            writer.writerows(_with_texts(row, nested) for row in rows)
            count += len(rows)
    return count


def write_jsonl(batches: Iterable[list[Row]], path: Path) -> int:
    """One JSON object a line; the number of rows."""
    count = 0
    with replacing(path) as temporary, open(temporary, "w", encoding="utf-8", newline="\n") as file:
        for rows in batches:
            file.writelines(f"{_json(row)}\n" for row in rows)
            count += len(rows)
    return count


def write_parquet(batches: Iterable[list[Row]], path: Path) -> int:
    """A Parquet file with a row group a batch; the number of rows.

    ``messages`` is a list of ``role`` and ``content``, as chat data sets have it; other columns
    with parts are JSON as text.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = _schema()
    texts = [column.name for column in COLUMNS if column.kind == "json"]
    count = 0
    with replacing(path) as temporary, pq.ParquetWriter(temporary, schema) as writer:
        for rows in batches:
            written = [_with_texts(row, texts) for row in rows]
            writer.write_table(pa.Table.from_pylist(written, schema=schema))
            count += len(rows)
    return count


def _schema() -> pa.Schema:
    import pyarrow as pa

    turn = pa.struct([("role", pa.string()), ("content", pa.string())])
    types: dict[Kind, Any] = {
        "text": pa.string(),
        "count": pa.int64(),
        "number": pa.float64(),
        "truth": pa.bool_(),
        "messages": pa.list_(turn),
        "json": pa.string(),
    }
    return pa.schema([(column.name, types[column.kind]) for column in COLUMNS])


def _with_texts(row: Row, names: Iterable[str]) -> Row:
    texts = {name: _json(row[name]) for name in names if row[name] is not None}
    return {**row, **texts}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
