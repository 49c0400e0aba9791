"""Values as they are written in a field, and back. The same text always means the same value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

from workbench.app.runs.start.fields import FormField
from workbench.study_files import flow

NONE = "none"
"""How it is written that a field is unset, where it stands among other values."""
Written = str | list[str] | None
"""What a component holds: a text, or the entries that are chosen."""


_BETWEEN_COMMAS = re.compile(r"""(?:[^,'"]|'[^']*'|"[^"]*"|['"])+""")
"""A part of a list; commas within quotes do not end it."""


class _Loader(yaml.SafeLoader):
    """YAML in which ``no`` is a language and not a truth value."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in own if tag != "tag:yaml.org,2002:bool"]
        for first, own in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


class NotReadableError(ValueError):
    """A text that stands for no value; the message says why."""


def shown(value: Any) -> str:
    """A single value as it is written."""
    if value is None:
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}" if float(f"{value:g}") == value else repr(value)
    if isinstance(value, str):
        return value if "," not in value and _is_plain(value) else _quoted(value)
    return flow(value)


def shown_line(field: FormField, value: Any) -> str:
    """A list or a mapping in one line, without its brackets where it is read back without."""
    if value is None or not value:
        return NONE
    if isinstance(value, dict):
        return flow(value)[1:-1]
    if isinstance(value, list | tuple):
        alone = field.may_be_plain and len(value) == 1
        return flow(list(value)) if alone else ", ".join(map(shown, value))
    return shown(value)


def entries(written: Written, lines: bool = False) -> list[str]:
    """The parts of what is written: entries that are chosen, lines, or between commas."""
    if not written:
        return []
    if isinstance(written, str):
        written = written.splitlines() if lines else _BETWEEN_COMMAS.findall(written)
    return [part.strip() for part in written if part.strip()]


def read(text: str) -> Any:
    """The value of a text, as YAML reads it; ``none`` is None.

    Raises NotReadableError for what is no single value.
    """
    if text == NONE:
        return None
    value = _yaml(text)
    if isinstance(value, list | dict):
        raise NotReadableError("it is more than one value")
    return value


def read_line(field: FormField, text: str) -> Any:
    """The list or the mapping of a line; see ``shown_line``."""
    if text.startswith(("[", "{")):
        return _yaml(text)
    if field.is_mapping:
        value = {} if text == NONE else _yaml("{" + text + "}")
        if any(own is None for own in value.values()):
            raise NotReadableError("a name stands without its value")
        return value
    if text == NONE:
        return None
    values = [read(part) for part in entries(text)]
    return values[0] if field.may_be_plain and len(values) == 1 else values


def read_record(text: str) -> dict[str, Any]:
    """The mapping of a line, its braces may be left out."""
    value = _yaml(text if text.startswith("{") else "{" + text + "}")
    if not isinstance(value, dict) or any(own is None for own in value.values()):
        raise NotReadableError("it is no list of names with their values")
    return value


def joined(parts: Sequence[str], lines: bool = False) -> str:
    """Parts in one text; see ``entries``."""
    return ("\n" if lines else ", ").join(parts)


def _quoted(text: str) -> str:
    return yaml.safe_dump(text, default_style='"', allow_unicode=True, width=1_000_000).strip()


def _is_plain(text: str) -> bool:
    """Whether YAML reads a text as itself."""
    try:
        return bool(yaml.load(text, Loader=_Loader) == text) and text not in (NONE, "")
    except yaml.YAMLError:
        return False


def _yaml(text: str) -> Any:
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError:
        raise NotReadableError("its brackets, quotes or colons do not fit together") from None
