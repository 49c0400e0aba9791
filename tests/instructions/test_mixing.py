from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from workbench.errors import InputError
from workbench.instructions import Example, data_hash, load_instructions, subset
from workbench.prompts import Message, Prompt, PromptSet


def many(language: str, count: int) -> list[Example]:
    return [
        Example(
            messages=(
                Message(role="user", content=f"question {number}"),
                Message(role="assistant", content=f"answer {number}"),
            ),
            language=language,
        )
        for number in range(count)
    ]


def counts(examples: list[Example]) -> Counter[str]:
    return Counter(example.language for example in examples)


def test_smaller_subsets_are_contained_in_larger_ones() -> None:
    examples = many("en", 1500)
    small, large = (subset(examples, ["en"], size, seed=3) for size in (100, 1000))
    assert (len(small), len(large)) == (100, 1000)
    assert large[:100] == small
    assert small != examples[:100]


def test_seeds_draw_different_subsets() -> None:
    examples = many("en", 200)
    first, second, again = (subset(examples, ["en"], 50, seed) for seed in (0, 1, 0))
    assert first == again
    assert data_hash(first) == data_hash(again) != data_hash(second)


def test_languages_are_balanced_and_nested() -> None:
    examples = [*many("en", 300), *many("fr", 50), *many("ru", 80)]
    mix = subset(examples, ["en", "fr", "ru"], 100, seed=0)
    # 100 = 3 * 33 + 1: the language named first gets the odd one.
    assert counts(mix) == {"en": 34, "fr": 33, "ru": 33}
    assert subset(examples, ["en", "fr", "ru"], 31, seed=0) == mix[:31]
    everything = subset(examples, ["en", "fr", "ru"], None, seed=0)
    assert counts(everything) == {"en": 300, "fr": 50, "ru": 80}


def test_too_large_a_size_names_the_language_and_the_largest_size() -> None:
    with pytest.raises(InputError, match=r"'fr' has 20 examples and 25 are needed.* at most 40"):
        subset([*many("en", 90), *many("fr", 20)], ["en", "fr"], 50, seed=0)


class TestPinchOfMultilinguality:
    DATA = [*many("en", 1000), *many("fr", 40), *many("pt", 40), *many("ru", 40)]
    ONE_PERCENT = {"fr": 0.01, "pt": 0.01, "ru": 0.01}

    def test_shares_are_of_all_examples(self) -> None:
        drawn = subset(self.DATA, ["en"], 500, 0, self.ONE_PERCENT)
        # 1% of 500 are 5 of each; English has the rest.
        assert counts(drawn) == {"en": 485, "fr": 5, "pt": 5, "ru": 5}

    def test_all_of_the_main_language_if_no_size_is_given(self) -> None:
        drawn = subset(self.DATA, ["en"], None, 0, self.ONE_PERCENT)
        # 1,000 are 97% of 1,030.9: 10.3 of each, rounded.
        assert counts(drawn) == {"en": 1000, "fr": 10, "pt": 10, "ru": 10}

    def test_shares_are_rounded(self) -> None:
        # 2.5% of 100 are 2.5: to the nearest, one way or the other.
        drawn = counts(subset(self.DATA, ["en"], 100, 0, {"fr": 0.025, "ru": 0.25}))
        assert drawn["fr"] in (2, 3) and drawn["ru"] == 25
        assert drawn.total() == 100

    def test_smaller_mixes_are_contained_in_larger_ones_of_the_same_seed(self) -> None:
        large = subset(self.DATA, ["en"], 900, 4, self.ONE_PERCENT)
        for size in (60, 61, 149, 150, 151, 899):
            assert subset(self.DATA, ["en"], size, 4, self.ONE_PERCENT) == large[:size]
        assert subset(self.DATA, ["en"], 900, 5, self.ONE_PERCENT) != large

    def test_the_order_in_which_shares_are_written_does_not_matter(self) -> None:
        turned = dict(reversed(self.ONE_PERCENT.items()))
        first, second = (subset(self.DATA, ["en"], 300, 0, m) for m in (self.ONE_PERCENT, turned))
        assert first == second

    def test_main_languages_share_the_rest_evenly(self) -> None:
        drawn = subset(self.DATA, ["en", "pt"], 50, 0, {"ru": 0.2})
        assert counts(drawn) == {"en": 20, "pt": 20, "ru": 10}

    def test_the_english_examples_are_those_of_the_unmixed_subset(self) -> None:
        mixed = subset(self.DATA, ["en"], 500, 0, self.ONE_PERCENT)
        alone = subset(self.DATA, ["en"], 485, 0)
        assert [e for e in mixed if e.language == "en"] == alone

    def test_too_few_examples(self) -> None:
        with pytest.raises(InputError, match=r"Mix of 0.1 'fr': the data has 40 of the 50"):
            subset(self.DATA, ["en"], 500, 0, {"fr": 0.1})
        with pytest.raises(InputError, match=r"'en' has 1000 examples and 1485 are needed"):
            subset(self.DATA, ["en"], 1500, 0, {"fr": 0.01})

    def test_a_share_of_less_than_one_example(self) -> None:
        with pytest.raises(InputError, match="'fr': of 20 examples that is less than one"):
            subset(self.DATA, ["en"], 20, 0, self.ONE_PERCENT)


def test_what_repeats_prompts_is_dropped_before_the_size_is_drawn(tmp_path: Path) -> None:
    path = tmp_path / "own.en.jsonl"
    records = [{"prompt": f"Question {n}?", "completion": "A"} for n in range(10)]
    path.write_text("\n".join(map(json.dumps, records)), "utf-8")
    asked = PromptSet(
        name="test",
        prompts=tuple(
            Prompt(
                parallel_id=str(n),
                language="en",
                messages=(Message(role="user", content=f"question {n}"),),
            )
            for n in (3, 7)
        ),
    )
    kept = load_instructions(str(path), ["en"], 8, without=[asked])
    assert {e.messages[0].content for e in kept} == {
        f"Question {n}?" for n in (0, 1, 2, 4, 5, 6, 8, 9)
    }
    with pytest.raises(InputError, match="has 8 examples and 9 are needed"):
        load_instructions(str(path), ["en"], 9, without=[asked])
