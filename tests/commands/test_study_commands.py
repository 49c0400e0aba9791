"""``workbench run --dry-run``, ``select`` and ``schema`` as a user types them."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from tests.command_line import message, workbench
from tests.known_validation import LANGUAGES, fill
from workbench.assets import asset
from workbench.workspace import Workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("select") / "ws"
    fill(Workspace(folder).store)
    return folder


def test_a_dry_run_prints_the_cells_and_makes_nothing(tmp_path: Path) -> None:
    arguments = ("run", "learning-rate", "--dry-run", "--workspace", tmp_path / "ws")
    result = workbench(*arguments, "--format", "json")

    assert result.returncode == 0, result.stderr
    record = json.loads(result.stdout)
    assert not (tmp_path / "ws").exists()
    # Two methods with four rates each and three seeds; 100 prompts in six languages each; three
    # validated steps of 60.
    assert len(record["cells"]) == record["to_train"] == 24
    assert record["responses"] == 24 * 600
    assert record["validation_responses"] == 24 * 3 * 60 * 6
    assert record["cells"][0]["name"] == "learning-rate-full-lr1e-4-s0"
    assert record["training_seconds"] > 0
    assert "took on another machine" in record["training_seconds_from"]


def test_select_prints_what_each_criterion_takes_and_what_it_costs(workspace: Path) -> None:
    result = workbench("select", "study-1", "--workspace", workspace, "--format", "json")

    assert result.returncode == 0, result.stderr
    record = json.loads(result.stdout)
    assert record["english"]["recipe"] == "study-high"
    assert record["multilingual"]["checkpoints"] == ["study-low-s0", "study-low-s1"]
    assert set(record["cost"]) == set(LANGUAGES)
    assert record["cost"]["fr"]["mean"] == pytest.approx(0.5)
    assert record["objective"] == "mean"


def test_select_as_csv_by_another_objective_with_a_plot(workspace: Path, tmp_path: Path) -> None:
    plot = tmp_path / "plot.html"
    arguments = ("select", "study-1", "--objective", "worst", "--measure", "accuracy")
    arguments += ("--plot", str(plot), "--format", "csv", "--workspace", str(workspace))
    result = workbench(*arguments)

    assert result.returncode == 0, result.stderr
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert {row["criterion"] for row in rows} == {"english", "english_loss"}
    page = plot.read_text("utf-8")
    assert page.count("Plotly.newPlot") == 2
    assert re.search(r"<script[^>]+src=", page) is None


def test_select_says_what_is_missing(workspace: Path) -> None:
    said = message("select", "study-9", workspace=workspace)

    assert said.startswith("error: Run 'study-9'")
    assert "study-1" in said


def test_schema_prints_what_is_committed() -> None:
    result = workbench("schema", "study")
    assert result.stdout == asset("schemas", "study.json").read_text("utf-8")
