from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from workbench.signatures import COLUMNS, SIGNATURES, signature_table

ROW: dict[str, Any] = {
    "run": "r",
    "checkpoint": "c",
    "prompt_set": "p",
    "sample": 0,
    "task": "fact",
    "text": "Le renard est roux.",
    "finish_reason": "stop",
    "detected": "fr",
    "language": "fr",
    "right_language": True,
    "accuracy": 1.0,
}


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    """Results with one row each, ids from 0, parallel ids as given or by number."""
    made = pd.DataFrame(
        [
            {**ROW, "parallel_id": str(number), "response_id": number, **row}
            for number, row in enumerate(rows)
        ]
    )
    return made.assign(
        right_language=made["right_language"].astype("boolean"),
        accuracy=made["accuracy"].astype("float64"),
    )


def measured(signature: str, *rows: dict[str, Any], language: str = "fr") -> dict[str, Any]:
    table = signature_table(frame(*rows))
    (found,) = table[(table["signature"] == signature) & (table["language"] == language)].to_dict(
        "records"
    )
    return {str(key): value for key, value in found.items()}


def test_all_five_for_each_checkpoint_and_language() -> None:
    table = signature_table(frame({}, {"language": "ru"}, {"checkpoint": "d"}))

    assert tuple(table.columns) == COLUMNS
    assert len(table) == 3 * 5
    assert set(table["signature"]) == set(SIGNATURES)
    assert all((measure.__doc__ or "").count("\n") >= 1 for measure in SIGNATURES.values())


def test_english_drift_counts_english_answers_to_other_languages() -> None:
    english = {"detected": "en", "right_language": False}
    found = measured(
        "english_drift",
        {},
        english,
        {"detected": "pt", "right_language": False},
        {**english, "text": "  "},  # nothing at all is not English
        {"detected": None, "right_language": pd.NA},  # undetermined: not told
    )

    # One of four whose language could be told.
    assert (found["value"], found["n_scored"], found["n_total"]) == (0.25, 4, 5)
    assert found["worst"] == [1]
    asked = measured("english_drift", {"language": "en", "detected": "en"}, language="en")
    assert asked["n_scored"] == 0
    assert asked["missing_reason"] == "only of languages other than English"


def test_hallucinated_facts_are_wrong_ended_and_in_the_right_language() -> None:
    found = measured(
        "hallucinated_facts",
        {},
        {"accuracy": 0},
        {"accuracy": 0, "finish_reason": "length"},
        {"accuracy": 0, "right_language": False},
        {"accuracy": 0, "text": ""},
        {"accuracy": 0, "task": "story"},
        {"accuracy": float("nan")},
    )

    # Fact questions that were rated: rows 0 to 4.
    assert (found["value"], found["n_scored"], found["worst"]) == (0.2, 5, [1])
    without = measured("hallucinated_facts", {"task": "story"})
    assert without["missing_reason"] == "no fact question could be rated"
    assert without["value"] != without["value"]


def test_uneven_helpfulness_is_the_gap_on_the_same_prompts() -> None:
    english = {"language": "en", "detected": "en"}
    found = measured(
        "uneven_helpfulness",
        {**english, "parallel_id": "a", "accuracy": 1},
        {**english, "parallel_id": "b", "accuracy": 1},
        {**english, "parallel_id": "c", "accuracy": 0},
        {"parallel_id": "a", "accuracy": 0},
        {"parallel_id": "b", "accuracy": 1},
        {"parallel_id": "c", "accuracy": 1},
        {"parallel_id": "d", "accuracy": 0},  # has no English twin
        {"parallel_id": "a", "accuracy": 0, "run": "other"},  # nor has this, in its run
    )

    # Gaps 1, 0 and -1.
    assert (found["value"], found["n_scored"], found["n_total"]) == (0, 3, 5)
    assert found["worst"] == [3]


@pytest.mark.parametrize(
    ("row", "faulty"),
    [
        ({}, 0),
        ({"finish_reason": "length"}, 1),
        ({"text": "Cuba, Cuba, Cuba et la banane."}, 1),
        ({"text": "le renard, le renard, le renard et le renard"}, 1),
        ({"text": "的的的"}, 1),
        ({"text": "non non"}, 0),
        # Of five words none is a word in any of the tiny world's languages: but only its
        # prompts have closed word lists.
        ({"text": "Alicepe zblorf wexmar quuxli habitapo"}, 0),
        ({"text": "Alicepe zblorf wexmar quuxli habitapo", "prompt_set": "tinyworld-test"}, 1),
        ({"text": "Le renard est petit.", "prompt_set": "tinyworld-test"}, 0),
    ],
)
def test_fluency_counts_cut_stuttering_circling_and_invented(
    row: dict[str, Any], faulty: int
) -> None:
    assert measured("fluency", row)["value"] == faulty


def test_fluency_of_imported_and_empty_answers_is_not_judged() -> None:
    found = measured("fluency", {"finish_reason": "unknown"}, {"text": " "})
    assert (found["n_scored"], found["n_total"]) == (0, 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Il est petit. Il est grand.", 0),
        ("Il est petit. Il est vert. Il est petit !", 1),
        ("狐狸很小。狐狸很小。", 1),
        ("Elle coûte 3.5 euros", None),
        ("Il est petit.", None),
        ("un\nun", 1),
    ],
)
def test_coherence_is_lost_where_a_sentence_comes_twice(text: str, expected: int | None) -> None:
    found = measured("lost_coherence", {"text": text})
    if expected is None:
        assert found["missing_reason"] == "no answer has two sentences"
    else:
        assert (found["value"], found["n_scored"]) == (expected, 1)


def test_at_most_five_examples() -> None:
    drift = {"detected": "en", "right_language": False}
    assert measured("english_drift", *[drift] * 7)["worst"] == [0, 1, 2, 3, 4]
