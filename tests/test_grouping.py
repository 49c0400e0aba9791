from __future__ import annotations

import pandas as pd
import pytest

from workbench.grouping import group_numbers, prompt_numbers

FRAME = pd.DataFrame(
    {
        "language": ["fr", "en", "fr", "en", None],
        "seed": pd.array([1, 0, None, 0, 1], dtype="Int64"),
        "prompt_set": ["b", "a", "b", "a", "a"],
        "parallel_id": ["1", "1", "2", "2", "1"],
    }
)


@pytest.mark.parametrize("type", ["object", "category"])
def test_groups_are_numbered_in_the_order_of_their_keys(type: str) -> None:
    frame = FRAME.astype({"language": type, "prompt_set": type})
    numbers, keys = group_numbers(frame, ["language", "seed"])
    # en 0; fr 1; fr without a seed; and one without a language, which comes last
    assert numbers.tolist() == [1, 0, 2, 0, 3]
    assert keys["language"].astype("object").tolist()[:3] == ["en", "fr", "fr"]
    assert keys["seed"].isna().tolist() == [False, False, True, False]
    # Prompts in the order in which they come.
    assert prompt_numbers(frame).tolist() == [0, 1, 2, 3, 1]


def test_without_columns_all_rows_are_one_group() -> None:
    numbers, keys = group_numbers(FRAME, [])
    assert numbers.tolist() == [0] * 5
    assert keys.shape == (1, 0)
    assert group_numbers(FRAME.iloc[:0], [])[1].shape == (0, 0)
