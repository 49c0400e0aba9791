"""A run as a folder that ``datasets.load_dataset`` and the Hugging Face hub read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from workbench.errors import InputError
from workbench.exporting.card import DATA, MARK, Contents, card_text
from workbench.exporting.rows import Row
from workbench.exporting.tables import write_parquet
from workbench.files import write_atomically

CARD = "README.md"


def write_dataset(batches: Iterable[list[Row]], run: Mapping[str, Any], folder: Path) -> int:
    """Parquet data and a card; the number of rows.

    Raises InputError for a folder with files that are no earlier export.
    """
    card = folder / CARD
    if folder.exists() and not folder.is_dir():
        raise InputError(str(folder), "it is a file, and a dataset is a folder", "Name a folder")
    if folder.is_dir() and any(folder.iterdir()) and not _is_export(card):
        raise InputError(
            str(folder), "it holds files that are no exported dataset", "Name a new folder"
        )
    contents = Contents()
    count = write_parquet(_counted(batches, contents), folder / DATA)
    write_atomically(card, card_text(run, contents))
    return count


def _is_export(card: Path) -> bool:
    return card.is_file() and MARK in card.read_text(encoding="utf-8", errors="replace")


def _counted(batches: Iterable[list[Row]], contents: Contents) -> Iterator[list[Row]]:
    for rows in batches:
        contents.add(rows)
        yield rows
