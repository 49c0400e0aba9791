"""Charts of ratings: the six criteria by language, their profile, and the gap to English.

Tables come from ``judging.means`` and ``statistics.transfer``. Each mean shows how many of the
answers were rated; one over too few of them is grey.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from workbench.charts.bands import LINE_COLOURS, MARKERS
from workbench.charts.grid import (
    Cell,
    Grid,
    Row,
    criteria_in_order,
    grids,
    plain,
    split_panels,
)
from workbench.charts.rates import in_order, style
from workbench.judging.means import ENOUGH
from workbench.languages import display_name

_GREY = "#8C8C8C"
_AROUND, _BELOW = 140, 90
_LEAST, _POINT = 34, 16


def criteria_heatmap(means: pd.DataFrame, dark: bool = False) -> go.Figure:
    """Mean rating as a grid with one row a criterion and one column a language.

    ``means`` is what ``means.mean_table`` gives by criterion and language and, where there are
    several, checkpoint: each has its own panel. ``customdata`` of a cell is ``[criterion,
    language, hover text, checkpoint]``. A mean over less than ``ENOUGH`` of its answers is grey.
    """
    criteria, languages = criteria_in_order(means), in_order(means["language"])
    panels = []
    for title, own in split_panels(means, "checkpoint"):
        points = {(row["criterion"], row["language"]): row for row in own.to_dict("records")}
        cells = [
            [_cell(points.get((criterion, code)), criterion, code) for code in languages]
            for criterion in criteria
        ]
        panels.append(Grid(title, cells))
    return grids(panels, criteria, languages, 2, dark)


def criteria_profile(means: pd.DataFrame, by: str = "checkpoint", dark: bool = False) -> go.Figure:
    """Mean rating of each criterion with its interval, a line of points a checkpoint.

    ``means`` is what ``means.mean_table`` gives by criterion and the column ``by``. A mean
    over less than ``ENOUGH`` of its answers is a grey, hollow point.
    """
    names = in_order(means[by]) if by == "language" else list(dict.fromkeys(means[by]))
    criteria = criteria_in_order(means)
    figure = go.Figure()
    for number, name in enumerate(names):
        own = means[(means[by] == name) & means["mean"].notna()].to_dict("records")
        label = display_name(str(name)) if by == "language" else plain(name)
        colour = LINE_COLOURS[number % len(LINE_COLOURS)]
        symbol = MARKERS[number % len(MARKERS)]
        figure.add_scatter(
            x=[row["mean"] for row in own],
            y=[_beside(criteria.index(row["criterion"]), number, len(names)) for row in own],
            error_x=_reach(own, "mean", colour),
            mode="markers",
            name=label,
            marker={
                "size": 9,
                "color": [colour if row["enough"] else _GREY for row in own],
                "symbol": [symbol if row["enough"] else f"{symbol}-open" for row in own],
            },
            customdata=[[row["criterion"], _mean_hover(row)] for row in own],
            hovertemplate=f"<b>{label}</b>, %{{customdata[0]}}<br>%{{customdata[1]}}"
            "<extra></extra>",
        )
    figure.update_xaxes(title="mean rating, 0 to 2", range=[-0.05, 2.05])
    return _finish_points(figure, criteria, len(names), dark)


def transfer_gap(gaps: pd.DataFrame, dark: bool = False) -> go.Figure:
    """The gap to English of each criterion with its interval, a point a language.

    ``gaps`` is what ``transfer.transfer_gaps`` gives by criterion; right of 0 English is rated
    higher.
    """
    languages, criteria = in_order(gaps["language"]), criteria_in_order(gaps)
    figure = go.Figure()
    for number, code in enumerate(languages):
        own = gaps[(gaps["language"] == code) & gaps["gap"].notna()].to_dict("records")
        colour = LINE_COLOURS[(number + 1) % len(LINE_COLOURS)]  # the first is English elsewhere
        figure.add_scatter(
            x=[row["gap"] for row in own],
            y=[_beside(criteria.index(row["criterion"]), number, len(languages)) for row in own],
            error_x=_reach(own, "gap", colour),
            mode="markers",
            name=display_name(code),
            marker={"size": 9, "color": colour, "symbol": MARKERS[(number + 1) % len(MARKERS)]},
            customdata=[
                [
                    row["criterion"],
                    f"{row['gap']:+.2f}, 95% interval {row['low']:+.2f} to {row['high']:+.2f}"
                    f"<br>{row['n_paired']:,} of {row['n_total']:,} prompts rated in both",
                ]
                for row in own
            ],
            hovertemplate=f"<b>{display_name(code)}</b>, %{{customdata[0]}}<br>%{{customdata[1]}}"
            "<extra></extra>",
        )
    figure.add_vline(x=0, line={"color": _GREY, "width": 1})
    figure.update_xaxes(title="English less the language, on the scale of 0 to 2")
    return _finish_points(figure, criteria, len(languages), dark)


def _cell(row: Row | None, criterion: str, code: str) -> Cell:
    title = f"<b>{criterion}</b>, {display_name(code)}<br>"
    if row is None:
        return Cell(None, "–", f"{title}no answers")
    known = not math.isnan(row["mean"])
    text = f"{row['mean']:.2f}" if known else "–"
    value = float(row["mean"]) if known and row["enough"] else None
    return Cell(value, text, title + _mean_hover(row))


def _mean_hover(row: Row) -> str:
    counts = f"{int(row['n_rated']):,} of {int(row['n_total']):,} answers rated"
    if math.isnan(row["mean"]):
        return counts
    few = "" if row["enough"] else f"<br>grey: fewer than {ENOUGH:.0%} are rated"
    return f"{row['mean']:.2f}, 95% interval {row['low']:.2f} to {row['high']:.2f}<br>{counts}{few}"


def _beside(place: int, number: int, count: int) -> float:
    """Height of a point, so that points of one criterion stand beside one another."""
    return place + 0.6 * ((number + 0.5) / count - 0.5)


def _reach(rows: Sequence[Row], key: str, colour: str) -> dict[str, Any]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [row["high"] - row[key] for row in rows],
        "arrayminus": [row[key] - row["low"] for row in rows],
        "color": colour,
        "thickness": 1.5,
        "width": 3,
    }


def _finish_points(
    figure: go.Figure, criteria: Sequence[str], beside: int, dark: bool
) -> go.Figure:
    """Name the criteria and make room for so many points beside one another in each."""
    figure.update_yaxes(
        tickmode="array",
        tickvals=list(range(len(criteria))),
        ticktext=list(criteria),
        range=[len(criteria) - 0.5, -0.5],
        showgrid=False,
        zeroline=False,
    )
    style(figure, dark, height=_AROUND + max(_LEAST, _POINT * beside) * max(1, len(criteria)))
    figure.update_layout(
        legend={"y": 0, "yref": "container", "yanchor": "bottom"}, margin={"b": _BELOW}
    )
    return figure
