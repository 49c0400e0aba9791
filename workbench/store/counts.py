"""How far runs have come: responses that are scored, and steps that are validated."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from workbench.store import tables
from workbench.store.store import Store


def scored_responses(store: Store, runs: Sequence[str] | None = None) -> dict[str, int]:
    """Number of responses that a detector has looked at, by run; of all runs where None.

    A run without any is left out.
    """
    responses, scores = tables.responses, tables.language_scores
    scored = sa.select(scores.c.response_id).where(scores.c.response_id == responses.c.id)
    statement = (
        sa.select(tables.runs.c.name, sa.func.count())
        .join_from(responses, tables.runs)
        .where(scored.exists())
        .group_by(tables.runs.c.name)
    )
    if runs is not None:
        statement = statement.where(tables.runs.c.name.in_(runs))
    with store.database.reading() as connection:
        return {name: number for name, number in connection.execute(statement)}


def validated_values(store: Store, run: str) -> int:
    """Number of values that a validation run has kept: it grows with each step validated."""
    statement = (
        sa.select(sa.func.count())
        .select_from(tables.validations.join(tables.runs))
        .where(tables.runs.c.name == run)
    )
    with store.database.reading() as connection:
        return int(connection.scalar(statement) or 0)
