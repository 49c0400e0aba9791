"""lm-eval's samples, as ``--log_samples`` writes them: JSONL with a line a document and filter.

The answer is what the model wrote (``resps``), before any filter. Metrics that say right or wrong
become ratings of *accuracy* by ``lm-eval:METRIC``, with the filter's name where it has one. Tasks
that compare log-likelihoods have no text: their responses are missing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.errors import WorkbenchError
from workbench.importing.fields import Fields, asks, messages_of, settings_of
from workbench.importing.reading import Reading
from workbench.importing.records import ImportedRating, ImportedResponse
from workbench.json_files import json_object
from workbench.prompts import Message, Prompt
from workbench.store.values import storable

NO_TEXT = "the task compares log-likelihoods: there is no answer as text"
_FILE = re.compile(r"^samples_(?P<task>.+)_(?P<time>\d{4}-\d\d-\d\dT[\d.-]+)$")
# fmt: off
_OTHER_FIELDS = frozenset((
    "doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics",
    "doc_hash", "prompt_hash", "target_hash",
))
# fmt: on
_RIGHT = {0: 0, 1: 2}


def read_lm_eval(reading: Reading) -> Iterator[ImportedResponse]:
    """The answers of a file; lines of further filters add ratings to those of the first."""
    name = _FILE.match(reading.path.stem)
    task = name["task"] if name else reading.path.stem
    checkpoint = reading.checkpoint(_model_beside(reading, name["time"] if name else ""))
    prompt_set = reading.options.prompt_set or f"lm-eval-{task}"
    by_document: dict[str, list[tuple[str, Fields]]] = {}
    for place, fields in reading.objects():
        id = fields.text(reading.name_of("id", fields, "doc_id"))
        lines = by_document.setdefault(id, [])
        filters = [other.optional_text("filter") for _, other in lines]
        if fields.optional_text("filter") in filters:
            earlier = lines[filters.index(fields.optional_text("filter"))][0]
            raise fields.wrong(
                "doc_id", f"'{id}' stands in {earlier} already", "Import one task at a time"
            )
        lines.append((place, fields))
    for id, lines in by_document.items():
        place, fields = lines[0]
        asked, decoding = _arguments(fields)
        prompt = Prompt(
            parallel_id=id,
            language=reading.language_of(fields, "language"),
            messages=asked,
            task=reading.text_of("task", fields, "task") or task,
        )
        texts = _texts(fields)
        ratings = [rating for _, line in lines for rating in _ratings(reading, line)]
        if ratings and (len(texts) > 1 or texts[0] is None):
            reading.note("Metrics of documents without exactly one answer as text are left out.")
            ratings = []
        for sample, text in enumerate(texts):
            yield ImportedResponse(
                place,
                checkpoint,
                prompt_set,
                prompt,
                text or "",
                sample,
                finish_reason="missing" if text is None else "unknown",
                missing_reason=NO_TEXT if text is None else None,
                decoding=decoding,
                ratings=tuple(ratings),
            )


def _texts(fields: Fields) -> list[str | None]:
    """What the model wrote, by repeat; one None where it wrote nothing but scored choices."""
    requests = fields.items("resps")
    first = requests[0] if len(requests) == 1 else None
    repeats = first if isinstance(first, list) else requests if len(requests) == 1 else []
    texts = [storable(text) for text in repeats if isinstance(text, str)]
    return [*texts] if texts and len(texts) == len(repeats) else [None]


def _arguments(fields: Fields) -> tuple[tuple[Message, ...], dict[str, Any]]:
    """What was asked, and how answers were generated, of the first request."""
    value = fields.value("arguments")
    request: Any = None
    if isinstance(value, Mapping):
        request = next(iter(value.values()), None)
    elif isinstance(value, list) and value:
        request = value[0]
    parts = list(request.values()) if isinstance(request, Mapping) else request
    if not isinstance(parts, list) or not parts or not isinstance(parts[0], str):
        return (), {}
    return _messages(parts[0], fields), settings_of(parts[1] if len(parts) > 1 else None)


def _messages(text: str, fields: Fields) -> tuple[Message, ...]:
    """A prompt as messages; models with a chat endpoint are given them as JSON."""
    if text.lstrip().startswith('[{"role"'):
        try:
            return messages_of(json.loads(text), f"{fields.place}, arguments")
        except (ValueError, RecursionError, WorkbenchError):
            return asks(text)
    return asks(text)


def _ratings(reading: Reading, fields: Fields) -> Iterator[ImportedRating]:
    listed = fields.value("metrics")
    names = (
        listed if isinstance(listed, list) else [k for k in fields.values if _is_number(fields, k)]
    )
    used = fields.optional_text("filter") or "none"
    for name in names:
        if not isinstance(name, str) or name in _OTHER_FIELDS:
            continue
        value = fields.values.get(name)
        if isinstance(value, bool | int | float) and value in _RIGHT:
            judge = f"lm-eval:{name}" if used == "none" else f"lm-eval:{name},{used}"
            yield ImportedRating(storable(judge), _RIGHT[int(value)])
        else:
            reading.note(f"The metric {name} says neither right nor wrong and is left out.")


def _is_number(fields: Fields, name: str) -> bool:
    value = fields.values[name]
    return name not in _OTHER_FIELDS and isinstance(value, int | float)


def _model_beside(reading: Reading, time: str) -> str | None:
    """The model's name in the results that lm-eval writes beside samples of the same time."""
    path = reading.path.with_name(f"results_{time}.json")
    if reading.options.checkpoint or not path.is_file():
        return None
    name = Fields(json_object(path), str(path)).optional_text("model_name")
    if name:
        reading.note(f"The model's name is that of {path.name}.")
    return name
