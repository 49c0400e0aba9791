"""What changed in the tables from one version to the next, for databases made before."""

from __future__ import annotations

import sqlalchemy as sa

# Of each version the columns that the next one has in addition, as they were then: SQLite
# and PostgreSQL know these types by the same names.
_ADDED: dict[int, tuple[tuple[str, str, str], ...]] = {
    1: (
        ("language_scores", "english_words", "INTEGER"),
        ("language_scores", "units_judged", "INTEGER"),
        ("language_scores", "units_right", "INTEGER"),
        ("language_scores", "entropy", "FLOAT"),
        ("language_scores", "first_switch", "FLOAT"),
        ("ratings", "reason", "TEXT"),
    ),
    2: (
        ("judges", "kind", "VARCHAR"),
        ("judges", "details", "JSON"),
        ("ratings", "raw", "FLOAT"),
        ("ratings", "rule", "TEXT"),
        ("ratings", "created", "VARCHAR"),
    ),
}

# What is known of rows that were there before.
_FILLED: dict[int, tuple[str, ...]] = {
    2: ("UPDATE judges SET kind = 'rule' WHERE name IN ('reference', 'constraints')",),
}


def migrate(connection: sa.Connection, version: int, target: int) -> None:
    """Bring tables of ``version`` to ``target``, within the transaction of the connection.

    Columns that are new are empty in the rows that are there, but for what is known of them.
    """
    for step in range(version, target):
        for table, column, type in _ADDED[step]:
            connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {column} {type}")
        for statement in _FILLED.get(step, ()):
            connection.exec_driver_sql(statement)
