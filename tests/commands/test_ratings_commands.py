from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from workbench.cli import app
from workbench.errors import FileFormatError
from workbench.judging.people import Desk, Task
from workbench.prompts import Message, Prompt, PromptSet
from workbench.store import ResponseRecord, RunRecord, Store


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace in which Anna and Ben have rated an answer, and Anna has skipped another."""
    prompts = tuple(
        Prompt(
            parallel_id=f"p{number}",
            language="fr",
            messages=(Message(role="user", content="Quoi ?"),),
        )
        for number in range(2)
    )
    with Store(f"sqlite:///{tmp_path / 'workbench.sqlite'}") as store:
        store.add_prompt_set(PromptSet(name="set", prompts=prompts))
        store.add_checkpoint("good", "h", {})
        store.start_run(RunRecord("r", "study"))
        store.add_responses(
            "r", "good", "set", [ResponseRecord(p.parallel_id, "fr", 0, "Rien.") for p in prompts]
        )
        desk = Desk(store)
        for rater, value in (("Anna", 2), ("Ben", 0)):
            task = Task(run="r", rater=rater, criteria=("accuracy",))
            desk.rate(task, 1, "accuracy", value)
        desk.skip(Task(run="r", rater="Anna", criteria=("accuracy",)), 2)
    return tmp_path


def run(*arguments: str) -> None:
    app(arguments, result_action="return_value")


def test_progress_by_rater_and_language(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("ratings", "progress", "r", "--workspace", str(workspace), "--format", "json")

    anna, ben = json.loads(capsys.readouterr().out)
    assert anna == {
        "rater": "Anna", "language": "fr", "answers": 1, "shared": 1, "ratings": 1, "skipped": 1
    }  # fmt: skip
    assert (ben["rater"], ben["answers"], ben["shared"], ben["skipped"]) == ("Ben", 1, 1, 0)


def test_export_then_import_with_a_bad_row(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = workspace / "ratings.csv"
    place = ("--workspace", str(workspace))

    run("ratings", "export", "r", "--out", str(file), *place)
    assert capsys.readouterr().out == f"3 ratings written to {file}\n"

    rows = list(csv.reader(file.read_text("utf-8").splitlines()))
    value, criterion, rater = (rows[0].index(c) for c in ("value", "criterion", "rater"))
    good, bad = list(rows[1]), list(rows[1])
    good[criterion], good[rater] = "fluency", "Carla"
    bad[value] = "5"
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows([*rows, good, bad])

    with pytest.raises(FileFormatError, match="line 6: value is '5'.*--skip-bad"):
        run("ratings", "import", str(file), *place)

    run("ratings", "import", str(file), "--skip-bad", *place)
    left_out, counts = capsys.readouterr().out.splitlines()
    assert left_out.startswith("line 6 left out: value is '5'")
    assert counts == "1 added, 3 there already, 1 left out"
