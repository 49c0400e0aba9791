from __future__ import annotations

import math

import pandas as pd
import pytest

from tests.judging.known_ratings import ratings
from workbench.errors import NotFoundError
from workbench.statistics.transfer import transfer_gaps


def test_gaps_are_paired_with_the_english_twin() -> None:
    # Prompts 0 to 2: French lacks 1, 0 and 2; prompt 3 is missing in English, 4 in French.
    frame = pd.concat(
        [
            ratings({"j": [2, 1, 2, None, 2]}, language="en"),
            ratings({"j": [1, 1, 0, 2, None]}, language="fr"),
            ratings({"j": [None, None]}, language="ru"),
        ]
    )
    table = transfer_gaps(frame, ["judge", "criterion"], largest=2).set_index("language")
    french, russian = table.loc["fr"], table.loc["ru"]
    assert french[["judge", "gap", "n_paired", "n_total"]].tolist() == ["j", 1.0, 3, 5]
    assert french["low"] < 1 < french["high"]
    assert math.isnan(russian["gap"]) and russian[["n_paired", "n_total"]].tolist() == [0, 2]
    assert "en" not in table.index


def test_groups_have_gaps_of_their_own() -> None:
    parts = [
        ratings({"j": [2, 2]}, language="en").assign(checkpoint="a"),
        ratings({"j": [0, 0]}, language="fr").assign(checkpoint="a"),
        ratings({"j": [1, 1]}, language="en").assign(checkpoint="b"),
        ratings({"j": [1, 1]}, language="fr").assign(checkpoint="b"),
    ]
    table = transfer_gaps(pd.concat(parts), ["checkpoint"], largest=2)
    assert table[["checkpoint", "gap"]].values.tolist() == [["a", 2], ["b", 0]]
    whole = transfer_gaps(pd.concat(parts), [], largest=2)
    assert whole["gap"].tolist() == [1.0] and whole.columns[0] == "language"


def test_without_english_there_is_no_gap() -> None:
    with pytest.raises(NotFoundError, match="nothing was asked in English"):
        transfer_gaps(ratings({"j": [1]}))
