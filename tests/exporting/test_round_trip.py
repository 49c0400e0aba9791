"""What is exported and imported again is the same."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest

from workbench.errors import InputError, NotFoundError
from workbench.exporting import ExportFormat, export_run
from workbench.exporting.columns import COLUMNS
from workbench.importing import ImportOptions, import_file
from workbench.languages import UNKNOWN_LANGUAGE
from workbench.prompts import Message, Prompt, PromptSet, Reference
from workbench.store import (
    JudgeRecord,
    LanguageScore,
    Rating,
    ResponseRecord,
    RunRecord,
    Store,
)

SHARP = 'Un <b>renard</b>,\u2028 "roux"\r\nمرحبا, 你好 \U0001f98a'
SAME = [
    "checkpoint", "prompt_set", "parallel_id", "language", "sample", "text", "finish_reason",
    "missing_reason", "prompt_tokens", "new_tokens", "seconds", "task", "constraint", "prompt",
    "method", "learning_rate", "size", "steps", "seed", "base", "variant", "tier",
]  # fmt: skip
"""Columns of the results that hold what was answered, not how it was scored."""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A run with two checkpoints and every kind of response: whole, empty, missing, repeated."""
    store = Store(f"sqlite:///{tmp_path / 'one.sqlite'}")
    system = Message(role="system", content="Be brief.")
    asked = [
        ("1", "fr", (Message(role="user", content="Quelle couleur ?"),)),
        ("1", "ru", (system, Message(role="user", content="Какой цвет?"))),
        ("2", "fr", ()),
        ("2", UNKNOWN_LANGUAGE, (Message(role="user", content="?"),)),
    ]
    prompts = tuple(
        Prompt(
            parallel_id=id,
            language=code,
            messages=messages,
            task="fact",
            constraint="short" if id == "2" else None,
            reference=Reference(kind="value", accept=(("roux", "rousse"),)) if id == "1" else None,
            tags={"tier": "A", "with, comma": 'and "quotes"'} if id == "1" else {},
        )
        for id, code, messages in asked
    )
    store.add_prompt_set(PromptSet(name="foxes", prompts=prompts))
    recipe = {"learning_rate": 1e-4, "size": 300, "steps": 20, "seed": 1, "method": "lora"}
    store.add_checkpoint("tuned", "h1", {"base": "tiny", "recipe": recipe})
    store.add_checkpoint("|odd\n`name`", "h2", {"method": "imported"})
    versions = {"workbench": "0.1"}
    store.start_run(RunRecord("r", "study", {"question": "Does *it* <hold>?"}, versions))
    greedy = {"temperature": 0.0, "penalty": None}
    store.add_responses(
        "r",
        "tuned",
        "foxes",
        [
            ResponseRecord("1", "fr", 0, SHARP, "stop", 9, 5, 0.25, greedy),
            ResponseRecord("1", "fr", 1, "", "length", 9, 0, 0.5),
            ResponseRecord("1", "ru", 0, "null", "unknown"),
            ResponseRecord("2", "fr", 0, "", "missing", missing_reason="too long, \n really"),
            ResponseRecord("2", UNKNOWN_LANGUAGE, 0, "NaN"),
        ],
    )
    store.add_responses("r", "|odd\n`name`", "foxes", [ResponseRecord("1", "fr", 0, "007")])
    store.add_language_scores([LanguageScore(1, "langid", "fr", 0.9, True, 1, 1)])
    store.add_judge(JudgeRecord("judge", "llm"))
    store.add_ratings(
        [Rating(1, "judge", "fluency", 2, reason="fine"), Rating(1, "reference", "accuracy", 2)]
    )
    store.finish_run("r")
    return store


def same(first: pd.DataFrame, second: pd.DataFrame, columns: list[str]) -> None:
    keys = ["checkpoint", "prompt_set", "parallel_id", "language", "sample"]
    parts = [
        frame[columns].astype("object").sort_values(keys).reset_index(drop=True)
        for frame in (first, second)
    ]
    pd.testing.assert_frame_equal(*(part.where(part.notna(), None) for part in parts))


@pytest.mark.parametrize("format", ["csv", "jsonl", "parquet", "dataset"])
def test_responses_come_back_the_same(store: Store, tmp_path: Path, format: ExportFormat) -> None:
    done = export_run(store, "r", format, tmp_path / f"out.{format}")
    assert (done.rows, done.left_out) == (6, 0)
    with Store("sqlite://") as other:
        run = import_file(other, done.path)
        back = other.results([run])
        same(store.results(["r"]), back, [c for c in SAME if c in back])
        assert other.prompt_set("foxes") == store.prompt_set("foxes")
        assert set(other.checkpoints()["hash"]) == {"h1", "h2"}
        import_file(other, done.path)
        assert len(other.results()) == 6
        again = export_run(other, run, "jsonl", tmp_path / "again.jsonl").path
        first = export_run(store, "r", "jsonl", tmp_path / "first.jsonl").path
        decoded = [
            [json.loads(line)["decoding"] for line in path.read_text("utf-8").split("\n")[:-1]]
            for path in (first, again)
        ]
        assert decoded[0] == decoded[1] and {"temperature": 0.0, "penalty": None} in decoded[0]


def test_what_alpacaeval_can_hold_comes_back_the_same(store: Store, tmp_path: Path) -> None:
    done = export_run(store, "r", "alpacaeval", tmp_path / "out.json")
    assert (done.rows, done.left_out) == (5, 1)
    items = json.loads(done.path.read_text("utf-8"))
    assert items[0] == {
        "instruction": "Quelle couleur ?",
        "output": SHARP,
        "generator": "tuned",
        "dataset": "fact",
        "language": "fr",
        "prompt_set": "foxes",
        "parallel_id": "1",
        "sample": 0,
    }
    with Store("sqlite://") as other:
        back = other.results([import_file(other, done.path)])
        there = store.results(["r"])
        there = there[there["missing_reason"].isna()]
        same(there, back, [*SAME[:6], "prompt", "task"])


def test_the_store_that_exported_can_import_as_well(store: Store, tmp_path: Path) -> None:
    done = export_run(store, "r", "parquet", tmp_path / "out.parquet")
    run = import_file(store, done.path, ImportOptions(name="again"))
    assert len(store.results([run])) == 6 and len(store.checkpoints()) == 2


def test_scores_and_ratings_are_written_beside(store: Store, tmp_path: Path) -> None:
    path = export_run(store, "r", "csv", tmp_path / "out.csv").path
    with path.open(encoding="utf-8", newline="") as file:
        first = next(csv.DictReader(file))
    assert list(first) == [column.name for column in COLUMNS]
    assert (first["detected"], first["right_language"], first["accuracy"]) == ("fr", "True", "1.0")
    # Ratings by rules have columns of their own.
    assert json.loads(first["ratings"]) == [
        {"judge": "judge", "criterion": "fluency", "value": 2, "reason": "fine"}
    ]


def test_a_dataset_is_one_that_the_hub_reads(store: Store, tmp_path: Path) -> None:
    import datasets
    import yaml

    folder = tmp_path / "foxes"
    export_run(store, "r", "dataset", folder)
    found = datasets.load_dataset(str(folder), cache_dir=str(tmp_path / "cache"), split="train")
    assert len(found) == 6 and found[0]["text"] == SHARP
    assert found[2]["messages"][0] == {"role": "system", "content": "Be brief."}
    card = (folder / "README.md").read_text("utf-8")
    front = yaml.safe_load(card.split("---")[1])
    assert (front["license"], front["language"]) == ("other", ["fr", "ru"])  # und is no language
    assert "Does \\*it\\* &lt;hold&gt;?" in card  # shown as it is, not as markup
    assert "| \\|odd \\`name\\` | 1 |" in card and "| русский (ru) | 1 |" in card
    export_run(store, "r", "dataset", folder)  # again, in its place


def test_a_folder_with_something_else_is_left_alone(store: Store, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "README.md").write_text("mine")
    with pytest.raises(InputError, match="no exported dataset"):
        export_run(store, "r", "dataset", tmp_path / "own")
    with pytest.raises(InputError, match="it is a file"):
        export_run(store, "r", "dataset", tmp_path / "own" / "README.md")
    assert (tmp_path / "own" / "README.md").read_text() == "mine"


@pytest.mark.parametrize("format", get_args(ExportFormat))
def test_a_run_that_is_not_there_leaves_no_file(
    store: Store, tmp_path: Path, format: ExportFormat
) -> None:
    with pytest.raises(NotFoundError, match="Run 'nothing'"):
        export_run(store, "nothing", format, tmp_path / "out" / "x")
    assert [p for p in (tmp_path / "out").rglob("*") if p.is_file()] == []


def test_rows_of_several_batches_are_all_written(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.exporting.rows._AT_ONCE", 4)
    for format in ("csv", "jsonl", "parquet", "alpacaeval"):
        done = export_run(store, "r", format, tmp_path / f"x.{format}")  # type: ignore[arg-type]
        with Store("sqlite://") as other:
            assert len(other.results([import_file(other, done.path)])) == 6 - done.left_out
