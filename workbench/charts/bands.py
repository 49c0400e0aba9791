"""A language's line with the band of its interval, as all charts of curves draw it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import plotly.graph_objects as go

from workbench.languages import display_name

LINE_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8C8C8C")
"""The palette of Okabe and Ito, less the two that vanish on white or on black."""
MARKERS = ("circle", "square", "diamond", "triangle-up", "x", "star", "cross", "hexagon")


class Points(NamedTuple):
    """Points of a line, from left to right."""

    places: Sequence[Any]
    values: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]


def banded_line(
    points: Points, code: str, number: int, width: float, size: int = 8
) -> tuple[go.Scatter, go.Scatter]:
    """The band, and the line on top of it, which stands in the legend for both.

    ``number`` is that of the language in the chart, which decides colour and marker; ``width``
    (of the line) and ``size`` (of the markers) are in pixels.
    """
    colour = line_colour(number)
    places = list(points.places)
    band = go.Scatter(
        x=places + places[::-1],
        y=[*points.high, *points.low[::-1]],
        mode="lines",
        fill="toself",
        fillcolor=translucent(colour),
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
        legendgroup=code,
    )
    line = go.Scatter(
        x=places,
        y=list(points.values),
        name=display_name(code),
        legendgroup=code,
        mode="lines+markers",
        line={"color": colour, "width": width},
        marker={"symbol": MARKERS[number % len(MARKERS)], "size": size},
        showlegend=True,
    )
    return band, line


def line_colour(number: int) -> str:
    """The colour of a language by its number in the chart, as ``#RRGGBB``."""
    return LINE_COLOURS[number % len(LINE_COLOURS)]


def translucent(colour: str) -> str:
    """A colour as light as bands are."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.15)"
