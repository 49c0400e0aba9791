"""Validation of checkpoints while they are trained: one value a language and measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa

from workbench.store import tables
from workbench.store.store import Store
from workbench.store.values import id_of

COLUMNS = (
    "run",
    "checkpoint",
    "cell",
    "step",
    "prompt_set",
    "language",
    "measure",
    "value",
    "n_scored",
    "n_total",
    "missing_reason",
    "recipe",
)
"""Columns of ``validations``: ``cell`` is the checkpoint's name without its step, ``recipe``
the fields of its recipe, ``value`` NaN where nothing could be scored."""


@dataclass(frozen=True)
class ValidationScore:
    """What a checkpoint reached in one language."""

    language: str
    measure: str
    """``loss`` (nats an answer token), or a rate between 0 and 1."""
    value: float | None
    n_scored: int
    """Responses behind a rate, answer tokens behind a loss."""
    n_total: int
    missing_reason: str | None = None
    """Why there is no value."""


@dataclass(frozen=True)
class Validated:
    """Which checkpoint was validated in which run, and how far it had been trained."""

    run: str
    checkpoint: str
    prompt_set: str
    step: int


def add_validations(store: Store, place: Validated, scores: Sequence[ValidationScore]) -> None:
    """Keep scores in one transaction; one that is there is replaced only if it was missing.

    Raises NotFoundError where run, checkpoint or prompt set are not in the store yet.
    """
    with store.database.writing() as connection:
        keys = {
            "run_id": id_of(connection, tables.runs, "Run", place.run),
            "checkpoint_id": id_of(connection, tables.checkpoints, "Checkpoint", place.checkpoint),
            "prompt_set_id": id_of(connection, tables.prompt_sets, "Prompt set", place.prompt_set),
        }
        rows = [{**keys, "step": place.step, **vars(score)} for score in scores]
        store.database.insert_or_fill(connection, tables.validations, rows, missing="value")


def is_validated(store: Store, place: Validated) -> bool:
    """Whether the scores of a checkpoint are there."""
    table = tables.validations
    statement = (
        sa.select(table.c.language)
        .join_from(table, tables.runs)
        .join(tables.checkpoints, tables.checkpoints.c.id == table.c.checkpoint_id)
        .join(tables.prompt_sets, tables.prompt_sets.c.id == table.c.prompt_set_id)
        .where(
            tables.runs.c.name == place.run,
            tables.checkpoints.c.name == place.checkpoint,
            tables.prompt_sets.c.name == place.prompt_set,
        )
    )
    with store.database.reading() as connection:
        return connection.execute(statement.limit(1)).first() is not None


def validations(store: Store, run: str) -> pd.DataFrame:
    """The scores of a validation run, by checkpoint in the order they came; see ``COLUMNS``."""
    table, points = tables.validations, tables.checkpoints
    statement = (
        sa.select(
            *(points.c.name, table.c.step, tables.prompt_sets.c.name.label("prompt_set")),
            *(table.c.language, table.c.measure, table.c.value, table.c.n_scored),
            *(table.c.n_total, table.c.missing_reason, points.c.details),
        )
        .join_from(table, tables.runs)
        .join(points, points.c.id == table.c.checkpoint_id)
        .join(tables.prompt_sets, tables.prompt_sets.c.id == table.c.prompt_set_id)
        .where(tables.runs.c.name == run)
        .order_by(points.c.id, table.c.language, table.c.measure)
    )
    with store.database.reading() as connection:
        id_of(connection, tables.runs, "Run", run)
        rows = [
            (run, name, name.partition("@")[0], *values, details.get("recipe") or {})
            for name, *values, details in connection.execute(statement)
        ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["value"] = frame["value"].astype("float64")
    reasons = frame["missing_reason"].astype("object")
    frame["missing_reason"] = reasons.where(reasons.notna(), None)
    return frame
