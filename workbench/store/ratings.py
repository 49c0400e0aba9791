"""Ratings, comparisons and the judges that gave them: written, taken back, and read as frames."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa

from workbench.errors import InputError
from workbench.prompts import Prompt
from workbench.store.connection import Database
from workbench.store.records import (
    RULE_JUDGES,
    Comparison,
    JudgedResponse,
    JudgeRecord,
    Rating,
)
from workbench.store.tables import (
    checkpoints,
    comparisons,
    judges,
    prompt_sets,
    prompts,
    ratings,
    responses,
    runs,
)
from workbench.store.values import as_json, id_of, ids_of_new, now, storable

# fmt: off
RATING_COLUMNS = (
    "run", "checkpoint", "prompt_set", "parallel_id", "language", "sample", "response_id",
    "judge", "kind", "criterion", "value", "missing_reason", "reason", "raw", "rule", "created",
)
"""Columns of ``ratings``: ``language`` is the expected one, ``value`` 0, 1, 2 or NA (Int64),
``raw`` NaN where it is the value; texts that may be missing are None, ``created`` is UTC."""

COMPARISON_COLUMNS = (
    "run", "checkpoint_a", "checkpoint_b", "prompt_set", "parallel_id", "language", "sample",
    "response_a", "response_b", "judge", "shown_first", "winner", "missing_reason", "reason",
    "created",
)
"""Columns of ``comparisons``: ``shown_first`` is a or b, ``winner`` a, b, tie or None, ``run``
and ``sample`` are those of response a."""
# fmt: on

_CHUNK = 500
"""Ids in one statement; databases limit how many parameters it may have."""


def add_judge(database: Database, judge: JudgeRecord) -> None:
    """Keep who rates; one known by name alone, or that has given nothing, is described now.

    Raises InputError where another kind of judge, or one with other details, rated under the
    name.
    """
    unused = ~sa.or_(
        sa.exists().where(ratings.c.judge_id == judges.c.id),
        sa.exists().where(comparisons.c.judge_id == judges.c.id),
    )
    undescribed = sa.and_(
        judges.c.details.is_(None), sa.func.coalesce(judges.c.kind, judge.kind) == judge.kind
    )
    row = {"name": judge.name, "kind": judge.kind, "details": as_json(judge.details)}
    with database.writing() as connection:
        database.insert_new(connection, judges, [row])
        connection.execute(
            sa.update(judges)
            .where(judges.c.name == judge.name, sa.or_(unused, undescribed))
            .values(kind=row["kind"], details=row["details"])
        )
        kind, details = connection.execute(
            sa.select(judges.c.kind, judges.c.details).where(judges.c.name == judge.name)
        ).one()
    if (kind, details) != (row["kind"], row["details"]):
        given: dict[str, Any] = {"kind": kind, **(details or {})}
        asked: dict[str, Any] = {"kind": row["kind"], **row["details"]}
        differing = sorted(
            key for key in given.keys() | asked.keys() if given.get(key) != asked.get(key)
        )
        raise InputError(
            f"Judge '{judge.name}'",
            f"the store holds ratings of another judge of this name ({', '.join(differing)} "
            "differ)",
            "Give the judge another name",
        )


def judge_frame(database: Database) -> pd.DataFrame:
    """One row a judge: ``name``, ``kind`` and ``details`` (None where not described), ``rated``
    and ``missing`` (ratings with and without a value), ``comparisons``."""
    valued = sa.func.count(ratings.c.value)
    given = (
        sa.select(
            ratings.c.judge_id,
            valued.label("rated"),
            (sa.func.count() - valued).label("missing"),
        )
        .group_by(ratings.c.judge_id)
        .subquery()
    )
    compared = (
        sa.select(comparisons.c.judge_id, sa.func.count().label("number"))
        .group_by(comparisons.c.judge_id)
        .subquery()
    )
    statement = (
        sa.select(
            *(judges.c.name, judges.c.kind, judges.c.details),
            sa.func.coalesce(given.c.rated, 0),
            sa.func.coalesce(given.c.missing, 0),
            sa.func.coalesce(compared.c.number, 0),
        )
        .outerjoin_from(judges, given, given.c.judge_id == judges.c.id)
        .outerjoin(compared, compared.c.judge_id == judges.c.id)
        .order_by(judges.c.id)
    )
    columns = ("name", "kind", "details", "rated", "missing", "comparisons")
    return _frame(database, statement, columns, texts=("kind", "details"))


def add_ratings(database: Database, given: Sequence[Rating], replace: bool) -> None:
    """Keep ratings; one that is there is replaced only if it was missing, or on demand."""
    if not given:
        return
    with database.writing() as connection:
        ids = _judge_ids(database, connection, {rating.judge for rating in given})
        values = [
            {
                **_without_judge(rating),
                "judge_id": ids[rating.judge],
                "created": rating.created or now(),
            }
            for rating in given
        ]
        if replace:
            database.insert_or_replace(connection, ratings, values)
        else:
            database.insert_or_fill(connection, ratings, values, missing="value")


def remove_ratings(
    database: Database, judge: str, response_ids: Iterable[int], criterion: str | None
) -> int:
    """Take ratings back, of one criterion or of all; how many there were."""
    ids, removed = list(response_ids), 0
    with database.writing() as connection:
        judge_id = id_of(connection, judges, "Judge", judge)
        for start in range(0, len(ids), _CHUNK):
            statement = sa.delete(ratings).where(
                ratings.c.judge_id == judge_id,
                ratings.c.response_id.in_(ids[start : start + _CHUNK]),
            )
            if criterion is not None:
                statement = statement.where(ratings.c.criterion == criterion)
            removed += connection.execute(statement).rowcount
    return removed


def rating_frame(
    database: Database,
    run_names: Sequence[str] | None,
    judge_names: Sequence[str] | None,
    criteria: Sequence[str] | None,
) -> pd.DataFrame:
    """One row a rating; see ``RATING_COLUMNS``."""
    rating = ratings.c
    statement = (
        sa.select(
            *(runs.c.name, checkpoints.c.name, prompt_sets.c.name, prompts.c.parallel_id),
            *(prompts.c.language, responses.c.sample, responses.c.id, judges.c.name),
            *(judges.c.kind, rating.criterion, rating.value, rating.missing_reason),
            *(rating.reason, rating.raw, rating.rule, rating.created),
        )
        .join_from(ratings, judges)
        .join(responses, responses.c.id == rating.response_id)
        .join(prompts, prompts.c.id == responses.c.prompt_id)
        .join(prompt_sets, prompt_sets.c.id == prompts.c.prompt_set_id)
        .join(checkpoints, checkpoints.c.id == responses.c.checkpoint_id)
        .join(runs, runs.c.id == responses.c.run_id)
        .order_by(responses.c.id, judges.c.id, rating.criterion)
    )
    for column, only in (
        (runs.c.name, run_names),
        (judges.c.name, judge_names),
        (rating.criterion, criteria),
    ):
        statement = statement if only is None else statement.where(column.in_(list(only)))
    texts = ("kind", "missing_reason", "reason", "rule", "created")
    frame = _frame(database, statement, RATING_COLUMNS, texts)
    frame["value"] = pd.to_numeric(frame["value"]).astype("Int64")
    frame["raw"] = frame["raw"].astype("float64")
    return frame.astype({"sample": "int64", "response_id": "int64"})


def add_comparisons(database: Database, made: Sequence[Comparison]) -> None:
    """Keep comparisons; one that is there is replaced only if it was missing."""
    with database.writing() as connection:
        ids = _judge_ids(database, connection, {comparison.judge for comparison in made})
        values = [
            {**_without_judge(comparison), "judge_id": ids[comparison.judge], "created": now()}
            for comparison in made
        ]
        database.insert_or_fill(connection, comparisons, values, missing="winner")


def comparison_frame(
    database: Database, run_names: Sequence[str] | None, judge_names: Sequence[str] | None
) -> pd.DataFrame:
    """One row a comparison; see ``COMPARISON_COLUMNS``."""
    made, other = comparisons.c, responses.alias()
    other_checkpoint = checkpoints.alias()
    statement = (
        sa.select(
            *(runs.c.name, checkpoints.c.name, other_checkpoint.c.name, prompt_sets.c.name),
            *(prompts.c.parallel_id, prompts.c.language, responses.c.sample),
            *(made.response_a, made.response_b, judges.c.name, made.shown_first),
            *(made.winner, made.missing_reason, made.reason, made.created),
        )
        .join_from(comparisons, judges)
        .join(responses, responses.c.id == made.response_a)
        .join(other, other.c.id == made.response_b)
        .join(prompts, prompts.c.id == responses.c.prompt_id)
        .join(prompt_sets, prompt_sets.c.id == prompts.c.prompt_set_id)
        .join(checkpoints, checkpoints.c.id == responses.c.checkpoint_id)
        .join(other_checkpoint, other_checkpoint.c.id == other.c.checkpoint_id)
        .join(runs, runs.c.id == responses.c.run_id)
        .order_by(made.response_a, made.response_b, judges.c.id, made.shown_first)
    )
    if run_names is not None:
        statement = statement.where(runs.c.name.in_(list(run_names)))
    if judge_names is not None:
        statement = statement.where(judges.c.name.in_(list(judge_names)))
    return _frame(database, statement, COMPARISON_COLUMNS, ("winner", "missing_reason", "reason"))


def responses_to_judge(
    database: Database, run: str, checkpoint_names: Collection[str] | None = None
) -> list[JudgedResponse]:
    """Responses of a run with what they answer, by id."""
    statement = (
        sa.select(
            *(responses.c.id, checkpoints.c.name, responses.c.prompt_id, responses.c.sample),
            *(responses.c.text, responses.c.finish_reason, responses.c.missing_reason),
        )
        .join_from(responses, checkpoints)
        .join(runs, runs.c.id == responses.c.run_id)
        .where(runs.c.name == run)
        .order_by(responses.c.id)
    )
    if checkpoint_names is not None:
        statement = statement.where(checkpoints.c.name.in_(list(checkpoint_names)))
    with database.reading() as connection:
        found = connection.execute(statement).all()
        asked = {
            id: (prompt_set, Prompt.model_validate(content))
            for id, prompt_set, content in connection.execute(
                sa.select(prompts.c.id, prompt_sets.c.name, prompts.c.content)
                .join_from(prompts, prompt_sets)
                .where(prompts.c.id.in_(statement.with_only_columns(responses.c.prompt_id)))
            )
        }
    judged = []
    for id, checkpoint, prompt_id, sample, text, finish_reason, missing_reason in found:
        prompt_set, prompt = asked[prompt_id]
        judged.append(
            JudgedResponse(
                *(id, checkpoint, prompt, prompt_set),
                *(sample, text, finish_reason, missing_reason),
            )
        )
    return judged


def _judge_ids(
    database: Database, connection: sa.Connection, names: Collection[str]
) -> dict[str, int]:
    """Ids of judges; what is not there yet is kept by its name, to be described later."""
    rows = [
        {"name": name, "kind": "rule" if name in RULE_JUDGES else None} for name in sorted(names)
    ]
    return ids_of_new(database, connection, judges, "name", rows)


def _without_judge(record: Rating | Comparison) -> dict[str, Any]:
    row = {key: value for key, value in vars(record).items() if key != "judge"}
    if row["reason"] is not None:
        row["reason"] = storable(row["reason"])
    return row


def _frame(
    database: Database,
    statement: sa.Select[Any],
    columns: Sequence[str],
    texts: Sequence[str],
) -> pd.DataFrame:
    with database.reading() as connection:
        rows = [tuple(row) for row in connection.execute(statement)]
    frame = pd.DataFrame(rows, columns=list(columns))
    for column in texts:
        values = frame[column].astype("object")
        frame[column] = values.where(values.notna(), None)
    return frame
