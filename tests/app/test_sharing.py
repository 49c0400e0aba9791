from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.app.sharing.links import query_of, tab_of, values_of
from workbench.app.sharing.snapshots import LARGEST, Snapshots
from workbench.errors import FileFormatError, InputError, NotFoundError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), TEXT, max_size=4))
def test_what_an_address_holds_comes_back(values: dict[str, str]) -> None:
    query = query_of("compare", values)
    assert values_of("compare", f"?{query}&rate-run=other") == values
    assert tab_of(query) == "compare"


def test_an_address_of_nothing_or_of_too_much() -> None:
    assert values_of("chat", "") == {} and tab_of("?x=1") == ""
    assert values_of("chat", f"chat-a={'x' * 2001}&chat-b=1") == {"b": "1"}


def test_a_state_comes_back_by_its_name_and_is_kept_once(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path / "links")
    state = {"turns": [{"prompt": "كيف؟ 你好"}]}
    name = snapshots.save("conversation", state)
    assert snapshots.save("conversation", state) == name
    assert snapshots.read("conversation", name) == state
    assert len(list((tmp_path / "links").iterdir())) == 1
    assert snapshots.save("grid", state) != name


@pytest.mark.parametrize("name", ["", "../secret", "0" * 32, "A" * 32, "0" * 31 + "\n", "%2e%2e"])
def test_a_name_that_leads_to_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.json").write_text('{"kind": "conversation"}')
    with pytest.raises(NotFoundError, match="leads to nothing"):
        Snapshots(tmp_path / "links").read("conversation", name)


def test_a_snapshot_of_another_kind_or_torn_is_refused(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    name = snapshots.save("conversation", {"turns": []})
    with pytest.raises(FileFormatError, match="no grid"):
        snapshots.read("grid", name)
    (tmp_path / f"{name}.json").write_text('{"kind": "conver')
    with pytest.raises(FileFormatError, match="no conversation"):
        snapshots.read("conversation", name)


def test_too_much_and_a_read_only_workspace(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="save the page as HTML"):
        Snapshots(tmp_path).save("conversation", {"text": "x" * LARGEST})
    with pytest.raises(InputError, match="read-only"):
        Snapshots(tmp_path, read_only=True).save("conversation", {"turns": []})
    assert list(tmp_path.iterdir()) == []
