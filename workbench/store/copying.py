"""Runs copied from one database to another, and deleted.

A copy has all that belongs to a run: its prompts, checkpoints, responses, scores, ratings,
comparisons and validations. Rows are told by what is unique about them, not by their numbers,
so that a copy can be made into a database that holds other things already, and made again.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from workbench.errors import InputError
from workbench.store import tables
from workbench.store.connection import Database
from workbench.store.values import id_of

_AT_ONCE = 500
"""Rows read and written together; SQLite takes some 32,000 values in a statement."""
_OF_RESPONSES = (tables.language_scores, tables.ratings)
_SHARED = {
    "prompt_set_id": (tables.prompt_sets, ("name",)),
    "checkpoint_id": (tables.checkpoints, ("name",)),
    "prompt_id": (tables.prompts, ("prompt_set_id", "parallel_id", "language")),
    "decoding_id": (tables.decodings, ("hash",)),
    "detector_id": (tables.detectors, ("name",)),
    "judge_id": (tables.judges, ("name",)),
    "run_id": (tables.runs, ("name",)),
}
"""Columns that point at other rows: their table, and what is unique there."""
_SAME = {"checkpoints": "hash", "prompts": "hash", "judges": "details", "runs": "config"}
"""What must agree of a row that is there already: answers would change their meaning."""
_SIDES, _OTHER = ("shown_first", "winner"), {"a": "b", "b": "a"}


def copy_run(source: Database, target: Database, name: str) -> int:
    """Copy a run; the number of its responses.

    All of it is there afterwards or, where an error is raised, nothing. Raises NotFoundError
    for a run that ``source`` does not hold, and InputError where ``target`` holds a prompt,
    checkpoint, judge or run of the same name that is another one.
    """
    with source.reading() as reading, target.writing() as writing:
        run_id = id_of(reading, tables.runs, "Run", name)
        copy = _Copy(reading, writing, target)
        own = sa.select(tables.responses).where(tables.responses.c.run_id == run_id)
        number = copy.rows(tables.responses, own)
        copy.rows(tables.runs, sa.select(tables.runs).where(tables.runs.c.id == run_id))
        within = sa.select(tables.responses.c.id).where(tables.responses.c.run_id == run_id)
        for table in _OF_RESPONSES:
            copy.rows(table, sa.select(table).where(table.c.response_id.in_(within)))
        pairs = tables.comparisons
        # A comparison with another run's answer is left out: that answer may not be there.
        both = pairs.c.response_a.in_(within) & pairs.c.response_b.in_(within)
        copy.rows(pairs, sa.select(pairs).where(both))
        values = tables.validations
        copy.rows(values, sa.select(values).where(values.c.run_id == run_id))
    return number


def delete_run(database: Database, name: str) -> None:
    """Delete a run with all that belongs to it alone, in one transaction.

    So are checkpoints that no other run has asked, unless one is going on that may be about
    to; prompts, detectors and judges stay. Raises NotFoundError where there is none of that name.
    """
    answers, pairs = tables.responses, tables.comparisons
    with database.writing() as connection:
        run_id = id_of(connection, tables.runs, "Run", name)
        asked = _checkpoints_of(connection, run_id)
        own = sa.select(answers.c.id).where(answers.c.run_id == run_id)
        for table in _OF_RESPONSES:
            connection.execute(sa.delete(table).where(table.c.response_id.in_(own)))
        either = pairs.c.response_a.in_(own) | pairs.c.response_b.in_(own)
        connection.execute(sa.delete(pairs).where(either))
        for table in (answers, tables.validations, tables.run_processes):
            connection.execute(sa.delete(table).where(table.c.run_id == run_id))
        connection.execute(sa.delete(tables.runs).where(tables.runs.c.id == run_id))
        going_on = sa.select(tables.runs.c.id).where(tables.runs.c.status == "running")
        if connection.execute(going_on.limit(1)).first() is None:
            unused = asked - _checkpoints_of(connection)
            points = tables.checkpoints
            connection.execute(sa.delete(points).where(points.c.id.in_(unused)))


def _checkpoints_of(connection: sa.Connection, run_id: int | None = None) -> set[int]:
    """Numbers of the checkpoints that a run has asked or validated; any run where None."""
    found: set[int] = set()
    for table in (tables.responses, tables.validations):
        statement = sa.select(table.c.checkpoint_id).distinct()
        if run_id is not None:
            statement = statement.where(table.c.run_id == run_id)
        found.update(connection.scalars(statement))
    return found


class _Copy:
    """One copy on its way: which number a row has there."""

    def __init__(self, reading: sa.Connection, writing: sa.Connection, target: Database) -> None:
        self._reading, self._writing, self._target = reading, writing, target
        self._known: dict[tuple[str, int], int] = {}

    def rows(self, table: sa.Table, chosen: sa.Select[Any]) -> int:
        """Copy rows, and those that they point at; how many they are."""
        number = 0
        ordered = chosen.order_by(*table.primary_key).execution_options(yield_per=_AT_ONCE)
        with self._reading.execute(ordered) as found:
            for rows in found.partitions(_AT_ONCE):
                number += len(rows)
                self._add(table, [dict(row._mapping) for row in rows])
        return number

    def _add(self, table: sa.Table, rows: list[dict[str, Any]]) -> None:
        for column in table.c:
            if column.name in _SHARED:
                of, _ = _SHARED[column.name]
                self._bring(of, {row[column.name] for row in rows})
        placed = [self._placed(table, row) for row in rows]
        if "id" not in table.c:
            self._target.insert_new(self._writing, table, placed)
            return
        self._place(table, rows, placed)

    def _placed(self, table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
        """The row with the numbers that its references have in the target."""
        there = {name: value for name, value in row.items() if name != "id"}
        for name in there:
            if name in _SHARED:
                there[name] = self._known[_SHARED[name][0].name, row[name]]
            elif name in ("response_id", "response_a", "response_b"):
                there[name] = self._known["responses", row[name]]
        if table is tables.comparisons and there["response_a"] > there["response_b"]:
            there |= {"response_a": there["response_b"], "response_b": there["response_a"]}
            there |= {name: _OTHER.get(there[name], there[name]) for name in _SIDES}
        return there

    def _bring(self, table: sa.Table, ids: set[int]) -> None:
        """See that rows that are pointed at are in the target."""
        wanted = sorted(id for id in ids if (table.name, id) not in self._known)
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            found = self._reading.execute(sa.select(table).where(table.c.id.in_(part)))
            self._add(table, [dict(row._mapping) for row in found])

    def _place(
        self, table: sa.Table, rows: list[dict[str, Any]], placed: list[dict[str, Any]]
    ) -> None:
        """Insert rows that have a number, and learn the one that each has in the target."""
        unique = _unique(table)
        self._target.insert_new(self._writing, table, placed)
        keys = [tuple(row[name] for name in unique) for row in placed]
        # Rows that have some value of each column: more than are asked for, found by index.
        near = [table.c[name].in_({row[name] for row in placed}) for name in unique]
        columns = [table.c[name] for name in unique]
        said = _SAME.get(table.name)
        extra = [table.c[said]] if said else []
        found = {
            tuple(values[: len(unique)]): (id, values[len(unique) :])
            for id, *values in self._writing.execute(
                sa.select(table.c.id, *columns, *extra).where(*near)
            )
        }
        for row, own, key in zip(rows, placed, keys, strict=True):
            id, values = found[key]
            if said and values[0] != own[said]:
                raise InputError(
                    f"{table.name.removesuffix('s').capitalize()} '{row.get('name', key[-2:])}'",
                    "the other database holds another one under this name",
                    "Use a workspace that holds nothing of that name",
                )
            self._known[table.name, row["id"]] = id


def _unique(table: sa.Table) -> tuple[str, ...]:
    """What tells a row of a table that has numbers."""
    for of, columns in _SHARED.values():
        if of is table:
            return columns
    return ("run_id", "checkpoint_id", "prompt_id", "sample")
