"""Results: one row a response, with its prompt, its checkpoint and its scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa

from workbench.errors import NotFoundError
from workbench.store.connection import Database
from workbench.store.records import CONSTRAINT_CRITERION, CONSTRAINT_JUDGE
from workbench.store.result_columns import COLUMNS, give_types, say_why_missing
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
# fmt: on


def results(
    database: Database, names: Sequence[str] | None, detector: str | None, judge: str
) -> pd.DataFrame:
    """Results of these runs (all where None), by one detector and one judge."""
    with database.reading() as connection:
        run_names = names_of(connection, runs, names)
        detector_names = names_of(connection, detectors)
        chosen = _choose_detectors(connection, run_names, detector_names, detector)
        own = responses.c.run_id.in_(list(run_names))
        return _read(connection, own, chosen, (detector, judge))


def results_by_id(
    database: Database, ids: Sequence[int], detector_of: Mapping[int, int], judge: str
) -> pd.DataFrame:
    """Results of some responses, in the order of ``ids``; those that are gone are left out.

    ``detector_of`` gives the id of the detector by the id of the run.
    """
    with database.reading() as connection:
        own = responses.c.id.in_(list(ids))
        frame = _read(connection, own, detector_of, (None, judge))
    places = pd.Index(frame["response_id"]).get_indexer(pd.Index(ids))
    found: pd.DataFrame = frame.iloc[places[places >= 0]].reset_index(drop=True)
    return found


def _read(
    connection: sa.Connection,
    chosen: sa.ColumnElement[bool],
    detector_of: Mapping[int, int],
    asked: tuple[str | None, str],
) -> pd.DataFrame:
    """The chosen responses with what their prompts, checkpoints, runs and detectors are.

    ``asked`` are the detector and the judge that were asked for.
    """
    judge = asked[1]
    statement = _facts(detector_of, judge_id(connection, judge))
    statement = _with_constraints(statement, judge_id(connection, CONSTRAINT_JUDGE))
    found = connection.execute(statement.where(chosen).order_by(responses.c.id)).all()
    # Column by column is several times faster than row by row.
    columns = zip(*found, strict=True) if found else ((),) * len(_FACTS)
    frame = pd.DataFrame(dict(zip(_FACTS, columns, strict=True)))
    used = sa.select(responses.c.prompt_id).where(chosen).distinct()
    of_prompt, of_checkpoint = prompt_columns(connection, used), checkpoint_columns(connection)
    frame["run"] = frame["run_id"].map(names_of(connection, runs))
    frame["detector"] = frame["detector_id"].map(names_of(connection, detectors))
    for dimension, key in ((of_prompt, "prompt_id"), (of_checkpoint, "checkpoint_id")):
        rows = dimension.index.get_indexer(pd.Index(frame[key]))
        for column in dimension.columns:
            frame[column] = dimension[column].array.take(rows)
    give_types(frame)
    say_why_missing(frame, *asked)
    tags = [c for c in of_prompt.columns if c not in COLUMNS and c != "has_reference"]
    return frame[[*COLUMNS, *tags]]


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


def names_of(
    connection: sa.Connection, table: sa.Table, only: Sequence[str] | None = None
) -> dict[int, str]:
    """Names of the rows of a table by their ids, in the order of these."""
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


def _facts(detector_of: Mapping[int, int], judge: int) -> sa.Select[Any]:
    score, rating, r = language_scores, ratings, responses
    detector_id: sa.ColumnElement[Any] = sa.literal(-1)
    if detector_of:
        detector_id = sa.case(dict(detector_of), value=r.c.run_id, else_=-1)
    scored = sa.and_(score.c.response_id == r.c.id, score.c.detector_id == detector_id)
    rated = sa.and_(
        rating.c.response_id == r.c.id,
        rating.c.judge_id == judge,
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
    )


def _with_constraints(statement: sa.Select[Any], judge: int) -> sa.Select[Any]:
    kept = ratings.alias()
    checked = sa.and_(
        kept.c.response_id == responses.c.id,
        kept.c.judge_id == judge,
        kept.c.criterion == CONSTRAINT_CRITERION,
    )
    return statement.add_columns(kept.c.value, kept.c.missing_reason, kept.c.reason).outerjoin(
        kept, checked
    )


def judge_id(connection: sa.Connection, name: str) -> int:
    """Id of a judge, or one that no judge has."""
    found = connection.scalar(sa.select(judges.c.id).where(judges.c.name == name))
    return -1 if found is None else int(found)


def prompt_columns(connection: sa.Connection, used: sa.Select[Any]) -> pd.DataFrame:
    """Columns of the prompts whose ids a statement selects, by id.

    These are the columns of results, ``has_reference``, and further tags under their names.
    """
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


def checkpoint_columns(connection: sa.Connection) -> pd.DataFrame:
    """Columns of all checkpoints, by id: ``checkpoint``, their name, and those of recipes."""
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
