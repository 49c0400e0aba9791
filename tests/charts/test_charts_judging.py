from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import pytest

from tests.judging.known_ratings import Values, ratings
from workbench.charts.judging import criteria_heatmap, criteria_profile, transfer_gap
from workbench.judging.means import mean_table
from workbench.statistics.transfer import transfer_gaps


def rated(values: dict[tuple[str, str], Values], checkpoint: str = "tuned") -> pd.DataFrame:
    """Ratings of judge ``j`` by criterion and language."""
    return pd.concat(
        ratings({"j": own}, criterion, language).assign(checkpoint=checkpoint)
        for (criterion, language), own in values.items()
    )


@pytest.fixture
def known() -> pd.DataFrame:
    return rated(
        {
            ("accuracy", "fr"): [2, 1, None, None],
            ("fluency", "fr"): [2, 1, 2, 1],
            ("fluency", "en"): [2, 2, 2, 2],
            ("accuracy", "en"): [2, 2, 1, 2],
            ("accuracy", "ru"): [None, None],
        }
    )


def test_heat_map_shows_means_with_their_counts_and_greys_what_is_too_few(
    known: pd.DataFrame,
) -> None:
    figure = criteria_heatmap(mean_table(known, ["criterion", "language"]))

    coloured, grey = figure.data
    assert list(coloured.y) == ["fluency", "accuracy"]  # as they are rated
    assert list(coloured.x) == ["English", "français", "русский"]
    assert [list(row) for row in coloured.z] == [[2, 1.5, None], [1.75, None, None]]
    # Accuracy in French: two of four are rated, less than four fifths; in Russian none is.
    assert [list(row) for row in grey.z] == [[None, None, 0], [None, 0, 0]]
    assert [list(row) for row in coloured.text] == [["2.00", "1.50", ""], ["1.75", "", ""]]
    assert [list(row) for row in grey.text] == [["", "", "–"], ["", "1.50", "–"]]
    criterion, code, hover, _ = grey.customdata[1][1]
    assert (criterion, code) == ("accuracy", "fr")
    assert "2 of 4 answers rated" in hover and "fewer than 80%" in hover
    assert coloured.customdata[0][1][2].startswith("<b>fluency</b>, français<br>1.50, 95% interval")
    assert grey.customdata[0][2][2].endswith("no answers")
    assert "0 of 2 answers rated" in grey.customdata[1][2][2]


def test_grey_cells_can_be_read_on_a_dark_page(known: pd.DataFrame) -> None:
    means = mean_table(known, ["criterion", "language"])
    (_, light), (_, dark) = (criteria_heatmap(means, dark).data for dark in (False, True))
    assert light.textfont.color is None
    assert dark.textfont.color == "#d1d5db"


def test_several_checkpoints_have_a_panel_each(known: pd.DataFrame) -> None:
    both = pd.concat([known, known.assign(checkpoint="<other>")])
    figure = criteria_heatmap(mean_table(both, ["checkpoint", "criterion", "language"]))
    assert [a.text for a in figure.layout.annotations] == ["&lt;other>", "tuned"]
    assert len(figure.data) == 4


def test_profile_has_a_point_a_criterion_and_checkpoint(known: pd.DataFrame) -> None:
    both = pd.concat([known, rated({("fluency", "fr"): [0, 1, 0, 1]}, "other")])
    figure = criteria_profile(mean_table(both, ["checkpoint", "criterion"]))
    other, tuned = figure.data
    assert (other.name, list(other.x)) == ("other", [0.5])
    # Fluency: 14 of 8; accuracy 10 of 6, of ten asked.
    points = dict(zip([c for c, _ in tuned.customdata], tuned.x, strict=True))
    assert points == pytest.approx({"accuracy": 10 / 6, "fluency": 14 / 8})
    symbols = dict(zip([c for c, _ in tuned.customdata], tuned.marker.symbol, strict=True))
    assert symbols["accuracy"] == f"{symbols['fluency']}-open"
    colours = dict(zip([c for c, _ in tuned.customdata], tuned.marker.color, strict=True))
    assert colours["accuracy"] == "#8C8C8C" != colours["fluency"]


def test_profile_by_language_names_languages(known: pd.DataFrame) -> None:
    figure = criteria_profile(mean_table(known, ["criterion", "language"]), by="language")
    assert [trace.name for trace in figure.data] == ["English", "français", "русский"]
    assert len(figure.data[2].x) == 0  # nothing is rated in Russian


def test_transfer_gap_has_intervals_around_its_points(known: pd.DataFrame) -> None:
    gaps = transfer_gaps(known, ["criterion"], largest=2)
    figure = transfer_gap(gaps)
    french = figure.data[0]
    table = gaps[gaps["language"] == "fr"].set_index("criterion")
    # Fluency: 2 - (2, 1, 2, 1); accuracy: (2, 2) - (2, 1).
    assert dict(zip([c for c, _ in french.customdata], french.x, strict=True)) == {
        "accuracy": 0.5,
        "fluency": 0.5,
    }
    for criterion, reach, point in zip(
        [c for c, _ in french.customdata], french.error_x.array, french.x, strict=True
    ):
        assert point + reach == pytest.approx(table.loc[criterion, "high"])
    assert "2 of 4 prompts rated in both" in dict(french.customdata)["accuracy"]


def test_dark_figures_are_dark(known: pd.DataFrame) -> None:
    means = mean_table(known, ["criterion", "language"])
    dark = go.layout.Template(criteria_heatmap(means, dark=True).layout.template)
    assert dark != go.layout.Template(criteria_heatmap(means).layout.template)
