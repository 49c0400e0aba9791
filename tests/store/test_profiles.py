"""Answers counted by checkpoint and language in the database."""

from __future__ import annotations

import pandas as pd

from workbench.store import LanguageScore, Rating, ResponseRecord, RunRecord, Store
from workbench.store.profiles import COLUMNS, language_counts, profile_mark, validating_runs
from workbench.store.validations import Validated, ValidationScore, add_validations


def ids_of(store: Store, run: str) -> list[int]:
    return [int(id) for id in store.results([run])["response_id"]]


def test_an_empty_store_has_no_counts(store: Store) -> None:
    assert list(language_counts(store).columns) == list(COLUMNS)
    assert language_counts(store).empty
    assert profile_mark(store) == (0, 0, 0, 0)


def test_answers_are_counted_by_the_detector_that_scored_most(filled: Store) -> None:
    """``filled`` has two English and two French answers of ``tuned``."""
    before = profile_mark(filled)
    ids = ids_of(filled, "r")
    # langid looked at one answer only; both French ones are wrong for py3langid.
    filled.add_language_scores([LanguageScore(ids[0], "langid", "fr", 0.9, False)])
    languages = filled.results(["r"]).set_index("response_id")["language"]
    filled.add_language_scores(
        [
            LanguageScore(id, "py3langid", "en", 0.9, languages[id] == "en")
            if id != ids[-1]
            else LanguageScore(id, "py3langid", None, None, None, missing_reason="no answer")
            for id in ids
        ]
    )
    filled.add_ratings(
        [
            Rating(ids[0], "reference", "accuracy", 2),
            Rating(ids[1], "reference", "accuracy", None, "cut"),
            Rating(ids[2], "reference", "fluency", 0),
        ]
    )
    assert profile_mark(filled) != before
    english, french = language_counts(filled).to_dict("records")
    assert english == {
        "run": "r",
        "kind": "study",
        "checkpoint": "tuned",
        "language": "en",
        "n_total": 2,
        "detector": "py3langid",
        "n_scored": 2,
        "n_right": 2,
        "n_rated": 1,
        "accuracy": 1.0,  # a value of 2 of 2
    }
    assert (french["n_total"], french["n_scored"], french["n_right"]) == (2, 1, 0)
    assert french["n_rated"] == 0
    assert pd.isna(french["accuracy"])


def test_unscored_answers_have_no_detector_and_the_latest_run_comes_first(
    filled: Store, answers: list[ResponseRecord]
) -> None:
    filled.start_run(RunRecord("later", "generate"))
    filled.add_responses("later", "tuned", "world", answers[:1])
    counts = language_counts(filled)
    assert list(counts["run"]) == ["later", "r", "r"]
    assert list(counts["detector"]) == [None, None, None]
    assert list(counts["n_scored"]) == [0, 0, 0]


def test_runs_that_validated_a_cell_are_found_by_its_steps(filled: Store) -> None:
    assert validating_runs(filled, "tuned") == []
    loss = ValidationScore("en", "loss", 0.5, 9, 9)
    filled.add_checkpoint("cell@10", "h2", {})
    filled.add_checkpoint("cell_2@10", "h3", {})
    for run in ("first", "second"):
        filled.start_run(RunRecord(run, "validation", {"study_run": "r"}))
        add_validations(filled, Validated(run, "cell@10", "world", 10), [loss])
    assert validating_runs(filled, "cell") == ["second", "first"]
    # What looks like a wildcard is none.
    assert validating_runs(filled, "cel_") == []
    assert validating_runs(filled, "cell_2") == []
