from __future__ import annotations

import pandas as pd

from workbench.charts.training import length_histogram


def test_lengths_by_language_with_a_line_at_the_longest_that_fits() -> None:
    lengths = pd.DataFrame(
        {"language": ["fr", "en", "en", "en"], "tokens": [10, 30, 10, 401], "answer_tokens": 1}
    )
    figure = length_histogram(lengths, 100)
    assert [trace.name for trace in figure.data] == ["English", "français"]
    assert [list(trace.x) for trace in figure.data] == [[30, 10, 401], [10]]
    assert len({trace.marker.color for trace in figure.data}) == 2
    # 401 tokens in 40 bins: 11 each, the same for both languages.
    assert [trace.xbins.size for trace in figure.data] == [11, 11]
    assert [shape.x0 for shape in figure.layout.shapes] == [100]
    assert figure.layout.annotations[0].text == "longest that fits: 100<br>1 beyond"
    assert not length_histogram(lengths).layout.shapes


def test_nothing_to_draw_and_dark_mode() -> None:
    empty = pd.DataFrame({"language": [], "tokens": [], "answer_tokens": []})
    assert len(length_histogram(empty, 10).data) == 0
    dark = length_histogram(empty, dark=True)
    assert dark.layout.template.layout.paper_bgcolor == "rgb(17,17,17)"
