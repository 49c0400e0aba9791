"""What every language detector offers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from workbench.errors import NotFoundError


class Verdict(NamedTuple):
    """What a detector says about a text."""

    label: str | None
    """ISO 639-1 code, of three letters where there is none of two; None where undetermined."""
    confidence: float | None
    """Between 0 and 1; None where undetermined or not offered."""
    evidence: int | None
    """Features of the text that speak for any language; None where not counted."""
    log_probability: float | None = None
    """Unnormalised, of the model's best label, also where the verdict is undetermined; None
    where the detector's model gives no such number."""


UNDETERMINED = "undetermined"
"""How a verdict without a label is written where a word is needed."""


class Detector(Protocol):
    """Identifies languages. Takes any text, also an empty one, and never raises for it."""

    @property
    def name(self) -> str:
        """Names the detector and its restriction exactly: equal names, equal verdicts.

        A restricted detector is called ``family[code,code,...]``.
        """

    @property
    def languages(self) -> tuple[str, ...] | None:
        """Languages it is restricted to, or can answer with; None where that is not known."""

    def identify(self, text: str) -> Verdict:
        """The language of a text."""

    def identify_many(self, texts: Sequence[str]) -> list[Verdict]:
        """The languages of many texts, in order."""


def check_known(languages: Iterable[str], known: Iterable[str], by: str) -> None:
    """Raise NotFoundError for a language that is not among those ``known`` by something."""
    all_known = sorted(set(known))
    for code in languages:
        if code not in all_known:
            raise NotFoundError(
                f"Language '{code}'",
                f"{by} does not know it",
                f"Use some of {', '.join(all_known)}",
            )


def has_letter(text: str) -> bool:
    """Whether there is anything in a text that could show its language."""
    return any(map(str.isalpha, text))
