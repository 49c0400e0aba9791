"""Constraint checks as ratings of the store."""

from __future__ import annotations

from workbench.judging.constraints import check
from workbench.lid.detector import Detector
from workbench.store.records import (
    CONSTRAINT_CRITERION,
    CONSTRAINT_JUDGE,
    PendingResponse,
    Rating,
)


def constraint_rating(
    response: PendingResponse, detector: Detector | None, twin: str | None = None
) -> Rating:
    """Whether a response keeps the constraint of its prompt: 2 kept, 0 broken.

    Missing where there is no answer or no constraint, and where no rule decides. ``twin`` is
    the same checkpoint's answer to the prompt without the constraint.
    """
    value: int | None = None
    reason: str | None
    if response.missing_reason is not None:
        reason = response.missing_reason
    elif response.constraint is None:
        reason = "the prompt has no constraint"
    else:
        checked = check(response.constraint, response.text, detector=detector, twin=twin)
        value = None if checked.kept is None else 2 * checked.kept
        reason = checked.reason
    return Rating(
        response.response_id,
        CONSTRAINT_JUDGE,
        CONSTRAINT_CRITERION,
        value,
        missing_reason=reason if value is None else None,
        reason=None if value is None else reason,
    )
