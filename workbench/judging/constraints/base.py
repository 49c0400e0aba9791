"""What a check is given, and what it says."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.lid.detector import Detector


@dataclass(frozen=True)
class Check:
    """Whether an answer keeps a constraint."""

    constraint: str
    """Type of the constraint, such as ``num_items_5``."""
    kept: bool | None
    """None where no rule can decide it."""
    reason: str | None = None
    """What was asked and what was found; None where the constraint is kept."""

    def __post_init__(self) -> None:
        if (self.kept is True) != (self.reason is None):
            raise ValueError("a check has a reason exactly where the constraint is not kept")


@dataclass(frozen=True)
class Answer:
    """An answer under a constraint, with what helps to decide it."""

    constraint: str
    text: str
    argument: str = ""
    """What follows the family's name: ``5`` of ``num_items_5``."""
    twin: str | None = None
    """Answer to the same prompt without the constraint."""
    detector: Detector | None = None

    def kept(self) -> Check:
        """The answer keeps the constraint."""
        return Check(self.constraint, True)

    def broken(self, reason: str) -> Check:
        """The answer breaks the constraint."""
        return Check(self.constraint, False, reason)

    def undecided(self, reason: str) -> Check:
        """No rule can say it."""
        return Check(self.constraint, None, reason)


def has_words(text: str) -> bool:
    """Whether there is a letter or digit of any script."""
    return any(character.isalnum() for character in text)
