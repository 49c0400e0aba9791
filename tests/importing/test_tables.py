from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from tests.importing.files import SHARP, array, jsonl, read
from workbench.errors import FileFormatError, InputError, NotFoundError
from workbench.importing.columns import ColumnMap, KeptMaps, parse_map, suggestion

ROWS = [
    {"n": "7", "lang": "fr", "question": "Un ?", "answer": SHARP, "who": "m1"},
    {"n": "7", "lang": "en", "question": "One?", "answer": "", "who": "m1"},
    {"n": "7", "lang": "fr", "question": "Un ?", "answer": "deux", "who": "m2"},
]
MAP = "completion=answer,language=lang,prompt=question,id=n,model=who"


def write_csv(path: Path, rows: list[dict[str, str]], delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def maps(tmp_path: Path) -> KeptMaps:
    return KeptMaps(tmp_path / "ws" / "column-maps")


def files(folder: Path) -> list[Path]:
    parquet = folder / "a.parquet"
    pd.DataFrame(ROWS).to_parquet(parquet)
    return [
        write_csv(folder / "a.csv", ROWS),
        write_csv(folder / "b.csv", ROWS, ";"),
        write_csv(folder / "c.tsv", ROWS, "\t"),
        jsonl(folder / "a.jsonl", ROWS),
        array(folder / "a.json", list(ROWS)),
        parquet,
    ]


def test_any_table_by_a_mapping(tmp_path: Path) -> None:
    for path in files(tmp_path):
        run = read(path, map=(MAP,))
        assert (run.name, run.format) == (f"import-{path.stem}", "table")
        assert [
            (r.checkpoint, r.prompt.parallel_id, r.prompt.language, r.text) for r in run.responses
        ] == [("m1", "7", "fr", SHARP), ("m1", "7", "en", ""), ("m2", "7", "fr", "deux")], path
        assert run.responses[0].prompt.messages[0].content == "Un ?"
        assert run.notes == ()


def test_a_mapping_is_asked_for_once(tmp_path: Path, maps: KeptMaps) -> None:
    path = write_csv(tmp_path / "a.csv", ROWS)
    with pytest.raises(FileFormatError) as asked:
        read(path, maps)
    # The remedy can be given as it stands.
    said = asked.value.remedy.removeprefix("Say so once, such as --map ")
    assert parse_map((said,)).said == {
        "completion": "answer", "language": "lang", "prompt": "question"
    }  # fmt: skip
    first = read(path, maps, map=(MAP,))
    again = read(path, maps)
    assert again.responses == first.responses and again.config == first.config
    swapped = [dict(reversed(row.items())) for row in ROWS]  # the same columns in another order
    assert read(write_csv(tmp_path / "b.csv", swapped), maps).responses[0].checkpoint == "m1"
    others = write_csv(tmp_path / "c.csv", [{"answer": "a", "mood": "good"}])
    with pytest.raises(FileFormatError, match="nothing says which"):
        read(others, maps)


def test_a_new_mapping_takes_the_place_of_the_kept_one(tmp_path: Path, maps: KeptMaps) -> None:
    path = write_csv(tmp_path / "a.csv", ROWS)
    read(path, maps, map=("completion=answer",))
    read(path, maps, map=("completion=question",))
    assert [r.text for r in read(path, maps).responses] == ["Un ?", "One?", "Un ?"]


def test_a_mapping_that_was_damaged_is_named(tmp_path: Path, maps: KeptMaps) -> None:
    maps.keep(["a"], ColumnMap(completion="a"))
    (kept,) = maps.folder.iterdir()
    kept.write_text('{"completion": 3}')
    with pytest.raises(FileFormatError, match=f"{kept.name}.*Delete it"):
        maps.of(["a"])


def test_columns_called_by_what_they_hold_need_no_mapping(tmp_path: Path) -> None:
    rows = [{"completion": "a", "language": "fr", "prompt": "Q?", "sample": "1"}]
    (response,) = read(write_csv(tmp_path / "a.csv", rows)).responses
    assert (response.text, response.prompt.language, response.sample) == ("a", "fr", 1)


def test_without_ids_translations_are_told_by_their_order(tmp_path: Path) -> None:
    rows = [
        {"completion": text, "language": code, "prompt": prompt, "model": model}
        for model in ("m1", "m2")
        for code, prompt, text in (("fr", "A", "a"), ("fr", "B", "b"), ("en", "C", "c"))
    ]
    run = read(jsonl(tmp_path / "a.jsonl", rows))
    assert [r.prompt.parallel_id for r in run.responses] == ["1", "2", "1"] * 2
    bare = [{"completion": "a"}, {"completion": None}, {"completion": "c"}]
    unasked = read(jsonl(tmp_path / "b.jsonl", bare))
    assert [r.prompt.parallel_id for r in unasked.responses] == ["1", "2", "3"]
    assert [r.missing_reason for r in unasked.responses] == [
        None, "the file has no answer here", None
    ]  # fmt: skip
    assert any("told by their order" in note for note in unasked.notes)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("completion,id\na,1\nb\n", "line 3: the row has 1 fields, the header has 2"),
        ("completion,id,prompt\na,1,A\nb,1,B\n", "line 3: prompt '1' in 'und' is another one"),
        ('completion,id\n"a,1\n', "line 2: unexpected end of data"),
        ("completion,sample\na,x\n", "line 2, sample: it is 'x'"),
        ("completion,language\na,Elvish\n", "line 2, language: Language 'Elvish'"),
        ("completion,id,sample\na,1,0\nb,1,0\n", "line 3: sample 0 of a to prompt '1' stands in"),
        ("completion\n", "it holds no answer"),
    ],
)
def test_bad_rows_are_named(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content)
    with pytest.raises(FileFormatError, match=message):
        read(path)


def test_columns_that_are_not_there(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ROWS)
    with pytest.raises(FileFormatError, match="it has no column 'reply' for completion"):
        read(path, map=("completion=reply",))
    with pytest.raises(NotFoundError, match="Language 'Elvish'"):
        read(path, map=("completion=answer",), language="Elvish")


@pytest.mark.parametrize("text", ["completion", "=answer", "completion=", "mood=x", "id=a,id=b"])
def test_mappings_that_are_none(text: str) -> None:
    with pytest.raises(InputError, match="Column mapping '.*FIELD=COLUMN"):
        parse_map((text,))


def test_a_column_may_have_a_comma_in_its_name() -> None:
    said = parse_map(("completion=answer, whole,id=n", "language=lang"))
    assert said.said == {"completion": "answer, whole", "language": "lang", "id": "n"}
    assert suggestion(["x"]) == "completion=COLUMN"


def test_a_parquet_file_that_is_cut_off(tmp_path: Path) -> None:
    path = files(tmp_path)[-1]
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(FileFormatError, match="it is no whole Parquet file"):
        read(path)
    with pytest.raises(FileFormatError, match="the folder holds no Parquet file"):
        (tmp_path / "empty").mkdir()
        read(tmp_path / "empty")
