from __future__ import annotations

import csv
from pathlib import Path

import pytest

from workbench.cli import app
from workbench.errors import FileFormatError
from workbench.workspace import Workspace


def run(*arguments: str | Path) -> None:
    app([str(argument) for argument in arguments], result_action="return_value")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "answers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [["n", "lang", "reply"], ["1", "fr", "Le renard est roux."], ["2", "", "Bleu."]]
        )
    return path


def test_a_preview_keeps_nothing_but_the_mapping(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ("--workspace", tmp_path / "ws")
    with pytest.raises(FileFormatError, match="--map completion=reply,language=lang"):
        run("import", table, *place)
    run("import", table, "--map", "completion=reply,language=lang,id=n", "--preview", *place)
    out = capsys.readouterr().out
    assert "2 answers by checkpoint: answers 2" in out
    assert "the expected language of 1 answers" in out and "Le renard est roux." in out
    assert Workspace(tmp_path / "ws").store.runs().empty
    run("import", table, "--language", "French", *place)  # the mapping is known by now
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "import-answers" and "--checkpoint names it" in lines[0]
    results = Workspace(tmp_path / "ws").store.results(["import-answers"])
    assert results["language"].tolist() == ["fr", "fr"]


def test_export_and_import_again(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, out = ("--workspace", tmp_path / "ws"), tmp_path / "out"
    run("import", table, "--map", "completion=reply", "--language", "fr", *place)
    capsys.readouterr()
    run("export", "import-answers", "--format", "dataset", "--out", out, *place)
    assert capsys.readouterr().out == f"2 answers written to {out}\n"
    run("import", out, "--name", "back", *place)
    assert capsys.readouterr().out.splitlines()[-1] == "back"
    store = Workspace(tmp_path / "ws").store
    assert store.results(["back"])["text"].tolist() == ["Le renard est roux.", "Bleu."]


def test_an_unknown_language_does_not_stop_scoring(table: Path, tmp_path: Path) -> None:
    place = ("--workspace", tmp_path / "ws")
    run("import", table, "--map", "completion=reply,language=lang", *place)
    run("score", "import-answers", *place)
    first, second = Workspace(tmp_path / "ws").store.results().to_dict("records")
    assert first["right_language"] and first["detector"] == "py3langid[fr]"
    assert second["language_missing"] == "the expected language of the prompt is not known"


def test_one_without_any_language_is_looked_at_by_the_whole_detector(
    table: Path, tmp_path: Path
) -> None:
    place = ("--workspace", tmp_path / "ws")
    run("import", table, "--map", "completion=reply", *place)
    run("score", "import-answers", *place)
    results = Workspace(tmp_path / "ws").store.results()
    assert results["detected"][0] == "fr" and results["right_language"].isna().all()
