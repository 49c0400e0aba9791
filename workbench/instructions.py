"""Instruction data: chat examples with a language each, from JSONL or the hub.

A line of a JSONL file has one of three shapes:

    {"messages": [{"role": "user", "content": ...}, {"role": "assistant", ...}], "language": "en"}
    {"prompt": ..., "completion": ...}
    {"conversations": [user, assistant, user, ...]}            (LIMA's)

Where a line has no ``language``, it is that of the file's name (``name.LL.jsonl``) or
the only one asked for.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench.assets import asset
from workbench.errors import FileFormatError, InputError, NotFoundError
from workbench.files import read_lines
from workbench.languages import LANGUAGES
from workbench.prompts import Message, content_hash

_HUB_ID = re.compile(r"^[A-Za-z0-9][\w.-]*/[\w.-]+$")


class Example(BaseModel):
    """One conversation to learn answers from."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    messages: tuple[Message, ...] = Field(min_length=2)
    language: str
    task: str = ""
    """Kind of task, where the data tell."""


def load_instructions(
    data: str, languages: Sequence[str], size: int | None = None, seed: int = 0
) -> list[Example]:
    """The examples that a recipe asks for: see ``find_examples`` and ``subset``."""
    return subset(find_examples(data, languages), languages, size, seed)


def find_examples(data: str, languages: Sequence[str]) -> list[Example]:
    """All examples in ``languages`` of a JSONL file, a shipped name or a hub dataset.

    Raises NotFoundError where nothing has that name or a language has no example.
    """
    path = Path(data)
    sole = languages[0] if len(languages) == 1 else None
    if path.is_file() or path.suffix in (".jsonl", ".json"):
        examples = read_examples(path, sole)
    elif files := _files_by_language(data, languages):
        examples = list(
            itertools.chain.from_iterable(read_examples(file, code) for code, file in files.items())
        )
    elif _HUB_ID.match(data):
        examples = _hub_examples(data, sole)
    else:
        names = sorted({p.name.split(".")[0] for p in asset("instructions").glob("*.jsonl")})
        raise NotFoundError(
            f"Instruction data '{data}'",
            "there is no such file, and assets/instructions has no such name",
            f"Name a JSONL file, a hub dataset id, or one of: {', '.join(names) or 'none yet'}",
        )
    found = {example.language for example in examples}
    for code in languages:
        if code not in found:
            raise NotFoundError(
                f"Instruction data '{data}'",
                f"it has no example in language '{code}'",
                f"Choose among its languages: {', '.join(sorted(found))}",
            )
    return [example for example in examples if example.language in languages]


def read_examples(path: Path, language: str | None = None) -> list[Example]:
    """Examples of a JSONL file; ``language`` where neither line nor file name has one.

    Raises FileFormatError with the line, also for an empty file.
    """
    language = _language_of_name(path) or language
    examples = []
    for number, line in read_lines(path):
        place = f"{path}, line {number}"
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise FileFormatError(
                place, f"this is not JSON: {error.msg}", "Write one JSON object a line"
            ) from None
        examples.append(parse_example(record, place, language))
    if not examples:
        raise FileFormatError(
            str(path), "it holds no example", "Write at least one line of instruction data"
        )
    return examples


def parse_example(record: Any, place: str, language: str | None) -> Example:
    """A record in one of the three shapes as an example; ``place`` is for the error."""
    shapes = "Give it 'messages', 'prompt' and 'completion', or 'conversations'"
    if not isinstance(record, dict):
        raise FileFormatError(place, "it is no JSON object", shapes)
    if "messages" in record:
        messages = record["messages"]
    elif "prompt" in record and "completion" in record:
        messages = _turns([record["prompt"], record["completion"]])
    elif isinstance(record.get("conversations"), list):
        messages = _turns(record["conversations"])
    else:
        raise FileFormatError(place, "it has none of the known shapes", shapes)
    code = record.get("language") or language
    if code is None:
        raise FileFormatError(
            place,
            "its language is not known",
            "Add a field 'language', name the file NAME.LL.jsonl, or ask for one language",
        )
    try:
        example = Example(messages=messages, language=code, task=record.get("task") or "")
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise FileFormatError(f"{place}, {field}", first["msg"], shapes) from None
    if not any(m.role == "assistant" and m.content.strip() for m in example.messages):
        raise FileFormatError(place, "it has no answer to learn from", "Add the assistant's turn")
    return example


def subset(
    examples: Sequence[Example], languages: Sequence[str], size: int | None, seed: int
) -> list[Example]:
    """``size`` examples drawn with ``seed``, the same number of each language.

    Smaller subsets are contained in larger ones of the same seed. ``None`` is all.
    Raises InputError where a language has too few.
    """
    queues: dict[str, list[Example]] = {}
    for code in languages:
        queues[code] = [example for example in examples if example.language == code]
        Random(f"{seed}-{code}").shuffle(queues[code])
    for place, code in enumerate(languages if size is not None else ()):
        wanted = (size or 0) // len(languages) + (place < (size or 0) % len(languages))
        if len(queues[code]) < wanted:
            raise InputError(
                f"Size {size}",
                f"language '{code}' has {len(queues[code])} examples and {wanted} are needed",
                f"Choose a size of at most {len(languages) * min(map(len, queues.values()))}",
            )
    rounds = itertools.zip_longest(*queues.values())
    mixed = [example for row in rounds for example in row if example is not None]
    return mixed[:size]


def data_hash(examples: Iterable[Example]) -> str:
    """Content hash of examples, 16 hex digits."""
    return content_hash([example.model_dump(mode="json") for example in examples])


def _turns(texts: Sequence[Any]) -> list[dict[str, Any]]:
    """User and assistant in turn, from bare texts."""
    roles = itertools.cycle(("user", "assistant"))
    return [{"role": role, "content": text} for role, text in zip(roles, texts, strict=False)]


def _language_of_name(path: Path) -> str | None:
    parts = path.name.split(".")
    return parts[-2] if len(parts) > 2 and parts[-2] in LANGUAGES else None


def _files_by_language(data: str, languages: Sequence[str]) -> dict[str, Path]:
    """``NAME.LL.jsonl`` for each language, beside the given path or shipped."""
    for stem in (Path(data), asset("instructions", data)):
        files = {code: stem.parent / f"{stem.name}.{code}.jsonl" for code in languages}
        found = {code: file for code, file in files.items() if file.is_file()}
        if found:
            return found
    return {}


def _hub_examples(name: str, language: str | None) -> list[Example]:
    import datasets

    try:
        table = datasets.load_dataset(name, split="train")
    # The hub client raises many unrelated types for what is all one thing to the user.
    except Exception as error:
        raise NotFoundError(
            f"Hub dataset '{name}'",
            f"it cannot be fetched ({type(error).__name__})",
            "Check the name and the network, or name a JSONL file",
        ) from None
    return [parse_example(row, f"{name}, row {i}", language) for i, row in enumerate(table, 1)]
