"""Ratings by one judge beside compact results: a column a criterion."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from workbench.store.columns import integers, read_columns
from workbench.store.connection import Database
from workbench.store.records import Rating
from workbench.store.results import judge_id
from workbench.store.tables import judges, ratings, responses, runs

MISSING, UNASKED = -1, -2
"""In place of a value: the rating is missing, or the judge has not been asked for it."""
Levels = npt.NDArray[np.int8]


def judges_of(
    database: Database, run_names: Sequence[str], criteria: Sequence[str]
) -> dict[str, str | None]:
    """Kinds of the judges that have rated answers of these runs by some criteria, by name."""
    rated = (
        sa.select(ratings.c.response_id)
        .join_from(ratings, responses, responses.c.id == ratings.c.response_id)
        .join(runs, runs.c.id == responses.c.run_id)
        .where(
            ratings.c.judge_id == judges.c.id,
            ratings.c.criterion.in_(criteria),
            runs.c.name.in_(list(run_names)),
        )
    )
    statement = sa.select(judges.c.name, judges.c.kind).where(rated.exists())
    with database.reading() as connection:
        found = connection.execute(statement.order_by(judges.c.name))
        return {str(name): kind for name, kind in found}


def levels_of(
    database: Database,
    judge: str,
    criteria: Sequence[str],
    response_ids: npt.NDArray[np.int64],
) -> dict[str, Levels]:
    """What a judge gave responses, by criterion: 0, 1, 2, ``MISSING`` or ``UNASKED``.

    ``response_ids``, (responses,), are sorted; so are the levels, (responses,) each. Criteria
    that it has rated nowhere are left out.
    """
    if not len(response_ids):
        return {}
    rating = ratings.c
    level = sa.func.coalesce(rating.value, MISSING)
    given = [
        sa.func.coalesce(sa.func.max(sa.case((rating.criterion == name, level))), UNASKED)
        for name in criteria
    ]
    ends = rating.response_id.between(int(response_ids[0]), int(response_ids[-1]))
    with database.reading() as connection:
        by = judge_id(connection, judge)
        statement = (
            sa.select(rating.response_id, *given)
            .where(ends, rating.judge_id == by)
            .group_by(rating.response_id)
        )
        ids, *columns = read_columns(connection, statement, (integers,) * (1 + len(criteria)))
    at = np.searchsorted(response_ids, ids).clip(max=len(response_ids) - 1)
    there = response_ids[at] == ids
    found = {}
    for name, column in zip(criteria, columns, strict=True):
        levels = np.full(len(response_ids), UNASKED, dtype=np.int8)
        levels[at[there]] = column[there]
        if (levels != UNASKED).any():
            found[name] = levels
    return found


def ratings_of(database: Database, judge: str, ids: Sequence[int]) -> dict[int, list[Rating]]:
    """Ratings of some responses by a judge, by id."""
    rating = ratings.c
    given: dict[int, list[Rating]] = {}
    with database.reading() as connection:
        statement = (
            sa.select(
                *(rating.response_id, rating.criterion, rating.value, rating.missing_reason),
                *(rating.reason, rating.raw, rating.rule, rating.created),
            )
            .where(
                rating.response_id.in_(list(ids)), rating.judge_id == judge_id(connection, judge)
            )
            .order_by(rating.response_id, rating.criterion)
        )
        for id, *rest in connection.execute(statement):
            given.setdefault(id, []).append(Rating(id, judge, *rest))
    return given
