"""What a run holds in the database, counted: what would be gone without it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from workbench.store import tables
from workbench.store.store import Store


class Counts(NamedTuple):
    """Numbers of rows that belong to some runs."""

    responses: int
    by_people: int
    """Ratings by people."""
    by_judges: int
    """Ratings by LLMs, models and rules."""
    comparisons: int


def run_counts(store: Store, runs: Sequence[str]) -> Counts:
    """What some runs hold together; runs that are not there hold nothing."""
    responses, ratings, pairs = tables.responses, tables.ratings, tables.comparisons
    own = (
        sa.select(responses.c.id)
        .join_from(responses, tables.runs)
        .where(tables.runs.c.name.in_(runs))
    )
    person = tables.judges.c.kind == "person"
    rated = (
        sa.select(sa.func.coalesce(sa.func.sum(sa.case((person, 1), else_=0)), 0), sa.func.count())
        .join_from(ratings, tables.judges)
        .where(ratings.c.response_id.in_(own))
    )
    either = pairs.c.response_a.in_(own) | pairs.c.response_b.in_(own)
    with store.database.reading() as connection:
        count = sa.select(sa.func.count())
        answers = connection.scalar(count.select_from(own.subquery())) or 0
        people, all_ratings = connection.execute(rated).one()
        compared = connection.scalar(count.select_from(pairs).where(either)) or 0
    return Counts(int(answers), int(people), int(all_ratings) - int(people), int(compared))


def asked_checkpoints(store: Store, without: Sequence[str] = ()) -> set[str]:
    """Names of checkpoints that runs have asked or validated, some runs left out."""
    found: set[str] = set()
    with store.database.reading() as connection:
        for table in (tables.responses, tables.validations):
            statement = (
                sa.select(tables.checkpoints.c.name)
                .join_from(table, tables.checkpoints)
                .join(tables.runs, tables.runs.c.id == table.c.run_id)
                .where(tables.runs.c.name.not_in(without))
                .distinct()
            )
            found.update(connection.scalars(statement))
    return found
