from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.importing.files import SHARP, eval_file, inspect_log, inspect_sample, read
from workbench.errors import FileFormatError
from workbench.importing import import_file
from workbench.store import Store

SAMPLES = [
    inspect_sample("fox", SHARP),
    inspect_sample("fox", "Roux.", epoch=2),
    inspect_sample(2, None, error={"message": "it broke <here>", "traceback": "..."}),
]


def write(path: Path, log: object) -> Path:
    path.write_text(json.dumps(log, indent=2))
    return path


def test_both_kinds_of_files_hold_the_same(tmp_path: Path) -> None:
    whole = read(write(tmp_path / "log.json", inspect_log(SAMPLES)))
    packed = read(eval_file(tmp_path / "log.eval", inspect_log(None), SAMPLES))
    first, second, failed = whole.responses
    assert sorted(r.key for r in packed.responses) == sorted(r.key for r in whole.responses)
    assert {r.text for r in packed.responses} == {SHARP, "Roux.", ""}
    assert (first.checkpoint, first.prompt_set, first.text) == (
        "openai/gpt-x",
        "inspect-foxes",
        SHARP,
    )
    assert (first.sample, second.sample, first.finish_reason) == (0, 1, "stop")
    assert (first.prompt.parallel_id, first.prompt.language) == ("fox", "fr")
    assert (first.prompt_tokens, first.new_tokens, first.seconds) == (9, 5, 0.25)
    assert first.decoding == {"temperature": 0.5}
    assert [(r.judge, r.value, r.reason) for r in first.ratings] == [
        ("inspect:includes", 2, "it says so")
    ]
    assert failed.missing_reason == "the evaluation failed: it broke <here>"
    assert (failed.finish_reason, failed.ratings) == ("missing", ())


@pytest.mark.parametrize(
    ("value", "level"),
    [("C", 2), ("P", 1), ("I", 0), (1, 2), (0.0, 0), (0.5, 1), (True, 2), (False, 0)],
)
def test_scores_that_say_right_or_wrong_are_ratings(
    tmp_path: Path, store: Store, value: object, level: int
) -> None:
    sample = inspect_sample("fox", "Roux.", scores={"own": {"value": value}})
    run = import_file(store, write(tmp_path / "log.json", inspect_log([sample])))
    assert store.ratings([run])["value"].tolist() == [level]


def test_other_scores_are_missing_or_told(tmp_path: Path, store: Store) -> None:
    scores = {"none": {"value": "N"}, "rouge": {"value": 0.31}, "both": {"value": {"a": 1}}}
    path = write(
        tmp_path / "log.json", inspect_log([inspect_sample("fox", "Roux.", scores=scores)])
    )
    run = read(path)
    assert [note.split()[2] for note in run.notes] == ["rouge", "both"]
    name = import_file(store, path)
    (rating,) = store.ratings([name]).to_dict("records")
    assert (rating["judge"], rating["missing_reason"]) == (
        *("inspect:none",),
        "the scorer found no answer",
    )


def test_long_texts_that_a_log_keeps_apart_are_put_back(tmp_path: Path) -> None:
    sample = inspect_sample(
        "fox",
        "attachment://abc",
        input=[
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "attachment://q"}]},
        ],
        attachments={"abc": "a long answer", "q": "a long question"},
    )
    (response,) = read(write(tmp_path / "log.json", inspect_log([sample]))).responses
    assert response.text == "a long answer"
    assert [m.content for m in response.prompt.messages] == ["Be brief.", "a long question"]


def test_parts_that_are_no_text_and_a_limit(tmp_path: Path) -> None:
    parts = [{"type": "reasoning", "reasoning": "hm"}, {"type": "text", "text": "Roux."}]
    cut = inspect_sample("b", None, limit={"type": "time", "limit": 3})
    log = inspect_log([inspect_sample("a", parts), cut], status="cancelled")  # type: ignore[arg-type]
    run = read(write(tmp_path / "log.json", log))
    assert [r.text for r in run.responses] == ["Roux.", ""]
    assert run.responses[1].missing_reason == "the limit 'time' was reached"
    assert run.notes == ("The log says that the evaluation ended as 'cancelled'.",)


def test_a_log_that_did_not_end_has_its_header_in_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "log.eval"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_journal/start.json", json.dumps(inspect_log(None, "started")))
        archive.writestr("samples/fox_epoch_1.json", json.dumps(SAMPLES[0]))
        archive.writestr("../outside.json", "{}")
    assert [r.text for r in read(path).responses] == [SHARP]
    assert not (tmp_path.parent / "outside.json").exists()


def test_files_that_are_damaged_or_something_else(tmp_path: Path) -> None:
    whole = eval_file(tmp_path / "log.eval", inspect_log(None), SAMPLES)
    content = whole.read_bytes()
    place = content.index(b"\x28\xb5\x2f\xfd", content.index(b"samples/fox_epoch_1"))
    broken = tmp_path / "broken.eval"
    broken.write_bytes(content[: place + 12] + b"\0\0\0\0" + content[place + 16 :])
    with pytest.raises(FileFormatError, match="samples/fox_epoch_1.json: it cannot be unpacked"):
        read(broken)
    (tmp_path / "half.eval").write_bytes(content[: len(content) // 2])
    with pytest.raises(FileFormatError, match="it is no whole zip file"):
        read(tmp_path / "half.eval")
    with zipfile.ZipFile(tmp_path / "other.eval", "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(FileFormatError, match="a zip file without an Inspect header"):
        read(tmp_path / "other.eval")
    with pytest.raises(FileFormatError, match="holds no answer"):
        read(write(tmp_path / "log.json", inspect_log([])))


@pytest.mark.parametrize(
    ("offset", "value", "why"),
    [(6, 1, "encrypted"), (8, 99, "compression method is not supported")],
)
def test_entries_that_are_encrypted_or_packed_in_an_unknown_way(
    offset: int, value: int, why: str, tmp_path: Path
) -> None:
    path = tmp_path / "log.eval"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("header.json", json.dumps(inspect_log(None)))
        archive.writestr("samples/fox_epoch_1.json", json.dumps(SAMPLES[0]))
    content = bytearray(path.read_bytes())
    # Flags and method stand at bytes 6 and 8 of a local header, two further on in the directory.
    content[content.rindex(b"PK\3\4") + offset] = value
    content[content.rindex(b"PK\1\2") + offset + 2] = value
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match=f"fox_epoch_1.json: it cannot be unpacked .*{why}"):
        read(path)
