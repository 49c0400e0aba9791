"""What the Compare tab shows, as one small record that fits into a link.

    Selection   runs, measure, chart, judge
    ├─ Filters  which answers count
    ├─ Cell     which of them are read, and the page
    └─ Pair     which two checkpoints are read side by side, and the prompt

``to_query`` writes what differs from the defaults as short strings; ``from_query`` reads them
back and says what it could not use. ``sharing.links`` makes addresses of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields, is_dataclass, replace
from typing import Any, Literal, NamedTuple
from urllib.parse import quote, unquote

from workbench.app.compare.measures import MEASURES
from workbench.judging.criteria import CRITERIA, LEVELS

CHARTS = {
    "rates": "Rates",
    "flow": "Flow",
    "confusion": "Confusion",
    "passes": "Lines and words",
    "switches": "Switches",
    "criteria": "Criteria",
    "profile": "Profile",
    "gap": "Gap",
    "selection": "Selection",
}
"""Charts by key, with their titles; each has a tab."""
DIFFERING = {"": "show all", "detected": "detected language", **MEASURES}
"""In what two answers can be asked to differ, with its name."""
Kept = Literal["", "yes", "no"]
Reading = Literal["list", "pair"]
LONGEST = 200
"""Characters of a text, and entries of a list, that a link may hold."""
_MOST = 1_000_000
_YES = "yes"


def _among(default: str, values: Iterable[str]) -> Any:
    return field(default=default, metadata={"among": tuple(dict.fromkeys((default, *values)))})


def _between(default: int, least: int, most: int) -> Any:
    return field(default=default, metadata={"least": least, "most": most})


@dataclass(frozen=True)
class Filters:
    """Which answers are counted and shown; empty means all."""

    prompt_set: str = ""
    checkpoints: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    task: str = ""
    tier: str = ""
    constraint: str = ""
    kept: Kept = _among("", ("yes", "no"))
    """Whether the prompt's constraint is kept."""
    criterion: str = _among("", CRITERIA)
    """Only answers that the judge rates below a level in it."""
    below: int = _between(LEVELS[-1], LEVELS[1], LEVELS[-1])
    disagreeing: bool = False
    """Only answers about whose language detectors disagree."""
    search: str = ""
    """Only answers that hold this text, or whose prompts do."""


@dataclass(frozen=True)
class Cell:
    """A cell of a heat map: which of the answers are read; empty means all."""

    row: str = ""
    language: str = ""
    detected: str = ""
    """Language that the answers are in."""
    rated: str = _among("", CRITERIA)
    """Only answers that are rated in this criterion, the lowest first."""
    tenth: int = _between(-1, 0, 9)
    """Only answers that first switch language in this tenth of the text, from 0; -1 for all."""
    wrong_only: bool = False
    page: int = 0


@dataclass(frozen=True)
class Pair:
    """Two checkpoints whose answers to the same prompt are read side by side."""

    first: str = ""
    second: str = ""
    asked_in: str = ""
    """Expected language; empty for all."""
    differing: str = _among("", DIFFERING)
    """Only prompts on which they differ in this measure."""
    place: int = 0
    """Number of the prompt, from 0."""


@dataclass(frozen=True)
class Selection:
    """All that is chosen in the tab."""

    runs: tuple[str, ...] = ()
    measure: str = _among("right_language", MEASURES)
    chart: str = _among("rates", CHARTS)
    judge: str = ""
    """Whose ratings are shown; empty for the first there is."""
    gap_of: str = ""
    """Checkpoint whose gap to English is shown; empty for the first."""
    reading: Reading = _among("list", ("pair",))
    """Whether answers are read one by one, or two checkpoints side by side."""
    filters: Filters = Filters()
    cell: Cell = Cell()
    pair: Pair = Pair()


class Read(NamedTuple):
    """What a link says, and what of it could not be used."""

    selection: Selection
    notes: list[str]


def to_query(selection: Selection) -> dict[str, str]:
    """What differs from the defaults, as short strings by key.

    >>> to_query(Selection(("a", "b, c"), filters=Filters(task="fact")))
    {'runs': 'a,b%2C%20c', 'task': 'fact'}
    """
    return {_key(own): _written(value) for own, value in _leaves(selection) if value != own.default}


def from_query(query: Mapping[str, str]) -> Read:
    """The selection that a link holds; what is unknown or wrong in it is left at its default."""
    known = {_key(own): own for own, _ in _leaves(Selection())}
    values: dict[str, Any] = {}
    notes = []
    for key, text in query.items():
        own = known.get(key)
        if own is None:
            notes.append(f"The link has '{key}', which this page does not know.")
            continue
        try:
            values[own.name] = _read(own, text)
        except ValueError as error:
            notes.append(f"The link's {_spoken(own)} '{text[:LONGEST]}' is left out: {error}.")
    return Read(_filled(Selection(), values), notes)


def _leaves(record: Any) -> Iterator[tuple[Field[Any], Any]]:
    """Fields of a record and of those in it, with their values."""
    for own in fields(record):
        value = getattr(record, own.name)
        if is_dataclass(value):
            yield from _leaves(value)
        else:
            yield own, value


def _filled(record: Any, values: Mapping[str, Any]) -> Any:
    changed = {}
    for own in fields(record):
        value = getattr(record, own.name)
        if is_dataclass(value):
            changed[own.name] = _filled(value, values)
        elif own.name in values:
            changed[own.name] = values[own.name]
    return replace(record, **changed)


def _key(own: Field[Any]) -> str:
    return own.name.replace("_", "-")


def _spoken(own: Field[Any]) -> str:
    return own.name.replace("_", " ")


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(quote(entry, safe="") for entry in value)
    if isinstance(value, bool):
        return _YES
    return str(value)


def _read(own: Field[Any], text: str) -> Any:
    """The value that a text stands for; ValueError, with what would be one, where it has none."""
    if isinstance(own.default, tuple):
        entries = tuple(unquote(entry) for entry in text.split(",") if entry)
        if not entries or len(entries) > LONGEST:
            raise ValueError(f"it has 1 to {LONGEST} entries")
        return entries
    if isinstance(own.default, bool):
        if text != _YES:
            raise ValueError(f"it is {_YES} or not there")
        return True
    if isinstance(own.default, int):
        least, most = own.metadata.get("least", 0), own.metadata.get("most", _MOST)
        if len(text) > len(str(_MOST)) or not text.isdecimal() or not least <= int(text) <= most:
            raise ValueError(f"it is a whole number from {least} to {most}")
        return int(text)
    among = own.metadata.get("among")
    if among and text not in among:
        raise ValueError(f"it is one of {', '.join(filter(None, among))}")
    if len(text) > LONGEST:
        raise ValueError(f"it has up to {LONGEST} characters")
    return text
