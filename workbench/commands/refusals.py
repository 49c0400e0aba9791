"""What the command line says of options that cannot be used: one line, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.errors import InputError

if TYPE_CHECKING:
    from cyclopts import CycloptsError
    from pydantic_core import ErrorDetails

_REASONS = {
    "float_parsing": "it is no number",
    "int_parsing": "it is no whole number",
    "int_from_float": "it is no whole number",
    "finite_number": "it is no finite number",
    "greater_than": "it should be above {gt:g}",
    "greater_than_equal": "it should be at least {ge:g}",
    "less_than": "it should be below {lt:g}",
    "less_than_equal": "it should be at most {le:g}",
    "string_too_short": "it is empty",
}
"""Why pydantic refuses a value, by the kind of its error."""


def refusal(error: CycloptsError) -> str:
    """The message for a command line that cannot be used."""
    from pydantic import ValidationError

    help_command = " ".join(["workbench", *(error.command_chain or ()), "--help"])
    if isinstance(error.__cause__, ValidationError):
        helps = {
            own.name: str(own.parameter.help or "")
            for own in (error.argument.children if error.argument else ())
        }
        return str(_of_record(error.__cause__.errors()[0], helps, help_command))
    error.verbose = False
    said = str(error).strip()
    return f"{said}{'' if said.endswith(('.', '?')) else '.'} See '{help_command}'."


def _of_record(error: ErrorDetails, helps: dict[str, str], help_command: str) -> InputError:
    """The error for a value that the record behind some options does not take."""
    reason = error["msg"].removeprefix("Value error, ")
    if wording := _REASONS.get(error["type"]):
        reason = wording.format(**error.get("ctx", {}))
    if not error["loc"]:
        given = error["input"].items() if isinstance(error["input"], dict) else ()
        options = " ".join(f"{_option(name)} {value}" for name, value in given)
        return InputError(options, reason, f"See '{help_command}'")
    option = _option(error["loc"][0])
    told = helps.get(option, "")
    meaning = f" ({told[:1].lower()}{told[1:]})" if told else ""
    return InputError(f"{option} {error['input']}", reason, f"Correct it{meaning}")


def _option(name: object) -> str:
    return f"--{str(name).replace('_', '-')}"
