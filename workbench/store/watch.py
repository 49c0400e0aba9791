"""Telling whether a database has changed, without reading what is in it."""

from __future__ import annotations

import threading

import sqlalchemy as sa


class Watch:
    """Notices writes to a database, by whichever process they are.

    SQLite counts, for each connection, the commits of all others: so one connection is kept
    for asking, by which nothing is ever written. PostgreSQL names the transactions that a
    snapshot sees, those of other databases of the same server included.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._connection: sa.Connection | None = None

    def mark(self) -> str:
        """Text that differs when anything has been committed since the last time."""
        if self._engine.dialect.name == "postgresql":
            with self._engine.connect() as connection:
                return str(connection.scalar(sa.text("SELECT pg_current_snapshot()::text")))
        with self._lock:
            if self._connection is None:
                self._connection = self._engine.connect()
            try:
                return str(self._connection.scalar(sa.text("PRAGMA data_version")))
            finally:
                self._connection.rollback()

    def close(self) -> None:
        """Give the connection back."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
