from __future__ import annotations

import pytest

from workbench.charts.labels import Labelled, Room, direct_labels, spread

ROOM = Room(0, 1, 0.1, 50)


@pytest.mark.parametrize(
    ("heights", "places"),
    [
        ([], []),
        ([0.2, 0.8], [0.2, 0.8]),
        # The second moves up to a line above the first.
        ([0.2, 0.22], [0.2, 0.3]),
        # All at the top: the last stays, the others hang below it.
        ([1.0, 1.0, 1.0], [0.8, 0.9, 1.0]),
        # Pushed out at the top by what is below, and back again.
        ([0.85, 0.9, 0.95], [0.8, 0.9, 1.0]),
    ],
)
def test_names_keep_a_line_apart_and_stay_inside(heights: list[float], places: list[float]) -> None:
    assert spread(heights, ROOM) == pytest.approx(places)


def test_a_thin_line_leads_from_the_end_to_the_name() -> None:
    ends = [
        Labelled("English", 50, 0.5, "#0072B2", bold=True),
        Labelled("français", 50, 0.45, "#D55E00"),
    ]
    lower, upper = direct_labels(ends, ROOM)

    assert (lower.text, upper.text) == (("", "français"), ("", "<b>English</b>"))
    # The English name moves up to .45 + .1.
    assert list(upper.y) == pytest.approx([0.5, 0.55])
    # A leader is a twentieth of the axis of 50 steps long.
    assert list(upper.x) == pytest.approx([50, 52.5])
    assert upper.line.color == "#0072B2"
