"""Processes that are killed while they work, as soon as they have kept something."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

DEADLINE = 120
"""Seconds, on a busy machine."""


def kill_at_first_row(process: subprocess.Popen[bytes], workspace: Path, table: str) -> None:
    """Kill a process when a table of the workspace's database has a row.

    The database is asked as cheaply as can be, since this waits beside the process on the same
    processor.
    """
    deadline = time.monotonic() + DEADLINE
    while not _has_row(workspace / "workbench.sqlite", table):
        assert time.monotonic() < deadline and process.poll() is None, "it ended before the kill"
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()


def _has_row(database: Path, table: str) -> bool:
    if not database.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            return connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None
    except sqlite3.OperationalError:  # the table is not there yet, or the database is locked
        return False
