from __future__ import annotations

import pandas as pd
import pytest

from workbench.errors import NotFoundError
from workbench.store import LanguageScore, Rating, ResponseRecord, RunRecord, Store
from workbench.store.results import COLUMNS


def score(store: Store, detector: str, labels: list[str | None]) -> None:
    """Scores for the first responses of the store."""
    frame = store.results()
    store.add_language_scores(
        [
            LanguageScore(id, detector, label, 0.5, None if label is None else label == expected)
            for id, expected, label in zip(
                frame["response_id"], frame["language"], labels, strict=False
            )
        ]
    )


def test_all_columns_in_order_and_tags_after_them(filled: Store) -> None:
    frame = filled.results()
    assert tuple(frame.columns) == (*COLUMNS, "relation")
    assert len(frame) == 4
    row = frame.iloc[0]
    expected = {
        "run": "r",
        "checkpoint": "tuned",
        "prompt_set": "world",
        "parallel_id": "1",
        "language": "en",
        "task": "fact",
        "constraint": None,
        "tier": "A",
        "relation": "animal.colour",
        "prompt": "en 1?",
        "text": "It is red.",
        "finish_reason": "stop",
        "prompt_tokens": 5,
        "new_tokens": 4,
        "seconds": 0.5,
        "method": "full",
        "learning_rate": 1e-4,
        "size": 300,
        "steps": 20,
        "seed": 1,
        "base": "tiny",
    }
    assert {key: row[key] for key in expected} == expected


def test_what_was_not_tried_says_so(filled: Store) -> None:
    frame = filled.results()
    assert frame["right_language"].isna().all() and frame["accuracy"].isna().all()
    assert frame["language_missing"].tolist() == ["not scored yet"] * 4
    assert frame["accuracy_missing"].tolist() == [
        "not rated by reference yet",
        "not rated by reference yet",
        "the prompt has no reference facts",
        "the prompt has no reference facts",
    ]


def test_scores_and_reasons_of_each_response(filled: Store) -> None:
    ids = filled.results()["response_id"].tolist()
    filled.add_language_scores(
        [
            LanguageScore(ids[0], "d", "en", 0.9, True, 2, 2),
            LanguageScore(ids[1], "d", "en", 0.8, False, 2, 1),
            LanguageScore(ids[2], "d", None, None, False, 0, 0),
            LanguageScore(ids[3], "d", None, None, None, missing_reason="prompt too long"),
        ]
    )
    filled.add_ratings(
        [
            Rating(ids[0], "reference", "accuracy", 2),
            Rating(ids[1], "reference", "accuracy", None, "unreadable"),
        ]
    )
    frame = filled.results()
    assert frame["detected"].tolist() == ["en", "en", None, None]
    assert frame["right_language"].tolist() == [True, False, False, pd.NA]
    assert frame["language_missing"].tolist() == [None, None, None, "prompt too long"]
    # 2 of 2 lines pass, 1 of 2 does not; without a judged line there is nothing to say.
    assert frame["line_pass"].tolist() == [True, False, pd.NA, pd.NA]
    assert frame["accuracy"].tolist()[0] == 1.0 and frame["accuracy"].isna().sum() == 3
    assert frame["accuracy_missing"].tolist()[1] == "unreadable"


def test_word_and_unit_scores(filled: Store) -> None:
    ids = filled.results()["response_id"].tolist()
    filled.add_language_scores(
        [
            LanguageScore(
                ids[0], "d", "ru", 0.9, True, 1, 1, None, 0, 3, 3, entropy=0.0, first_switch=None
            ),
            LanguageScore(
                ids[1], "d", "ru", 0.9, True, 1, 1, None, 2, 4, 3, entropy=0.5, first_switch=0.25
            ),
            # An empty answer has nothing to be judged and does not pass.
            LanguageScore(ids[2], "d", None, None, False, 0, 0, units_judged=0, units_right=0),
            LanguageScore(ids[3], "d", None, None, None, missing_reason="prompt too long"),
        ]
    )
    frame = filled.results()
    assert frame["word_pass"].tolist() == [True, False, pd.NA, pd.NA]
    assert frame["robust_pass"].tolist() == [True, False, False, pd.NA]
    assert frame["entropy"].tolist()[:2] == [0.0, 0.5]
    assert frame["first_switch"].tolist()[1] == 0.25
    assert frame[["entropy", "first_switch"]].isna().sum().tolist() == [2, 3]


def test_verdicts_of_all_detectors(filled: Store) -> None:
    score(filled, "first", ["en", "en", "en"])
    score(filled, "second", ["fr", None])
    frame = filled.verdicts()
    # The four answers expect en, fr, en, fr; three verdicts by the first, two by the second.
    assert frame[["detector", "detected"]].values.tolist() == [
        ["first", "en"],
        ["second", "fr"],
        ["first", "en"],
        ["second", None],
        ["first", "en"],
    ]
    assert frame["right_language"].tolist() == [True, False, False, pd.NA, True]
    assert len(filled.verdicts(["r"])) == 5 and filled.verdicts([]).empty
    with pytest.raises(NotFoundError, match="Run 'x'"):
        filled.verdicts(["x"])


def test_why_a_rating_was_given(filled: Store) -> None:
    id = int(filled.results()["response_id"].iloc[0])
    filled.add_ratings([Rating(id, "reference", "accuracy", 2, reason="it says red")])
    assert filled.results()["accuracy_reason"].tolist() == ["it says red", None, None, None]


def test_types_are_the_same_with_and_without_scores(filled: Store) -> None:
    before = filled.results().dtypes
    score(filled, "d", ["en", "fr", None, None])
    after = filled.results().dtypes
    assert before.equals(after)
    assert str(after["right_language"]) == "boolean" and str(after["new_tokens"]) == "Int64"


def test_detector_by_full_name_by_family_and_by_default(filled: Store) -> None:
    score(filled, "langid[en,fr]", ["en", "fr", "en", "en"])
    score(filled, "langid", ["fr"])
    score(filled, "lexicon", ["en", "en"])

    def detected(detector: str | None) -> list[str | None]:
        return filled.results(detector=detector)["detected"].tolist()

    assert detected("langid[en,fr]") == ["en", "fr", "en", "en"]
    assert detected("lexicon") == ["en", "en", None, None]
    # Of langid and langid[en,fr] the second scored more.
    assert detected("langid") == ["en", "fr", "en", "en"]
    assert detected(None) == ["en", "fr", "en", "en"]
    missing = filled.results(detector="lexicon")["language_missing"].tolist()
    assert missing == [None, None, "not scored by lexicon yet", "not scored by lexicon yet"]
    with pytest.raises(NotFoundError, match="Detector 'lang'.*lexicon"):
        filled.results(detector="lang")


def test_each_run_keeps_its_own_detector(filled: Store) -> None:
    score(filled, "first", ["en", "fr"])
    filled.start_run(RunRecord("s", "study", {}))
    filled.add_responses("s", "tuned", "world", [ResponseRecord("1", "en", 0, "Red.", "stop")])
    id = int(filled.results(["s"])["response_id"].iloc[0])
    filled.add_language_scores([LanguageScore(id, "second", "en", 0.5, True)])
    frame = filled.results().dropna(subset=["detected"])
    assert frame[["run", "detector"]].values.tolist() == [
        ["r", "first"],
        ["r", "first"],
        ["s", "second"],
    ]
    assert filled.results(["s"])["run"].tolist() == ["s"]


def test_an_unknown_run_is_an_error(filled: Store) -> None:
    with pytest.raises(NotFoundError, match="Run 'x'"):
        filled.results(["r", "x"])


def test_other_judges_are_read_by_name(filled: Store) -> None:
    id = int(filled.results()["response_id"].iloc[0])
    filled.add_ratings([Rating(id, "person", "accuracy", 1)])
    frame = filled.results(judge="person")
    assert frame["accuracy"].tolist()[0] == 0.5
    assert frame["accuracy_missing"].tolist()[2] == "not rated by person yet"
