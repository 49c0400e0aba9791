"""The notebooks run from top to bottom, and are committed with what they show."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
import yaml

from tests.notebooks.execute import NOTEBOOKS, execute
from workbench.assets import asset

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
SMALLER: dict[str, dict[str, object]] = {
    "01_first_study": {"LEARNING_RATES": [1e-4, 2e-3], "PROMPTS_PER_LANGUAGE": 12},
    "02_language_confusion": {"MODELS": ["command-r", "llama-3-instruct"]},
}
"""Less work for the same cells."""


def short_study(folder: Path) -> Path:
    """The study of the first notebook with few updates, and without validation."""
    study = yaml.safe_load(asset("studies", "learning-rate.yaml").read_text("utf-8"))
    del study["validation"]
    study["recipe"]["steps"] = 20
    study["grid"].pop("method", None)
    path = folder / "learning-rate.yaml"
    path.write_text(yaml.safe_dump(study), "utf-8")
    return path


def outputs(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_runs_from_a_fresh_kernel(path: Path, tmp_path: Path) -> None:
    values = dict(SMALLER.get(path.stem, {}))
    if path.stem == "01_first_study":
        values["STUDY"] = str(short_study(tmp_path))
    executed = execute(path, tmp_path / "ws", "plotly_mimetype", values)
    assert not [output for output in outputs(executed) if output.output_type == "error"]
    figures = [
        o for o in outputs(executed) if "application/vnd.plotly.v1+json" in o.get("data", {})
    ]
    assert figures


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_is_committed_with_pictures_and_without_places_of_a_machine(path: Path) -> None:
    committed = nbformat.read(path, as_version=4)
    assert [o for o in outputs(committed) if "image/png" in o.get("data", {})]
    text = path.read_text(encoding="utf-8")
    assert "/tmp/" not in text and str(NOTEBOOKS.parent) not in text
