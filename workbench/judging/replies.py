"""Reading a judge's reply: tolerant of what stands around the JSON object, never guessing.

A value that is not there, or is no level, is a problem of that criterion with its words; it
becomes no rating.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from workbench.judging.criteria import LEVELS
from workbench.judging.prompting import WINNERS, rating_keys
from workbench.judging.rubric import Rubric

_THINKING = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
"""What reasoning models may write before they answer."""
_LONGEST_REASON = 500
_Pairs = list[tuple[str, Any]]


@dataclass(frozen=True)
class Reading:
    """What a reply says about each criterion."""

    values: dict[str, int | None]
    problems: dict[str, str]
    """For each criterion without a value, why it has none."""
    flags: frozenset[str] = frozenset()
    reason: str | None = None
    strict: bool = False
    """Whether the reply is JSON alone, with the keys asked for and nothing else."""

    @property
    def complete(self) -> bool:
        """Whether every criterion has a value."""
        return not self.problems


@dataclass(frozen=True)
class Choice:
    """What a reply says about two answers."""

    winner: str | None
    """``first``, ``second`` or ``tie``."""
    problem: str | None = None
    reason: str | None = None
    strict: bool = False

    @property
    def complete(self) -> bool:
        """Whether there is a winner."""
        return self.winner is not None


class _UnreadableError(Exception):
    """A reply without one JSON object that could be meant."""


def read_rating(text: str, rubric: Rubric) -> Reading:
    """Values, flags and reason of a reply."""
    criteria = [criterion.key for criterion in rubric.criteria]
    try:
        found = _object(text, {*criteria})
    except _UnreadableError as error:
        return Reading(dict.fromkeys(criteria), dict.fromkeys(criteria, str(error)))
    values: dict[str, int | None] = {}
    problems: dict[str, str] = {}
    for key in criteria:
        values[key], problem = _level(key, found.get(key, []))
        if problem is not None:
            problems[key] = problem
    flags = frozenset(flag for flag in rubric.flags if _is_set(found.get(flag, [])))
    strict = not problems and _strict(text, rating_keys(rubric))
    return Reading(values, problems, flags, _reason(found), strict)


def read_choice(text: str) -> Choice:
    """Winner and reason of a reply to a comparison."""
    try:
        found = _object(text, {"winner"})
    except _UnreadableError as error:
        return Choice(None, str(error))
    named = found["winner"]
    winner = named[0].strip().casefold() if isinstance(named[0], str) else named[0]
    if len(named) > 1 or winner not in WINNERS:
        said = " and ".join(json.dumps(value, ensure_ascii=False) for value in named)
        return Choice(None, f"the winner {_short(said)} is not one of {', '.join(WINNERS)}")
    return Choice(winner, None, _reason(found), _strict(text, ["reason", "winner"]))


def _object(text: str, wanted: set[str]) -> dict[str, list[Any]]:
    """The one object with a wanted key: for each key, in small letters, its different values.

    Raises _UnreadableError where there is none, or where several say different things: which
    of them is meant would be a guess.
    """
    if not text.strip():
        raise _UnreadableError("the reply is empty")
    rest = _THINKING.sub("", text)
    objects: list[dict[str, list[Any]]] = []
    for pairs in _objects(rest):
        merged: dict[str, list[Any]] = {}
        for key, value in pairs:
            values = merged.setdefault(key.strip().casefold(), [])
            if not any(type(value) is type(known) and value == known for known in values):
                values.append(value)
        if wanted & merged.keys() and merged not in objects:
            objects.append(merged)
    if not objects:
        raise _UnreadableError(
            f"the reply holds no JSON object with the keys asked for: {_short(rest)}"
        )
    if len(objects) > 1:
        raise _UnreadableError("the reply holds several JSON objects that differ")
    return objects[0]


def _objects(text: str) -> Iterator[_Pairs]:
    """JSON objects that stand anywhere in a text, from left to right, none within another."""
    decoder = json.JSONDecoder(object_pairs_hook=_Object, strict=False)
    start = text.find("{")
    while start >= 0:
        try:
            found, end = decoder.raw_decode(text, start)
        except RecursionError:
            return
        except json.JSONDecodeError as error:
            if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated"):
                return  # cut off: what stands inside is no reply of its own
            end = start + 1
        else:
            yield found.pairs
        start = text.find("{", end)


class _Object:
    """A JSON object that keeps keys which occur twice."""

    def __init__(self, pairs: _Pairs) -> None:
        self.pairs = pairs

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Object) and self.pairs == other.pairs

    __hash__ = None  # type: ignore[assignment]


def _level(key: str, found: list[Any]) -> tuple[int | None, str | None]:
    """The level that a reply names, or why it names none."""
    if not found:
        return None, f"the reply has no '{key}'"
    if len(found) > 1:
        return None, f"the reply has '{key}' twice, with different values"
    value = found[0]
    if isinstance(value, str) and value.strip() in ("0", "1", "2"):
        return int(value), None
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and value in LEVELS:
        return int(value), None
    said = json.dumps(value, ensure_ascii=False, default=lambda o: dict(o.pairs))
    return None, f"'{key}' is {_short(said)}, not 0, 1 or 2"


def _is_set(found: list[Any]) -> bool:
    return len(found) == 1 and (found[0] is True or found[0] == "true")


def _reason(found: dict[str, list[Any]]) -> str | None:
    given = [value for value in found.get("reason", []) if isinstance(value, str)]
    text = " ".join(given[0].split()) if given else ""
    return text[:_LONGEST_REASON] or None


def _strict(text: str, keys: list[str]) -> bool:
    try:
        value = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return False
    return isinstance(value, dict) and value.keys() == set(keys)


def _short(text: str, limit: int = 80) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 3]}..."
