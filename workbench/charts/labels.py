"""Names at the ends of lines, kept apart from one another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import plotly.graph_objects as go

_LEADER = 0.05
"""Length of the line that leads to a name, as a share of the axis."""


class Labelled(NamedTuple):
    """The end of a line and what it is called."""

    name: str
    x: float
    y: float
    colour: str
    bold: bool = False


class Room(NamedTuple):
    """The part of a panel that names may stand in, in the units of its axes."""

    bottom: float
    top: float
    line_height: float
    width: float
    """Of the axis that the lines run along."""


def direct_labels(ends: Sequence[Labelled], room: Room) -> list[go.Scatter]:
    """A trace for each name: a thin line from the end of its line to where it is written."""
    order = sorted(range(len(ends)), key=lambda number: ends[number].y)
    places = spread([ends[number].y for number in order], room)
    return [
        go.Scatter(
            x=[ends[number].x, ends[number].x + _LEADER * room.width],
            y=[ends[number].y, place],
            mode="lines+text",
            text=["", f"<b>{ends[number].name}</b>" if ends[number].bold else ends[number].name],
            textposition="middle right",
            textfont={"size": 12},
            line={"color": ends[number].colour, "width": 1},
            cliponaxis=False,
            hoverinfo="skip",
            showlegend=False,
        )
        for number, place in zip(order, places, strict=True)
    ]


def spread(heights: Sequence[float], room: Room) -> list[float]:
    """Heights, in rising order, moved as little upwards as keeps them apart, and down again
    where they would leave the room.

    >>> spread([0.0, 0.25, 1.0, 1.0], Room(0.0, 1.0, 0.25, 1))
    [0.0, 0.25, 0.75, 1.0]
    """
    places: list[float] = []
    for height in heights:
        places.append(max(height, places[-1] + room.line_height) if places else height)
    highest = room.top
    for number in range(len(places) - 1, -1, -1):
        places[number] = min(places[number], highest)
        highest = places[number] - room.line_height
    return places
