"""Export: the answers of a run as files for other tools, which the import reads back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from workbench.store import Store

__all__ = ["ExportFormat", "Exported", "export_run"]

ExportFormat = Literal["parquet", "csv", "jsonl", "alpacaeval", "dataset"]
"""``dataset`` is a folder with Parquet data and a card, as the Hugging Face hub has them."""


class Exported(NamedTuple):
    """What was written."""

    path: Path
    rows: int
    left_out: int = 0
    """Missing answers, in a format that has no word for them."""


def export_run(
    store: Store, run: str, format: ExportFormat, path: Path, detector: str | None = None
) -> Exported:
    """Write the answers of a run, with their prompts and scores; all of the file or nothing.

    ``detector`` is chosen as ``Store.results`` does. Raises NotFoundError for an unknown run or
    detector, InputError for a folder that holds something else, StoreError where nothing can be
    written.
    """
    from workbench.exporting.alpacaeval import write_alpacaeval
    from workbench.exporting.dataset import write_dataset
    from workbench.exporting.rows import export_rows
    from workbench.exporting.tables import write_csv, write_jsonl, write_parquet

    batches = export_rows(store, run, detector)
    if format == "alpacaeval":
        return Exported(path, *write_alpacaeval(batches, path))
    if format == "dataset":
        runs = store.runs().set_index("name", drop=False)
        about: Any = runs.loc[run].to_dict() if run in runs.index else {}
        return Exported(path, write_dataset(batches, about, path))
    write = {"csv": write_csv, "jsonl": write_jsonl, "parquet": write_parquet}[format]
    return Exported(path, write(batches, path))
