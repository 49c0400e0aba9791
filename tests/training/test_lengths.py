from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from workbench.instructions import read_examples
from workbench.prompts import Message, Prompt, PromptSet
from workbench.training.lengths import (
    instruction_lengths,
    report_instructions,
    summarise_lengths,
)


@pytest.fixture
def tokenizer(random_tiny_base: Path) -> PreTrainedTokenizerBase:
    return AutoTokenizer.from_pretrained(random_tiny_base)


def test_lengths_of_examples(tokenizer: PreTrainedTokenizerBase, instructions: Path) -> None:
    examples = read_examples(instructions)
    lengths = instruction_lengths(examples, tokenizer)
    assert list(lengths["language"]) == [example.language for example in examples]
    english = lengths[lengths["language"] == "en"]
    assert list(english["tokens"]) == [21, 25, 21, 22, 22, 21]
    answer = len(tokenizer("The fox is red.<|end|>", add_special_tokens=False)["input_ids"])
    assert english["answer_tokens"].iloc[0] == answer


def test_counts_by_language() -> None:
    lengths = pd.DataFrame(
        {
            "language": ["fr", "en", "en", "en", "fr", "en"],
            "tokens": [10, 30, 10, 50, 200, 20],
            "answer_tokens": [4, 12, 5, 30, 150, 7],
        }
    )
    table = summarise_lengths(lengths, max_length=50).set_index("language")
    assert list(table.index) == ["en", "fr"]
    # English: 10, 20, 30, 50 all fit. French: 200 does not, and stays out of the sums.
    assert table.loc["en"].to_dict() == {
        "examples": 4,
        "too_long": 0,
        "tokens": 110,
        "answer_tokens": 54,
        "median": 25,
        "p95": 30,  # 95% of the way from the first to the fourth is 2.85: the third
        "longest": 50,
    }
    assert table.loc["fr", ["examples", "too_long", "tokens", "longest"]].to_list() == [
        2,
        1,
        10,
        200,
    ]


def test_no_examples_at_all(tokenizer: PreTrainedTokenizerBase) -> None:
    assert len(report_instructions([], tokenizer, 100).table()) == 0


def test_what_training_would_leave_out_and_what_repeats_prompts(
    tokenizer: PreTrainedTokenizerBase, instructions: Path
) -> None:
    examples = read_examples(instructions)
    asked = [("en", "Is the snake slow?"), ("fr", "Où vit le hibou ?"), ("en", "Who?")]
    prompts = PromptSet(
        name="test",
        prompts=tuple(
            Prompt(parallel_id=text, language=code, messages=(Message(role="user", content=text),))
            for code, text in asked
        ),
    )
    report = report_instructions(examples, tokenizer, 24, [prompts])
    table = report.table().set_index("language")
    assert table["in test"].to_dict() == {"en": 1, "fr": 1, "ru": 0}
    # Of the English examples one has 25 tokens.
    assert table.loc["en", "too_long"] == 1
    beyond = int((report.lengths["tokens"] > 24).sum())
    repeated, left_out = report.warnings()
    assert repeated.startswith("2 of 12 examples repeat prompts of test (2 word for word")
    assert left_out == f"{beyond} of 12 examples are longer than 24 tokens and would be left out"
    assert report_instructions(examples, tokenizer, 1000).warnings() == []
