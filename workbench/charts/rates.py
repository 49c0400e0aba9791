"""Charts: a table of rates in, a Plotly figure out.

Tables come from ``workbench.statistics.rate_table``: one row a point with ``rate``,
``low`` and ``high`` between 0 and 1 (``rate`` is NaN where nothing could be scored),
``n_scored`` and ``n_total``. Colours are told apart by colour-blind readers too, and
lines differ in their markers as well.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from os.path import commonprefix
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from workbench.charts.bands import Points, banded_line
from workbench.languages import display_name

_FONT = "system-ui, Noto Sans, sans-serif"
_UNUSED_BUTTONS = ["zoom", "pan", "zoomIn", "zoomOut", "autoScale", "resetScale"]
_GAP_COLOUR = "rgba(128,128,128,0.25)"
_ROW_HEIGHT = 34
_LABEL_LENGTH = 26

Point = Mapping[Hashable, Any]


def heatmap(
    table: pd.DataFrame, rows: str = "checkpoint", columns: str = "language", dark: bool = False
) -> go.Figure:
    """Rates as a grid with one row a checkpoint and one column a language.

    ``customdata`` of a cell is ``[row, column, hover text]``, so that a click on it can be
    traced to the answers behind it. Cells without a score are grey, in a trace of their own.
    """
    row_names = list(dict.fromkeys(table[rows]))
    by_language = columns == "language"
    column_names = in_order(table[columns]) if by_language else sorted(set(table[columns]))
    points = {(row[rows], row[columns]): row for row in table.to_dict("records")}
    grid = [[points.get((r, c)) for c in column_names] for r in row_names]
    cells = {
        "customdata": [
            [
                [r, c, f"<b>{_plain(r)}</b><br>{display_name(str(c))}<br>{_hover(point)}"]
                for c, point in zip(column_names, line, strict=True)
            ]
            for r, line in zip(row_names, grid, strict=True)
        ],
        "texttemplate": "%{text}",
        "hovertemplate": "%{customdata[2]}<extra></extra>",
        "hoverongaps": False,
        # Each cell shows its number, so a colour bar would only take its room.
        "showscale": False,
        "zmin": 0,
        "zmax": 1,
        "xgap": 2,
        "ygap": 2,
    }
    rates = [[_rate(point) for point in line] for line in grid]
    gaps = [[0 if rate is None else None for rate in line] for line in rates]
    texts = [[_percent(point) for point in line] for line in grid]
    grey = [[0, _GAP_COLOUR], [1, _GAP_COLOUR]]
    figure = go.Figure(
        [
            go.Heatmap(z=rates, text=_shown(texts, rates), colorscale="Blues", **cells),
            go.Heatmap(
                z=gaps,
                text=_shown(texts, gaps),
                colorscale=grey,
                textfont=on_grey(dark),
                **cells,
            ),
        ]
    )
    names = [display_name(str(c)) if by_language else _short(c) for c in column_names]
    figure.update_xaxes(**_categories(names), side="top", range=[-0.5, len(column_names) - 0.5])
    figure.update_yaxes(**_categories(_row_labels(row_names)), range=[len(row_names) - 0.5, -0.5])
    style(figure, dark, height=130 + _ROW_HEIGHT * max(len(row_names), 4))
    figure.update_xaxes(showgrid=False, zeroline=False)
    figure.update_yaxes(showgrid=False, zeroline=False)
    return figure


def on_grey(dark: bool) -> dict[str, str]:
    """Font of text on cells without a value: on dark pages Plotly takes their grey for light."""
    return {"color": "#d1d5db"} if dark else {}


def learning_rate_curve(
    table: pd.DataFrame, dark: bool = False, languages: list[str] | None = None
) -> go.Figure:
    """Rate against learning rate, a line a language, with interval bands.

    ``table`` has the columns ``learning_rate`` and ``language``, and may have ``method``:
    then each method has its own panel. Naming all ``languages`` keeps their colours the
    same when only some of them are shown.
    """
    known = table.dropna(subset=["learning_rate"])
    ticks = {rate: _short_rate(rate) for rate in sorted(set(known["learning_rate"]))}
    return _curves(known, "learning_rate", "learning rate", ticks, dark, languages)


def data_size_curve(
    table: pd.DataFrame, dark: bool = False, languages: list[str] | None = None
) -> go.Figure:
    """Rate against the number of instruction examples, a line a language.

    As ``learning_rate_curve``, over the column ``size``; a missing size stands for all
    examples and is drawn rightmost.
    """
    sizes = pd.to_numeric(table["size"]).astype("float64")
    most = 2 * sizes.max() if sizes.notna().any() else 1.0
    ticks = {size: f"{int(size):,}" for size in sorted(set(sizes.dropna()))}
    if sizes.isna().any():
        ticks[most] = "all"
    placed = table.assign(size=sizes.fillna(most))
    return _curves(placed, "size", "instruction examples", ticks, dark, languages)


def in_order(codes: pd.Series) -> list[str]:
    """Language codes as charts order them: English first, the others by code."""
    return sorted({str(code) for code in codes}, key=lambda code: (code != "en", code))


def _curves(
    table: pd.DataFrame,
    x: str,
    x_title: str,
    ticks: dict[float, str],
    dark: bool,
    languages: list[str] | None,
) -> go.Figure:
    has_methods = "method" in table and table["method"].nunique() > 1
    methods = sorted(table["method"].dropna().unique()) if has_methods else [None]
    figure = make_subplots(
        cols=len(methods),
        shared_yaxes=True,
        horizontal_spacing=0.05,
        subplot_titles=[str(method) for method in methods] if has_methods else None,
    )
    order = in_order(pd.Series(languages)) if languages else in_order(table["language"])
    for panel, method in enumerate(methods, start=1):
        part = table if method is None else table[table["method"] == method]
        for number, code in enumerate(order):
            line = part[part["language"] == code].dropna(subset=["rate"]).sort_values(x)
            for trace in _line(line, x, ticks, code, number):
                trace.showlegend = bool(trace.showlegend) and panel == 1
                figure.add_trace(trace, row=1, col=panel)
    figure.update_xaxes(
        type="log",
        title={"text": x_title, "standoff": 4},
        tickvals=list(ticks),
        ticktext=list(ticks.values()),
    )
    figure.update_yaxes(range=[-0.03, 1.03], tickformat=".0%")
    style(figure, dark, height=420)
    # Below the axis title also where ticks are upright, as on a phone.
    figure.update_layout(legend={"y": -0.32})
    return figure


def _line(
    points: pd.DataFrame, x: str, ticks: dict[float, str], code: str, number: int
) -> list[go.Scatter]:
    """The band of a language and the line on top of it."""
    if points.empty:
        return []
    columns = (list(points[name]) for name in (x, "rate", "low", "high"))
    band, line = banded_line(Points(*columns), code, number, width=2.5 if code == "en" else 2)
    line.customdata = [[ticks[p[x]], _hover(p)] for p in points.to_dict("records")]
    line.hovertemplate = (
        f"<b>{display_name(code)}</b><br>{x.replace('_', ' ')} "
        "%{customdata[0]}<br>%{customdata[1]}<extra></extra>"
    )
    return [band, line]


def style(figure: go.Figure, dark: bool, height: int) -> None:
    """Give a figure the look that all charts share; ``height`` is in pixels."""
    figure.update_layout(
        template="plotly_dark" if dark else "plotly_white",
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": _FONT, "size": 13},
        margin={"l": 10, "r": 10, "t": 40, "b": 10},
        legend={"orientation": "h", "y": -0.25},
        height=height,
        dragmode=False,
        hoverlabel={"font": {"family": _FONT}},
        modebar={"bgcolor": "rgba(0,0,0,0)", "remove": _UNUSED_BUTTONS},
    )
    figure.update_xaxes(automargin=True)
    figure.update_yaxes(automargin=True)


def _categories(names: list[str]) -> dict[str, object]:
    return {"tickmode": "array", "tickvals": list(range(len(names))), "ticktext": names}


def _rate(point: Point | None) -> float | None:
    return None if point is None or math.isnan(point["rate"]) else float(point["rate"])


def _shown(texts: list[list[str]], values: Sequence[Sequence[float | None]]) -> list[list[str]]:
    """Texts of the cells that a trace has a value for: the others would write over them."""
    return [
        [text if value is not None else "" for text, value in zip(*line, strict=True)]
        for line in zip(texts, values, strict=True)
    ]


def _percent(point: Point | None) -> str:
    rate = _rate(point)
    return "–" if rate is None else f"{rate:.0%}"


def _hover(point: Point | None) -> str:
    if point is None:
        return "no answers"
    counts = f"{int(point['n_scored']):,} of {int(point['n_total']):,} answers scored"
    rate = _rate(point)
    if rate is None:
        return counts
    return f"{rate:.1%}, 95% interval {point['low']:.1%} to {point['high']:.1%}<br>{counts}"


def _plain(name: object) -> str:
    """A name that Plotly shows as it is, not as markup."""
    return str(name).replace("&", "&amp;").replace("<", "&lt;")


def _row_labels(names: Sequence[object]) -> list[str]:
    """Names for an axis: where one is too long, without what all of them begin with."""
    texts = [str(name) for name in names]
    shared = commonprefix(texts).rpartition("-")
    if len(texts) > 1 and max(map(len, texts)) > _LABEL_LENGTH:
        texts = [text.removeprefix("".join(shared[:2])) for text in texts]
    return [_short(text) for text in texts]


def _short(name: object) -> str:
    """A name for an axis, cut in the middle when long."""
    text, half = str(name), _LABEL_LENGTH // 2
    return _plain(text if len(text) <= _LABEL_LENGTH else f"{text[:half]}…{text[1 - half :]}")


def _short_rate(rate: float) -> str:
    """A learning rate as it is written in recipes: 3e-4."""
    mantissa, exponent = f"{rate:.2e}".split("e")
    return f"{float(mantissa):g}e{int(exponent)}"
