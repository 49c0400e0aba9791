"""What every language detector offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Verdict:
    """What a detector says about a text."""

    label: str | None
    """ISO 639-1 code; None where undetermined."""
    confidence: float | None
    """Between 0 and 1; None where undetermined or not offered."""
    evidence: int | None
    """Features of the text that speak for any language; None where not counted."""


class Detector(Protocol):
    """Identifies languages. Takes any text, also an empty one, and never raises for it."""

    @property
    def name(self) -> str:
        """Names the detector and its restriction exactly: equal names, equal verdicts.

        A restricted detector is called ``family[code,code,...]``.
        """

    @property
    def languages(self) -> tuple[str, ...] | None:
        """Languages it can answer with; None where that is not known."""

    def identify(self, text: str) -> Verdict:
        """The language of a text."""

    def identify_many(self, texts: Sequence[str]) -> list[Verdict]:
        """The languages of many texts, in order."""
