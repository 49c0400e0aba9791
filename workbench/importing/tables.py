"""Answers in any table: CSV, JSONL or Parquet, its columns named by a mapping."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workbench.errors import FileFormatError
from workbench.importing.columns import ColumnMap, suggestion
from workbench.importing.fields import Fields, asks
from workbench.importing.opening import Opened
from workbench.importing.reading import Reading
from workbench.importing.records import NO_ANSWER, ImportedResponse
from workbench.importing.table_rows import table_rows
from workbench.prompts import Prompt


def column_names(opened: Opened) -> list[str]:
    """The columns of a table; of JSONL the fields of its first record."""
    if not isinstance(opened.first, Mapping) and opened.shape not in ("csv", "parquet"):
        raise FileFormatError(
            f"{opened.path}, line 1", "the record is no object", "Write one JSON object a line"
        )
    return [str(name) for name in opened.first]


def mapped(opened: Opened, said: ColumnMap) -> ColumnMap:
    """What each column holds: what the user said, and columns that are called by what they hold.

    Raises FileFormatError where the answers are in none, or a column that was named is absent.
    """
    names = column_names(opened)
    own = {field: field for field in ColumnMap.model_fields if field in names}
    columns = ColumnMap.model_validate({**own, **said.said})
    if columns.completion is None:
        raise FileFormatError(
            f"{opened.path}, line 1",
            f"nothing says which of its columns holds the answers ({', '.join(names)})",
            f"Say so once, such as --map {suggestion(names)}",
        )
    for field, column in said.said.items():
        if column not in names and column.split(".")[0] not in names:
            raise FileFormatError(
                f"{opened.path}, line 1",
                f"it has no column '{column}' for {field}",
                f"Use some of {', '.join(names)}",
            )
    return columns


def read_table(reading: Reading) -> Iterator[ImportedResponse]:
    """The answers of a table.

    Without a column of ids a prompt is told by its place among those of its language, or, where
    its text is not there either, by the place of its row among those of a model in a language.
    """
    columns = reading.columns
    places: dict[tuple[str, ...], dict[str, int]] = {}
    if columns.id is None:
        reading.note("No column has ids of prompts: translations are told by their order.")
    for place, fields in table_rows(reading):
        checkpoint = reading.checkpoint(_of(fields, columns.model))
        language = reading.language_of(fields, "language")
        asked = _of(fields, columns.prompt) or ""
        id = _of(fields, columns.id)
        if not id:
            group, own = ((language,), asked) if asked else ((language, checkpoint), place)
            known = places.setdefault(group, {})
            id = str(known.setdefault(own, len(known) + 1))
        text = fields.optional_text(columns.completion or "")
        yield ImportedResponse(
            place,
            checkpoint,
            reading.options.prompt_set or f"import-{reading.path.stem}",
            Prompt(
                parallel_id=id,
                language=language,
                messages=asks(asked),
                task=_of(fields, columns.task) or "",
            ),
            text or "",
            fields.count(columns.sample) if columns.sample else None,
            finish_reason="missing" if text is None else "unknown",
            missing_reason=NO_ANSWER if text is None else None,
        )


def _of(fields: Fields, column: str | None) -> str | None:
    return None if column is None else fields.optional_text(column)
