"""JSON files read record by record; errors name the line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workbench.errors import FileFormatError
from workbench.files import read_lines, read_text

_SPACE = re.compile(r"\s*")
_DEEP = "a number or a nesting in it is too long"


def json_lines(
    path: Path, remedy: str = "Write one JSON object a line"
) -> Iterator[tuple[int, Any]]:
    """Records of a JSONL file, each with its line; FileFormatError where one is no JSON."""
    for number, line in read_lines(path):
        yield number, parse_json(line, f"{path}, line {number}", remedy)


def json_array(path: Path) -> Iterator[tuple[int, Any]]:
    """Items of a JSON array, each with the line that it begins at.

    Raises FileFormatError where the file holds no array, or no JSON.
    """
    text = read_text(path)
    start = _after_space(text, 0)
    if not text.startswith("[", start):
        raise FileFormatError(str(path), "it holds no JSON array", "Write the records as an array")
    place, line, counted = _after_space(text, start + 1), 1, 0
    while not text.startswith("]", place):
        line += text.count("\n", counted, place)
        counted = place
        try:
            item, end = _DECODER.raw_decode(text, place)
            end = _after_space(text, end)
            if text[end : end + 1] not in (",", "]"):
                raise json.JSONDecodeError("Expecting ',' or ']'", text, end)
        except json.JSONDecodeError as error:
            raise _not_json(f"{path}, line {error.lineno}", error.msg, "Correct the line") from None
        except (ValueError, RecursionError):
            raise _not_json(f"{path}, line {line}", _DEEP, "Correct the line") from None
        yield line, item
        place = _after_space(text, end + 1) if text[end] == "," else end


def json_object(path: Path, remedy: str | None = None) -> dict[str, Any]:
    """The one object that a file holds; FileFormatError where it holds something else."""
    text = read_text(path)
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        place = f"{path}, line {error.lineno}"
        raise _not_json(place, error.msg, remedy or "Correct the line") from None
    except (ValueError, RecursionError):
        raise _not_json(str(path), _DEEP, remedy or "Name a file that a tool wrote") from None
    if not isinstance(value, dict):
        raise FileFormatError(
            str(path), "it holds no JSON object", remedy or "Name a file with an object"
        )
    return value


def parse_json(text: str, place: str, remedy: str) -> Any:
    """A JSON value. NaN and infinities, which JSON does not have, become None.

    Raises FileFormatError at ``place``.
    """
    try:
        return json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise _not_json(place, error.msg, remedy) from None
    except (ValueError, RecursionError):
        # Numbers of thousands of digits, and thousands of brackets within one another.
        raise _not_json(place, _DEEP, remedy) from None


def _no_number(name: str) -> None:
    """What stands for ``NaN``, ``Infinity`` and ``-Infinity``."""


_DECODER = json.JSONDecoder(parse_constant=_no_number)


def _after_space(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place


def _not_json(place: str, reason: str, remedy: str) -> FileFormatError:
    return FileFormatError(place, f"this is not JSON: {reason}", remedy)
