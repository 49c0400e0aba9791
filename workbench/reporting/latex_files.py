"""A report as files for a paper: LaTeX tables, figures as PDF and SVG, and a frame that has all."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from workbench.assets import asset
from workbench.errors import InputError
from workbench.files import replacing, write_atomically
from workbench.reporting.latex import escape, figure_text, table_text
from workbench.reporting.records import Chart, Part, Report, Section

MAIN = "main.tex"
_WIDTH = 900
"""Pixels of a figure that does not ask for more."""
_FORMS = ("pdf", "svg")
_NO_LETTER = re.compile(r"[^a-z0-9]+")


class _Placed(NamedTuple):
    """A part of the report with the files that hold its charts and tables."""

    part: Part
    inputs: list[str]


def write_latex(report: Report, folder: Path) -> Path:
    """Write tables, figures and the frame; the frame's file.

    A frame that is there is left as it is: it may have become a paper. Raises InputError where
    figures cannot be drawn, before anything is written.
    """
    with tempfile.TemporaryDirectory() as drawn:
        for figure in _draw(report.charts, Path(drawn)):
            with replacing(folder / "figures" / figure.name) as temporary:
                temporary.write_bytes(figure.read_bytes())
    texts, sections = _texts(report)
    for name, text in texts.items():
        write_atomically(folder / name, text)
    main = folder / MAIN
    if not main.exists():
        write_atomically(main, _frame(report, sections))
    return main


def _texts(report: Report) -> tuple[dict[str, str], list[tuple[Section, list[_Placed]]]]:
    """Files of charts and tables with their content, and where in the report each belongs."""
    files: dict[str, str] = {}
    sections = []
    for section in report.sections:
        placed = []
        for part in section.parts:
            inputs = []
            for chart in part.charts:
                inputs.append(f"figures/{chart.name}.tex")
                files[inputs[-1]] = figure_text(f"figures/{chart.name}", chart.title, chart.name)
            for table in part.tables:
                label = _label(f"{section.key} {table.title}", files)
                inputs.append(f"tables/{label}.tex")
                files[inputs[-1]] = table_text(table, label)
            if part.text or inputs:
                placed.append(_Placed(part, inputs))
        if placed or section.missing:
            sections.append((section, placed))
    return files, sections


def _label(title: str, taken: dict[str, str]) -> str:
    stem = _NO_LETTER.sub("-", title.lower()).strip("-")[:60] or "table"
    label, number = stem, 2
    while f"tables/{label}.tex" in taken:
        label, number = f"{stem}-{number}", number + 1
    return label


def _frame(report: Report, sections: Sequence[tuple[Section, list[_Placed]]]) -> str:
    made = Environment(
        loader=FileSystemLoader(asset("reporting")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        autoescape=False,  # each value goes through the filter instead: entities mean nothing here
    )
    made.filters["tex"] = escape
    return made.get_template(f"{MAIN}.jinja").render(report=report, sections=sections)


def _draw(charts: Sequence[Chart], folder: Path) -> list[Path]:
    import plotly.io as pio

    if not charts:
        return []
    files = [folder / f"{chart.name}.{form}" for chart in charts for form in _FORMS]
    figures = [chart.figure for chart in charts for _ in _FORMS]
    widths = [max(chart.width, _WIDTH) for chart in charts for _ in _FORMS]
    try:
        heights = [int(figure.layout.height) for figure in figures]
        pio.write_images(figures, files, width=widths, height=heights)
    except (ValueError, RuntimeError) as error:
        raise InputError(
            "Figures for a paper",
            f"they cannot be drawn ({str(error).strip().splitlines()[0].rstrip('.')})",
            "Install kaleido ('pip install kaleido') and Chromium, or write an HTML report",
        ) from error
    return files
