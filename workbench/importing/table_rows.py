"""Rows of CSV, JSONL and Parquet files, and of folders with a dataset, as fields by column."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from workbench.csv_files import csv_rows, wrong_length
from workbench.importing.fields import Fields
from workbench.importing.opening import parquet_files, unreadable_parquet
from workbench.importing.reading import Reading

_AT_ONCE = 10_000


def table_rows(reading: Reading) -> Iterator[tuple[str, Fields]]:
    """Rows with their places; raises FileFormatError for one that is no row."""
    if reading.opened.shape == "csv":
        return _csv(reading.path)
    if reading.opened.shape == "parquet":
        return _parquet(reading.path)
    return reading.objects()


def _csv(path: Path) -> Iterator[tuple[str, Fields]]:
    columns: list[str] | None = None
    for line, row in csv_rows(path):
        place = f"{path}, line {line}"
        if columns is None:
            columns = row
        elif len(row) != len(columns):
            raise wrong_length(place, len(row), len(columns))
        else:
            yield f"line {line}", Fields(dict(zip(columns, row, strict=True)), place)


def _parquet(path: Path) -> Iterator[tuple[str, Fields]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    for file in parquet_files(path):
        number = 0
        try:
            with pq.ParquetFile(file) as opened:
                for batch in opened.iter_batches(_AT_ONCE):
                    for row in batch.to_pylist():
                        number += 1
                        yield f"row {number}", Fields(row, f"{file}, row {number}")
        except (pa.ArrowException, OSError) as error:
            raise unreadable_parquet(file, error) from None
