"""Charts of what is behind the rates: what the base knew, and signs of failed transfer."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from workbench.charts import LINE_COLOURS, in_order, style
from workbench.languages import display_name

PARTS = {
    "tuned": ("answered right", LINE_COLOURS[2]),
    "not_carried_over": ("known to the base, not carried over", LINE_COLOURS[1]),
    "never_learned": ("never learned by the base", LINE_COLOURS[6]),
}
"""The parts of ``elicitation.knowledge_gap`` that add up to 1, with name and colour."""
SIGNS = {
    "english_drift": "English drift",
    "hallucinated_facts": "hallucinated facts",
    "uneven_helpfulness": "uneven helpfulness",
    "fluency": "fluency faults",
    "lost_coherence": "lost coherence",
}
_BAR, _ROW = 46, 30
_GAP_COLOUR = "rgba(128,128,128,0.25)"

Row = Mapping[Hashable, Any]


def knowledge_bars(gaps: pd.DataFrame, dark: bool = False) -> go.Figure:
    """A bar a language, parted into what is answered right and the two parts of the gap.

    ``gaps`` is what ``elicitation.knowledge_gap`` gives, with a column ``checkpoint`` where
    there are several: each has its own panel.
    """
    named = gaps if "checkpoint" in gaps else gaps.assign(checkpoint="")
    checkpoints = list(dict.fromkeys(named["checkpoint"]))
    figure = make_subplots(
        rows=1,
        cols=max(1, len(checkpoints)),
        shared_yaxes=True,
        horizontal_spacing=0.03,
        subplot_titles=[_plain(name) for name in checkpoints],
    )
    order = in_order(named["language"])
    for column, checkpoint in enumerate(checkpoints, start=1):
        own = named[named["checkpoint"] == checkpoint].set_index("language")
        rows = [own.loc[code].to_dict() for code in order if code in own.index]
        labels = [display_name(code) for code in order if code in own.index]
        for part, (name, colour) in PARTS.items():
            figure.add_bar(
                x=[row[part] for row in rows],
                y=labels,
                orientation="h",
                name=name,
                legendgroup=part,
                showlegend=column == 1,
                marker={"color": colour},
                customdata=[
                    [row[f"{part}_low"], row[f"{part}_high"], row["n_paired"], row["n_total"]]
                    for row in rows
                ],
                hovertemplate=f"<b>%{{y}}</b>, {name}<br>%{{x:.1%}}, 95% interval "
                "%{customdata[0]:.1%} to %{customdata[1]:.1%}<br>"
                "%{customdata[2]:,} of %{customdata[3]:,} prompts<extra></extra>",
                row=1,
                col=column,
            )
    figure.update_layout(barmode="stack")
    figure.update_xaxes(range=[0, 1], tickformat=".0%")
    figure.update_yaxes(autorange="reversed")
    style(figure, dark, height=140 + _BAR * max(1, len(order)))
    return figure


def signature_maps(table: pd.DataFrame, dark: bool = False) -> go.Figure:
    """A heat map a sign: one row a checkpoint, one column a language; darker is worse.

    ``table`` is what ``signatures.signature_table`` gives. ``customdata`` of a cell is
    ``[checkpoint, language, hover text]``; cells that cannot be measured are grey.
    """
    checkpoints, languages = list(dict.fromkeys(table["checkpoint"])), in_order(table["language"])
    figure = make_subplots(
        rows=1,
        cols=len(SIGNS),
        shared_yaxes=True,
        horizontal_spacing=0.015,
        subplot_titles=list(SIGNS.values()),
    )
    for column, sign in enumerate(SIGNS, start=1):
        own = table[table["signature"] == sign].to_dict("records")
        cells = {(row["checkpoint"], row["language"]): row for row in own}
        grid = [[cells.get((name, code)) for code in languages] for name in checkpoints]
        values = [[_value(cell) for cell in line] for line in grid]
        shared = {
            "x": languages,
            "y": [_plain(name) for name in checkpoints],
            "customdata": [
                [
                    [name, code, f"<b>{_plain(name)}</b>, {display_name(code)}<br>{_hover(cell)}"]
                    for code, cell in zip(languages, line, strict=True)
                ]
                for name, line in zip(checkpoints, grid, strict=True)
            ],
            "hovertemplate": "%{customdata[2]}<extra></extra>",
            "hoverongaps": False,
            "showscale": False,
            "zmin": 0,
            "zmax": 1,
            "xgap": 1,
            "ygap": 1,
        }
        # A trace writes its text in cells that it leaves to the other one, too.
        text = [["" if v is None else f"{v:.0%}" for v in line] for line in values]
        gaps = [[0 if v is None else None for v in line] for line in values]
        dashes = [["–" if v is None else "" for v in line] for line in values]
        gap_scale = [[0, _GAP_COLOUR], [1, _GAP_COLOUR]]
        for z, scale, written in ((values, "Oranges", text), (gaps, gap_scale, dashes)):
            trace = go.Heatmap(
                z=z, colorscale=scale, text=written, texttemplate="%{text}", **shared
            )
            figure.add_trace(trace, row=1, col=column)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(showgrid=False)
    style(figure, dark, height=140 + _ROW * max(3, len(checkpoints)))
    return figure


def _value(cell: Row | None) -> float | None:
    return None if cell is None or math.isnan(cell["value"]) else float(cell["value"])


def _hover(cell: Row | None) -> str:
    if cell is None:
        return "no answers"
    counts = f"{cell['n_scored']:,} of {cell['n_total']:,} answers"
    if _value(cell) is None:
        return f"{counts}: {cell['missing_reason']}"
    worst = ", ".join(str(id) for id in cell["worst"])
    return f"{cell['value']:.1%}, {counts}" + (f"<br>as in responses {worst}" if worst else "")


def _plain(name: object) -> str:
    """A name that Plotly shows as it is, not as markup."""
    return str(name).replace("&", "&amp;").replace("<", "&lt;")
