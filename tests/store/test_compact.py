"""Compact results are the results, without texts: each column is held against them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from workbench.errors import StoreError
from workbench.prompts import PromptSet
from workbench.store import LanguageScore, Rating, ResponseRecord, RunRecord, Store
from workbench.store.compact import COLUMNS, compact_results
from workbench.store.results import results_by_id


@pytest.fixture
def scored(filled: Store, prompt_set: PromptSet) -> Store:
    """Two runs whose responses lie among one another, with scores and ratings of all kinds."""
    constrained = prompt_set.prompts[0].model_copy(
        update={"parallel_id": "3", "constraint": "num_items_3", "reference": None}
    )
    filled.add_prompt_set(PromptSet(name="other", prompts=(constrained,)))
    filled.add_checkpoint("base", "h2", {"method": "base"})
    for run in ("second", "r"):
        filled.start_run(RunRecord(run, "study", {"n": 1}, {"workbench": "0"}))
        filled.add_responses(
            run, "base", "other", [ResponseRecord("3", "en", n, "One.", "stop") for n in range(2)]
        )
    frame = filled.results()
    ids = [int(id) for id in frame["response_id"]]
    assert frame["run"].tolist() == [*["r"] * 4, *["second"] * 2, *["r"] * 2]
    filled.add_language_scores(
        [
            LanguageScore(ids[0], "langid[a]", "en", 0.9, True, 2, 2, None, None, 3, 3, 0.0),
            LanguageScore(ids[1], "langid[a]", "en", 0.8, False, 3, 1, None, None, 3, 1, 0.7, 0.25),
            LanguageScore(ids[2], "langid[a]", None, None, None, 0, 0, "empty"),
            LanguageScore(ids[5], "langid[a]", "en", 0.9, True, 1, 1, None, 0),
            # Of the run 'second' the other detector has scored more.
            *(LanguageScore(id, "other", "pt", 0.5, False) for id in (ids[0], ids[4], ids[5])),
        ]
    )
    filled.add_ratings(
        [
            Rating(ids[0], "reference", "accuracy", 1),
            Rating(ids[1], "reference", "accuracy", None, "no reference"),
            Rating(ids[4], "constraints", "constraint", 2),
            Rating(ids[6], "constraints", "constraint", 0),
            Rating(ids[7], "constraints", "constraint", None, "no rule"),
        ]
    )
    return filled


@pytest.mark.parametrize("runs", [["r"], ["second"], ["r", "second"]])
def test_every_column_is_that_of_the_results(scored: Store, runs: list[str]) -> None:
    compact = compact_results(scored.database, runs).results
    results = scored.results(runs)
    assert tuple(compact.columns) == COLUMNS
    assert len(compact) == len(results)
    for name in COLUMNS:
        found, expected = compact[name], results[name]
        if isinstance(found.dtype, pd.CategoricalDtype):
            assert list(found.cat.categories) == sorted(found.cat.categories)
            found, expected = found.astype("object"), expected.astype("object")
            found, expected = (part.where(part.notna(), None) for part in (found, expected))
        pd.testing.assert_series_equal(found, expected, check_dtype=False)
    for name in ("right_language", "line_pass", "constraint_kept"):
        assert compact[name].dtype == "boolean"


def test_texts_are_read_by_id_with_the_same_detector(scored: Store) -> None:
    compact = compact_results(scored.database, ["r", "second"])
    results = scored.results()
    wanted = [int(id) for id in results["response_id"].iloc[[4, 0, 7]]]
    found = results_by_id(scored.database, [*wanted, 999], compact.detector_of, "reference")
    expected = results.set_index("response_id", drop=False).loc[wanted].reset_index(drop=True)
    assert found["text"].tolist() == expected["text"].tolist() == ["One.", "It is red.", "One."]
    assert (
        found["detector"].tolist() == expected["detector"].tolist() == ["other", "langid[a]", None]
    )
    assert compact.prompts.tolist()[0] == "en 1?"


def test_runs_without_answers_give_no_rows(store: Store) -> None:
    store.start_run(RunRecord("empty", "study"))
    compact = compact_results(store.database, ["empty"])
    assert compact.results.empty
    assert tuple(compact.results.columns) == COLUMNS
    assert compact.results["right_language"].dtype == "boolean"


def test_a_mark_differs_once_something_was_written(store: Store, url: str) -> None:
    before = store.database.mark()
    assert store.database.mark() == before
    assert store.runs().empty  # reading changes nothing
    assert store.database.mark() == before
    store.start_run(RunRecord("r", "study"))
    own = store.database.mark()
    assert own != before
    with Store(url) as other:
        other.start_run(RunRecord("s", "study"))
    assert store.database.mark() != own


def test_a_mark_of_a_database_that_is_gone_is_an_error_for_users(tmp_path: Path, url: str) -> None:
    if not url.startswith("sqlite"):
        pytest.skip("a server cannot be taken away")
    with Store(url) as store:
        store.close()
        (tmp_path / "store.sqlite").unlink()
        (tmp_path / "store.sqlite").mkdir()
        with pytest.raises(StoreError, match="unable to open"):
            store.database.mark()
