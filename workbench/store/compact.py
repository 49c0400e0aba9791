"""Results without their texts: a million rows in a hundred megabytes.

What repeats (languages, checkpoints, reasons) is a pandas categorical, counts are small
integers. Each table is read by itself, in the order of its key, and joined here by the ids of
responses: that takes databases a fraction of the time of a joined statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from workbench.store.columns import (
    Array,
    Codes,
    categorical,
    integers,
    nullable,
    numbers,
    read_columns,
)
from workbench.store.connection import Database
from workbench.store.records import CONSTRAINT_CRITERION, CONSTRAINT_JUDGE
from workbench.store.result_columns import add_derived, say_why_missing
from workbench.store.results import checkpoint_columns, judge_id, names_of, prompt_columns
from workbench.store.tables import detectors, language_scores, ratings, responses, runs

# fmt: off
COLUMNS = (
    "response_id", "run", "checkpoint", "prompt_set", "parallel_id", "language", "task",
    "constraint", "tier", "sample", "finish_reason", "missing_reason", "detector", "detected",
    "right_language", "language_missing", "lines_judged", "lines_right", "line_pass",
    "english_words", "word_pass", "units_judged", "units_right", "robust_pass", "entropy",
    "first_switch", "accuracy", "accuracy_missing", "constraint_kept", "method",
    "learning_rate", "size", "steps", "seed",
)
"""Columns of the compact results, as ``result_columns.COLUMNS`` explains them."""
_COUNTS = ("lines_judged", "lines_right", "english_words", "units_judged", "units_right")
_OF_PROMPT = ("prompt_set", "parallel_id", "language", "task", "constraint", "tier")
# fmt: on


@dataclass(frozen=True)
class Compact:
    """Results of runs without texts, and what is needed to read the texts of some of them."""

    results: pd.DataFrame
    """One row a response, by id; see ``COLUMNS``."""
    prompts: pd.Series
    """Text of the prompt of each row, as a categorical."""
    detector_of: Mapping[int, int]
    """Id of the detector whose verdicts these are, by the id of the run."""


def compact_results(database: Database, names: Sequence[str], judge: str = "reference") -> Compact:
    """Results of these runs, by the detector that scored most of each and one judge."""
    with database.reading() as connection:
        run_names = names_of(connection, runs, names)
        rows, spans = _responses(connection, run_names)
        detector_of = _detectors(connection, rows, spans)
        frame = pd.DataFrame({"response_id": rows["id"]})
        frame["run"] = _of_ids(rows["run_id"], pd.Series(run_names, dtype="object"))
        for name in ("finish_reason", "missing_reason"):
            frame[name] = rows[name]
        frame["sample"] = pd.Series(rows["sample"]).astype("Int32")
        used = sa.select(responses.c.prompt_id)
        used = used.where(responses.c.run_id.in_(list(run_names))).distinct()
        of_prompt = prompt_columns(connection, used)
        of_checkpoint = checkpoint_columns(connection)
        for name in _OF_PROMPT:
            frame[name] = _of_ids(rows["prompt_id"], of_prompt[name])
        _add_recipes(frame, rows["checkpoint_id"], of_checkpoint)
        _add_scores(connection, frame, rows["run_id"], spans, detector_of)
        _add_ratings(connection, frame, spans, judge)
        has_reference = of_prompt["has_reference"].astype("bool")
    at = of_prompt.index.get_indexer(pd.Index(rows["prompt_id"]))
    frame["has_reference"] = has_reference.to_numpy()[at]
    _derive(frame, judge)
    prompts = pd.Series(_of_ids(rows["prompt_id"], of_prompt["prompt"]))
    return Compact(frame[list(COLUMNS)], prompts, detector_of)


def _responses(
    connection: sa.Connection, run_names: Mapping[int, str]
) -> tuple[dict[str, Any], list[tuple[int, int]]]:
    """The responses of runs by id, and the spans of ids that they lie in."""
    own = responses.c.run_id.in_(list(run_names))
    ends = sa.select(sa.func.min(responses.c.id), sa.func.max(responses.c.id))
    found = connection.execute(ends.where(own).group_by(responses.c.run_id)).all()
    spans = _merged(sorted((int(low), int(high)) for low, high in found))
    finish, missing = Codes(), Codes()
    readers = (integers, integers, integers, integers, integers, finish, missing)
    r = responses.c
    chosen = sa.select(
        *(r.id, r.run_id, r.checkpoint_id, r.prompt_id, r.sample),
        *(r.finish_reason, r.missing_reason),
    )
    columns = _read_spans(connection, chosen.order_by(r.id), r.id, spans, readers)
    # Runs that went on at the same time lie in one span.
    kept = np.isin(columns[1], list(run_names))
    names = ("id", "run_id", "checkpoint_id", "prompt_id", "sample")
    rows: dict[str, Any] = {n: c[kept] for n, c in zip(names, columns, strict=False)}
    rows["finish_reason"] = finish.categorical(columns[5][kept])
    rows["missing_reason"] = missing.categorical(columns[6][kept])
    return rows, spans


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order of their starts, joined where they overlap or touch."""
    merged: list[tuple[int, int]] = []
    for low, high in spans:
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged


def _read_spans(
    connection: sa.Connection,
    statement: sa.Select[Any],
    id: sa.ColumnElement[Any],
    spans: Sequence[tuple[int, int]],
    readers: Sequence[Any],
) -> list[Array]:
    parts = [
        read_columns(connection, statement.where(id.between(low, high)), readers)
        for low, high in spans
    ] or [[reader(()) for reader in readers]]
    return [np.concatenate(columns) for columns in zip(*parts, strict=True)]


def _detectors(
    connection: sa.Connection, rows: Mapping[str, Any], spans: Sequence[tuple[int, int]]
) -> dict[int, int]:
    """For each run the detector that scored most of it, as ``results`` chooses."""
    known = sorted(names_of(connection, detectors))
    run_ids = [int(id) for id in np.unique(rows["run_id"])]
    if len(known) < 2:
        return {run_id: known[0] for run_id in run_ids if known}
    score = language_scores.c
    statement = sa.select(score.response_id, score.detector_id)
    scored, by = _read_spans(connection, statement, score.response_id, spans, (integers,) * 2)
    at = _places(rows["id"], scored)
    of_run = rows["run_id"][at[at >= 0]]
    by = by[at >= 0]
    chosen = {}
    for run_id in run_ids:
        counts = [int((by[of_run == run_id] == id).sum()) for id in known]
        if max(counts):
            chosen[run_id] = known[counts.index(max(counts))]
    return chosen


def _places(ids: Array, wanted: Array) -> Array:
    """Where ids lie among sorted ones, (wanted,); -1 where they do not."""
    if not len(ids):
        return np.full(len(wanted), -1)
    at = np.searchsorted(ids, wanted).clip(max=len(ids) - 1)
    return np.where(ids[at] == wanted, at, -1)


def _of_ids(ids: Array, texts: pd.Series) -> pd.Categorical[str]:
    """Texts by id as a column of categories."""
    known = texts.dropna()
    return categorical(known.index.get_indexer(pd.Index(ids)), [str(text) for text in known])


def _add_recipes(frame: pd.DataFrame, ids: Array, of_checkpoint: pd.DataFrame) -> None:
    frame["checkpoint"] = _of_ids(ids, of_checkpoint["checkpoint"])
    frame["method"] = _of_ids(ids, of_checkpoint["method"])
    at = of_checkpoint.index.get_indexer(pd.Index(ids))
    values = {
        name: pd.to_numeric(of_checkpoint[name]).to_numpy(dtype=np.float64, na_value=np.nan)[at]
        for name in ("learning_rate", "size", "steps", "seed")
    }
    frame["learning_rate"] = values["learning_rate"]
    for name in ("size", "steps", "seed"):
        frame[name] = nullable(values[name], "Int32" if name == "seed" else "Int64")


def _add_scores(
    connection: sa.Connection,
    frame: pd.DataFrame,
    run_ids: Array,
    spans: Sequence[tuple[int, int]],
    detector_of: Mapping[int, int],
) -> None:
    score, label, reason = language_scores.c, Codes(), Codes()
    counts = [score[name] for name in _COUNTS]
    statement = sa.select(
        *(score.response_id, score.detector_id, score.right, score.entropy, score.first_switch),
        *(*counts, score.label, score.missing_reason),
    ).where(score.detector_id.in_(sorted(set(detector_of.values()))))
    readers = (integers, integers, *(numbers,) * (3 + len(counts)), label, reason)
    found = _read_spans(connection, statement, score.response_id, spans, readers)
    at = _places(frame["response_id"].to_numpy(), found[0])
    wanted = np.full(len(frame), -1)
    for run_id, detector_id in detector_of.items():
        wanted[run_ids == run_id] = detector_id
    own = (at >= 0) & (wanted[at] == found[1])
    at, found = at[own], [column[own] for column in found]

    def placed(column: Array, absent: Any) -> Array:
        whole = np.full(len(frame), absent, dtype=column.dtype)
        whole[at] = column
        return whole

    frame["right_language"] = nullable(placed(found[2], np.nan), "boolean")
    frame["entropy"] = placed(found[3], np.nan)
    frame["first_switch"] = placed(found[4], np.nan)
    for name, column in zip(_COUNTS, found[5:], strict=False):
        frame[name] = nullable(placed(column, np.nan), "Int32")
    frame["detected"] = label.categorical(placed(found[-2], -1))
    frame["language_missing"] = reason.categorical(placed(found[-1], -1))
    names = pd.Series(names_of(connection, detectors), dtype="object")
    frame["detector"] = _of_ids(placed(found[1], -1), names)


def _add_ratings(
    connection: sa.Connection, frame: pd.DataFrame, spans: Sequence[tuple[int, int]], judge: str
) -> None:
    ids = frame["response_id"].to_numpy()
    for name, by, criterion in (
        ("value", judge, "accuracy"),
        ("constraint_value", CONSTRAINT_JUDGE, CONSTRAINT_CRITERION),
    ):
        rating, reason = ratings.c, Codes()
        statement = sa.select(rating.response_id, rating.value, rating.missing_reason).where(
            rating.judge_id == judge_id(connection, by), rating.criterion == criterion
        )
        readers = (integers, numbers, reason)
        found = _read_spans(connection, statement, rating.response_id, spans, readers)
        at = _places(ids, found[0])
        values, reasons = np.full(len(frame), np.nan), np.full(len(frame), -1, dtype=np.int32)
        values[at[at >= 0]] = found[1][at >= 0]
        reasons[at[at >= 0]] = found[2][at >= 0]
        if name == "value":
            frame["value"] = values
            frame["accuracy_missing"] = reason.categorical(reasons)
        else:
            frame["constraint_value"] = nullable(values, "Int32")


def _derive(frame: pd.DataFrame, judge: str) -> None:
    """Add what is derived, and the reasons for what was never tried."""
    add_derived(frame)
    for name in ("language_missing", "accuracy_missing"):
        texts = frame[name].astype("object")
        frame[name] = texts.where(texts.notna(), None)
    say_why_missing(frame, None, judge)
    for name in ("language_missing", "accuracy_missing"):
        frame[name] = frame[name].astype("category")
