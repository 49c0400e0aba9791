"""The loss of a training over its updates, and the learning rate that it was made with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from workbench.charts.bands import LINE_COLOURS
from workbench.charts.rates import style

_HEIGHT = 320


def loss_curve(curve: Sequence[Mapping[str, Any]], dark: bool = False) -> go.Figure:
    """Loss on the answers of the instruction data, with the learning rate as a thin line.

    ``curve`` is what a checkpoint's record keeps: ``step``, ``loss`` (nats a token) and
    ``learning_rate`` at some of its updates.
    """
    points = [point for point in curve if point.get("loss") is not None]
    steps = [int(point["step"]) for point in points]
    figure = make_subplots(specs=[[{"secondary_y": True}]])
    figure.add_trace(
        go.Scatter(
            x=steps,
            y=[float(point["loss"]) for point in points],
            mode="lines",
            name="loss",
            line={"color": LINE_COLOURS[0], "width": 2},
            hovertemplate="update %{x}<br>loss %{y:.3f}<extra></extra>",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=steps,
            y=[point.get("learning_rate") for point in points],
            mode="lines",
            name="learning rate",
            line={"color": "#8C8C8C", "width": 1, "dash": "dot"},
            hovertemplate="update %{x}<br>learning rate %{y:.2e}<extra></extra>",
        ),
        secondary_y=True,
    )
    figure.update_xaxes(title="update")
    figure.update_yaxes(title="loss, nats a token", rangemode="tozero", secondary_y=False)
    figure.update_yaxes(
        title="learning rate",
        tickformat=".0e",
        rangemode="tozero",
        showgrid=False,
        secondary_y=True,
    )
    style(figure, dark, height=_HEIGHT)
    return figure
