"""How checkpoints do in each language, counted in the database: no answer is read for it."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
import sqlalchemy as sa

from workbench.store import tables
from workbench.store.store import Store

COLUMNS = (
    "run",
    "kind",
    "checkpoint",
    "language",
    "n_total",
    "detector",
    "n_scored",
    "n_right",
    "n_rated",
    "accuracy",
)
"""Columns of the counts: ``n_total`` answers, of which ``n_scored`` have a verdict by ``detector``
and ``n_right`` are in the right language; ``accuracy`` is the mean of ``n_rated`` by reference,
from 0 to 1, NaN where there is none. ``detector`` is None where none has scored."""


class Mark(NamedTuple):
    """Numbers that change when anything is counted otherwise."""

    last_response: int
    scores: int
    ratings: int
    runs: int


def profile_mark(store: Store) -> Mark:
    """What the store holds, in numbers that are cheap to have."""
    count = sa.func.count()
    with store.database.reading() as connection:
        return Mark(
            int(connection.scalar(sa.select(sa.func.max(tables.responses.c.id))) or 0),
            int(connection.scalar(sa.select(count).select_from(tables.language_scores)) or 0),
            int(connection.scalar(sa.select(count).select_from(tables.ratings)) or 0),
            int(connection.scalar(sa.select(count).select_from(tables.runs)) or 0),
        )


def language_counts(store: Store) -> pd.DataFrame:
    """One row a run, checkpoint and language, the latest run first; see ``COLUMNS``.

    Of several detectors the one that scored most of a run counts.
    """
    answers, points, prompts, runs = (
        tables.responses,
        tables.checkpoints,
        tables.prompts,
        tables.runs,
    )
    scores, ratings = tables.language_scores, tables.ratings
    language = prompts.c.language
    place = [answers.c.run_id, answers.c.checkpoint_id, language]
    count = sa.func.count()
    totals = (
        sa.select(*place, count.label("n_total"))
        .join_from(answers, prompts)
        .group_by(*place)
        .subquery()
    )
    right = sa.func.sum(sa.case((scores.c.right.is_(True), 1), else_=0))
    scored = (
        sa.select(
            *(*place, scores.c.detector_id, tables.detectors.c.name),
            *(sa.func.count(scores.c.right), right),
        )
        .join_from(scores, answers)
        .join(prompts)
        .join(tables.detectors, tables.detectors.c.id == scores.c.detector_id)
        .group_by(*place, scores.c.detector_id, tables.detectors.c.name)
    )
    rated = (
        sa.select(*place, sa.func.count(ratings.c.value), sa.func.avg(ratings.c.value))
        .join_from(ratings, answers)
        .join(prompts)
        .join(tables.judges, tables.judges.c.id == ratings.c.judge_id)
        .where(tables.judges.c.name == "reference", ratings.c.criterion == "accuracy")
        .group_by(*place)
    )
    named = (
        sa.select(
            *(totals.c.run_id, totals.c.checkpoint_id, runs.c.name, runs.c.kind),
            *(points.c.name, totals.c.language, totals.c.n_total),
        )
        .join_from(totals, runs, runs.c.id == totals.c.run_id)
        .join(points, points.c.id == totals.c.checkpoint_id)
        .order_by(runs.c.id.desc(), points.c.id, totals.c.language)
    )
    with store.database.reading() as connection:
        found = [tuple(row) for row in connection.execute(named)]
        verdicts = [tuple(row) for row in connection.execute(scored)]
        accuracies = [tuple(row) for row in connection.execute(rated)]
    ids = ["run_id", "checkpoint_id", "language"]
    frame = pd.DataFrame(
        found,
        columns=["run_id", "checkpoint_id", "run", "kind", "checkpoint", "language", "n_total"],
    )
    verdict = _of_most(
        pd.DataFrame(verdicts, columns=[*ids, "detector_id", "detector", "n_scored", "n_right"])
    )
    accuracy = pd.DataFrame(accuracies, columns=[*ids, "n_rated", "accuracy"])
    frame = frame.merge(verdict, on=ids, how="left").merge(accuracy, on=ids, how="left")
    for name in ("n_scored", "n_right", "n_rated"):
        frame[name] = frame[name].fillna(0).astype("int64")
    frame["accuracy"] = frame["accuracy"].astype("float64") / 2
    frame["detector"] = frame["detector"].astype("object").where(frame["detector"].notna(), None)
    return frame[list(COLUMNS)]


def _of_most(verdict: pd.DataFrame) -> pd.DataFrame:
    """The rows of the detector that scored most of their run; of several the one used first."""
    sums = verdict.groupby(["run_id", "detector_id"], as_index=False)["n_scored"].sum()
    best: dict[int, tuple[int, int]] = {}
    for run, detector, scored in sums.to_numpy().tolist():
        if run not in best or scored > best[run][1]:
            best[run] = (detector, scored)
    chosen = [
        detector == best[run][0]
        for run, detector in verdict[["run_id", "detector_id"]].to_numpy().tolist()
    ]
    return verdict[pd.Series(chosen, index=verdict.index, dtype=bool)].drop(columns="detector_id")


def validating_runs(store: Store, cell: str) -> list[str]:
    """Runs that have validated a checkpoint while it was trained, the latest first."""
    table, points, runs = tables.validations, tables.checkpoints, tables.runs
    own = (points.c.name == cell) | points.c.name.startswith(f"{cell}@", autoescape=True)
    statement = (
        sa.select(runs.c.name)
        .join_from(table, points)
        .join(runs, runs.c.id == table.c.run_id)
        .where(own)
        .group_by(runs.c.id, runs.c.name)
        .order_by(runs.c.id.desc())
    )
    with store.database.reading() as connection:
        return [str(name) for name in connection.scalars(statement)]
