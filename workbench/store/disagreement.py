"""Where language detectors do not say the same of a response."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from workbench.store.columns import integers, read_columns
from workbench.store.connection import Database
from workbench.store.tables import detectors, language_scores

Labels = dict[str, str | None]
"""What each detector said, by its short name; None where undetermined."""


def disagreeing(database: Database, response_ids: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Whether two detectors name different languages: (responses,).

    ``response_ids``, (responses,), are sorted. A detector that is undetermined names none.
    """
    found = np.zeros(len(response_ids), dtype=bool)
    if not len(response_ids):
        return found
    score = language_scores.c
    statement = (
        sa.select(score.response_id)
        .where(
            score.response_id.between(int(response_ids[0]), int(response_ids[-1])),
            score.label.is_not(None),
        )
        .group_by(score.response_id)
        .having(sa.func.min(score.label) != sa.func.max(score.label))
    )
    with database.reading() as connection:
        if (connection.scalar(sa.select(sa.func.count()).select_from(detectors)) or 0) < 2:
            return found
        (ids,) = read_columns(connection, statement, (integers,))
    at = np.searchsorted(response_ids, ids).clip(max=len(response_ids) - 1)
    found[at[response_ids[at] == ids]] = True
    return found


def labels_of(database: Database, ids: Sequence[int]) -> dict[int, Labels]:
    """What each detector said of some responses, by id; those of one detector are left out."""
    score = language_scores.c
    statement = (
        sa.select(score.response_id, detectors.c.name, score.label)
        .join_from(language_scores, detectors, detectors.c.id == score.detector_id)
        .where(score.response_id.in_(list(ids)))
        .order_by(score.response_id, detectors.c.id)
    )
    labels: dict[int, Labels] = {}
    with database.reading() as connection:
        for id, name, label in connection.execute(statement):
            labels.setdefault(id, {})[name.partition("[")[0]] = label
    return {id: own for id, own in labels.items() if len(own) > 1}
