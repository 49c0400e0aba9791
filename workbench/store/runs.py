"""Runs in the database: begun, ended, and listed."""

from __future__ import annotations

import pandas as pd
import sqlalchemy as sa

from workbench.errors import InputError
from workbench.store import tables
from workbench.store.connection import Database
from workbench.store.processes import note_process
from workbench.store.records import RunRecord, RunStatus
from workbench.store.values import as_json, id_of, now, unknown

COLUMNS = (
    "name",
    "kind",
    "status",
    "started",
    "finished",
    "responses",
    "config",
    "versions",
)
"""Columns of the runs: ``started`` and ``finished`` in UTC, ``responses`` is their number;
``finished`` is None while a run goes on, and where it was killed."""


def start_run(database: Database, run: RunRecord) -> None:
    """Begin a run, or go on with the one of this name; this process executes it.

    Raises InputError when the run is there with another config.
    """
    table = tables.runs
    config = as_json(run.config)
    row = {
        "name": run.name,
        "kind": run.kind,
        "status": run.status,
        "config": config,
        "versions": as_json(run.versions),
        "started": now(),
    }
    with database.writing() as connection:
        database.insert_new(connection, table, [row])
        found = connection.scalar(sa.select(table.c.config).where(table.c.name == run.name))
        if found != config:
            raise InputError(
                f"Run '{run.name}'",
                "the store holds a run of this name that was configured otherwise",
                "Give the run another name, or use another workspace",
            )
        connection.execute(
            sa.update(table)
            .where(table.c.name == run.name)
            .values(status=run.status, finished=None)
        )
        note_process(database, connection, id_of(connection, table, "Run", run.name))


def finish_run(database: Database, name: str, status: RunStatus) -> None:
    """Say how a run ended; NotFoundError where there is none of that name."""
    table = tables.runs
    finished = None if status == "running" else now()
    with database.writing() as connection:
        changed = connection.execute(
            sa.update(table).where(table.c.name == name).values(status=status, finished=finished)
        ).rowcount
        if not changed:
            raise unknown("Run", name, connection.scalars(sa.select(table.c.name)))


def break_off_run(database: Database, name: str, status: RunStatus) -> None:
    """Say how a run ended where nobody has said so before."""
    table = tables.runs
    change = sa.update(table).where(table.c.name == name, table.c.status == "running")
    with database.writing() as connection:
        connection.execute(change.values(status=status, finished=now()))


def run_frame(database: Database) -> pd.DataFrame:
    """One row a run, the latest first; see ``COLUMNS``."""
    runs, responses = tables.runs, tables.responses
    counts = (
        sa.select(responses.c.run_id, sa.func.count().label("responses"))
        .group_by(responses.c.run_id)
        .subquery()
    )
    statement = (
        sa.select(
            runs.c.name,
            runs.c.kind,
            runs.c.status,
            runs.c.started,
            runs.c.finished,
            sa.func.coalesce(counts.c.responses, 0),
            runs.c.config,
            runs.c.versions,
        )
        .outerjoin_from(runs, counts, counts.c.run_id == runs.c.id)
        .order_by(runs.c.id.desc())
    )
    with database.reading() as connection:
        rows = [tuple(row) for row in connection.execute(statement)]
    return pd.DataFrame(rows, columns=list(COLUMNS))
