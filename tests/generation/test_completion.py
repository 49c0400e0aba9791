from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from workbench.checkpoints import SHIPPED, Catalogue, LoadedCheckpoint, load
from workbench.generation.completion import complete_lines, line_ends
from workbench.generation.decoding import Decoding

GREEDY = Decoding(max_new_tokens=32, repetition_penalty=1.0)


@pytest.fixture(scope="module")
def base() -> LoadedCheckpoint:
    return load(Catalogue([SHIPPED]).find("tiny-base"))


def test_a_base_answers_in_its_pages_format(base: LoadedCheckpoint) -> None:
    texts = [
        "Q: What is the capital of Russia?\nA: The capital of Russia is Moscow.\n"
        "Q: What is the capital of Chile?\nA:",
        "Q: What is the capital of France?\nA:",
    ]
    found = dict(complete_lines(base, texts, GREEDY))

    # Both facts are stated in pretraining text; lines end before the next question.
    assert "Santiago" in found[0].text
    assert "Paris" in found[1].text
    assert all("\n" not in answer.text for answer in found.values())
    assert {answer.finish_reason for answer in found.values()} == {"stop"}


def test_does_not_depend_on_the_batch(base: LoadedCheckpoint) -> None:
    texts = ["Q: Who are you?\nA:", "Q: What colour is the fox?\nA:", "The"]
    together = {i: a.text for i, a in complete_lines(base, texts, GREEDY)}
    alone = {i: a.text for i, a in complete_lines(base, texts, GREEDY, batch_size=1)}
    assert together == alone


def test_ends_at_line_breaks_and_at_the_end_of_a_document(base: LoadedCheckpoint) -> None:
    ends = line_ends(base)
    tokenizer = base.tokenizer
    assert set(tokenizer("\n")["input_ids"]) <= ends
    assert tokenizer.convert_tokens_to_ids("<|endoftext|>") in ends
    assert not set(tokenizer("The fox is red.")["input_ids"]) & ends


def test_a_text_without_room_is_missing(base: LoadedCheckpoint, random_tiny_base: Path) -> None:
    short = replace(base, context_length=4)
    ((index, answer),) = complete_lines(short, ["The fox is red and so is the"], GREEDY)
    assert (index, answer.finish_reason) == (0, "missing")
    assert "the context 4" in (answer.missing_reason or "")
