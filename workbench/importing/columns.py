"""Which column of a table holds what: said once by the user, and kept for files like it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench.errors import FileFormatError, InputError
from workbench.files import read_text, write_atomically
from workbench.prompts import content_hash

_BETWEEN = re.compile(r",(?=\s*\w+\s*=)")
_LIKELY = {
    "completion": ("completion", "text", "output", "answer", "response", "generation", "reply"),
    "language": ("language", "lang", "locale", "lang_code", "target_language"),
    "prompt": ("prompt", "instruction", "question", "input", "query"),
    "id": ("id", "parallel_id", "question_id", "prompt_id", "doc_id", "idx", "index"),
    "model": ("model", "checkpoint", "generator", "model_id", "model_name", "system"),
    "task": ("task", "category", "dataset"),
}
"""How columns are often called, to suggest a mapping with; never taken without being asked."""


class ColumnMap(BaseModel):
    """Names of columns by what they hold. Paths such as ``doc.lang`` reach into JSON objects."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    completion: str | None = Field(default=None, description="Answers")
    language: str | None = Field(default=None, description="Expected language, by code or name")
    prompt: str | None = Field(default=None, description="What was asked")
    id: str | None = Field(
        default=None, description="Tells prompts apart, the same for all translations of one"
    )
    model: str | None = Field(default=None, description="What answered")
    task: str | None = Field(default=None, description="Kind of task")
    sample: str | None = Field(default=None, description="Number of the answer to a prompt, from 0")

    @property
    def said(self) -> dict[str, str]:
        """The columns that are named."""
        return self.model_dump(exclude_none=True)


def parse_map(texts: Sequence[str]) -> ColumnMap:
    """``completion=answer,language=lang`` as a record; InputError for what is none."""
    pairs = [pair for text in texts for pair in _BETWEEN.split(text) if pair.strip()]
    fields = ", ".join(ColumnMap.model_fields)
    remedy = f"Write FIELD=COLUMN with commas between them; fields are {fields}"
    columns: dict[str, str] = {}
    for pair in pairs:
        name, equals, column = (part.strip() for part in pair.partition("="))
        if not equals or not column:
            raise InputError(f"Column mapping '{pair}'", "it names no column", remedy)
        if name not in ColumnMap.model_fields or name in columns:
            reason = "it is there twice" if name in columns else f"there is no field '{name}'"
            raise InputError(f"Column mapping '{pair}'", reason, remedy)
        columns[name] = column
    return ColumnMap.model_validate(columns)


class KeptMaps:
    """Column mappings that were given before, in files of a folder, by the columns they are for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def of(self, columns: Sequence[str]) -> ColumnMap | None:
        """The mapping for a table with these columns; None where none was given.

        Raises FileFormatError where its file was damaged.
        """
        path = self._path(columns)
        if not path.is_file():
            return None
        try:
            return ColumnMap.model_validate_json(read_text(path))
        except ValidationError as error:
            raise FileFormatError(
                str(path), error.errors()[0]["msg"], "Delete it, and give --map again"
            ) from None

    def keep(self, columns: Sequence[str], given: ColumnMap) -> None:
        """Keep a mapping, in place of an earlier one for these columns."""
        write_atomically(self._path(columns), given.model_dump_json(exclude_none=True) + "\n")

    def _path(self, columns: Sequence[str]) -> Path:
        return self.folder / f"{content_hash(sorted(columns))}.json"


def suggestion(columns: Sequence[str]) -> str:
    """A mapping to be looked at, made of how columns are often called."""
    lower = {column.casefold(): column for column in reversed(columns)}
    found = {
        field: lower[name]
        for field, names in _LIKELY.items()
        for name in reversed(names)
        if name in lower
    }
    found.setdefault("completion", "COLUMN")
    return ",".join(f"{field}={column}" for field, column in found.items())
