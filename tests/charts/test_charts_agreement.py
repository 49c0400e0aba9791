from __future__ import annotations

import pandas as pd
import pytest

from tests.judging.known_ratings import rated_alike, ratings
from workbench.charts.agreement import agreement_figures, agreement_heatmap, judge_against_people
from workbench.judging.agreement import agreement_table, level_counts


@pytest.fixture
def known() -> pd.DataFrame:
    """Judge and two people: alike in French, and unlike in English; all 2 in harmlessness."""
    parts = []
    for number, (language, noise) in enumerate({"fr": 0.02, "en": 0.5}.items()):
        values = rated_alike(100, 3, noise, (0.3, 0.3, 0.4), seed=number)
        given = {
            name: [int(v) for v in values[:, place]]
            for place, name in enumerate(("judge", "person:A", "person:B"))
        }
        same = {name: [2] * 40 for name in given}
        parts += [ratings(given, "fluency", language), ratings(same, "harmlessness", language)]
    return pd.concat(parts)


def test_a_panel_for_each_two_sides_with_verdicts(known: pd.DataFrame) -> None:
    figure = agreement_heatmap(agreement_table(known))
    assert [a.text for a in figure.layout.annotations] == ["people", "judge and people"]
    people, _, judge, grey = figure.data
    assert list(judge.x) == ["English", "français"]
    assert list(judge.y) == ["fluency", "harmlessness"]
    signs = [text[-1:] for text in judge.text[0]]
    assert signs == ["✗", "✓"]
    assert list(grey.text[1]) == ["– ?", "– ?"] and list(judge.z[1]) == [None, None]
    assert not set("✓✗?") & set("".join(people.text[0]))
    hover = judge.customdata[0][1][2]
    assert "May it stand in for people? yes" in hover
    assert "100 of 100 answers rated by both" in hover and "weighted kappa" in hover


def test_levels_of_people_against_those_of_a_judge() -> None:
    # Of four answers: 0 and 0, people 2 and judge 1, 2 and 2 twice.
    frame = ratings({"judge": [0, 1, 2, 2], "person:A": [0, 2, 2, 2]})
    square = judge_against_people(level_counts(frame, "judge")).data[0]
    assert [list(row) for row in square.z] == [[0.25, 0, 0], [0, 0, 0.25], [0, 0, 0.5]]
    assert list(square.x) == list(square.y) == ["0", "1", "2"]
    assert square.text[0][0] == "25%" and square.text[0][1] == ""


def test_figures_for_each_judge(known: pd.DataFrame) -> None:
    figures = agreement_figures(known, agreement_table(known))
    assert len(figures) == 2
    assert figures[1].layout.title.text == "judge against people"
    assert len(figures[1].data) == 2  # a square a criterion
