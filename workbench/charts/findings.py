"""Charts of what is behind the rates: what the base knew, and signs of failed transfer."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from workbench.charts.bands import LINE_COLOURS
from workbench.charts.rates import in_order, style
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
_ROOM_FOR_TEXT = 0.12
_GAP_COLOUR = "rgba(128,128,128,0.25)"

Row = Mapping[Hashable, Any]


def knowledge_bars(gaps: pd.DataFrame, dark: bool = False, columns: int | None = None) -> go.Figure:
    """A bar a language, parted into what is answered right and the two parts of the gap.

    ``gaps`` is what ``elicitation.knowledge_gap`` gives, with a column ``checkpoint`` where
    there are several: each has its own panel, at most ``columns`` side by side.
    """
    named = gaps if "checkpoint" in gaps else gaps.assign(checkpoint="")
    checkpoints = list(dict.fromkeys(named["checkpoint"]))
    order = in_order(named["language"])
    height = 60 + _BAR * max(1, len(order))
    figure, across, down = _panels([_plain(name) for name in checkpoints], columns, height, 0.03)
    for number, checkpoint in enumerate(checkpoints):
        own = named[named["checkpoint"] == checkpoint].set_index("language")
        rows = [own.loc[code].to_dict() for code in order if code in own.index]
        labels = [display_name(code) for code in order if code in own.index]
        for part, (name, colour) in PARTS.items():
            figure.add_bar(
                x=[row[part] for row in rows],
                y=labels,
                orientation="h",
                text=[_inside(row[part]) for row in rows],
                textposition="inside",
                insidetextanchor="middle",
                insidetextfont={"color": "#111111"},
                textangle=0,
                name=name,
                legendgroup=part,
                showlegend=number == 0,
                marker={"color": colour},
                customdata=[
                    [row[f"{part}_low"], row[f"{part}_high"], row["n_paired"], row["n_total"]]
                    for row in rows
                ],
                hovertemplate=f"<b>%{{y}}</b>, {name}<br>%{{x:.1%}}, 95% interval "
                "%{customdata[0]:.1%} to %{customdata[1]:.1%}<br>"
                "%{customdata[2]:,} of %{customdata[3]:,} prompts<extra></extra>",
                row=number // across + 1,
                col=number % across + 1,
            )
    for number in range(len(checkpoints), down * across):
        place = {"row": number // across + 1, "col": number % across + 1}
        figure.update_xaxes(visible=False, **place)
        figure.update_yaxes(visible=False, **place)
    figure.update_layout(barmode="stack")
    figure.update_xaxes(range=[0, 1], tickformat=".0%", tickvals=[0.25, 0.5, 0.75])
    figure.update_yaxes(autorange="reversed")
    style(figure, dark, height=80 + down * height)
    figure.update_layout(legend={"y": 0, "yref": "container", "yanchor": "bottom"})
    figure.update_layout(margin={"b": 70})
    return figure


def signature_maps(
    table: pd.DataFrame,
    dark: bool = False,
    columns: int | None = None,
    signs: Sequence[str] = tuple(SIGNS),
) -> go.Figure:
    """A heat map a sign: one row a checkpoint, one column a language; darker is worse.

    ``table`` is what ``signatures.signature_table`` gives. At most ``columns`` maps stand side
    by side. ``customdata`` of a cell is ``[checkpoint, language, hover text, sign]``; cells
    that cannot be measured are grey.
    """
    checkpoints, languages = list(dict.fromkeys(table["checkpoint"])), in_order(table["language"])
    height = 60 + _ROW * max(3, len(checkpoints))
    figure, across, down = _panels([SIGNS[sign] for sign in signs], columns, height, 0.015)
    for number, sign in enumerate(signs):
        own = table[table["signature"] == sign].to_dict("records")
        cells = {(row["checkpoint"], row["language"]): row for row in own}
        grid = [[cells.get((name, code)) for code in languages] for name in checkpoints]
        values = [[_value(cell) for cell in line] for line in grid]
        shared = {
            "x": languages,
            "y": [_plain(name) for name in checkpoints],
            "customdata": [
                [
                    [
                        name,
                        code,
                        f"<b>{_plain(name)}</b>, {display_name(code)}<br>{_hover(cell)}",
                        sign,
                    ]
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
        grey = {"color": "#B0B0B0" if dark else "#606060"}
        for z, scale, written, font in (
            (values, "Oranges", text, {}),
            (gaps, gap_scale, dashes, grey),
        ):
            trace = go.Heatmap(
                z=z, colorscale=scale, text=written, textfont=font, texttemplate="%{text}", **shared
            )
            figure.add_trace(trace, row=number // across + 1, col=number % across + 1)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(showgrid=False)
    style(figure, dark, height=80 + down * height)
    return figure


def _panels(
    titles: Sequence[str], columns: int | None, height: int, between: float
) -> tuple[go.Figure, int, int]:
    """A figure with a panel a title, and how many of them are side by side and one below another.

    All are in one row where ``columns`` is None. ``height`` of a row is in pixels, ``between``
    panels of a row is a share of the figure's width.
    """
    across = max(1, min(len(titles), columns or len(titles)))
    down = max(1, -(-len(titles) // across))
    figure = make_subplots(
        rows=down,
        cols=across,
        shared_yaxes=True,
        horizontal_spacing=between,
        vertical_spacing=60 / (down * height),
        subplot_titles=titles,
    )
    return figure, across, down


def _inside(share: float) -> str:
    """A share as it is written in a bar, where it has room."""
    return f"{share:.0%}" if share >= _ROOM_FOR_TEXT else ""


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
