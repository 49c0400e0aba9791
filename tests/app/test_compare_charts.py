from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from known_comparison import GOOD, HOT, MORE, RUN, add_scripts, rate

from tests import known_validation
from workbench.app.compare import criteria_views, rate_views
from workbench.app.compare.criteria_views import criteria_chart, gap_chart
from workbench.app.compare.language_views import language_chart
from workbench.app.compare.results import Results
from workbench.app.compare.run_answers import RunAnswers
from workbench.app.compare.selection_views import selection_view
from workbench.statistics import rate_table
from workbench.store import Store

LLM = "llm:test"


@pytest.fixture
def answers(filled: Store, tmp_path: Path) -> RunAnswers:
    rate(filled)
    return Results(filled, tmp_path / "absent.parquet").read([RUN])


@pytest.fixture
def results(answers: RunAnswers) -> pd.DataFrame:
    return answers.results


def test_the_heat_map_counts_what_could_not_be_scored(results: pd.DataFrame) -> None:
    chart = rate_views.heat_map(results, "right_language", dark=False)
    assert chart.figure is not None
    row, language, hover = chart.figure.data[0].customdata[1][1]
    assert (row, language) == (HOT, "fr")
    # 24 of 30 are wrong, 1 is missing: 5 of 29 are right
    assert chart.figure.data[0].z[1][1] == pytest.approx(5 / 29)
    assert "29 of 30 answers scored" in hover
    assert chart.table["row"].tolist() == [GOOD, GOOD, HOT, HOT]


@pytest.mark.parametrize("measure", ["right_language", "accuracy", "ended", "line_pass"])
def test_the_numbers_are_those_of_whole_results(
    results: pd.DataFrame, filled: Store, measure: str
) -> None:
    table = rate_views.heat_map(results, measure, dark=False).table.reset_index(drop=True)
    named = filled.results().rename(columns={"checkpoint": "row"})
    whole = rate_table(named, measure, ["row", "language"])
    pd.testing.assert_frame_equal(
        table.astype({"row": "str", "language": "str"}), whole, check_dtype=False
    )


def test_coverage_counts_what_is_scored_and_says_why_the_rest_is_not(results: pd.DataFrame) -> None:
    assert rate_views.coverage(results, "accuracy") == "120 of 120 answers are scored."
    assert rate_views.coverage(results, "right_language") == (
        "119 of 120 answers are scored; most of the others are not because: undetermined."
    )
    # no answer of the study has a line of five words
    found = rate_views.coverage(results, "line_pass")
    assert found.startswith("0 of 120 answers are scored; most")
    assert "no line is long enough" in found


def test_curves_appear_only_where_the_data_vary(results: pd.DataFrame) -> None:
    rates = rate_views.learning_rates(results, "right_language", ["en", "fr"], dark=False)
    sizes = rate_views.data_sizes(results, "right_language", ["en", "fr"], dark=False)
    assert rates.figure is not None
    assert rates.note == "Bands are 95% intervals over prompts."
    assert sizes.figure is None
    assert "workbench run data-size" in sizes.note
    one = rate_views.learning_rates(results[results["row"] == HOT], "ended", ["en"], dark=False)
    assert one.figure is None
    assert "workbench run learning-rate" in one.note


def test_a_curve_says_what_it_averages_over(results: pd.DataFrame) -> None:
    seeds = results.assign(seed=(results["response_id"] % 2).astype("Int64"))
    curve = rate_views.learning_rates(seeds, "right_language", ["en", "fr"], dark=False)
    assert curve.note.startswith("Each point averages over 2 seeds.")


def test_charts_of_languages_give_their_numbers(results: pd.DataFrame) -> None:
    flow = language_chart("flow", results, dark=False)
    assert flow.note == "Languages as identified by langid."
    # 24 of the French prompts to the hot checkpoint are answered in English, one in none.
    counts = {(asked, to): n for asked, to, n in flow.table.itertuples(index=False) if n}
    assert counts == {
        ("en", "en"): 60,
        ("fr", "fr"): 35,
        ("fr", "en"): 24,
        ("fr", "undetermined"): 1,
    }
    assert language_chart("confusion", results, dark=True).figure.layout.template.layout is not None
    # No answer has a line that was judged, so no switch can be placed and no rate be had.
    assert language_chart("switches", results, dark=False).table.empty
    assert language_chart("passes", results, dark=False).table.empty


def test_means_of_ratings_count_what_is_missing(answers: RunAnswers, results: pd.DataFrame) -> None:
    chart = criteria_chart("criteria", answers, results, LLM, dark=False)
    table = chart.table.set_index(["criterion", "checkpoint", "language"])
    cell = table.loc["language", HOT, "fr"]
    # 29 of the 30 French answers at 1e-3 are rated, all 0.
    assert (cell["mean"], cell["n_rated"], cell["n_total"]) == (0, 29, 30)
    assert table.loc["fluency", HOT, "en"]["mean"] == 1
    # A panel a checkpoint; a click on a cell names all three.
    assert chart.figure is not None
    customdata = chart.figure.data[0].customdata
    assert list(customdata[0][1][:2]) == ["language", "fr"]
    assert customdata[0][1][3] == GOOD

    profile = criteria_chart("profile", answers, results, LLM, dark=False).table
    own = profile.set_index(["criterion", "checkpoint"])
    # 30 English answers rated 2 and 29 French ones rated 0
    assert own.loc["language", HOT]["mean"] == pytest.approx(60 / 59)


def test_a_person_is_held_to_what_they_rated(answers: RunAnswers, results: pd.DataFrame) -> None:
    table = criteria_chart("profile", answers, results, "person:Ada", dark=False).table
    (row,) = table.to_dict("records")
    assert (row["criterion"], row["mean"], row["n_rated"], row["n_total"]) == (
        *("helpfulness", 0.5),
        *(2, 2),
    )
    # An LLM is held to all: fluency of 120 answers, and so is its language, of 119.
    totals = criteria_chart("profile", answers, results, LLM, dark=False).table["n_total"]
    assert set(totals) == {60}


def test_more_checkpoints_than_fit_are_said(
    answers: RunAnswers, results: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(criteria_views, "MOST", 1)
    chart = criteria_chart("profile", answers, results, LLM, dark=False)
    assert set(chart.table["checkpoint"]) == {GOOD}
    assert "The first 1 of 2 checkpoints are shown" in chart.note


def test_the_gap_is_between_twins(answers: RunAnswers, results: pd.DataFrame) -> None:
    chart = gap_chart(answers, results, LLM, HOT, dark=False)
    own = chart.table.set_index("criterion")
    # English is rated 2 and French 0 where both are: of 30 prompts, 29.
    assert own.loc["language"]["gap"] == 2
    assert (own.loc["language"]["n_paired"], own.loc["language"]["n_total"]) == (29, 30)
    assert own.loc["fluency"]["gap"] == 0
    assert chart.note.startswith(HOT)
    french = results[(results["language"] == "fr").to_numpy()]
    assert "in English" in gap_chart(answers, french, LLM, HOT, dark=False).note
    only = gap_chart(answers, results, "person:Ada", GOOD, dark=False)
    assert "has rated no prompt in English and another" in only.note


@pytest.mark.parametrize("name", ["criteria", "profile"])
def test_without_ratings_the_charts_say_what_brings_some(
    answers: RunAnswers, results: pd.DataFrame, name: str
) -> None:
    assert "workbench judge RUN" in criteria_chart(name, answers, results, "", dark=False).note
    assert "workbench judge RUN" in gap_chart(answers, results, "", HOT, dark=False).note
    nothing = criteria_chart(name, answers, results, "nobody", dark=False)
    assert (nothing.figure, nothing.note[:6]) == (None, "nobody")


def test_ratings_are_of_what_is_shown(filled: Store, tmp_path: Path) -> None:
    rate(filled)
    add_scripts(filled)
    answers = Results(filled, tmp_path / "absent.parquet").read([RUN, MORE])
    chinese = answers.results[(answers.results["language"] == "zh").to_numpy()]
    table = criteria_chart("profile", answers, chinese, LLM, dark=False).table
    means = {(c, row): m for c, row, m in table[["criterion", "checkpoint", "mean"]].to_numpy()}
    assert means["fluency", f"{GOOD} ({MORE})"] == 2
    assert means["fluency", f"{HOT} ({MORE})"] == 0
    assert len(means) == 12


def test_selection_is_that_of_the_first_run_that_was_validated(
    filled: Store, tmp_path: Path
) -> None:
    reader = Results(filled, tmp_path / "absent.parquet")
    without = selection_view(reader, [RUN], dark=False)
    assert without.selection is None
    assert "validation:" in without.note
    known_validation.fill(filled)
    found = selection_view(reader, [RUN, "study-1"], dark=False)
    assert found.selection is not None
    # English quality takes the high learning rate at step 100, all languages the low one.
    assert found.selection.english.recipe == "study-high"
    assert found.selection.multilingual.recipe == "study-low"
    assert found.note.startswith("Selection in study-1,")
    costs = found.costs.table
    assert set(costs["chosen_by"]) == {"english", "english_loss"}
    assert set(costs["language"]) == {"en", "fr", "ru"}
    assert found.front.figure is not None


def test_a_run_whose_validation_is_not_scored_says_why(filled: Store, tmp_path: Path) -> None:
    reader = Results(filled, tmp_path / "absent.parquet")
    known_validation.fill(filled, {})
    found = selection_view(reader, ["study-1"], dark=False)
    assert found.selection is None
    assert "nothing of it is validated yet" in found.note
