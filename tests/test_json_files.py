from __future__ import annotations

from pathlib import Path

import pytest

from workbench.errors import FileFormatError
from workbench.json_files import json_array, json_lines, json_object, parse_json


def test_records_with_the_lines_at_which_they_begin(tmp_path: Path) -> None:
    lines, array = tmp_path / "a.jsonl", tmp_path / "a.json"
    lines.write_text('{"a": "x\u2028y"}\n\n[1]\n', encoding="utf-8")
    array.write_text('\n[ {"a":\n 1},\n\n 7 , []]\n', encoding="utf-8")
    assert list(json_lines(lines)) == [(1, {"a": "x\u2028y"}), (3, [1])]
    assert list(json_array(array)) == [(2, {"a": 1}), (5, 7), (5, [])]


def test_numbers_that_json_does_not_have_are_none() -> None:
    assert parse_json("[NaN, -Infinity, 1.5]", "x", "y") == [None, None, 1.5]


@pytest.mark.parametrize(
    ("content", "line"), [("[1\n2]", 2), ("[1,\n", 2), ('[{"a": }]', 1), ("[" * 100_000, 1)]
)
def test_arrays_that_are_none(tmp_path: Path, content: str, line: int) -> None:
    path = tmp_path / "a.json"
    path.write_text(content)
    with pytest.raises(FileFormatError, match=f"line {line}: this is not JSON"):
        list(json_array(path))


def test_objects_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    for content, message in (("[]", "holds no JSON object"), ('{"a":\n}', "line 2: this is not")):
        path.write_text(content)
        with pytest.raises(FileFormatError, match=message):
            json_object(path)
    with pytest.raises(FileFormatError, match="holds no JSON array"):
        list(json_array(path))
