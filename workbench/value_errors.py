"""Why pydantic refuses a value, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_REASONS = {
    "float_parsing": "it is no number",
    "float_type": "it is no number",
    "int_parsing": "it is no whole number",
    "int_type": "it is no whole number",
    "int_from_float": "it is no whole number",
    "finite_number": "it is no finite number",
    "greater_than": "it should be above {gt:g}",
    "greater_than_equal": "it should be at least {ge:g}",
    "less_than": "it should be below {lt:g}",
    "less_than_equal": "it should be at most {le:g}",
    "literal_error": "it should be {expected}",
    "string_pattern_mismatch": "it should begin with a letter or digit and have only letters, "
    "digits, dots, hyphens and underscores",
    "too_short": "there should be at least one",
    "string_too_short": "it is empty",
    "extra_forbidden": "there is no field of that name",
}
"""By the kind of error; names are the only values that have a pattern here."""


def reason_in_words(error: Mapping[str, Any]) -> str | None:
    """The reason of one of a ValidationError's ``errors()``; None for a kind without words here."""
    wording = _REASONS.get(error["type"])
    return wording.format(**error.get("ctx", {})) if wording else None


def said(error: Mapping[str, Any]) -> str:
    """What pydantic, or a validator of ours behind it, says of an error."""
    return str(error["msg"]).removeprefix("Value error, ")
