from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from workbench.errors import FileFormatError, InputError, WorkbenchError
from workbench.importing import import_file
from workbench.store import Store

HEADER = ["id", "model", "completion", "task", "source", "language"]
LCB = Path(os.environ.get("WORKBENCH_DATA", "../shared/data")) / "lcb" / "outputs"


def write(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def test_answers_come_whole(store: Store, tmp_path: Path) -> None:
    long = "x" * 200_000  # longer than the csv module takes by default
    rows = [
        HEADER,
        ["0", "m1", 'line one\r\nline, "two"', "monolingual", "okapi", "fr"],
        ["0", "m1", "a second sample", "monolingual", "okapi", "fr"],
        ["0", "m1", "", "monolingual", "okapi", "de"],
        ["0", "m2", long, "crosslingual", "okapi", "fr"],
        ["NA", "m2", "null", "crosslingual", "okapi", "fr"],
    ]
    assert import_file(store, write(tmp_path / "some.csv", rows)) == "lcb-some"
    frame = store.results(["lcb-some"])
    columns = ["checkpoint", "prompt_set", "parallel_id", "language", "sample", "text"]
    assert sorted(frame[columns].values.tolist()) == sorted(
        [
            ["m1", "lcb-monolingual-okapi", "0", "fr", 0, 'line one\r\nline, "two"'],
            ["m1", "lcb-monolingual-okapi", "0", "fr", 1, "a second sample"],
            ["m1", "lcb-monolingual-okapi", "0", "de", 0, ""],
            ["m2", "lcb-crosslingual-okapi", "0", "fr", 0, long],
            ["m2", "lcb-crosslingual-okapi", "NA", "fr", 0, "null"],
        ]
    )
    assert set(frame["task"]) == {"monolingual", "crosslingual"}
    assert set(frame["source"]) == {"okapi"} and set(frame["finish_reason"]) == {"unknown"}
    assert store.runs()[["name", "kind", "status"]].values.tolist() == [
        ["lcb-some", "import", "finished"]
    ]


def test_importing_again_changes_nothing_and_a_changed_file_is_refused(
    store: Store, tmp_path: Path
) -> None:
    row = ["0", "m", "text", "t", "s", "fr"]
    path = write(tmp_path / "a.csv", [HEADER, row])
    import_file(store, path)
    import_file(store, path)
    assert len(store.results()) == 1
    write(path, [HEADER, row, ["1", "m", "more", "t", "s", "fr"]])
    with pytest.raises(InputError, match="Run 'lcb-a'.*another name"):
        import_file(store, path)
    assert len(store.results()) == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "line 1: nothing says which of its columns holds the answers"),
        (b"id,model\n1,m\n", "line 1: nothing says .*--map id=id,model=model,completion=COLUMN"),
        (b"id,model,completion,task,source,language\n", "holds no answer"),
        (
            b"id,model,completion,task,source,language\n1,m,c,t,s\n",
            "line 2: the row has 5 fields, the header has 6",
        ),
        (
            b"id,model,completion,task,source,language\n1,m,c,t,s,fr,x\n",
            "line 2: the row has 7 fields",
        ),
        (b"id,model,completion,task,source,language\n1,m,c,t,s,\n", "line 2, language: .*empty"),
        (b'id,model,completion,task,source,language\n1,m,"c,t,s,fr\n', "line 2: unexpected end"),
        (b"id,model,completion,task,source,language\n1,m,\xff,t,s,fr\n", "byte 45: it is not UTF"),
    ],
)
def test_bad_files_are_named_and_leave_nothing(
    store: Store, tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match=message):
        import_file(store, path)
    assert store.runs().empty and store.prompt_sets().empty
    assert csv.field_size_limit() == 131_072


def test_a_file_that_is_not_there(store: Store, tmp_path: Path) -> None:
    for name in ("none.csv", "none.en.jsonl"):
        with pytest.raises(WorkbenchError, match="no such file"):
            import_file(store, tmp_path / name)


@pytest.mark.skipif(not LCB.is_dir(), reason="the LCB outputs are not in WORKBENCH_DATA")
def test_all_answers_of_a_real_file(store: Store) -> None:
    run = import_file(store, LCB / "mistral-8x7b.csv")
    with (LCB / "mistral-8x7b.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    frame = store.results([run])
    assert len(frame) == len(rows) == 6586
    assert sorted(frame["text"]) == sorted(row["completion"] for row in rows)
