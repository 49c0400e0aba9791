"""Ratings by people from a CSV file: every row checked, nothing of a bad file half imported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from workbench.errors import FileFormatError, InputError
from workbench.judging.criteria import CRITERIA
from workbench.judging.people.exporting import answer_hash
from workbench.judging.people.raters import ADJUDICATION, clean_name, judge_of, rater_of
from workbench.judging.people.rating_rows import KEY, SCALES, Row, read_rows, rubric_details
from workbench.store import JudgeRecord, Rating, Store
from workbench.store.values import utc_time

_NAMED = 20
"""Bad rows that an error names."""


class BadRow(NamedTuple):
    """A row that cannot be imported."""

    line: int
    """In the file, from 1; the header is line 1."""
    reason: str


@dataclass(frozen=True)
class Imported:
    """What became of the rows of a file; each is counted once."""

    added: int
    there: int
    """Ratings that the store or the file had already, with the same value."""
    bad: tuple[BadRow, ...]


def import_ratings(store: Store, path: Path, skip_bad: bool = False) -> Imported:
    """Import ratings by people; ``rating_rows`` has the columns.

    Stars stand in a column ``stars`` instead of ``value``; ``sample`` may be absent, and is 0
    then; so may ``created``, which is the time of the import then. Raises FileFormatError that
    names the bad rows, having written nothing, unless they are to be skipped; all others are
    written in one transaction.
    """
    bad: list[BadRow] = []
    given: dict[tuple[int, str, str], tuple[int, Rating]] = {}
    there = 0
    reader = _Reader(store)
    for row in read_rows(path):
        try:
            rating = reader.rating(row)
            key = (rating.response_id, rating.judge, rating.criterion)
            first, same = given.setdefault(key, (row.line, rating))
            if same != rating:
                raise _Refused(f"line {first} gives another value for the same")
        except (_Refused, InputError) as error:
            bad.append(BadRow(row.line, error.reason))
            continue
        there += first != row.line or reader.has(rating)
    if bad and not skip_bad:
        raise _refusal(path, bad)
    new = [rating for _, rating in given.values() if not reader.has(rating)]
    for judge in sorted({rating.judge for rating in new} - reader.judges.keys()):
        store.add_judge(JudgeRecord(judge, "person", reader.details_of(judge)))
    store.add_ratings(new)
    return Imported(len(new), there, tuple(bad))


class _Refused(Exception):
    """Why a row cannot be imported."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


class _Reader:
    """Makes ratings of rows, knowing what the store holds."""

    def __init__(self, store: Store) -> None:
        self._store = store
        judges = store.judges()[["name", "details"]].itertuples(index=False)
        self.judges: dict[str, dict[str, Any]] = {name: details or {} for name, details in judges}
        self._raters = [name for name in map(rater_of, self.judges) if name is not None]
        self._runs = set(store.runs()["name"])
        self._responses: dict[str, dict[tuple[str, ...], tuple[int, str]]] = {}
        self._known: dict[tuple[int, str, str], int | None] = {}
        self._details = dict(self.judges)

    def rating(self, row: Row) -> Rating:
        """The rating of a row; _Refused or InputError where it is none."""
        if not row.whole:
            raise _Refused("it has more or fewer fields than the header")
        fields = row.fields
        id = self._response(fields)
        criterion = fields["criterion"].strip()
        if criterion not in CRITERIA:
            raise _Refused(f"there is no criterion '{criterion}'; use {', '.join(CRITERIA)}")
        value, missing = _value(fields), fields.get("missing_reason") or None
        if (value is None) == (missing is None):
            both = "neither a value nor" if value is None else "both a value and"
            raise _Refused(f"it has {both} a reason why it is missing")
        judge = self._judge(fields)
        known = self._known.get((id, judge, criterion))
        if known is not None and value is not None and known != value:
            raise _Refused(f"the store has {known} by this rater for the same")
        return Rating(
            *(id, judge, criterion, value, missing, fields.get("reason") or None),
            raw=_level(fields, "raw", SCALES["value"]),
            rule=fields.get("rule") or None,
            created=_time(fields),
        )

    def has(self, rating: Rating) -> bool:
        """Whether the store holds as much already: a value, or a reason for none."""
        key = (rating.response_id, rating.judge, rating.criterion)
        return key in self._known and (self._known[key] is not None or rating.value is None)

    def details_of(self, judge: str) -> dict[str, Any]:
        """What is to be kept with a judge: the rubric that the file names, if it names one."""
        return self._details.get(judge, {})

    def _judge(self, fields: Mapping[str, str]) -> str:
        name = fields["rater"].strip()
        if name != ADJUDICATION:
            name = clean_name(name, self._raters)
            self._raters.append(name)
        judge = name if name == ADJUDICATION else judge_of(name)
        try:
            details = rubric_details(fields.get("rubric", "").strip())
        except ValueError as error:
            raise _Refused(f"rubric {error}") from None
        known = self._details.setdefault(judge, details)
        if details and known.get("rubric"):
            old, new = (
                d["rubric"]["name"] + f" {d['rubric']['version']}" for d in (known, details)
            )
            if old != new:
                raise _Refused(f"this rater has rated by {old}, the row says {new}")
        return judge

    def _response(self, fields: Mapping[str, str]) -> int:
        run = fields["run"]
        if run not in self._runs:
            raise _Refused(f"the workspace has no run '{run}'")
        if run not in self._responses:
            self._read(run)
        key = tuple(fields.get(column) or "0" for column in KEY[1:])
        if key not in self._responses[run]:
            raise _Refused(f"the run has no such answer ({', '.join(key)})")
        id, hash = self._responses[run][key]
        if fields.get("answer_hash") not in (None, "", hash):
            raise _Refused("the answer in the store is not the one that was rated")
        return id

    def _read(self, run: str) -> None:
        results = self._store.results([run])[["response_id", "text", *KEY[1:]]]
        self._responses[run] = {
            tuple(map(str, key)): (int(id), answer_hash(text))
            for id, text, *key in results.itertuples(index=False)
        }
        ratings = self._store.ratings([run])
        columns = ratings[["response_id", "judge", "criterion", "value", "missing_reason"]]
        for id, judge, criterion, value, missing in columns.itertuples(index=False):
            self._known[int(id), judge, criterion] = None if missing is not None else int(value)


def _value(fields: Mapping[str, str]) -> int | None:
    known = {_level(fields, column, scale) for column, scale in SCALES.items()} - {None}
    if len(known) > 1:
        raise _Refused("value and stars do not say the same")
    return known.pop() if known else None


def _level(fields: Mapping[str, str], column: str, scale: Mapping[str, int]) -> int | None:
    """The level that a field names; None where it is empty or absent."""
    text = (fields.get(column) or "").strip()
    if not text:
        return None
    # Spreadsheets write whole numbers as 2.0 in columns that hold empty cells.
    number = text.removesuffix(".0")
    if number not in scale:
        raise _Refused(f"{column} is '{text}', not one of {', '.join(scale)}")
    return scale[number]


def _time(fields: Mapping[str, str]) -> str | None:
    """When a rating was given; None where the file does not say."""
    text = (fields.get("created") or "").strip()
    if not text:
        return None
    try:
        return utc_time(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise _Refused(f"created is '{text}', not a time as 2026-01-31T12:00:00+00:00") from None


def _refusal(path: Path, bad: list[BadRow]) -> FileFormatError:
    named = "; ".join(f"line {row.line}: {row.reason}" for row in bad[:_NAMED])
    more = f"; and {len(bad) - _NAMED:,} more" if len(bad) > _NAMED else ""
    rows = "1 row" if len(bad) == 1 else f"{len(bad):,} rows"
    return FileFormatError(
        str(path),
        f"{rows} cannot be imported ({named}{more})",
        "Nothing was imported. Mend the file, or leave these rows out with "
        "'workbench ratings import FILE --skip-bad'",
    )
