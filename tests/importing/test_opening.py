"""Which tool wrote a file, told from its content."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.importing.files import (
    array,
    eval_file,
    fastchat_record,
    inspect_log,
    inspect_sample,
    jsonl,
    lm_eval_record,
    read,
)
from workbench.errors import FileFormatError, NotFoundError
from workbench.importing.opening import format_of, open_file
from workbench.importing.preview import preview_frame, preview_lines
from workbench.prompts import Message, Prompt, PromptSet

PROMPT = {"parallel_id": "1", "language": "fr", "messages": [{"role": "user", "content": "Q"}]}
ALPACA = {"instruction": "Q", "output": "a", "generator": "g"}
LCB = "id,model,completion,task,source,language\n"


def test_formats_are_told_by_content_whatever_the_name(tmp_path: Path) -> None:
    sample = inspect_sample("fox", "Roux.")
    log = inspect_log([sample])
    (tmp_path / "log.json").write_text(json.dumps(log))
    (tmp_path / "log2.json").write_text(json.dumps(log, indent=1))
    (tmp_path / "lcb.csv").write_text(LCB)
    (tmp_path / "t.csv").write_text("a,b\n")
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "t.parquet")
    expected = {
        tmp_path / "log.json": "inspect",
        tmp_path / "log2.json": "inspect",
        eval_file(tmp_path / "log.eval", inspect_log(None), [sample]): "inspect",
        jsonl(tmp_path / "f.txt", [fastchat_record(1, ["a"])]): "fastchat",
        jsonl(tmp_path / "l.jsonl", [lm_eval_record(1, "a")]): "lm-eval",
        array(tmp_path / "a.json", [ALPACA]): "alpacaeval",
        array(tmp_path / "a1.json", [ALPACA], None): "alpacaeval",
        jsonl(tmp_path / "p.jsonl", [PROMPT]): "prompts",
        jsonl(tmp_path / "t.fr.jsonl", [PROMPT["messages"]]): "turns",
        jsonl(tmp_path / "x.jsonl", [{"text": "a", "mood": 1}]): "table",
        tmp_path / "lcb.csv": "lcb",
        tmp_path / "t.csv": "table",
        tmp_path / "t.parquet": "table",
    }
    assert {path: format_of(open_file(path)) for path in expected} == expected


def test_a_format_that_is_said_and_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="it is no file of the format 'inspect'"):
        read(jsonl(tmp_path / "f.jsonl", [fastchat_record(1, ["a"])]), format="inspect")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        (b"\n \n", "it is empty"),
        (b"hello\nworld\n", "line 1: this is not JSON.*Name a CSV, JSONL"),
        (b"\xff\xfe{}", "byte 0: it is not UTF-8"),
        (b'{"a": 1\n"b": 2}', "line 2: this is not JSON"),
        (b'[\n{"a": 1}\n{"a": 2}]', "line 3: this is not JSON"),
        (b"3\n", "line 1: the record is no object"),
        (b'{"a": 1' + b"0" * 5000 + b"}", "line 1: this is not JSON: a number"),
    ],
)
def test_what_holds_no_answers(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match=message):
        read(path)


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="there is no such file"):
        open_file(tmp_path / "none.csv")


def test_a_preview_says_what_is_there_and_what_is_missing(tmp_path: Path) -> None:
    items = [
        {**ALPACA, "instruction": f"Q{n}", "output": None if n == 3 else "a" * 60, "language": code}
        for n, code in enumerate(["fr", "fr", "ru", None, "", "fr"])
    ]
    run = read(array(tmp_path / "g.json", items))
    assert preview_lines(run) == [
        "format alpacaeval, for the run 'alpacaeval-g'",
        "6 answers by checkpoint: g 6",
        "by prompt set: alpacaeval 6",
        "by expected language: fr 3, ru 1",
        "missing: the expected language of 2 answers, which will not be scored for it; "
        "--language CODE gives it",
        "missing: 1 answers, as the file has no answer here",
    ]
    frame = preview_frame(run)
    assert list(frame["language"]) == ["fr", "fr", "ru", "not given", "not given"]
    assert frame["answer"][0] == "a" * 43 + "…" and frame["prompt"][0] == "Q0"


def test_a_preview_of_prompts() -> None:
    message = Message(role="user", content="Pourquoi ?")
    found = PromptSet(
        name="q", prompts=(Prompt(parallel_id="1", language="fr", messages=(message,)),)
    )
    assert preview_lines(found) == ["prompts, for the prompt set 'q'", "1 prompts: fr 1"]
    assert preview_frame(found).values.tolist() == [["1", "fr", "Pourquoi ?"]]
