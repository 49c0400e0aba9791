"""Fields of parsed JSON: each is what it should be, or an error says where it is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.errors import FileFormatError, NotFoundError
from workbench.languages import LANGUAGES, UNKNOWN_LANGUAGE, find_language
from workbench.prompts import Message
from workbench.store.values import storable

_MOST = 2**31 - 1
"""The largest number that a database keeps in a column of whole numbers."""
_ROLES = ("system", "user", "assistant")
_OF_ROLES = {"developer": "system", "human": "user", "gpt": "assistant"}
"""What roles are called elsewhere."""


@dataclass(frozen=True)
class Fields:
    """A JSON object of a file.

    Names may be paths, such as ``doc.language``, that reach into objects within it.
    """

    values: Mapping[str, Any]
    place: str
    """Where it stands, as errors say it: ``answers.jsonl, line 3``."""

    def wrong(self, name: str, reason: str, remedy: str) -> FileFormatError:
        """The error for a field."""
        return FileFormatError(f"{self.place}, {name}", reason, remedy)

    def value(self, name: str) -> Any:
        """What a field holds; None where it is absent."""
        if name in self.values:
            return self.values[name]
        found: Any = self.values
        for part in name.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        return found

    def has(self, name: str) -> bool:
        """Whether the field is there with a value."""
        return self.value(name) is not None

    def text(self, name: str) -> str:
        """A text, or a number as text; FileFormatError where it is neither."""
        found = self.optional_text(name)
        if found is None:
            raise self.wrong(name, "the field is absent", "Write a text")
        return found

    def optional_text(self, name: str) -> str | None:
        """As ``text``; None where it is absent or null."""
        value = self.value(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise self.wrong(name, f"it is {_kind(value)}", "Write a text")
        return storable(value) if isinstance(value, str) else _number_text(value)

    def count(self, name: str) -> int | None:
        """A whole number from 0; None where it is absent, null or empty."""
        value = self.value(name)
        if value is None or value == "":
            return None
        try:
            number = int(value) if isinstance(value, str) else value
        except ValueError:
            number = None
        if isinstance(number, float) and number.is_integer():
            number = int(number)
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= _MOST:
            raise self.wrong(name, f"it is {_shown(value)}", "Write a whole number from 0")
        return number

    def number(self, name: str) -> float | None:
        """A finite number; None where it is absent, null or empty."""
        value = self.value(name)
        if value is None or value == "":
            return None
        try:
            number = float(value) if isinstance(value, str | int | float) else float("nan")
        except (ValueError, OverflowError):
            number = float("nan")
        if isinstance(value, bool) or not abs(number) < float("inf"):
            raise self.wrong(name, f"it is {_shown(value)}", "Write a number")
        return number

    def items(self, name: str) -> list[Any]:
        """A list; FileFormatError where it is none."""
        value = self.value(name)
        if not isinstance(value, list):
            raise self.wrong(name, f"it is {_kind(value)}", "Write a list")
        return value

    def object(self, name: str) -> Fields:
        """An object; FileFormatError where it is none."""
        return as_object(self.value(name), f"{self.place}, {name}")

    def language(self, name: str, default: str | None) -> str:
        """The code of a language that is named by code or name; ``default`` where it is absent.

        Without a default it is ``UNKNOWN_LANGUAGE``.
        """
        named = (self.optional_text(name) or "").strip()
        if not named:
            return default or UNKNOWN_LANGUAGE
        try:
            return known_code(named)
        except NotFoundError as error:
            raise self.wrong(name, f"{error.given}: {error.reason}", error.remedy) from None


def known_code(named: str) -> str:
    """The code of a language that is given by code or name; NotFoundError where it is neither.

    A bare code that the workbench has no name for is taken as it is: detectors know more.
    """
    try:
        return find_language(named).code
    except NotFoundError:
        if named.isascii() and named.islower() and named.isalpha() and len(named) in (2, 3):
            return named
        raise NotFoundError(
            f"Language '{named}'",
            "it is neither a code nor the name of a language that is known here",
            f"Write a code such as {', '.join(list(LANGUAGES)[:5])}",
        ) from None


def as_object(value: Any, place: str) -> Fields:
    """A JSON object; FileFormatError at ``place`` where it is none."""
    if not isinstance(value, Mapping):
        raise FileFormatError(place, f"it is {_kind(value)}", "Write an object with named fields")
    return Fields(value, place)


def messages_of(turns: Sequence[Any], place: str) -> tuple[Message, ...]:
    """Chat turns as messages: ``role`` and ``content``, which may be a list of parts.

    Raises FileFormatError for a role that is unknown.
    """
    messages = []
    for number, turn in enumerate(turns, start=1):
        fields = as_object(turn, f"{place}, turn {number}")
        role = _OF_ROLES.get(fields.text("role"), fields.text("role"))
        if role not in _ROLES:
            raise fields.wrong("role", f"it is '{role}'", f"Write one of {', '.join(_ROLES)}")
        text = content_text(fields.values.get("content"), f"{fields.place}, content")
        messages.append(Message.model_validate({"role": role, "content": text}))
    return tuple(messages)


def content_text(content: Any, place: str) -> str:
    """The text of a message, whose content is a text or a list of parts; others than texts are
    left out. Raises FileFormatError where it is neither."""
    if isinstance(content, str):
        return storable(content)
    if content is None:
        return ""
    if not isinstance(content, list):
        raise FileFormatError(place, f"it is {_kind(content)}", "Write a text")
    parts = [as_object(part, place) for part in content]
    return "\n".join(part.text("text") for part in parts if part.values.get("type") == "text")


def settings_of(value: Any) -> dict[str, Any]:
    """An object as it can be kept; empty where it is none."""
    kept: dict[str, Any] = _storable(value) if isinstance(value, Mapping) else {}
    return kept


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return {storable(str(key)): _storable(inner) for key, inner in value.items()}
    return [_storable(item) for item in value] if isinstance(value, list) else value


def asks(text: str) -> tuple[Message, ...]:
    """What a user asks in one turn; nothing where the text is not known."""
    return (Message(role="user", content=storable(text)),) if text.strip() else ()


def _number_text(value: float) -> str:
    """A number as people write it: ids that a spreadsheet made 3.0 are 3."""
    return str(int(value)) if isinstance(value, int) or value.is_integer() else str(value)


def _kind(value: Any) -> str:
    names = {type(None): "absent", bool: "true or false", str: "a text", list: "a list"}
    if isinstance(value, Mapping):
        return "an object"
    return names.get(type(value), "a number")


def _shown(value: Any) -> str:
    return f"'{value}'"[:40] if isinstance(value, str | int | float) else _kind(value)
