"""From what a judge said to ratings: rules applied, and reasons for what is missing."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.judging.replies import Reading
from workbench.judging.rubric import Rubric
from workbench.store.records import Rating

EMPTY_RULE = "empty"
"""The rule that rates an answer without any text."""


def ratings_of(
    judge: str,
    response_id: int,
    rubric: Rubric,
    reading: Reading,
    raw: Mapping[str, float] | None = None,
) -> list[Rating]:
    """Ratings of one response, in the order of the criteria.

    ``raw`` has the judge's own values where they are finer than levels; elsewhere the value
    that a rule replaced is kept.
    """
    ruled = rubric.apply_rules(reading.values, reading.flags)
    ratings = []
    for criterion in (c.key for c in rubric.criteria):
        value = ruled.values.get(criterion)
        if value is None:
            missing = reading.problems.get(criterion, "the judge gave no value")
            ratings.append(Rating(response_id, judge, criterion, None, missing))
            continue
        rule = ruled.changed.get(criterion)
        own: float | None = (raw or {}).get(criterion)
        if own is None and rule is not None:
            own = reading.values[criterion]
        ratings.append(
            Rating(
                *(response_id, judge, criterion, value),
                reason=reading.reason,
                raw=own,
                rule=rule,
            )
        )
    return ratings


def all_missing(judge: str, response_id: int, rubric: Rubric, reason: str) -> list[Rating]:
    """Ratings of a response for which there is none, with the reason."""
    return [Rating(response_id, judge, c.key, None, reason) for c in rubric.criteria]


def of_empty_answer(judge: str, response_id: int, rubric: Rubric) -> list[Rating]:
    """Ratings of an answer without any text, which needs no judge."""
    return [
        Rating(response_id, judge, criterion, value, reason=rubric.empty_text, rule=EMPTY_RULE)
        for criterion, value in rubric.empty.items()
    ]
