"""Results: one row a response, with its prompt, its checkpoint and its scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa

from workbench.errors import NotFoundError
from workbench.store.connection import Database
from workbench.store.records import CONSTRAINT_CRITERION, CONSTRAINT_JUDGE
from workbench.store.tables import (
    checkpoints,
    detectors,
    judges,
    language_scores,
    prompt_sets,
    prompts,
    ratings,
    responses,
    runs,
)

# fmt: off
COLUMNS = (
    "response_id", "run", "checkpoint", "prompt_set", "parallel_id", "language", "task",
    "constraint", "tier", "sample", "prompt", "text", "finish_reason", "missing_reason",
    "prompt_tokens", "new_tokens", "seconds", "detector", "detected", "confidence",
    "right_language", "language_missing", "lines_judged", "lines_right", "line_pass",
    "english_words", "word_pass", "units_judged", "units_right", "robust_pass", "entropy",
    "first_switch", "accuracy", "accuracy_missing", "accuracy_reason", "constraint_kept",
    "constraint_reason", "method", "learning_rate", "size", "steps", "seed", "base",
    "variant",
)
"""Columns of the results, in order; a prompt's further tags follow under their own names.

``prompt`` is the text of its last user turn, ``confidence`` lies between 0 and 1,
``right_language``, ``line_pass``, ``word_pass`` and ``robust_pass`` are nullable booleans,
``accuracy`` is 0 to 1 or NaN, texts that may be missing are None there,
``seconds`` is the time the answer took. ``language_missing`` and ``accuracy_missing`` say
why a score is missing, ``accuracy_reason`` why it is what it is. ``constraint_kept`` is a
nullable boolean, ``constraint_reason`` says why it is false or missing. ``method`` to ``base`` come
from the recipe of the checkpoint; ``variant`` says how it was asked, None where as it is.

``line_pass`` and ``word_pass`` (no English word, said of answers without a wrong line) are
those of the Language Confusion Benchmark. ``robust_pass`` is whether all units are in the
expected language, an empty answer failing; it is missing where no unit could be judged.
``entropy`` and ``first_switch`` are explained at ``LanguageScore``.
"""

VERDICT_COLUMNS = (
    "response_id", "run", "detector", "detected", "confidence", "right_language",
)
"""Columns of ``verdicts``, named as in the results."""

_RECIPE = ("method", "learning_rate", "size", "steps", "seed", "base", "variant")
_FACTS = (
    "response_id", "run_id", "checkpoint_id", "prompt_id", "sample", "text", "finish_reason",
    "missing_reason", "prompt_tokens", "new_tokens", "seconds", "detector_id", "detected",
    "confidence", "right_language", "language_missing", "lines_judged", "lines_right",
    "english_words", "units_judged", "units_right", "entropy", "first_switch", "value",
    "accuracy_missing", "accuracy_reason", "constraint_value", "constraint_missing",
    "constraint_reason",
)
_NULLABLE_TEXTS = (
    "constraint", "tier", "missing_reason", "detector", "detected", "language_missing",
    "accuracy_missing", "accuracy_reason", "constraint_missing", "constraint_reason", "method",
    "base", "variant",
)
_COUNTS = (
    "sample", "prompt_tokens", "new_tokens", "lines_judged", "lines_right", "english_words",
    "units_judged", "units_right", "size", "steps", "seed",
)
_FLOATS = ("seconds", "confidence", "entropy", "first_switch", "learning_rate", "value")

# fmt: on


def results(
    database: Database, names: Sequence[str] | None, detector: str | None, judge: str
) -> pd.DataFrame:
    """Results of these runs (all where None), by one detector and one judge."""
    with database.reading() as connection:
        run_names = _names(connection, runs, names)
        detector_names = _names(connection, detectors)
        chosen = _choose_detectors(connection, run_names, detector_names, detector)
        statement = _facts(list(run_names), chosen, _judge_id(connection, judge))
        statement = _with_constraints(statement, _judge_id(connection, CONSTRAINT_JUDGE))
        found = connection.execute(statement).all()
        # Column by column is several times faster than row by row.
        columns = zip(*found, strict=True) if found else ((),) * len(_FACTS)
        frame = pd.DataFrame(dict(zip(_FACTS, columns, strict=True)))
        of_prompt = _prompt_columns(connection, list(run_names))
        of_checkpoint = _checkpoint_columns(connection)
    frame["run"] = frame["run_id"].map(run_names)
    frame["detector"] = frame["detector_id"].map(detector_names)
    for dimension, key in ((of_prompt, "prompt_id"), (of_checkpoint, "checkpoint_id")):
        rows = dimension.index.get_indexer(pd.Index(frame[key]))
        for column in dimension.columns:
            frame[column] = dimension[column].array.take(rows)
    _type_scores(frame)
    _say_why_missing(frame, detector, judge)
    further = [c for c in of_prompt.columns if c not in COLUMNS and c != "has_reference"]
    return frame[[*COLUMNS, *further]]


def verdicts(database: Database, names: Sequence[str] | None) -> pd.DataFrame:
    """One row a response and detector: what each detector that scored it said of it."""
    score = language_scores
    statement = (
        sa.select(
            *(responses.c.id, runs.c.name, detectors.c.name.label("detector")),
            *(score.c.label, score.c.confidence, score.c.right),
        )
        .join_from(score, responses)
        .join(runs)
        .join(detectors, detectors.c.id == score.c.detector_id)
        .order_by(responses.c.id, detectors.c.id)
    )
    if names is not None:
        statement = statement.where(runs.c.name.in_(names))
    with database.reading() as connection:
        rows = [tuple(row) for row in connection.execute(statement)]
    frame = pd.DataFrame(rows, columns=list(VERDICT_COLUMNS))
    detected = frame["detected"].astype("object")
    frame["detected"] = detected.where(detected.notna(), None)
    frame["confidence"] = frame["confidence"].astype("float64")
    frame["right_language"] = frame["right_language"].astype("boolean")
    return frame


def _names(
    connection: sa.Connection, table: sa.Table, only: Sequence[str] | None = None
) -> dict[int, str]:
    statement = sa.select(table.c.id, table.c.name).order_by(table.c.id)
    if only is not None:
        statement = statement.where(table.c.name.in_(only))
    return {id: name for id, name in connection.execute(statement)}


def _choose_detectors(
    connection: sa.Connection,
    run_names: dict[int, str],
    detector_names: dict[int, str],
    wanted: str | None,
) -> dict[int, int]:
    """For each run the id of the detector, among those wanted, that scored most of it."""
    fitting = [
        id
        for id, name in detector_names.items()
        if wanted is None or name == wanted or name.startswith(f"{wanted}[")
    ]
    if wanted is not None and not fitting:
        raise NotFoundError(
            f"Detector '{wanted}'",
            "it has scored nothing in this store",
            f"Use one of {', '.join(detector_names.values()) or '(none yet)'}, or score first",
        )
    if len(fitting) == 1:
        return {run_id: fitting[0] for run_id in run_names}
    counted = (
        sa.select(responses.c.run_id, language_scores.c.detector_id)
        .join_from(language_scores, responses)
        .where(responses.c.run_id.in_(list(run_names)), language_scores.c.detector_id.in_(fitting))
        .group_by(responses.c.run_id, language_scores.c.detector_id)
        .order_by(sa.func.count(), language_scores.c.detector_id.desc())
    )
    return {run_id: detector_id for run_id, detector_id in connection.execute(counted)}


def _facts(run_ids: list[int], detector_of: dict[int, int], judge_id: int) -> sa.Select[Any]:
    score, rating, r = language_scores, ratings, responses
    detector_id: sa.ColumnElement[Any] = sa.literal(-1)
    if detector_of:
        detector_id = sa.case(detector_of, value=r.c.run_id, else_=-1)
    scored = sa.and_(score.c.response_id == r.c.id, score.c.detector_id == detector_id)
    rated = sa.and_(
        rating.c.response_id == r.c.id,
        rating.c.judge_id == judge_id,
        rating.c.criterion == "accuracy",
    )
    return (
        sa.select(
            *(r.c.id, r.c.run_id, r.c.checkpoint_id, r.c.prompt_id, r.c.sample, r.c.text),
            *(r.c.finish_reason, r.c.missing_reason, r.c.prompt_tokens, r.c.new_tokens),
            *(r.c.seconds, score.c.detector_id, score.c.label, score.c.confidence),
            *(score.c.right, score.c.missing_reason, score.c.lines_judged, score.c.lines_right),
            *(score.c.english_words, score.c.units_judged, score.c.units_right),
            *(score.c.entropy, score.c.first_switch),
            *(rating.c.value, rating.c.missing_reason, rating.c.reason),
        )
        .outerjoin_from(r, score, scored)
        .outerjoin(rating, rated)
        .where(r.c.run_id.in_(run_ids))
        .order_by(r.c.id)
    )


def _with_constraints(statement: sa.Select[Any], judge_id: int) -> sa.Select[Any]:
    kept = ratings.alias()
    checked = sa.and_(
        kept.c.response_id == responses.c.id,
        kept.c.judge_id == judge_id,
        kept.c.criterion == CONSTRAINT_CRITERION,
    )
    return statement.add_columns(kept.c.value, kept.c.missing_reason, kept.c.reason).outerjoin(
        kept, checked
    )


def _judge_id(connection: sa.Connection, name: str) -> int:
    """Id of a judge, or one that no judge has."""
    found = connection.scalar(sa.select(judges.c.id).where(judges.c.name == name))
    return -1 if found is None else int(found)


def _prompt_columns(connection: sa.Connection, run_ids: list[int]) -> pd.DataFrame:
    used = sa.select(responses.c.prompt_id).where(responses.c.run_id.in_(run_ids)).distinct()
    statement = (
        sa.select(prompts.c.id, prompt_sets.c.name, prompts.c.content)
        .join_from(prompts, prompt_sets)
        .where(prompts.c.id.in_(used))
    )
    ids: list[int] = []
    rows: list[dict[str, Any]] = []
    for id, prompt_set, content in connection.execute(statement):
        asked = [m["content"] for m in content["messages"] if m["role"] == "user"]
        own = {
            "prompt_set": prompt_set,
            "parallel_id": content["parallel_id"],
            "language": content["language"],
            "task": content["task"],
            "constraint": content["constraint"],
            "tier": None,
            "prompt": asked[-1] if asked else "",
            "has_reference": content["reference"] is not None,
        }
        tags = {k: v for k, v in content["tags"].items() if k == "tier" or k not in COLUMNS}
        ids.append(id)
        rows.append({**tags, **own, "tier": tags.get("tier")})
    columns = None if rows else ["prompt_set", *COLUMNS[4:9], "prompt", "has_reference"]
    return pd.DataFrame(rows, index=ids, columns=columns)


def _checkpoint_columns(connection: sa.Connection) -> pd.DataFrame:
    ids: list[int] = []
    rows: list[dict[str, Any]] = []
    table = checkpoints
    for id, name, details in connection.execute(
        sa.select(table.c.id, table.c.name, table.c.details)
    ):
        recipe = details.get("recipe") or {}
        ids.append(id)
        row = {key: recipe.get(key, details.get(key)) for key in _RECIPE}
        rows.append({"checkpoint": name, **row})
    return pd.DataFrame(rows, index=ids, columns=["checkpoint", *_RECIPE])


def _type_scores(frame: pd.DataFrame) -> None:
    for column in _NULLABLE_TEXTS:
        texts = frame[column].astype("object")
        frame[column] = texts.where(texts.notna(), None)
    for column in _COUNTS:
        frame[column] = pd.to_numeric(frame[column]).astype("Int64")
    for column in _FLOATS:
        frame[column] = pd.to_numeric(frame[column]).astype("float64")
    frame["right_language"] = frame["right_language"].astype("boolean")
    all_right = frame["lines_right"] == frame["lines_judged"]
    frame["line_pass"] = all_right.mask(frame["lines_judged"].fillna(0) == 0)
    frame["word_pass"] = frame["english_words"] == 0
    units = frame["units_judged"]
    frame["robust_pass"] = (frame["units_right"] == units) & (units > 0)
    frame["accuracy"] = frame["value"] / 2
    checked = pd.to_numeric(frame["constraint_value"]).astype("Int64")
    frame["constraint_kept"] = checked == 2
    reason = frame["constraint_reason"]
    frame["constraint_reason"] = reason.where(reason.notna(), frame["constraint_missing"])


def _say_why_missing(frame: pd.DataFrame, detector: str | None, judge: str) -> None:
    """Reasons for scores that were never tried; those that failed bring their own."""
    by = f" by {detector}" if detector else ""
    untried = frame["detector_id"].isna()
    reason = frame["language_missing"].mask(untried, f"not scored{by} yet")
    frame["language_missing"] = reason.where(frame["right_language"].isna(), None)
    reason = frame["accuracy_missing"]
    unrated = reason.isna() & frame["accuracy"].isna()
    has_reference = frame["has_reference"].astype("bool")
    reason = reason.mask(unrated, f"not rated by {judge} yet")
    if judge == "reference":
        reason = reason.mask(unrated & ~has_reference, "the prompt has no reference facts")
    frame["accuracy_missing"] = reason.where(frame["accuracy"].isna(), None)
