from __future__ import annotations

import numpy as np

from workbench.store import JudgeRecord, LanguageScore, Rating, Store
from workbench.store.disagreement import disagreeing, labels_of
from workbench.store.rated import MISSING, UNASKED, judges_of, levels_of, ratings_of

CRITERIA = ("language", "fluency", "accuracy")


def ids_of(store: Store) -> np.ndarray:
    return store.results()["response_id"].to_numpy()


def test_levels_follow_the_responses(filled: Store) -> None:
    first, second, third, _ = (int(id) for id in ids_of(filled))
    filled.add_judge(JudgeRecord("llm", "llm"))
    filled.add_judge(JudgeRecord("silent", "llm"))
    filled.add_ratings(
        [
            Rating(first, "llm", "language", 2),
            Rating(first, "llm", "fluency", None, "cut"),
            Rating(third, "llm", "language", 0, reason="It is <English>."),
            Rating(second, "reference", "accuracy", 1),
            Rating(second, "other", "constraint", 1),
        ]
    )
    levels = levels_of(filled.database, "llm", CRITERIA, ids_of(filled))
    assert levels["language"].tolist() == [2, UNASKED, 0, UNASKED]
    assert levels["fluency"].tolist() == [MISSING, UNASKED, UNASKED, UNASKED]
    assert "accuracy" not in levels  # it was asked for nothing of it
    # Of some responses only; others of the database do not get between.
    some = levels_of(filled.database, "llm", CRITERIA, np.array([first, third]))
    assert some["language"].tolist() == [2, 0]
    assert levels_of(filled.database, "nobody", CRITERIA, ids_of(filled)) == {}

    assert judges_of(filled.database, ["r"], CRITERIA) == {"llm": "llm", "reference": "rule"}
    assert judges_of(filled.database, ["gone"], CRITERIA) == {}

    given = ratings_of(filled.database, "llm", [third, second])
    assert given == {third: [Rating(third, "llm", "language", 0, reason="It is <English>.")]}


def test_detectors_disagree_where_two_name_different_languages(filled: Store) -> None:
    ids = ids_of(filled)
    first, second, third, fourth = (int(id) for id in ids)

    def score(id: int, detector: str, label: str | None) -> LanguageScore:
        return LanguageScore(id, detector, label, 0.5, None if label is None else label == "en")

    filled.add_language_scores([score(id, "a[x]", "en") for id in (first, second, third)])
    assert not disagreeing(filled.database, ids).any()
    filled.add_language_scores(
        [score(first, "b", "fr"), score(second, "b", "en"), score(third, "b", None)]
    )
    filled.add_language_scores([score(fourth, "b", "fr")])
    assert disagreeing(filled.database, ids).tolist() == [True, False, False, False]
    assert labels_of(filled.database, [third, first, fourth]) == {
        first: {"a": "en", "b": "fr"},
        third: {"a": "en", "b": None},
    }
    assert disagreeing(filled.database, ids[:0]).tolist() == []
