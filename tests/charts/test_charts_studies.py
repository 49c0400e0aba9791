from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from tests.known_results import COLLAPSING, made_up
from workbench.charts.studies import (
    condition_label,
    panels_of,
    study_lines,
    study_rows,
    value_label,
    varied_fields,
)
from workbench.study_results import StudyResult, rate_frame


def tables(result: StudyResult) -> dict[str, pd.DataFrame]:
    return {
        "right language": rate_frame(result.of("right_language")),
        "right and accurate": rate_frame(result.of("right_and_accurate")),
    }


def named(figure: go.Figure, name: str) -> list[Any]:
    return [trace for trace in figure.data if trace.name == name]


def test_a_line_a_language_in_a_row_a_measure() -> None:
    figure = study_lines(tables(made_up(COLLAPSING)))

    assert {trace.name for trace in figure.data if trace.showlegend} == {
        "English",
        "français",
        "русский",
    }
    french = named(figure, "français")
    assert [list(trace.y) for trace in french] == [[0.9, 0.1]] * 2
    assert {trace.yaxis for trace in french} == {"y", "y2"}
    # Behind each line its band, up the high ends and back along the low ones.
    band = figure.data[list(figure.data).index(french[0]) - 1]
    assert list(band.y) == pytest.approx([0.95, 0.15, 0.05, 0.85])
    assert tuple(figure.layout.xaxis.ticktext) == ("1e-4", "3e-3")
    assert figure.layout.xaxis2.title.text == "learning rate"


def test_a_rate_that_is_missing_is_left_out_of_its_line() -> None:
    cells = {**COLLAPSING, ("1e-2", ""): {"en": 1.0, "fr": None, "ru": 0.0}}
    figure = study_lines(tables(made_up(cells)))

    assert list(named(figure, "français")[0].x) == [0, 1]
    assert list(named(figure, "English")[0].x) == [0, 1, 2]


def test_a_row_a_variant_in_a_panel_a_condition() -> None:
    cells = {
        ("1e-4", ""): {"en": 1.0, "fr": 0.9},
        ("1e-4", "shots=3"): {"en": 0.9, "fr": 0.8},
        ("3e-3", ""): {"en": 1.0, "fr": 0.1},
    }
    figure = study_rows(tables(made_up(cells)))

    first = named(figure, "français")[0]
    assert list(first.x) == [0.9, 0.8]
    # Two dots to a row, half of the spread above and below its middle.
    assert list(first.y) == pytest.approx([0.31, 1.31])
    assert list(named(figure, "English")[0].y) == pytest.approx([-0.31, 0.69])
    assert list(first.error_x.array) == pytest.approx([0.05, 0.05])
    assert tuple(figure.layout.yaxis.ticktext) == ("as it is", "shots=3")
    titles = [annotation.text for annotation in figure.layout.annotations]
    assert titles == ["<b>learning rate 1e-4</b>", "<b>learning rate 3e-3</b>"]


def test_fields_that_another_decides_vary_no_further() -> None:
    sizes = [{"size": 20, "steps": 6}, {"size": 100, "steps": 20}, {"size": 500, "steps": 80}]
    assert varied_fields(sizes) == ["size"]
    grid = [{"method": m, "learning_rate": r} for m in ("full", "lora") for r in (1e-4, 1e-3)]
    assert varied_fields(grid) == ["method", "learning_rate"]
    assert varied_fields([{"method": "full"}]) == []


def test_the_last_field_lies_along_the_axis() -> None:
    grid = [{"method": m, "learning_rate": r} for m in ("full", "lora") for r in (1e-4, 1e-3)]
    axis, panels = panels_of(pd.DataFrame({"condition": grid}))

    assert axis == "learning rate"
    assert [(panel.title, panel.ticks) for panel in panels] == [
        ("full", ("1e-4", "1e-3")),
        ("lora", ("1e-4", "1e-3")),
    ]


@pytest.mark.parametrize(
    ("field", "value", "label"),
    [
        ("mix", {}, "none"),
        ("mix", {"fr": 0.01, "ru": 0.01, "pt": 0.001}, "1% fr, ru; 0.1% pt"),
        ("learning_rate", 0.002, "2e-3"),
        ("replay", 0.25, "25%"),
        ("replay", 0.0, "none"),
        ("size", None, "all"),
        ("size", 2000, "2,000"),
        ("languages", ["en", "fr"], "en fr"),
        ("base", "tiny-gpt2", "tiny-gpt2"),
    ],
)
def test_values_are_said_shortly(field: str, value: Any, label: str) -> None:
    assert value_label(field, value) == label


def test_conditions_are_said_in_a_few_words() -> None:
    condition = {"method": "full", "learning_rate": 0.002, "mix": {"fr": 0.01}}
    assert condition_label(condition) == "full, learning rate 2e-3, mixed in 1% fr"
