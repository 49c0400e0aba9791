"""The notebooks run from top to bottom, and are committed with what they show."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from tests.notebooks.execute import NOTEBOOKS, execute

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))


def outputs(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_runs_from_a_fresh_kernel(path: Path, tmp_path: Path) -> None:
    executed = execute(path, tmp_path, renderers="plotly_mimetype")
    assert not [output for output in outputs(executed) if output.output_type == "error"]
    figures = [o for o in outputs(executed) if "application/vnd.plotly.v1+json" in o.get("data", {})]
    assert figures


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_is_committed_with_pictures_and_without_places_of_a_machine(path: Path) -> None:
    committed = nbformat.read(path, as_version=4)
    assert [o for o in outputs(committed) if "image/png" in o.get("data", {})]
    text = path.read_text(encoding="utf-8")
    assert "/tmp/" not in text and str(NOTEBOOKS.parent) not in text

