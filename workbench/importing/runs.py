"""A file of answers as a run that is ready to be kept."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from workbench.errors import FileFormatError, InputError
from workbench.importing.alpacaeval import read_alpacaeval
from workbench.importing.columns import ColumnMap, KeptMaps, parse_map
from workbench.importing.fastchat import read_fastchat
from workbench.importing.fields import known_code
from workbench.importing.inspect_log import read_inspect
from workbench.importing.lcb import read_lcb
from workbench.importing.lm_eval import read_lm_eval
from workbench.importing.opening import Opened, parquet_files
from workbench.importing.options import Format, ImportOptions
from workbench.importing.own import read_own
from workbench.importing.reading import Reader, Reading
from workbench.importing.records import ImportedRun
from workbench.importing.storing import check_whole
from workbench.importing.tables import column_names, mapped, read_table

READERS: dict[Format, Reader] = {
    "workbench": read_own,
    "lcb": read_lcb,
    "alpacaeval": read_alpacaeval,
    "fastchat": read_fastchat,
    "lm-eval": read_lm_eval,
    "inspect": read_inspect,
    "table": read_table,
}
"""What reads each format; a new one is one file and one line."""
_SHAPES = {
    "lcb": ("csv",),
    "alpacaeval": ("array", "jsonl"),
    "fastchat": ("jsonl", "array"),
    "lm-eval": ("jsonl", "array"),
    "inspect": ("zip", "object"),
    "workbench": ("csv", "jsonl", "parquet"),
    "table": ("csv", "jsonl", "array", "parquet"),
}
_MAPPED_IN_JSON = {"language", "id", "task"}
"""What may be mapped in files of other tools, where all else has its place."""
_SAME_FOR_ALL = ("model_outputs",)
"""Names that files of all models have; their folders are named by the model."""
_CHUNK = 1 << 20


def read_run(
    opened: Opened, format: Format, options: ImportOptions, maps: KeptMaps | None = None
) -> ImportedRun:
    """The answers of a file.

    ``maps`` are mappings of columns that were given before; one given now is kept there. Raises
    FileFormatError with the place of what is wrong, InputError or NotFoundError for options that
    cannot be used.
    """
    path = opened.path
    if opened.shape not in _SHAPES[format]:
        raise FileFormatError(
            str(path),
            f"it is no file of the format '{format}'",
            "Leave --format out to have it told",
        )
    columns = _columns(opened, format, options, maps)
    language = known_code(options.language) if options.language else None
    reading = Reading(opened, options, columns, language)
    responses = tuple(READERS[format](reading))
    if not responses:
        raise FileFormatError(str(path), "it holds no answer", "Write at least one")
    if format != "table" and (absent := sorted(columns.said.keys() - reading.met)):
        raise FileFormatError(
            str(path),
            f"no answer has a field '{columns.said[absent[0]]}', which is mapped to {absent[0]}",
            "Name a field of the records, with dots between the parts of its path",
        )
    check_whole(str(path), responses)
    said = {"format": format, **options.model_dump(exclude_none=True, exclude={"name", "map"})}
    if columns.said and format != "workbench":
        said["map"] = columns.said
    config: dict[str, Any] = {"file": path.name, "content": content_of(path), **said}
    return ImportedRun(
        _name(path, format, options),
        format,
        config,
        responses,
        reading.checkpoints,
        tuple(reading.notes),
    )


def content_of(path: Path) -> str:
    """First 16 hex digits of SHA-256 over the bytes of a file, or of a folder's Parquet files."""
    digest = hashlib.sha256()
    for file in parquet_files(path):
        with file.open("rb") as opened:
            while chunk := opened.read(_CHUNK):
                digest.update(chunk)
    return digest.hexdigest()[:16]


def _columns(
    opened: Opened, format: Format, options: ImportOptions, maps: KeptMaps | None
) -> ColumnMap:
    given = parse_map(options.map)
    if format == "table":
        names = column_names(opened)
        if not given.said and maps is not None:
            given = maps.of(names) or given
        columns = mapped(opened, given)
        if options.map and maps is not None:
            maps.keep(names, given)
        return columns
    allowed = set[str]() if format in ("workbench", "lcb") else _MAPPED_IN_JSON
    if surplus := sorted(given.said.keys() - allowed):
        raise InputError(
            f"Column mapping '{surplus[0]}={given.said[surplus[0]]}'",
            f"files of the format '{format}' have a place for it",
            f"Map {', '.join(sorted(allowed)) or 'nothing'}, or give --format table",
        )
    return given


def _name(path: Path, format: Format, options: ImportOptions) -> str:
    """The name of a run: what the user says, else format and file."""
    stem = path.resolve().name if path.is_dir() else path.stem
    if stem in _SAME_FOR_ALL:
        stem = path.resolve().parent.name
    prefix = "import" if format in ("table", "workbench") else format
    return options.name or f"{prefix}-{stem}"
