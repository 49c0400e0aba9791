"""The way into the database: engine, transactions, errors a user can act on."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from sqlite3 import OperationalError
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.dialects import postgresql, sqlite

from workbench.errors import StoreError
from workbench.store.migrations import migrate
from workbench.store.tables import SCHEMA_VERSION, metadata, properties
from workbench.store.watch import Watch

BUSY_SECONDS = 30
"""How long a writer waits for another one to finish."""

_REMEDIES = {
    "full": "Free some space, then run the same command again",
    "locked": "Another process is writing; wait for it, then run the same command again",
    "readonly": "Choose a workspace folder that you may write to",
    "unable to open": "Choose a workspace folder that you may write to",
    "not a database": "Move the file away, or name another workspace folder",
    "malformed": "Restore the file from a copy, or name another workspace folder",
    "no such table": "Do not delete a workspace while it is open; open it anew",
}
_CREATION_LOCK = 7_294_117  # any number, the same in all processes


class Database:
    """Connections to one database, SQLite or PostgreSQL.

    Where it is ``read_only``, StoreError is raised for every write once the tables are there.
    """

    def __init__(self, url: str, read_only: bool = False) -> None:
        try:
            parsed = sa.make_url(url)
            with self._errors(parsed.render_as_string(hide_password=True)):
                self.engine = _engine(parsed)
        except (exc.ArgumentError, exc.NoSuchModuleError, ImportError) as error:
            raise StoreError(
                f"Store '{url.split('@')[-1]}'",
                f"it cannot be opened ({error})",
                "Name a database like sqlite:///folder/file.sqlite or "
                "postgresql+psycopg://user@host/name",
            ) from None
        self.label = parsed.render_as_string(hide_password=True)
        self._watch = Watch(self.engine)
        self._writer = self.engine.execution_options(writing=True)
        with ExitStack() as refused:
            refused.callback(self.engine.dispose)
            self.read_only = False
            self._make_tables()
            self.read_only = read_only
            refused.pop_all()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection that sees one state of the database."""
        with self._errors(self.label), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction: all of it is kept, or nothing where an error leaves the block."""
        if self.read_only:
            raise StoreError(
                "This change",
                "the workspace is shown read-only here",
                "Open it in an app of your own: workbench app",
            )
        with self._errors(self.label), self._writer.begin() as connection:
            yield connection

    def insert_new(
        self, connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]
    ) -> int:
        """Insert the rows whose key is not there yet; returns how many these were."""
        if not rows:
            return 0
        statement = self._insert(table).on_conflict_do_nothing().returning(*table.primary_key)
        return len(connection.execute(statement, rows).all())

    def insert_or_fill(
        self,
        connection: sa.Connection,
        table: sa.Table,
        rows: Sequence[Mapping[str, Any]],
        missing: str,
    ) -> None:
        """Insert rows; a row that is there is replaced only where ``missing`` is null in it."""
        self._upsert(connection, table, rows, table.c[missing].is_(None))

    def insert_or_replace(
        self, connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]
    ) -> None:
        """Insert rows, in place of those that are there."""
        self._upsert(connection, table, rows, sa.true())

    def mark(self) -> str:
        """Text that differs when anything has been written since the last time."""
        with self._errors(self.label):
            return self._watch.mark()

    def close(self) -> None:
        """Close all connections."""
        self._watch.close()
        self.engine.dispose()

    def _upsert(
        self,
        connection: sa.Connection,
        table: sa.Table,
        rows: Sequence[Mapping[str, Any]],
        where: sa.ColumnElement[bool],
    ) -> None:
        if not rows:
            return
        insert = self._insert(table)
        keys = [column.name for column in table.primary_key]
        changed = {c.name: insert.excluded[c.name] for c in table.columns if c.name not in keys}
        statement = insert.on_conflict_do_update(index_elements=keys, set_=changed, where=where)
        connection.execute(statement, rows)

    def _insert(self, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
        if self.engine.dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)

    def _make_tables(self) -> None:
        with self.reading() as connection:
            version = self._version(connection)
            absent = metadata.tables.keys() - set(sa.inspect(connection).get_table_names())
        if version == SCHEMA_VERSION and not absent:
            return
        with self.writing() as connection:
            # Several processes may open a database at once: the first one changes it.
            if self.engine.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CREATION_LOCK)))
            migrate(connection, self._version(connection) or SCHEMA_VERSION, SCHEMA_VERSION)
            metadata.create_all(connection)
            row = {"key": "schema_version", "value": str(SCHEMA_VERSION)}
            self.insert_new(connection, properties, [row])
            connection.execute(
                sa.update(properties)
                .where(properties.c.key == row["key"])
                .values(value=row["value"])
            )

    def _version(self, connection: sa.Connection) -> int | None:
        """Version of the tables, None where there are none; StoreError where it is not known."""
        if not sa.inspect(connection).has_table(properties.name):
            return None
        found = connection.scalar(
            sa.select(properties.c.value).where(properties.c.key == "schema_version")
        )
        known = {str(version): version for version in range(1, SCHEMA_VERSION + 1)}
        if found not in known:
            raise StoreError(
                f"Store {self.label}",
                f"its tables are of version {found}, this program knows {SCHEMA_VERSION}",
                "Open it with the program that made it, or name another workspace folder",
            )
        return known[found]

    @contextmanager
    def _errors(self, label: str) -> Iterator[None]:
        try:
            yield
        except (exc.IntegrityError, exc.ProgrammingError, exc.DataError):
            raise  # a defect of ours, not a refusal of the database
        except exc.DatabaseError as error:
            reason = " ".join(str(error.orig).split())
            remedies = (remedy for sign, remedy in _REMEDIES.items() if sign in reason)
            remedy = next(remedies, "Check that the database can be reached and written to")
            raise StoreError(f"Store {label}", reason, remedy) from error
        except OSError as error:
            raise StoreError(
                f"Store {label}",
                error.strerror or str(error),
                "Choose a workspace folder that you may write to",
            ) from error


def _engine(url: sa.URL) -> sa.Engine:
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_pre_ping=True)
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: Any) -> None:
    # Transactions are begun by _begin_sqlite, not by the driver.
    connection.isolation_level = None
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            break
        except OperationalError as error:
            # SQLite does not wait by itself while another process switches to WAL.
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that reads before it writes would fail at once, without waiting, if
    # another one wrote in between; so writers take their turn from the start.
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
