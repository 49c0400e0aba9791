from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from workbench.errors import FileFormatError, NotFoundError
from workbench.instructions.texts import read_texts
from workbench.tinyworld.documents import documents
from workbench.tinyworld.mixture import Mixture
from workbench.tinyworld.world import load_world


def test_records_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "web.jsonl"
    path.write_text("".join(json.dumps({"text": t}) + "\n" for t in ("one", "two\nlines")), "utf-8")
    (tmp_path / "lines.txt").write_text("first\n\n second \n", "utf-8")

    assert read_texts(str(path)) == ["one", "two\nlines"]
    assert read_texts(str(path), number=1) == ["one"]
    assert read_texts(str(tmp_path / "lines.txt")) == ["first", "second"]


def test_as_many_as_have_enough_characters(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_text("abcd\nefgh\nijkl\n", "utf-8")

    # Four are not five; the second text makes eight.
    assert read_texts(str(path), characters=5) == ["abcd", "efgh"]
    assert read_texts(str(path), characters=99) == ["abcd", "efgh", "ijkl"]


def test_a_folder_with_a_dataset(tmp_path: Path) -> None:
    import pandas as pd

    (tmp_path / "web").mkdir()
    pd.DataFrame({"text": ["a", "b", "c"]}).to_parquet(tmp_path / "web" / "part.parquet")

    assert read_texts(str(tmp_path / "web"), number=2) == ["a", "b"]


def test_the_tiny_world_gives_what_its_base_has_read() -> None:
    read = {"seed": 5, "mixture": {"shares": {"en": 0.5, "fr": 0.5}, "tier_b_rate": 0.0}}
    shown = documents(load_world(), Mixture.model_validate(read["mixture"]), seed=5)

    expected = [text for _, text in itertools.islice(shown, 6)]
    assert read_texts("tinyworld", read, number=6) == expected
    assert read_texts("tinyworld", number=6) != expected


@pytest.mark.parametrize("record", [{"content": "x"}, {"text": " "}, {"text": 3}, ["x"]])
def test_a_record_without_text_is_named(record: object, tmp_path: Path) -> None:
    path = tmp_path / "web.jsonl"
    path.write_text(json.dumps({"text": "fine"}) + "\n" + json.dumps(record) + "\n", "utf-8")

    with pytest.raises(FileFormatError, match="line 2: it has no text. Give each record"):
        read_texts(str(path))
    assert read_texts(str(path), number=1) == ["fine"]


def test_what_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("\n", "utf-8")
    with pytest.raises(FileFormatError, match="it holds no text"):
        read_texts(str(tmp_path / "empty.txt"))
    with pytest.raises(NotFoundError):
        read_texts(str(tmp_path / "absent"))
