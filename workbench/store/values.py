"""Names, ids and values on their way into the database and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

import sqlalchemy as sa

from workbench.errors import NotFoundError
from workbench.store.connection import Database


def id_of(connection: sa.Connection, table: sa.Table, kind: str, name: str) -> int:
    """Id of the row of a name; NotFoundError with a near name where there is none."""
    id = connection.scalar(sa.select(table.c.id).where(table.c.name == name))
    if id is None:
        raise unknown(kind, name, connection.scalars(sa.select(table.c.name)))
    return int(id)


def ids_of_new(
    database: Database,
    connection: sa.Connection,
    table: sa.Table,
    key: str,
    rows: list[dict[str, Any]],
) -> dict[str, int]:
    """Ids of rows by their unique key, those inserted now included."""
    keys = [row[key] for row in rows]
    database.insert_new(connection, table, rows)
    statement = sa.select(table.c[key], table.c.id).where(table.c[key].in_(keys))
    return {value: id for value, id in connection.execute(statement)}


def unknown(kind: str, name: str, known: Iterable[str]) -> NotFoundError:
    """The error for a name that the store does not hold."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1)
    remedy = f"Use one of {', '.join(names)}" if names else "Add it first"
    return NotFoundError(
        f"{kind} '{name}'",
        "the store does not hold it",
        f"Did you mean '{close[0]}'?" if close else remedy,
    )


def as_json(value: Mapping[str, Any]) -> Any:
    """The value as it comes back from the database: tuples as lists, keys as strings."""
    return json.loads(json.dumps(value, default=str))


def storable(text: str) -> str:
    """Text that UTF-8 and PostgreSQL can hold: lone surrogates and NUL become U+FFFD."""
    whole = text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass")
    return whole.decode("utf-16", "replace")


def now() -> str:
    """The time in UTC, to the second."""
    return utc_time(datetime.now(UTC))


def utc_time(time: datetime) -> str:
    """A time as the store keeps it: in UTC, to the second; one without a zone is in UTC."""
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="seconds")
