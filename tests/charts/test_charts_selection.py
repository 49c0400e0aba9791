from __future__ import annotations

import pandas as pd
import pytest

from tests.known_validation import fill
from workbench.charts.selection import (
    CurveLayout,
    cost_bars,
    pareto_scatter,
    validation_curves,
)
from workbench.pages import figures_page
from workbench.selection import Evidence, candidate_table, curves, read_evidence, select
from workbench.store import Store


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('charts') / 'own.sqlite'}")
    fill(store)
    return read_evidence(store, "study-1")


def test_a_panel_a_recipe_with_a_line_a_language(evidence: Evidence) -> None:
    figure = validation_curves(curves(evidence), select(evidence))

    titles = [note.text for note in figure.layout.annotations[:2]]
    assert titles == ["study-low", "study-high"]
    lines = [trace for trace in figure.data if trace.mode == "lines+markers"]
    assert [trace.name for trace in lines[:3]] == ["English", "français", "русский"]
    assert len(lines) == 2 * 3
    # English of the recipe low: mean of .6 and .8, then of .7 and .7; the range is that of seeds.
    assert list(lines[0].x) == [50, 100]
    assert list(lines[0].y) == pytest.approx([0.7, 0.7])
    assert list(lines[0].customdata[0]) == pytest.approx([0.6, 0.8])
    assert list(lines[0].customdata[1]) == pytest.approx([0.7, 0.7])
    assert figure.layout.showlegend is False
    # Names stand at the ends of the lines, the highest on top: .7 English, .6 French, .4 Russian.
    names = [trace.text[1] for trace in figure.data if trace.mode == "lines+text"]
    assert names[:3] == ["русский", "français", "<b>English</b>"]


def test_what_the_criteria_take_is_marked(evidence: Evidence) -> None:
    figure = validation_curves(curves(evidence), select(evidence))

    marks = {(line.x0, line.xref): line.line.dash for line in figure.layout.shapes}
    # The panel on the left is low, of which all languages take 100; English takes high.
    assert marks == {(100, "x"): "solid", (50, "x2"): "dot", (100, "x2"): "dash"}
    texts = [note.text for note in figure.layout.annotations[2:]]
    assert texts == ["all languages", "English loss", "English quality"]


def test_curves_without_a_choice_and_of_many_recipes() -> None:
    rates = pd.DataFrame(
        [
            {"recipe": f"r{n}", "step": 1, "seed": 0, "language": "fr", "value": 0.5}
            for n in range(7)
        ]
    )
    figure = validation_curves(rates, layout=CurveLayout(dark=True))

    assert not figure.layout.shapes
    # Seven panels in rows of three: the last two places stay empty.
    assert len({trace.xaxis for trace in figure.data}) == 7
    shown = [axis for axis in figure.select_xaxes() if axis.visible is not False]
    assert len(shown) == 7
    assert figure.layout.template.layout.paper_bgcolor is not None


def test_losses_have_an_axis_that_fits_and_a_training_its_whole_length() -> None:
    row = {"recipe": "r", "seed": 0, "low": 1.0, "high": 4.0, "steps": 100}
    rates = pd.DataFrame(
        [
            {**row, "step": 20, "language": "fr", "value": 2.0},
            {**row, "step": 40, "language": "fr", "value": 3.0},
            {**row, "step": 40, "language": "ru", "value": float("nan")},
        ]
    )
    figure = validation_curves(rates, layout=CurveLayout(share=False, titles={"r": "hot"}))

    (line,) = [trace for trace in figure.data if trace.mode == "lines+markers"]
    # One seed: the band is the interval that comes with the values.
    assert [list(ends) for ends in line.customdata] == [[1.0, 4.0], [1.0, 4.0]]
    assert "95% interval" in line.hovertemplate
    assert figure.layout.annotations[0].text == "hot"
    assert figure.layout.yaxis.tickformat is None
    assert figure.layout.yaxis.range[1] == pytest.approx(4 * 1.03)
    # From the first step kept, 20, to the last that is planned, 100, and room for names.
    assert figure.layout.xaxis.range[0] == pytest.approx(20 - 0.04 * 80)
    assert figure.layout.xaxis.range[1] > 100


def test_costs_have_a_mark_a_language_and_choice(evidence: Evidence) -> None:
    figure = cost_bars(select(evidence))

    by_name = {trace.name: trace for trace in figure.data}
    # low 100 less high 100: en .7 - .9, fr .6 - .1, ru .4 - 0; less high 50: fr .6 - .3.
    quality = by_name["taken by English quality"]
    assert list(quality.x) == pytest.approx([-0.2, 0.5, 0.4])
    assert by_name["taken by English loss"].x[1] == pytest.approx(0.3)
    assert list(figure.layout.yaxis.ticktext) == ["English", "français", "русский"]
    low, high = quality.customdata[1][1:3]
    assert 0.5 - quality.error_x.arrayminus[1] == pytest.approx(low)
    assert 0.5 + quality.error_x.array[1] == pytest.approx(high)


def test_the_scatter_joins_the_front_and_rings_the_choices(evidence: Evidence) -> None:
    table, _ = candidate_table(evidence)
    figure = pareto_scatter(table, select(evidence))

    by_name = {trace.name: trace for trace in figure.data}
    assert list(by_name["study-low"].x) == pytest.approx([0.7, 0.7])
    assert list(by_name["study-low"].y) == pytest.approx([0.45, 0.5])
    assert list(by_name["front"].x) == pytest.approx([0.7, 0.8, 0.9])
    assert list(by_name["taken by English loss"].x) == pytest.approx([0.8])
    assert list(by_name["taken by all languages"].y) == pytest.approx([0.5])


def test_the_page_needs_nothing_from_elsewhere(evidence: Evidence) -> None:
    table, _ = candidate_table(evidence)
    figures = [validation_curves(curves(evidence)), pareto_scatter(table, select(evidence))]

    page = figures_page("Validation of <b>", figures)

    assert "<title>Validation of &lt;b&gt;</title>" in page
    assert page.count("Plotly.newPlot") == 2
    assert 'src="http' not in page
