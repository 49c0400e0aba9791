from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.app.compare.measures import MEASURES
from workbench.app.compare.state import (
    CHARTS,
    DIFFERING,
    LONGEST,
    Cell,
    Filters,
    Pair,
    Read,
    Selection,
    from_query,
    to_query,
)
from workbench.app.sharing.links import query_of, values_of
from workbench.judging.criteria import CRITERIA

texts = st.text(max_size=LONGEST)
names = st.lists(st.text(min_size=1, max_size=30), max_size=5).map(tuple)
numbers = st.integers(0, 1_000_000)
filters = st.builds(
    Filters,
    *(texts, names, names, texts, texts, texts),
    kept=st.sampled_from(["", "yes", "no"]),
    criterion=st.sampled_from(["", *CRITERIA]),
    below=st.sampled_from([1, 2]),
    disagreeing=st.booleans(),
    search=texts,
)
cells = st.builds(
    Cell,
    *(texts, texts, texts),
    rated=st.sampled_from(["", *CRITERIA]),
    tenth=st.integers(-1, 9),
    wrong_only=st.booleans(),
    page=numbers,
)
pairs = st.builds(Pair, texts, texts, texts, st.sampled_from(list(DIFFERING)), numbers)
selections = st.builds(
    Selection,
    names,
    st.sampled_from(list(MEASURES)),
    st.sampled_from(list(CHARTS)),
    *(texts, texts),
    st.sampled_from(["list", "pair"]),
    *(filters, cells, pairs),
)


@given(selections)
def test_what_is_written_is_read(selection: Selection) -> None:
    query = to_query(selection)
    assert all(isinstance(value, str) and value for value in query.values())
    assert from_query(query) == Read(selection, [])


def test_what_is_at_its_default_is_not_written() -> None:
    assert to_query(Selection()) == {}
    assert from_query({}) == Read(Selection(), [])


def test_an_address_holds_it() -> None:
    selection = Selection(
        ("a, b", "c&d=1"), filters=Filters(search="50% «où» ?"), cell=Cell(page=2)
    )
    query = query_of("compare", to_query(selection))
    assert query.startswith("tab=compare&compare-runs=")
    assert from_query(values_of("compare", f"?{query}&rate-run=x")) == Read(selection, [])


@pytest.mark.parametrize(
    ("key", "value", "note"),
    [
        ("colour", "red", "The link has 'colour', which this page does not know."),
        ("page", "-1", "The link's page '-1' is left out: it is a whole number from 0 to 1000000."),
        ("page", "9" * 5000, "a whole number from 0"),
        ("page", "²", "a whole number from 0"),
        ("below", "3", "a whole number from 1 to 2"),
        ("tenth", "10", "a whole number from 0 to 9"),
        ("measure", "beauty", "The link's measure 'beauty' is left out: it is one of right_langua"),
        ("chart", "", "it is one of rates, flow"),
        ("kept", "maybe", "it is one of yes, no"),
        ("disagreeing", "1", "it is yes or not there"),
        ("runs", ",,", "it has 1 to 200 entries"),
        ("search", "x" * (LONGEST + 1), "it has up to 200 characters"),
        ("asked-in", "x" * (LONGEST + 1), "The link's asked in 'xxx"),
    ],
)
def test_what_is_wrong_is_left_out_with_a_note(key: str, value: str, note: str) -> None:
    read = from_query({key: value, "task": "fact"})
    assert read.selection == Selection(filters=Filters(task="fact"))
    (found,) = read.notes
    assert note in found
    assert len(found) < 500


def test_names_of_fields_are_keys_so_each_is_there_once() -> None:
    def leaves(record: Any) -> list[str]:
        found = []
        for own in fields(record):
            value = getattr(record, own.name)
            found += leaves(value) if is_dataclass(value) else [own.name]
        return found

    keys = leaves(Selection())
    assert len(keys) == len(set(keys))
    assert replace(Selection(), judge="x") != Selection()
