"""Columns of statements with very many rows: read by the piece, kept as arrays.

A row of a million as a Python object takes ten times the memory of its values, so rows are
taken from the driver's own cursor and turned into arrays by the piece.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import sqlalchemy as sa

PIECE = 1_000
"""Rows that are held as Python objects at once: more of them, and the search for garbage among them
takes longer than reading them."""

Array = npt.NDArray[Any]
Reader = Callable[[Sequence[Any]], Array]


class Codes:
    """Numbers for the few texts that a column holds, -1 for a missing one."""

    def __init__(self) -> None:
        self._known: dict[str | None, int] = {None: -1}

    def __call__(self, column: Sequence[Any]) -> Array:
        """Codes of a piece of the column."""
        known = self._known
        for text in set(column):
            known.setdefault(text, len(known) - 1)
        return np.fromiter(map(known.__getitem__, column), np.int32, len(column))

    def categorical(self, codes: Array) -> pd.Categorical[str]:
        """The column whose codes these are; its categories are sorted."""
        texts = [text for text in self._known if text is not None]
        return categorical(codes, texts)


def categorical(codes: Array, texts: Sequence[str]) -> pd.Categorical[str]:
    """A column of texts by their numbers, -1 for a missing one; categories are sorted."""
    kept = sorted(set(texts))
    place = {text: number for number, text in enumerate(kept)}
    moved = np.array([*(place[text] for text in texts), -1], dtype=np.int32)
    return pd.Categorical.from_codes(moved[codes], categories=pd.Index(kept))


def integers(column: Sequence[Any]) -> Array:
    """A piece of a column of integers without missing ones."""
    return np.fromiter(column, np.int64, len(column))


def numbers(column: Sequence[Any]) -> Array:
    """A piece of a column of numbers, NaN where one is missing; booleans are 0 and 1."""
    return np.array(column, dtype=np.float64)


def read_columns(
    connection: sa.Connection, statement: sa.Select[Any], readers: Sequence[Reader]
) -> list[Array]:
    """The columns of a statement, each as its reader makes it of pieces: (rows,)."""
    pieces: list[list[Array]] = [[reader(())] for reader in readers]
    literal = {"literal_binds": True}
    text = str(statement.compile(dialect=connection.dialect, compile_kwargs=literal))
    with closing(_cursor(connection)) as cursor:
        cursor.execute(text)
        while rows := cursor.fetchmany(PIECE):
            for own, reader, column in zip(pieces, readers, zip(*rows, strict=True), strict=True):
                own.append(reader(column))
    return [np.concatenate(own) for own in pieces]


def _cursor(connection: sa.Connection) -> Any:
    """A cursor of the driver, of which the rows stay with the database until they are asked for."""
    raw = connection.connection
    if connection.dialect.name == "postgresql":
        return raw.cursor(name="columns")
    return raw.cursor()


def nullable(values: Array, type: str) -> pd.Series:
    """Numbers with NaN for missing ones as a nullable column of pandas."""
    missing = np.isnan(values)
    whole = np.where(missing, 0, values)
    if type == "boolean":
        return pd.Series(pd.arrays.BooleanArray(whole.astype(bool), missing))
    kept = whole.astype(type.lower())
    return pd.Series(pd.arrays.IntegerArray(kept, missing))
