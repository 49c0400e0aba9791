"""Executes the notebooks and keeps their outputs: ``make notebooks``.

Figures are kept twice, interactive and as a static picture, so that a code host that
runs no script shows them too.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
RENDERERS = "plotly_mimetype+png"


def execute(
    path: Path,
    workspace: Path,
    renderers: str = RENDERERS,
    values: Mapping[str, object] | None = None,
) -> nbformat.NotebookNode:
    """Run a notebook from a fresh kernel with its own workspace; the executed notebook.

    ``values`` are of parameters that the notebook has.
    """
    notebook = nbformat.read(path, as_version=4)
    parameters = next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", []))
    source = parameters.source
    given = {"WORKSPACE": str(workspace), **(values or {})}
    if unknown := [name for name in given if f"{name} = " not in source]:
        raise ValueError(f"{path.name} has no parameter {', '.join(unknown)}")
    lines = [source, *(f"{name} = {value!r}" for name, value in given.items())]
    parameters.source = "\n".join(lines)
    os.environ["PLOTLY_RENDERER"] = renderers
    os.environ["PYTHONWARNINGS"] = "ignore"  # libraries' hints name places of this machine
    NotebookClient(
        notebook,
        timeout=900,
        kernel_name="python3",
        resources={"metadata": {"path": str(NOTEBOOKS.parent)}},
    ).execute()
    parameters.source = source
    return notebook


def main(names: list[str]) -> None:
    """Execute the notebooks of these names, all if none is given."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        if names and path.stem not in names:
            continue
        with tempfile.TemporaryDirectory() as folder:
            nbformat.write(execute(path, Path(folder)), path)
        print(f"executed {path.name}")


if __name__ == "__main__":
    main(sys.argv[1:])
