"""Charts of instruction data and training."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from workbench.charts.bands import LINE_COLOURS
from workbench.charts.rates import in_order, style
from workbench.languages import display_name

_BINS = 40


def length_histogram(
    lengths: pd.DataFrame, max_length: int | None = None, dark: bool = False
) -> go.Figure:
    """How many examples are how long, by language, with a line at the longest that fits.

    ``lengths`` comes from ``workbench.training.lengths.instruction_lengths``.
    """
    figure = go.Figure()
    width = max(1, -(-int(lengths["tokens"].max()) // _BINS)) if len(lengths) else 1
    for number, code in enumerate(in_order(lengths["language"])):
        own = lengths.loc[lengths["language"] == code, "tokens"]
        figure.add_trace(
            go.Histogram(
                x=list(own),
                name=display_name(code),
                xbins={"start": 0, "size": width},
                marker={"color": LINE_COLOURS[number % len(LINE_COLOURS)]},
                hovertemplate=f"<b>{display_name(code)}</b><br>%{{x}} tokens<br>"
                "%{y} examples<extra></extra>",
            )
        )
    figure.update_layout(barmode="stack")
    figure.update_xaxes(title="tokens of an example, prompt and answer")
    figure.update_yaxes(title="examples")
    style(figure, dark, height=420)
    if max_length is not None:
        beyond = int((lengths["tokens"] > max_length).sum())
        figure.add_vline(
            x=max_length,
            line={"dash": "dash", "color": "#8C8C8C"},
            annotation={"text": f"longest that fits: {max_length:,}<br>{beyond:,} beyond"},
        )
    return figure
