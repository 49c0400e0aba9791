"""Heat maps in panels: cells with a value in colours, those without in grey."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from workbench.charts.rates import on_grey, style
from workbench.judging.criteria import CRITERIA
from workbench.languages import display_name

_GAP_COLOUR = "rgba(128,128,128,0.25)"
_ROW = 34
_TITLES = 125
_ACROSS = 3
_CELLS_ACROSS = 18  # more would leave no room for their numbers

Row = Mapping[Hashable, Any]


class Cell(NamedTuple):
    """A cell of a heat map; without a value it is grey."""

    value: float | None
    text: str
    hover: str


@dataclass(frozen=True)
class Grid:
    """A panel: rows are criteria, columns languages."""

    title: str
    cells: Sequence[Sequence[Cell]]


def grids(
    panels: Sequence[Grid],
    criteria: Sequence[str],
    languages: Sequence[str],
    highest: float,
    dark: bool,
) -> go.Figure:
    """Panels of the same rows and columns, side by side where there is room; 0 to ``highest``.

    ``customdata`` of a cell is ``[criterion, language, hover text, title of the panel]``.
    """
    across = min(_ACROSS, max(1, len(panels)), max(1, _CELLS_ACROSS // max(1, len(languages))))
    down = max(1, -(-len(panels) // across))
    height = _TITLES + _ROW * max(len(criteria), 3)
    figure = make_subplots(
        rows=down,
        cols=across,
        shared_yaxes=True,
        horizontal_spacing=0.02,
        vertical_spacing=_TITLES / (down * height) if down > 1 else 0,
        subplot_titles=[plain(panel.title) for panel in panels],
    )
    for number, panel in enumerate(panels):
        for trace in _traces(panel, criteria, languages, highest, dark):
            figure.add_trace(trace, row=number // across + 1, col=number % across + 1)
    for number in range(len(panels), down * across):
        place = {"row": number // across + 1, "col": number % across + 1}
        figure.update_xaxes(visible=False, **place)
        figure.update_yaxes(visible=False, **place)
    if across == 1:
        # On a narrow page the middle of a wide panel may be out of sight.
        figure.update_annotations(x=0, xanchor="left")
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(showgrid=False, tickangle=-45 if across * len(languages) > 6 else 0)
    style(figure, dark, height=40 + down * height)
    return figure


def _traces(
    panel: Grid,
    criteria: Sequence[str],
    languages: Sequence[str],
    highest: float,
    dark: bool,
) -> list[go.Heatmap]:
    customdata = [
        [[name, code, cell.hover, panel.title] for code, cell in zip(languages, line, strict=True)]
        for name, line in zip(criteria, panel.cells, strict=True)
    ]
    traces = []
    for scale, coloured in (("Blues", True), ([[0, _GAP_COLOUR], [1, _GAP_COLOUR]], False)):
        # A trace writes its text in cells that it leaves to the other one, too.
        own = [
            [c if (c.value is not None) is coloured else None for c in line] for line in panel.cells
        ]
        traces.append(
            go.Heatmap(
                z=[[None if c is None else c.value or 0 for c in line] for line in own],
                text=[["" if c is None else c.text for c in line] for line in own],
                customdata=customdata,
                x=[display_name(code) for code in languages],
                y=list(criteria),
                colorscale=scale,
                texttemplate="%{text}",
                textfont={} if coloured else on_grey(dark),
                hovertemplate="%{customdata[2]}<extra></extra>",
                hoverongaps=False,
                # Each cell shows its number, so a colour bar would only take its room.
                showscale=False,
                zmin=0,
                zmax=highest,
                xgap=2,
                ygap=2,
            )
        )
    return traces


def criteria_in_order(table: pd.DataFrame) -> list[str]:
    """The criteria of a table as they are rated; others, such as constraints, follow."""
    there = list(dict.fromkeys(table["criterion"]))
    return [name for name in CRITERIA if name in there] + [n for n in there if n not in CRITERIA]


def split_panels(table: pd.DataFrame, column: str) -> list[tuple[str, pd.DataFrame]]:
    """A part of the table for each value of a column, with its name; all of it without one."""
    if column not in table:
        return [("", table)]
    names = list(dict.fromkeys(table[column]))
    return [(str(name), table[table[column] == name]) for name in names]


def plain(name: object) -> str:
    """A name that Plotly shows as it is, not as markup."""
    return str(name).replace("&", "&amp;").replace("<", "&lt;")
