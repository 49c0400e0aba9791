"""Charts of studies that are kept: one line a language over what was varied, or one row a variant.

A study with variants is drawn as rows, one each, with a dot a language; any other as lines
over the field that it declares last, with a panel for each value of the fields before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from workbench.charts.bands import LINE_COLOURS, MARKERS, Points, banded_line
from workbench.charts.rates import in_order, style
from workbench.languages import display_name

AS_IT_IS = "as it is"
_ROW = 26
"""Pixels that a row of dots takes."""
_PANEL = 260
_SPREAD = 0.62
"""Share of a row that its dots are spread over."""
_BARE = ("method", "base", "checkpoint")
"""Fields whose values say by themselves what they are."""
_NAMES = {"learning_rate": "learning rate", "size": "English examples", "mix": "mixed in"}


class Panel(NamedTuple):
    """Conditions that differ in the field along the axis alone."""

    title: str
    ticks: tuple[str, ...]
    conditions: tuple[dict[str, Any], ...]


def study_lines(tables: Mapping[str, pd.DataFrame]) -> go.Figure:
    """A row a measure and a column a panel: rates over what was varied, a line a language.

    ``tables`` has the rates of each measure by its title, as ``rate_frame`` gives them.
    Bands are 95% intervals.
    """
    first = next(iter(tables.values()))
    axis, panels = panels_of(first)
    figure = make_subplots(
        rows=len(tables),
        cols=len(panels),
        shared_yaxes=True,
        shared_xaxes=True,
        horizontal_spacing=0.04,
        vertical_spacing=0.08,
        column_titles=[panel.title for panel in panels],
    )
    languages = in_order(first["language"])
    for row, (title, table) in enumerate(tables.items(), start=1):
        figure.update_yaxes(title=title, row=row, col=1)
        for column, panel in enumerate(panels, start=1):
            figure.update_xaxes(
                tickvals=list(range(len(panel.ticks))), ticktext=panel.ticks, row=row, col=column
            )
            for number, code in enumerate(languages):
                for trace in _line(table[table["language"] == code], panel, code, number):
                    trace.showlegend = bool(trace.showlegend) and (row, column) == (1, 1)
                    figure.add_trace(trace, row=row, col=column)
    figure.update_xaxes(title=axis, row=len(tables))
    figure.update_yaxes(range=[-0.03, 1.03], tickformat=".0%")
    height = 150 + _PANEL * len(tables)
    style(figure, dark=False, height=height)
    figure.update_layout(legend={"y": -110 / height, "yanchor": "top"})
    return figure


def study_rows(tables: Mapping[str, pd.DataFrame]) -> go.Figure:
    """A column a measure and a panel a condition: a row a variant, with a dot a language.

    Bars are 95% intervals.
    """
    first = next(iter(tables.values()))
    conditions = distinct(first["condition"])
    asked = [list(dict.fromkeys(_of(first, c)["variant"])) for c in conditions]
    figure = make_subplots(
        rows=len(conditions),
        cols=len(tables),
        shared_yaxes=True,
        shared_xaxes=True,
        row_heights=[len(variants) for variants in asked],
        horizontal_spacing=0.03,
        vertical_spacing=28 / max(1, sum(map(len, asked)) * _ROW + 28 * len(conditions)),
        subplot_titles=[
            f"<b>{condition_label(c)}</b>" if column == 0 else ""
            for c in conditions
            for column in range(len(tables))
        ],
    )
    languages = in_order(first["language"])
    for row, (condition, variants) in enumerate(zip(conditions, asked, strict=True), start=1):
        for column, table in enumerate(tables.values(), start=1):
            own = _of(table, condition)
            for number, code in enumerate(languages):
                dots = own[own["language"] == code].set_index("variant").reindex(variants)
                trace = _dots(dots.reset_index(), code, number, len(languages))
                trace.showlegend = (row, column) == (1, 1)
                figure.add_trace(trace, row=row, col=column)
            figure.update_yaxes(
                tickvals=list(range(len(variants))),
                ticktext=[variant or AS_IT_IS for variant in variants],
                range=[len(variants) - 0.5, -0.5],
                row=row,
                col=column,
            )
    figure.update_xaxes(range=[-0.02, 1.02], tickformat=".0%")
    for column, title in enumerate(tables, start=1):
        figure.update_xaxes(title=title, row=len(conditions), col=column)
    height = 130 + sum(len(variants) * _ROW + 28 for variants in asked)
    style(figure, dark=False, height=height)
    figure.update_layout(legend={"y": -90 / height, "yanchor": "top"})
    return figure


def panels_of(table: pd.DataFrame) -> tuple[str, list[Panel]]:
    """What lies along the axis, and the panels with its values in the order of the study."""
    conditions = distinct(table["condition"])
    fields = varied_fields(conditions)
    axis, others = (fields[-1], fields[:-1]) if fields else ("", [])
    groups: dict[str, list[dict[str, Any]]] = {}
    for condition in conditions:
        title = condition_label({field: condition.get(field) for field in others})
        groups.setdefault(title, []).append(condition)
    panels = [
        Panel(title, tuple(_tick(value_label(axis, c.get(axis))) for c in own), tuple(own))
        for title, own in groups.items()
    ]
    return _NAMES.get(axis, axis.replace("_", " ")), panels


def varied_fields(conditions: Sequence[Mapping[str, Any]]) -> list[str]:
    """Fields that differ between conditions, without those that an earlier one decides."""
    kept: list[str] = []
    for field in dict.fromkeys(field for condition in conditions for field in condition):
        values = [str(condition.get(field)) for condition in conditions]
        if len(set(values)) < 2:
            continue
        decided = any(
            len(set(zip(before, values, strict=True))) == len(set(before))
            for before in ([str(c.get(other)) for c in conditions] for other in kept)
        )
        if not decided:
            kept.append(field)
    return kept


def condition_label(condition: Mapping[str, Any]) -> str:
    """A condition in a few words, such as ``full, learning rate 2e-3``."""
    parts = []
    for field, value in condition.items():
        text = value_label(field, value)
        name = "" if field in _BARE else _NAMES.get(field, field.replace("_", " "))
        parts.append(f"{name} {text}".strip())
    return ", ".join(parts)


def value_label(field: str, value: Any) -> str:
    """A value as a tick or title says it: ``2e-3``, ``1% fr, ru``, ``2,000``."""
    if field == "mix":
        shares: dict[float, list[str]] = {}
        for code, share in (value or {}).items():
            shares.setdefault(share, []).append(code)
        parts = [f"{100 * share:.2g}% {', '.join(codes)}" for share, codes in shares.items()]
        return "; ".join(parts) or "none"
    if field == "learning_rate":
        mantissa, exponent = f"{float(value):.2e}".split("e")
        return f"{float(mantissa):g}e{int(exponent)}"
    if field == "replay":
        return f"{value:.0%}" if value else "none"
    if value is None:
        return "all"
    if isinstance(value, list | tuple):
        return " ".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) else str(value)


def distinct(conditions: pd.Series) -> list[dict[str, Any]]:
    """Conditions in order of first appearance."""
    found: list[dict[str, Any]] = []
    for condition in conditions:
        if condition not in found:
            found.append(condition)
    return found


def _tick(label: str) -> str:
    """A label in lines that stand beside one another: shares, and three languages a line."""
    share, space, codes = label.partition("% ")
    if not space:
        return label
    names = codes.split(", ")
    lines = [", ".join(names[start : start + 3]) for start in range(0, len(names), 3)]
    return "<br>".join([f"{share}%", *lines])


def _of(table: pd.DataFrame, condition: dict[str, Any]) -> pd.DataFrame:
    return table[[own == condition for own in table["condition"]]]


def _line(own: pd.DataFrame, panel: Panel, code: str, number: int) -> list[go.Scatter]:
    parts = [_of(own, condition) for condition in panel.conditions]
    known = [(x, part.iloc[0]) for x, part in enumerate(parts) if len(part)]
    points = [(x, row) for x, row in known if pd.notna(row["rate"])]
    if not points:
        return []
    columns = ([row[name] for _, row in points] for name in ("rate", "low", "high"))
    drawn = Points([x for x, _ in points], *columns)
    return list(banded_line(drawn, code, number, width=3 if code == "en" else 2))


def _dots(dots: pd.DataFrame, code: str, number: int, languages: int) -> go.Scatter:
    offset = _SPREAD * (number / max(1, languages - 1) - 0.5)
    return go.Scatter(
        x=dots["rate"],
        y=[row + offset for row in range(len(dots))],
        name=display_name(code),
        legendgroup=code,
        mode="markers",
        marker={
            "symbol": MARKERS[number % len(MARKERS)],
            "size": 7,
            "color": LINE_COLOURS[number % len(LINE_COLOURS)],
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": dots["high"] - dots["rate"],
            "arrayminus": dots["rate"] - dots["low"],
            "thickness": 1,
            "width": 0,
        },
    )
