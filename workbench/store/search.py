"""Finding text in answers: plain text, whatever the case of its letters.

Case and composed letters are those of Unicode. SQLite's LIKE knows the case of ASCII letters
alone, so letters beyond them are looked for by GLOB, with both of their forms.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from workbench.store.connection import Database
from workbench.store.tables import responses, runs

_ESCAPE = "\\"


def responses_with(
    database: Database, run_names: Sequence[str], text: str
) -> npt.NDArray[np.int64]:
    """Ids of the responses of these runs whose text holds another one, sorted: (responses,)."""
    statement = (
        sa.select(responses.c.id)
        .join_from(responses, runs)
        .where(runs.c.name.in_(list(run_names)), holds(database, responses.c.text, text))
        .order_by(responses.c.id)
    )
    with database.reading() as connection:
        return np.fromiter(connection.scalars(statement), np.int64)


def holds(database: Database, column: sa.ColumnElement[str], text: str) -> sa.ColumnElement[bool]:
    """Whether a column holds a text, composed (NFC) or decomposed (NFD)."""
    forms = dict.fromkeys(unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    find = _by_ilike if database.engine.dialect.name == "postgresql" else _in_sqlite
    return sa.or_(*(find(column, form) for form in forms))


def text_holds(text: str, wanted: str) -> bool:
    """Whether a text in memory holds another one, as ``holds`` has it in a database.

    >>> text_holds("Où est l'ÉCOLE ?", "école")
    True
    """
    return _folded(wanted) in _folded(text)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _pattern(text: str) -> str:
    for special in (_ESCAPE, "%", "_"):
        text = text.replace(special, _ESCAPE + special)
    return f"%{text}%"


def _by_ilike(column: sa.ColumnElement[str], text: str) -> sa.ColumnElement[bool]:
    return column.ilike(_pattern(text), escape=_ESCAPE)


def _in_sqlite(column: sa.ColumnElement[str], text: str) -> sa.ColumnElement[bool]:
    beyond = [letter for letter in text if not letter.isascii() and len(_cases(letter)) > 1]
    if not beyond:
        return column.like(_pattern(text), escape=_ESCAPE)
    # GLOB is slow, so texts without one of the letters, as of another script, are left out first.
    some = sa.or_(*(sa.func.instr(column, case) > 0 for case in _cases(beyond[0])))
    return sa.and_(some, column.op("GLOB")(f"*{''.join(map(_class, text))}*"))


def _cases(letter: str) -> list[str]:
    """The forms of a letter, those of several letters left out, such as that of ß."""
    forms = (letter, letter.lower(), letter.upper(), letter.title(), letter.casefold())
    return list(dict.fromkeys(form for form in forms if len(form) == 1))


def _class(letter: str) -> str:
    """What stands for a letter in a pattern of GLOB."""
    cases = _cases(letter)
    return f"[{''.join(cases)}]" if len(cases) > 1 or letter in "*?[" else letter
