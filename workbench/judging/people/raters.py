"""Names of people who rate, and of the judges that their ratings are kept under."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from workbench.errors import InputError

ADJUDICATION = "adjudication"
"""Judge of values that were settled after raters disagreed."""
_PREFIX = "person:"
_LONGEST = 60


def clean_name(name: str, known: Iterable[str] = ()) -> str:
    """The name as it is kept; one that differs from a known one in case alone is that one.

    Raises InputError where it is empty, too long, not on one line, or *adjudication*.
    """
    if any(unicodedata.category(character) == "Cc" for character in name):
        raise _refused(name, "it holds a line break or another control character")
    cleaned = " ".join(unicodedata.normalize("NFC", name).split())
    if not cleaned:
        raise _refused(name, "it is empty")
    if len(cleaned) > _LONGEST:
        raise _refused(name, f"it is longer than {_LONGEST} characters")
    if cleaned.casefold() == ADJUDICATION:
        raise _refused(name, "settled values are kept under it")
    same = {other.casefold(): other for other in known}
    return same.get(cleaned.casefold(), cleaned)


def judge_of(rater: str) -> str:
    """Name of the judge that a person's ratings are kept under."""
    return f"{_PREFIX}{rater}"


def rater_of(judge: str) -> str | None:
    """The person behind a judge; None where it is none, or the adjudication."""
    return judge.removeprefix(_PREFIX) if judge.startswith(_PREFIX) else None


def _refused(name: str, reason: str) -> InputError:
    return InputError(
        f"The rater's name '{name[:_LONGEST]}'",
        reason,
        f"Give a name of 1 to {_LONGEST} characters, the same each time you rate",
    )
