"""Shapes of instruction records, told apart by their fields.

    chat         {"messages": [{"role": "user", "content": ...}, {"role": "assistant", ...}]}
    completion   {"prompt": ..., "completion": ...}
    ShareGPT     {"conversations": [{"from": "human", "value": ...}, {"from": "gpt", ...}]}
    LIMA         {"conversations": [user, assistant, user, ...]}
    Alpaca       {"instruction": ..., "input": ..., "output": ...}
    Dolly        {"instruction": ..., "context": ..., "response": ...}

Each may have ``language``, and ``task`` or ``category``. A field that is null counts as
absent: tables fill up rows of several shapes that way.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

from workbench.errors import FileFormatError
from workbench.instructions.example import Example

Record = Mapping[str, Any]
Turns = list[Any]
"""Messages as they were found, to be validated."""

_SHAREGPT_ROLES = {"human": "user", "gpt": "assistant", "chatgpt": "assistant", "bing": "assistant"}


def is_chat(record: Record) -> bool:
    """Whether it has ``messages``."""
    return record.get("messages") is not None


def to_chat(record: Record) -> Turns:
    """Messages as they are, less null fields beside role and content."""
    messages = record["messages"]
    if not isinstance(messages, list):
        return [messages]
    return [
        {key: value for key, value in m.items() if key in ("role", "content") or value is not None}
        if isinstance(m, dict)
        else m
        for m in messages
    ]


def is_completion(record: Record) -> bool:
    """Whether it has ``prompt`` and ``completion``."""
    return _has(record, "prompt", "completion")


def to_completion(record: Record) -> Turns:
    """The prompt as the user's turn and the completion as the assistant's."""
    return _alternating([record["prompt"], record["completion"]])


def is_sharegpt(record: Record) -> bool:
    """Whether it has ``conversations`` with ``from`` and ``value`` in each turn."""
    turns = record.get("conversations")
    return isinstance(turns, list) and all(
        isinstance(turn, dict) and _has(turn, "from", "value") for turn in turns
    )


def to_sharegpt(record: Record) -> Turns:
    """Turns with ShareGPT's names of the roles replaced by ours."""
    return [
        {"role": _SHAREGPT_ROLES.get(turn["from"], turn["from"]), "content": turn["value"]}
        for turn in record["conversations"]
    ]


def is_lima(record: Record) -> bool:
    """Whether it has ``conversations`` of bare texts."""
    turns = record.get("conversations")
    return isinstance(turns, list) and all(isinstance(turn, str) for turn in turns)


def to_lima(record: Record) -> Turns:
    """User and assistant in turn."""
    return _alternating(record["conversations"])


def is_alpaca(record: Record) -> bool:
    """Whether it has ``instruction`` and ``output``."""
    return _has(record, "instruction", "output")


def to_alpaca(record: Record) -> Turns:
    """The instruction with its input below it, and the output."""
    return _alternating([_below(record["instruction"], record.get("input")), record["output"]])


def is_dolly(record: Record) -> bool:
    """Whether it has ``instruction`` and ``response``."""
    return _has(record, "instruction", "response")


def to_dolly(record: Record) -> Turns:
    """The instruction with its context below it, and the response."""
    return _alternating([_below(record["instruction"], record.get("context")), record["response"]])


class Shape(NamedTuple):
    """A shape: how it is known and how it becomes messages."""

    fields: str
    matches: Callable[[Record], bool]
    turns: Callable[[Record], Turns]


SHAPES = (
    Shape("'messages'", is_chat, to_chat),
    Shape("'prompt' and 'completion'", is_completion, to_completion),
    Shape("'conversations'", is_sharegpt, to_sharegpt),
    Shape("'conversations'", is_lima, to_lima),
    Shape("'instruction' and 'output'", is_alpaca, to_alpaca),
    Shape("'instruction' and 'response'", is_dolly, to_dolly),
)
"""In the order in which they are tried."""


def parse_example(record: Any, place: str, language: str | None) -> Example:
    """A record of a known shape as an example.

    ``place`` is for the error; ``language`` is that of records that state none. Raises
    FileFormatError with what was found where it is of no known shape.
    """
    known = f"Give it {', or '.join(dict.fromkeys(shape.fields for shape in SHAPES))}"
    if not isinstance(record, dict):
        raise FileFormatError(
            place, f"it is no JSON object but of type {type(record).__name__}", known
        )
    shape = next((shape for shape in SHAPES if shape.matches(record)), None)
    if shape is None:
        found = ", ".join(f"'{key}'" for key, value in record.items() if value is not None)
        raise FileFormatError(
            place, f"it has none of the known shapes: its fields are {found or 'none'}", known
        )
    code = record.get("language") or language
    if code is None:
        raise FileFormatError(
            place,
            "its language is not known",
            "Add a field 'language', name the file NAME.LL.jsonl, write DATA@LL, or ask for one "
            "language",
        )
    task = record.get("task") or record.get("category") or ""
    try:
        example = Example.model_validate(
            {"messages": shape.turns(record), "language": code, "task": task}
        )
    except ValidationError as error:
        first = error.errors()[0]
        if first["type"] == "too_short":  # a question alone, as in LIMA's split for tests
            raise _no_answer(place) from None
        field = ".".join(str(part) for part in first["loc"])
        raise FileFormatError(f"{place}, {field}", first["msg"], known) from None
    if not any(m.role == "assistant" and m.content.strip() for m in example.messages):
        raise _no_answer(place)
    return example


def _no_answer(place: str) -> FileFormatError:
    return FileFormatError(place, "it has no answer to learn from", "Add the assistant's turn")


def _has(record: Record, *fields: str) -> bool:
    return all(record.get(field) is not None for field in fields)


def _alternating(texts: Sequence[Any]) -> Turns:
    roles = itertools.cycle(("user", "assistant"))
    return [{"role": role, "content": text} for role, text in zip(roles, texts, strict=False)]


def _below(instruction: Any, addition: Any) -> Any:
    """An instruction with what it is about below it, where there is something."""
    if not isinstance(instruction, str) or not isinstance(addition, str) or not addition.strip():
        return instruction
    return f"{instruction}\n\n{addition}"
