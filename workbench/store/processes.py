"""Which process executes a run, so that one that was killed does not seem to go on for ever."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from workbench.process_identity import ProcessIdentity, this_process
from workbench.store import tables
from workbench.store.connection import Database


class Execution(NamedTuple):
    """Who executes a run, or did so last, and where its relative paths lead."""

    process: ProcessIdentity
    folder: str
    """Working directory of the process."""


def note_process(database: Database, connection: sa.Connection, run_id: int) -> None:
    """Write down that this process executes a run, in place of the one before."""
    process = this_process()
    row = {
        "run_id": run_id,
        "host": process.host,
        "pid": process.pid,
        "began": process.began,
        "folder": str(Path.cwd()),
    }
    database.insert_or_replace(connection, tables.run_processes, [row])


def executions(database: Database) -> dict[str, Execution]:
    """Who executes each run, or did so last; runs of which that is not known are left out."""
    table = tables.run_processes
    statement = sa.select(
        tables.runs.c.name, table.c.host, table.c.pid, table.c.began, table.c.folder
    ).join_from(table, tables.runs)
    with database.reading() as connection:
        return {
            name: Execution(ProcessIdentity(host, pid, began), folder)
            for name, host, pid, began, folder in connection.execute(statement)
        }


def settle_runs(database: Database) -> list[str]:
    """Call those runs stopped that are said to be running but whose process is gone; their names.

    So are runs of which no process is known, as nothing that is running leaves that out.
    When they ended is not known either.
    """
    runs, processes = tables.runs, tables.run_processes
    statement = (
        sa.select(runs.c.id, runs.c.name, processes.c.host, processes.c.pid, processes.c.began)
        .outerjoin_from(runs, processes)
        .where(runs.c.status == "running")
    )
    with database.reading() as connection:
        going_on = connection.execute(statement).all()
    gone = [
        (id, name, began)
        for id, name, host, pid, began in going_on
        if host is None or not ProcessIdentity(host, pid, began).alive
    ]
    if not gone:
        return []
    stopped = []
    with database.writing() as connection:
        for id, name, began in gone:
            # Another process may have gone on with it since it was looked at.
            now = connection.scalar(sa.select(processes.c.began).where(processes.c.run_id == id))
            if now == began:
                change = sa.update(runs).where(runs.c.id == id, runs.c.status == "running")
                if connection.execute(change.values(status="stopped")).rowcount:
                    stopped.append(str(name))
    return stopped
