"""What ``workbench export`` wrote: tables with all that belongs to an answer.

Scores are left out: they are made again by ``workbench score``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast, get_args

from pydantic import ValidationError

from workbench.importing.fields import Fields, messages_of, settings_of
from workbench.importing.reading import Reading
from workbench.importing.records import ImportedCheckpoint, ImportedResponse
from workbench.importing.table_rows import table_rows
from workbench.json_files import parse_json
from workbench.prompts import Prompt
from workbench.store.records import FinishReason

RECIPE = ("method", "learning_rate", "size", "steps", "seed", "base", "variant")
"""Columns that describe the checkpoint."""
_REMEDY = "Leave the column as 'workbench export' wrote it"


def read_own(reading: Reading) -> Iterator[ImportedResponse]:
    """The answers of a file."""
    prompts: dict[tuple[str, ...], Prompt] = {}
    for place, fields in table_rows(reading):
        reading.note("Scores in the file are not taken; 'workbench score' makes them anew.")
        checkpoint = reading.options.checkpoint or fields.text("checkpoint")
        if checkpoint not in reading.checkpoints and fields.optional_text("checkpoint_hash"):
            reading.checkpoints[checkpoint] = _checkpoint(fields)
        prompt = _prompt(reading, fields)
        prompt_set = reading.options.prompt_set or fields.text("prompt_set")
        prompt = prompts.setdefault((prompt_set, prompt.hash), prompt)
        missing = fields.optional_text("missing_reason") or None
        yield ImportedResponse(
            place,
            checkpoint,
            prompt_set,
            prompt,
            fields.optional_text("text") or "",
            fields.count("sample"),
            "missing" if missing else _finish_reason(fields),
            fields.count("prompt_tokens"),
            fields.count("new_tokens"),
            fields.number("seconds"),
            settings_of(_json(fields, "decoding")),
            missing,
        )


def _prompt(reading: Reading, fields: Fields) -> Prompt:
    messages = _json(fields, "messages") or []
    if not isinstance(messages, list):
        raise fields.wrong("messages", "it is no list", _REMEDY)
    try:
        return Prompt.model_validate(
            {
                "parallel_id": fields.text("parallel_id"),
                "language": reading.language_of(fields, "language"),
                "messages": messages_of(messages, f"{fields.place}, messages"),
                "task": fields.optional_text("task") or "",
                "constraint": fields.optional_text("constraint") or None,
                "reference": _json(fields, "reference"),
                "tags": _json(fields, "tags") or {},
            }
        )
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise fields.wrong(name, first["msg"], _REMEDY) from None


def _json(fields: Fields, name: str) -> Any:
    """A field that holds JSON, as a text in CSV and Parquet; None where it is empty."""
    value = fields.values.get(name)
    if not isinstance(value, str):
        return value
    return parse_json(value, f"{fields.place}, {name}", _REMEDY) if value.strip() else None


def _finish_reason(fields: Fields) -> FinishReason:
    said = fields.optional_text("finish_reason") or "unknown"
    if said not in get_args(FinishReason):
        known = ", ".join(get_args(FinishReason))
        raise fields.wrong("finish_reason", f"it is '{said}'", f"Write one of {known}")
    return cast(FinishReason, said)


def _checkpoint(fields: Fields) -> ImportedCheckpoint:
    recipe: dict[str, Any] = {}
    for name in RECIPE:
        if name in ("learning_rate",):
            recipe[name] = fields.number(name)
        elif name in ("size", "steps", "seed"):
            recipe[name] = fields.count(name)
        else:
            recipe[name] = fields.optional_text(name) or None
    known = {name: value for name, value in recipe.items() if value is not None}
    return ImportedCheckpoint(fields.text("checkpoint_hash"), {**known, "recipe": known})
