"""What is wrong with a field, in plain words: what was given, why not, and what to do."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from workbench.app.runs.start.fields import FormField
from workbench.value_errors import reason_in_words, said

NEEDED = "it is needed"
EXAMPLES = {
    "conditions": "learning_rate: 1e-4, steps: 100",
    "variants": "lora_strength: 0.5",
    "recipe.mix": "fr: 0.01, ru: 0.01",
}
"""What may be written in fields that have names in them."""


def problem(field: FormField, given: str, reason: str, remedy: str = "") -> str:
    """One sentence that says what was given and why not, and one that says what to do."""
    what = (
        given
        if given == "This study"
        else f"'{given}'"
        if given
        else field.label[:1].upper() + field.label[1:]
    )
    return f"{what}: {reason}. {remedy or _remedy(field, reason)}."


def reason_of(error: ValidationError, found: Any = None) -> str:
    """Why pydantic refuses a value, in plain words."""
    first = found or error.errors()[0]
    if first["type"] == "missing" and first["loc"] and isinstance(first["loc"][-1], int):
        return f"there should be more than {first['loc'][-1]}"
    if first["type"] == "missing":
        return NEEDED
    if reason := reason_in_words(first):
        return reason
    reason = said(first).rstrip(".")
    for place in ("recipe: ", "variants: "):
        reason = reason.removeprefix(place)
    _, _, wrong = reason.partition("Input should be ")
    if wrong:
        return f"it should be {wrong}"
    if reason.endswith(": Field required"):
        return NEEDED
    return reason[:1].lower() + reason[1:] if reason[1:2].islower() else reason


def _remedy(field: FormField, reason: str) -> str:
    several = ", several with commas between them" if field.shape == "values" else ""
    if field.choices:
        return f"Choose among {', '.join(field.choices)}"
    if field.is_number:
        return f"Write a number{several}"
    if field.shape == "records":
        return f"Write one a line, such as {EXAMPLES[field.path]}"
    if field.is_mapping:
        return "Write names with their values, such as fr: 0.01; several sets of them one a line"
    if reason == NEEDED:
        return "Fill it in"
    return "Correct it" + (", or leave it empty" if field.optional else "")
