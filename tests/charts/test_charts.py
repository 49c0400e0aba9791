from __future__ import annotations

import math

import pandas as pd
import pytest

from workbench.charts.rates import data_size_curve, heatmap, in_order, learning_rate_curve

NAN = float("nan")


def table(rows: list[tuple[object, ...]], *by: str) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[*by, "rate", "low", "high", "n_scored", "n_total"])


@pytest.fixture
def rates() -> pd.DataFrame:
    return table(
        [
            ("hot", "fr", 0.25, 0.1, 0.4, 19, 20),
            ("hot", "en", 1.0, 0.8, 1.0, 20, 20),
            ("good", "fr", NAN, NAN, NAN, 0, 20),
        ],
        "checkpoint",
        "language",
    )


class TestHeatmap:
    def test_cells_are_in_the_order_of_rows_with_english_first(self, rates: pd.DataFrame) -> None:
        figure = heatmap(rates)
        trace = figure.data[0]
        assert list(figure.layout.yaxis.ticktext) == ["hot", "good"]
        assert list(figure.layout.xaxis.ticktext) == ["English", "français"]
        assert trace.z[0][0] == 1.0
        assert trace.z[0][1] == 0.25
        assert [list(line) for line in trace.text] == [["100%", "25%"], ["", ""]]

    def test_a_cell_without_scores_is_empty_and_not_zero(self, rates: pd.DataFrame) -> None:
        trace, gaps = heatmap(rates).data
        assert trace.z[1][0] is None
        assert trace.z[1][1] is None
        assert [list(line) for line in gaps.z] == [[None, None], [0, 0]]
        # Each cell is written once: the other trace would write over it.
        assert [list(line) for line in trace.text] == [["100%", "25%"], ["", ""]]
        assert [list(line) for line in gaps.text] == [["", ""], ["–", "–"]]
        assert trace.customdata[1][1][2].endswith("0 of 20 answers scored")
        assert trace.customdata[1][0][2].endswith("no answers")

    def test_hover_tells_interval_and_counts_and_the_cell_names_itself(
        self, rates: pd.DataFrame
    ) -> None:
        row, language, hover = heatmap(rates).data[0].customdata[0][1]
        assert (row, language) == ("hot", "fr")
        assert "25.0%, 95% interval 10.0% to 40.0%" in hover
        assert "19 of 20 answers scored" in hover

    def test_colours_mean_the_same_whatever_the_rates(self, rates: pd.DataFrame) -> None:
        trace = heatmap(rates[rates["language"] == "fr"]).data[0]
        assert (trace.zmin, trace.zmax) == (0, 1)

    def test_what_all_long_names_begin_with_is_left_out_on_the_axis(
        self, rates: pd.DataFrame
    ) -> None:
        names = {"hot": "learning-rate-full-lr1e-3-s0", "good": "learning-rate-full-lr3e-5-s0"}
        figure = heatmap(rates.replace({"checkpoint": names}))
        assert list(figure.layout.yaxis.ticktext) == ["lr1e-3-s0", "lr3e-5-s0"]
        assert figure.data[0].customdata[0][0][0] == names["hot"]

    def test_long_and_odd_names_are_cut_on_the_axis_and_whole_in_the_hover(self) -> None:
        name = "study-<b>-" + "x" * 40
        figure = heatmap(table([(name, "en", 1.0, 0.9, 1.0, 9, 9)], "checkpoint", "language"))
        # 13 characters, the ellipsis, 12 characters; "<" is shown, not taken as a tag
        assert figure.layout.yaxis.ticktext[0] == "study-&lt;b>-xxx…" + "x" * 12
        cell = figure.data[0].customdata[0][0]
        assert cell[0] == name
        assert "study-&lt;b>-" + "x" * 40 in cell[2]

    def test_dark_figures_have_light_text(self, rates: pd.DataFrame) -> None:
        assert heatmap(rates, dark=True).layout.template.layout.font.color == "#f2f5fa"
        assert heatmap(rates).layout.template.layout.font.color != "#f2f5fa"


class TestCurves:
    def test_a_line_and_a_band_for_each_language(self) -> None:
        figure = learning_rate_curve(
            table(
                [
                    (1e-3, "fr", 0.2, 0.1, 0.3, 30, 30),
                    (1e-4, "fr", 0.9, 0.8, 1.0, 29, 30),
                    (1e-4, "en", 1.0, 0.9, 1.0, 30, 30),
                    (1e-3, "en", 1.0, 0.9, 1.0, 30, 30),
                    (NAN, "en", 0.0, 0.0, 0.1, 30, 30),
                ],
                "learning_rate",
                "language",
            )
        )
        lines = [trace for trace in figure.data if trace.showlegend]
        bands = [trace for trace in figure.data if trace.fill == "toself"]
        assert [line.name for line in lines] == ["English", "français"]
        french, band = lines[1], bands[1]
        assert list(french.x) == [1e-4, 1e-3]
        assert list(french.y) == [0.9, 0.2]
        # the band goes along its upper edge and back along its lower one
        assert list(band.x) == [1e-4, 1e-3, 1e-3, 1e-4]
        assert list(band.y) == [1.0, 0.3, 0.1, 0.8]
        assert "29 of 30 answers scored" in french.customdata[0][1]
        assert list(figure.layout.xaxis.ticktext) == ["1e-4", "1e-3"]
        assert figure.layout.xaxis.type == "log"

    def test_lines_differ_in_colour_and_in_marker(self) -> None:
        codes = ["en", "de", "fr", "pt", "ru", "zh"]
        rows = [(x, code, 0.5, 0.4, 0.6, 9, 9) for x in (1e-4, 1e-3) for code in codes]
        figure = learning_rate_curve(table(rows, "learning_rate", "language"))
        lines = [trace for trace in figure.data if trace.showlegend]
        assert len({line.line.color for line in lines}) == 6
        assert len({line.marker.symbol for line in lines}) == 6

    def test_colours_stay_when_fewer_languages_are_shown(self) -> None:
        rows = [(x, "ru", 0.5, 0.4, 0.6, 9, 9) for x in (1e-4, 1e-3)]
        alone = table(rows, "learning_rate", "language")
        all_of_them = ["en", "fr", "ru"]
        first = learning_rate_curve(alone).data[1]
        third = learning_rate_curve(alone, languages=all_of_them).data[1]
        assert first.line.color != third.line.color

    def test_each_method_has_its_panel_and_the_legend_names_languages_once(self) -> None:
        rows = [
            (method, x, "en", 0.5, 0.4, 0.6, 9, 9)
            for method in ("lora", "full")
            for x in (1e-4, 1e-3)
        ]
        figure = learning_rate_curve(table(rows, "method", "learning_rate", "language"))
        assert [note.text for note in figure.layout.annotations] == ["full", "lora"]
        assert sum(bool(trace.showlegend) for trace in figure.data) == 1
        assert {trace.xaxis for trace in figure.data} == {"x", "x2"}

    def test_data_size_draws_all_examples_rightmost(self) -> None:
        rows = [
            (None, "en", 0.9, 0.8, 1.0, 9, 9),
            (2000, "en", 0.6, 0.5, 0.7, 9, 9),
            (500, "en", 0.3, 0.2, 0.4, 9, 9),
        ]
        frame = table(rows, "size", "language").astype({"size": "Int64"})
        figure = data_size_curve(frame)
        line = next(trace for trace in figure.data if trace.showlegend)
        # "all" stands at twice the largest known size
        assert list(line.x) == [500, 2000, 4000]
        assert list(line.y) == [0.3, 0.6, 0.9]
        assert list(figure.layout.xaxis.ticktext) == ["500", "2,000", "all"]

    def test_points_without_scores_are_left_out(self) -> None:
        rows = [(1e-4, "en", NAN, NAN, NAN, 0, 9), (1e-3, "en", 0.5, 0.4, 0.6, 9, 9)]
        figure = learning_rate_curve(table(rows, "learning_rate", "language"))
        line = next(trace for trace in figure.data if trace.showlegend)
        assert list(line.x) == [1e-3]
        assert not any(math.isnan(y) for y in line.y)


def test_english_comes_first_the_others_by_code() -> None:
    assert in_order(pd.Series(["zh", "de", "en", "de", "fr"])) == ["en", "de", "fr", "zh"]
