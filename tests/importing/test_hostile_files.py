"""Files that are broken in any way: an error for the user that names the place, or answers."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.importing.files import (
    eval_file,
    fastchat_record,
    inspect_log,
    inspect_sample,
    lm_eval_record,
    read,
)
from workbench.errors import WorkbenchError
from workbench.importing import ImportOptions, import_file
from workbench.store import Store

NAMES = ("a.csv", "a.jsonl", "a.json", "a.fr.jsonl", "a.parquet", "a.eval", "a.tsv", "a")
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=True)
    | st.text(st.characters(), max_size=8)
    | st.sampled_from(["fr", "\ud800", "a\0b", "attachment://x", "NaN"])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
KNOWN: tuple[dict[str, Any], ...] = (
    {"instruction": "Q", "output": "a", "generator": "g", "language": "fr", "sample": 0},
    fastchat_record(1, ["a", "b"]),
    lm_eval_record(1, "a"),
    {"completion": "a", "language": "fr", "prompt": "Q", "id": 1, "model": "m", "sample": 0},
    {"parallel_id": "1", "language": "fr", "messages": [{"role": "user", "content": "Q"}]},
    {
        **{"checkpoint": "c", "prompt_set": "s", "parallel_id": "1", "language": "fr"},
        **{"sample": 0, "text": "a", "messages": [], "tags": {}, "decoding": {"n": 1}},
        **{"finish_reason": "stop", "checkpoint_hash": "h", "learning_rate": 0.1, "size": 3},
    },
    inspect_log([inspect_sample("fox", "Roux.")]),
)
_SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where a value can be put in place of another one."""
    if not isinstance(value, dict | list):
        return [path]
    items = value.items() if isinstance(value, dict) else enumerate(value)
    return [path, *(place for key, inner in items for place in places(inner, (*path, key)))]


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


def survives(path: Path) -> None:
    """The file becomes answers or prompts, or an error for users; and what it became is kept."""
    with Store("sqlite://") as store:
        try:
            import_file(store, path, ImportOptions())
        except WorkbenchError as error:
            assert error.given and error.reason and error.remedy
            assert store.runs().empty


@_SETTINGS
@given(st.sampled_from(NAMES), st.binary(max_size=60))
def test_any_bytes(name: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(content)
        survives(Path(folder) / name)


@_SETTINGS
@given(st.sampled_from(KNOWN), st.data())
def test_any_value_in_any_place_of_a_known_record(
    record: dict[str, Any], data: st.DataObject
) -> None:
    place = data.draw(st.sampled_from(places(record)))
    broken = replaced(record, place, data.draw(JSON))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        path.write_text(json.dumps(broken) + "\n" + json.dumps(record) + "\n", encoding="utf-8")
        survives(path)


@_SETTINGS
@given(st.sampled_from(KNOWN), st.data())
def test_a_known_file_cut_off_anywhere(record: dict[str, Any], data: st.DataObject) -> None:
    text = json.dumps([record], indent=1).encode()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.json"
        path.write_bytes(text[: data.draw(st.integers(0, len(text)))])
        survives(path)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2000), st.integers(0, 255))
def test_an_archive_with_any_byte_changed(place: int, value: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        samples = [inspect_sample("fox", "Roux.")]
        path = eval_file(Path(folder) / "a.eval", inspect_log(None), samples)
        content = bytearray(path.read_bytes())
        content[place % len(content)] = value
        path.write_bytes(content)
        survives(path)


def test_lone_surrogates_and_nul_do_not_reach_the_database(tmp_path: Path, store: Store) -> None:
    item = {"instruction": "Q\ud800", "output": "a\0b\udc00", "generator": "g\0"}
    path = tmp_path / "x.json"
    path.write_text(json.dumps([item]))
    run = import_file(store, path)
    (row,) = store.results([run]).to_dict("records")
    assert (row["prompt"], row["text"], row["checkpoint"]) == (
        "Q\ufffd",
        "a\ufffdb\ufffd",
        "g\ufffd",
    )


def test_an_entry_that_claims_to_be_huge_is_not_unpacked(tmp_path: Path) -> None:
    path = eval_file(tmp_path / "a.eval", inspect_log(None), [inspect_sample("fox", "Roux.")])
    content = bytearray(path.read_bytes())
    entry = content.rindex(b"PK\1\2")
    content[entry + 24 : entry + 28] = (2**31).to_bytes(4, "little")  # its size, unpacked
    path.write_bytes(content)
    with pytest.raises(WorkbenchError, match="too large for a sample"):
        read(path)
