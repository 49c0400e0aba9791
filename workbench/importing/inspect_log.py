"""Logs of Inspect, ``.json`` or ``.eval``: samples with their messages, output and scores.

The prompt is the sample's ``input``, the answer the first choice of its ``output``; an epoch is a
sample of the same prompt. Scores that say right or wrong become ratings of *accuracy* by
``inspect:SCORER``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workbench.importing.fields import (
    Fields,
    as_object,
    asks,
    content_text,
    messages_of,
    settings_of,
)
from workbench.importing.inspect_zip import read_eval_file
from workbench.importing.reading import Reading
from workbench.importing.records import ImportedRating, ImportedResponse
from workbench.prompts import Message, Prompt
from workbench.store.records import FinishReason

_FINISHED: dict[str, FinishReason] = {
    "stop": "stop",
    "max_tokens": "length",
    "model_length": "length",
}
_VALUES = {"C": 2, "P": 1, "I": 0, "0": 0, "1": 2, "0.5": 1, "True": 2, "False": 0}
"""Values of Inspect's scorers, and numbers that say as much, on the scale of the criteria."""
_NO_ANSWER = "N"
_ATTACHED = "attachment://"


def read_inspect(reading: Reading) -> Iterator[ImportedResponse]:
    """The answers of a log."""
    path = reading.path
    if reading.opened.shape == "zip":
        header, samples = read_eval_file(path)
    else:
        header = as_object(reading.opened.first, str(path))
        samples = iter(header.values.get("samples") or ())
    status = header.optional_text("status")
    if status not in (None, "success"):
        reading.note(f"The log says that the evaluation ended as '{status}'.")
    task = header.text("eval.task")
    checkpoint = reading.checkpoint(header.optional_text("eval.model"))
    settings = settings_of(header.value("eval.model_generate_config"))
    decoding = {name: value for name, value in settings.items() if value is not None}
    for number, value in enumerate(samples, start=1):
        fields = as_object(value, f"{path}, sample {number}")
        attached = fields.value("attachments")
        fields = Fields(_resolved(fields.values, attached if _is(attached) else {}), fields.place)
        missing = _missing(fields)
        epoch = fields.count("epoch")
        yield ImportedResponse(
            f"sample {number}",
            checkpoint,
            reading.options.prompt_set or f"inspect-{task}",
            Prompt(
                parallel_id=fields.text(reading.name_of("id", fields, "id")),
                language=reading.language_of(fields, "metadata.language"),
                messages=_asked(fields),
                task=reading.text_of("task", fields, "task") or task,
            ),
            "" if missing else _answer(fields, reading),
            None if epoch is None else max(0, epoch - 1),
            _finish(fields, missing),
            fields.count("output.usage.input_tokens"),
            fields.count("output.usage.output_tokens"),
            fields.number("output.time"),
            decoding,
            missing,
            () if missing else tuple(_ratings(reading, fields)),
        )


def _is(value: Any) -> bool:
    return isinstance(value, Mapping)


def _resolved(value: Any, attached: Mapping[str, Any]) -> Any:
    """The value with long texts, which logs keep apart, put back in their places."""
    if isinstance(value, str):
        if value.startswith(_ATTACHED):
            return attached.get(value.removeprefix(_ATTACHED), value)
        return value
    if not attached:
        return value
    if isinstance(value, Mapping):
        kept = ("input", "output", "content", "message", "choices", "text")
        return {k: _resolved(v, attached) if k in kept else v for k, v in value.items()}
    return [_resolved(item, attached) for item in value] if isinstance(value, list) else value


def _asked(fields: Fields) -> tuple[Message, ...]:
    given = fields.value("input")
    if isinstance(given, list):
        # Results of tools are no part of what was asked.
        turns = [turn for turn in given if not (_is(turn) and turn.get("role") == "tool")]
        return messages_of(turns, f"{fields.place}, input")
    return asks(fields.optional_text("input") or "")


def _missing(fields: Fields) -> str | None:
    """Why a sample has no answer; None where it has one."""
    if fields.has("error"):
        said = fields.value("error.message") or fields.value("error")
        return f"the evaluation failed: {str(said)[:200]}"
    choices = fields.value("output.choices")
    if not isinstance(choices, list) or not choices:
        limit = fields.value("limit.type")
        return f"the limit '{limit}' was reached" if limit else "the log has no answer here"
    return None


def _answer(fields: Fields, reading: Reading) -> str:
    choices = fields.value("output.choices")
    if len(choices) > 1:
        reading.note("Of several choices the first is taken.")
    first = as_object(choices[0], f"{fields.place}, output, choices")
    return content_text(first.value("message.content"), f"{first.place}, message, content")


def _finish(fields: Fields, missing: str | None) -> FinishReason:
    if missing is not None:
        return "missing"
    first = as_object(fields.value("output.choices")[0], f"{fields.place}, output, choices")
    return _FINISHED.get(first.optional_text("stop_reason") or "", "unknown")


def _ratings(reading: Reading, fields: Fields) -> Iterator[ImportedRating]:
    scores = fields.value("scores")
    for name, score in scores.items() if _is(scores) else ():
        said = as_object(score, f"{fields.place}, scores, {name}")
        value, why = said.value("value"), said.value("explanation")
        judge = f"inspect:{name}"
        reason = why[:500] if isinstance(why, str) else None
        key = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        if key in _VALUES and not isinstance(value, Mapping | list):
            yield ImportedRating(judge, _VALUES[key], reason=reason)
        elif value == _NO_ANSWER:
            yield ImportedRating(judge, None, "the scorer found no answer", reason)
        else:
            reading.note(f"The scorer {name} says neither right nor wrong and is left out.")
