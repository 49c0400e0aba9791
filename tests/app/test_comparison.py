from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from workbench.app.compare import comparison
from workbench.app.compare.comparison import EXAMPLE, Cell, Results, Selection
from workbench.store import ResponseRecord, RunRecord, Store

RUN = "learning-rate-12345678"
HOT = "learning-rate-lr0.001"


@pytest.fixture
def results(filled: Store, tmp_path: Path) -> pd.DataFrame:
    return Results(filled, tmp_path / "absent.parquet").read([RUN])


def test_runs_without_answers_are_not_offered(filled: Store, tmp_path: Path) -> None:
    filled.start_run(RunRecord("empty", "study"))
    assert Results(filled, tmp_path / "absent.parquet").runs() == [RUN]


def test_an_empty_workspace_shows_the_shipped_example(
    results: pd.DataFrame, tmp_path: Path
) -> None:
    with Store(f"sqlite:///{tmp_path / 'none.sqlite'}") as empty:
        assert Results(empty, tmp_path / "absent.parquet").runs() == []
        results.drop(columns="row").to_parquet(tmp_path / "example.parquet")
        example = Results(empty, tmp_path / "example.parquet")
        assert example.runs() == [EXAMPLE]
        read = example.read([EXAMPLE])
        for column in ("response_id", "row", "right_language", "accuracy", "size"):
            pd.testing.assert_series_equal(read[column], results[column], check_dtype=False)
        assert read["right_language"].dtype == "boolean"


def test_results_are_kept_until_read_afresh(filled: Store, tmp_path: Path) -> None:
    reader = Results(filled, tmp_path / "absent.parquet")
    first = reader.read([RUN])
    assert reader.read([RUN]) is first
    assert reader.read([RUN], fresh=True) is not first


def test_a_checkpoint_of_several_runs_is_named_with_its_run(filled: Store, tmp_path: Path) -> None:
    filled.start_run(RunRecord("again", "generate"))
    one = filled.results().iloc[0]
    filled.add_responses(
        "again", HOT, "colours", [ResponseRecord(one["parallel_id"], "en", 0, "Red.", "stop")]
    )
    rows = Results(filled, tmp_path / "absent.parquet").read([RUN, "again"])["row"]
    assert set(rows) == {f"{HOT} (again)", f"{HOT} ({RUN})", "learning-rate-lr0.0001"}


def test_filters_let_through_what_they_name(results: pd.DataFrame) -> None:
    # 2 checkpoints x 30 prompts of a language; of each 30 prompts 20 are facts, half of these odd
    assert len(Selection(languages=("fr",)).of(results)) == 60
    assert len(Selection(languages=("fr",), task="fact").of(results)) == 40
    assert len(Selection(languages=("fr",), task="fact", tier="A").of(results)) == 20
    assert len(Selection(prompt_set="colours").of(results)) == 120


def test_choices_are_what_the_results_hold(results: pd.DataFrame) -> None:
    offered = comparison.choices(results)
    assert offered.prompt_sets == ["colours"]
    assert offered.languages == ["en", "fr"]
    assert offered.tasks == ["fact", "list"]
    assert offered.tiers == ["A", "B"]
    assert offered.rows == ["learning-rate-lr0.0001", HOT]


def test_the_heat_map_counts_what_could_not_be_scored(results: pd.DataFrame) -> None:
    figure = comparison.heat_map(results, "right_language", dark=False)
    row, language, hover = figure.data[0].customdata[1][1]
    assert (row, language) == (HOT, "fr")
    # 24 of 30 are wrong, 1 is missing: 5 of 29 are right
    assert figure.data[0].z[1][1] == pytest.approx(5 / 29)
    assert "29 of 30 answers scored" in hover


def test_coverage_counts_what_is_scored_and_says_why_the_rest_is_not(results: pd.DataFrame) -> None:
    assert comparison.coverage(results, "accuracy") == "120 of 120 answers are scored."
    assert comparison.coverage(results, "right_language") == (
        "119 of 120 answers are scored; most of the others are not because: undetermined."
    )
    # no answer of the study has a line of five words
    assert comparison.coverage(results, "line_pass").startswith("0 of 120 answers are scored; most")
    assert "no line is long enough" in comparison.coverage(results, "line_pass")


def test_curves_appear_only_where_the_data_vary(results: pd.DataFrame) -> None:
    rates = comparison.learning_rates(results, "right_language", ["en", "fr"], dark=False)
    sizes = comparison.data_sizes(results, "right_language", ["en", "fr"], dark=False)
    assert rates.figure is not None
    assert rates.note == "Bands are 95% intervals over prompts."
    assert sizes.figure is None
    assert "workbench run data-size" in sizes.note
    one = results[results["row"] == HOT]
    assert comparison.learning_rates(one, "right_language", ["en"], dark=False).figure is None
    assert (
        "workbench run learning-rate"
        in comparison.learning_rates(one, "right_language", ["en"], dark=False).note
    )


def test_a_curve_says_what_it_averages_over(results: pd.DataFrame) -> None:
    seeds = results.assign(seed=(results["response_id"] % 2).astype("Int64"))
    curve = comparison.learning_rates(seeds, "right_language", ["en", "fr"], dark=False)
    assert curve.note.startswith("Each point averages over 2 seeds.")


def test_a_cell_leads_to_its_answers_in_pages_of_twenty(results: pd.DataFrame) -> None:
    cell = Cell(HOT, "fr")
    first = comparison.answers_behind(results, cell)
    assert first.label == "1–20 of 30 answers"
    assert (first.has_previous, first.has_next) == (False, True)
    assert set(first.answers["row"]) == {HOT}
    second = comparison.answers_behind(results, replace(cell, page=1))
    assert second.label == "21–30 of 30 answers"
    assert (second.has_previous, second.has_next) == (True, False)
    beyond = comparison.answers_behind(results, replace(cell, page=9))
    assert beyond.cell.page == 1


def test_wrong_only_leaves_out_right_and_missing(results: pd.DataFrame) -> None:
    page = comparison.answers_behind(results, Cell(HOT, "fr", wrong_only=True))
    assert page.label == "1–20 of 24 answers"
    assert page.answers["right_language"].eq(False).all()
    none = comparison.answers_behind(results, Cell(HOT, "en", wrong_only=True))
    assert none.label == "No answers"
    assert not none.has_next
