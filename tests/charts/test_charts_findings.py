from __future__ import annotations

import pandas as pd
import pytest

from tests.test_signatures import frame
from workbench.charts.findings import PARTS, SIGNS, knowledge_bars, signature_maps
from workbench.elicitation import knowledge_gap
from workbench.signatures import SIGNATURES, signature_table


def rated(*rights: float) -> pd.DataFrame:
    rows = [
        {"language": code, "parallel_id": str(number), "accuracy": right}
        for code in ("fr", "en")
        for number, right in enumerate(rights)
    ]
    return pd.DataFrame(rows)


def test_bars_part_each_language_into_right_lost_and_never_learned() -> None:
    gaps = knowledge_gap(rated(1, 1, 1, 0), rated(1, 1, 0, 0))
    figure = knowledge_bars(gaps)

    assert [trace.name for trace in figure.data] == [name for name, _ in PARTS.values()]
    assert list(figure.data[0].y) == ["English", "français"]
    assert [list(trace.x) for trace in figure.data] == [
        pytest.approx([0.5, 0.5]),
        pytest.approx([0.25, 0.25]),
        pytest.approx([0.25, 0.25]),
    ]
    assert figure.layout.barmode == "stack"
    assert list(figure.data[0].customdata[0][2:]) == [4, 4]


def test_several_checkpoints_have_a_panel_each() -> None:
    gap = knowledge_gap(rated(1, 0), rated(0, 0))
    both = pd.concat([gap.assign(checkpoint="<a>"), gap.assign(checkpoint="b")])
    figure = knowledge_bars(both)

    assert [note.text for note in figure.layout.annotations] == ["&lt;a>", "b"]
    assert len(figure.data) == 6
    assert sum(bool(trace.showlegend) for trace in figure.data) == 3


def test_a_map_a_sign_with_missing_in_grey() -> None:
    english = {"detected": "en", "right_language": False}
    table = signature_table(frame(english, {}, {"language": "en", "detected": "en"}))
    figure = signature_maps(table)

    assert set(SIGNS) == set(SIGNATURES)
    assert [note.text for note in figure.layout.annotations] == list(SIGNS.values())
    drift, gaps = figure.data[:2]
    assert [list(row) for row in drift.z] == [[None, 0.5]]
    assert [list(row) for row in gaps.z] == [[0, None]]
    assert [list(row) for row in drift.text] == [["", "50%"]]
    assert [list(row) for row in gaps.text] == [["–", ""]]
    assert "only of languages other than English" in drift.customdata[0][0][2]
    assert "50.0%, 2 of 2 answers<br>as in responses 0" in drift.customdata[0][1][2]
    assert drift.customdata[0][1][3] == "english_drift"


def test_panels_stand_below_one_another_where_there_is_little_room() -> None:
    table = signature_table(frame({}))
    axes = {trace.yaxis for trace in signature_maps(table, columns=2).data}
    assert len(axes) == len(SIGNS)
    wide, narrow = signature_maps(table), signature_maps(table, columns=1)
    assert narrow.layout.height > wide.layout.height

    gap = knowledge_gap(rated(1, 0), rated(0, 0))
    three = pd.concat([gap.assign(checkpoint=name) for name in "abc"])
    # Two side by side: the fourth place stays empty.
    figure = knowledge_bars(three, columns=2)
    assert [axis.visible for axis in figure.select_xaxes()] == [None, None, None, False]
