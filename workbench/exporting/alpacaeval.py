"""AlpacaEval's model outputs: what its judges read, and what their import takes beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from workbench.exporting.rows import Row
from workbench.files import replacing

_BESIDE = ("language", "prompt_set", "parallel_id", "sample")


def write_alpacaeval(batches: Iterable[list[Row]], path: Path) -> tuple[int, int]:
    """A JSON array; how many answers it holds, and how many were missing and are left out.

    AlpacaEval has no word for a missing answer, and would take an empty one as a bad one. Where a
    prompt is more than one turn of a user, ``messages`` has all of it.
    """
    written = left_out = 0
    with replacing(path) as temporary, open(temporary, "w", encoding="utf-8", newline="\n") as file:
        file.write("[")
        for row in _rows(batches):
            if row["missing_reason"] is not None:
                left_out += 1
                continue
            item = json.dumps(_item(row), ensure_ascii=False, indent=1)
            file.write(f"{',' if written else ''}\n{item}")
            written += 1
        file.write("\n]\n")
    return written, left_out


def _rows(batches: Iterable[list[Row]]) -> Iterator[Row]:
    for rows in batches:
        yield from rows


def _item(row: Row) -> dict[str, Any]:
    item = {
        "instruction": row["prompt"] or "",
        "output": row["text"],
        "generator": row["checkpoint"],
        "dataset": row["task"] or row["prompt_set"],
        **{name: row[name] for name in _BESIDE},
    }
    if len(row["messages"]) > 1:
        item["messages"] = row["messages"]
    return item
