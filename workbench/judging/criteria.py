"""The six criteria, the levels they are rated by, and the rules between them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, model_validator

CRITERIA = ("language", "fluency", "helpfulness", "accuracy", "coherence", "harmlessness")
"""Keys, in the order in which they are rated and shown."""

LEVELS = (0, 1, 2)

Values = Mapping[str, int | None]
"""Level of each criterion; None where it is missing."""


def from_stars(stars: int) -> int:
    """Level of a rating by stars: 1 to 3 stars are the levels 0 to 2.

    Raises ValueError for any other number.
    """
    if stars not in (1, 2, 3):
        raise ValueError(f"stars are 1, 2 or 3, not {stars!r}")
    return stars - 1


class Rule(BaseModel):
    """A rule between criteria: where one value or a flag is given, others are capped."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    key: str
    criterion: str | None = None
    """With ``value``: the criterion that brings the rule about."""
    value: int | None = None
    flag: str | None = None
    """The flag that brings the rule about, such as ``invented_link``."""
    caps: dict[str, int]
    """The highest value that each of these criteria may still have."""

    @model_validator(mode="after")
    def _has_one_cause(self) -> Rule:
        by_value = self.criterion is not None and self.value is not None
        if by_value == (self.flag is not None):
            raise ValueError("a rule has either criterion and value, or a flag")
        return self

    def holds(self, values: Values, flags: Collection[str]) -> bool:
        """Whether these values or flags bring the rule about."""
        if self.flag is not None:
            return self.flag in flags
        return values.get(self.criterion or "") == self.value


@dataclass(frozen=True)
class Ruled:
    """Values after the rules between criteria."""

    values: dict[str, int | None]
    changed: dict[str, str] = field(default_factory=dict)
    """For each criterion whose value was changed, the key of the rule that changed it."""


def apply_rules(values: Values, flags: Collection[str] = (), rules: Iterable[Rule] = ()) -> Ruled:
    """The values after the rules, in their order, with which rule changed what.

    A criterion that is missing stays missing: a rule caps values, it gives none.

    >>> unreadable = Rule(key="unreadable", criterion="fluency", value=0, caps={"accuracy": 0})
    >>> apply_rules({"fluency": 0, "accuracy": 2}, rules=[unreadable]).changed
    {'accuracy': 'unreadable'}
    """
    after, changed = dict(values), {}
    for rule in rules:
        if not rule.holds(after, flags):
            continue
        for criterion, cap in rule.caps.items():
            value = after.get(criterion)
            if value is not None and value > cap:
                after[criterion] = cap
                changed[criterion] = rule.key
    return Ruled(after, changed)
