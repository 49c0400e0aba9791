"""Charts of agreement: alpha with verdicts by criterion and language, and level against level."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

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
from workbench.judging.agreement import NO, OPEN, PEOPLE, YES, level_counts
from workbench.judging.criteria import LEVELS
from workbench.languages import display_name

SIGNS = {YES: "✓", OPEN: "?", NO: "✗"}
"""How a verdict is shown beside its alpha."""
_SQUARE = 190
_ACROSS = 3
_NAME = 14


def agreement_heatmap(table: pd.DataFrame, dark: bool = False) -> go.Figure:
    """Krippendorff's alpha as a grid of criterion by language, a panel for each two sides.

    ``table`` is what ``agreement.agreement_table`` gives. Where a judge is held against people,
    a sign beside alpha is the verdict: ✓ it may stand in, ? not enough ratings, ✗ it may not.
    """
    named = table.assign(sides=table["between"].str.cat(table["and"], sep="\n"))
    criteria, languages = criteria_in_order(table), in_order(table["language"])
    panels = []
    for _, own in split_panels(named, "sides"):
        points = {(row["criterion"], row["language"]): row for row in own.to_dict("records")}
        cells = [
            [_cell(points.get((criterion, code)), criterion, code) for code in languages]
            for criterion in criteria
        ]
        panels.append(Grid(_sides(own.iloc[0].to_dict()), cells))
    return grids(panels, criteria, languages, 1, dark)


def agreement_figures(
    ratings: pd.DataFrame, table: pd.DataFrame, dark: bool = False
) -> list[go.Figure]:
    """The heat map of agreement, then each judge's levels against those of people."""
    judges = dict.fromkeys(table.loc[table["and"].eq(PEOPLE), "between"])
    figures = [agreement_heatmap(table, dark)]
    for judge in judges:
        counts = level_counts(ratings, judge) if judge != PEOPLE else pd.DataFrame()
        if not counts.empty:
            figure = judge_against_people(counts, dark)
            figure.update_layout(title={"text": f"{plain(judge)} against people"})
            figure.update_layout(margin={"t": 80})
            figures.append(figure)
    return figures


def judge_against_people(counts: pd.DataFrame, dark: bool = False) -> go.Figure:
    """Levels that people gave against those of a judge, a square a criterion.

    ``counts`` is what ``agreement.level_counts`` gives. Cells show shares of the answers that
    both rated; those on the diagonal, from bottom left, are rated alike.
    """
    criteria = criteria_in_order(counts)
    columns = min(_ACROSS, max(1, len(criteria)))
    rows = max(1, -(-len(criteria) // columns))
    figure = make_subplots(
        rows=rows,
        cols=columns,
        subplot_titles=criteria,
        horizontal_spacing=0.08,
        vertical_spacing=0.22 / rows,
    )
    for number, criterion in enumerate(criteria):
        own = counts[counts["criterion"] == criterion]
        total = float(own["n"].sum())
        shares = own.groupby(["judge", "people"])["n"].sum() / total
        grid = [[float(shares.get((judge, person), 0)) for person in LEVELS] for judge in LEVELS]
        figure.add_trace(
            go.Heatmap(
                z=grid,
                x=[str(level) for level in LEVELS],
                y=[str(level) for level in LEVELS],
                text=[[f"{share:.0%}" if share else "" for share in line] for line in grid],
                texttemplate="%{text}",
                colorscale="Blues",
                zmin=0,
                zmax=1,
                showscale=False,
                xgap=2,
                ygap=2,
                hovertemplate=f"<b>{criterion}</b>, {total:,.0f} answers<br>people %{{x}}, judge "
                "%{y}: %{z:.1%}<extra></extra>",
            ),
            row=number // columns + 1,
            col=number % columns + 1,
        )
    figure.update_xaxes(type="category", showgrid=False)
    figure.update_yaxes(type="category", showgrid=False)
    figure.update_xaxes(title="people", row=rows)
    figure.update_yaxes(title="judge", col=1)
    style(figure, dark, height=90 + _SQUARE * rows)
    return figure


def _cell(row: Row | None, criterion: str, code: str) -> Cell:
    title = f"<b>{criterion}</b>, {display_name(code)}<br>"
    if row is None:
        return Cell(None, "–", f"{title}no ratings")
    counts = f"{int(row['n_rated']):,} of {int(row['n_total']):,} answers rated by both"
    parts = [
        f"{name} {row[key]:.2f} ({row[f'{key}_low']:.2f} to {row[f'{key}_high']:.2f})"
        for name, key in (("alpha", "alpha"), ("weighted kappa", "kappa"), ("exact", "exact"))
        if not math.isnan(row[key])
    ]
    sign = SIGNS.get(row["verdict"], "")
    if row["verdict"] is not None:
        parts.append(f"May it stand in for people? {row['verdict']}<br>{row['why']}")
    hover = title + "<br>".join([*parts, counts])
    if math.isnan(row["alpha"]):
        return Cell(None, f"– {sign}".strip(), hover)
    return Cell(max(0.0, float(row["alpha"])), f"{row['alpha']:.2f} {sign}".strip(), hover)


def _sides(row: Row) -> str:
    if row["between"] == row["and"]:
        return "people"
    return f"{_short(str(row['between']))} and {_short(str(row['and']))}"


def _short(name: str) -> str:
    """A name for a title, cut in the middle when long."""
    half = _NAME // 2
    return name if len(name) <= _NAME else f"{name[:half]}…{name[1 - half :]}"
