"""What the command line says of options that cannot be used: one line, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.errors import InputError
from workbench.value_errors import reason_in_words, said

if TYPE_CHECKING:
    from cyclopts import CycloptsError
    from pydantic_core import ErrorDetails


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
    text = str(error).strip()
    return f"{text}{'' if text.endswith(('.', '?')) else '.'} See '{help_command}'."


def _of_record(error: ErrorDetails, helps: dict[str, str], help_command: str) -> InputError:
    """The error for a value that the record behind some options does not take."""
    reason = reason_in_words(error) or said(error)
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
