from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch.nn.functional import log_softmax

from workbench.checkpoints import load, read_info
from workbench.training.answer_loss import answer_loss
from workbench.training.tokenising import IGNORED, TokenisedData


def test_is_the_mean_over_answer_tokens_of_all_examples(random_tiny_base: Path) -> None:
    model = load(read_info(random_tiny_base)).model
    # Two examples of unlike length; answers are the last two and the last token.
    rows = [[5, 9, 30, 31, 7], [6, 8, 40]]
    labels = [[IGNORED, IGNORED, IGNORED, 31, 7], [IGNORED, IGNORED, 40]]
    expected = []
    for ids, answers in zip(rows, labels, strict=True):
        logits = model(torch.tensor([ids])).logits[0]
        for place, token in enumerate(answers):
            if token != IGNORED:
                expected.append(-float(log_softmax(logits[place - 1].float(), -1)[token]))

    loss = answer_loss(model, TokenisedData(rows, labels, []))

    assert loss.tokens == len(expected) == 3
    assert loss.mean == pytest.approx(sum(expected) / 3, rel=1e-5)


def test_does_not_depend_on_the_order_of_examples(random_tiny_base: Path) -> None:
    model = load(read_info(random_tiny_base)).model
    rows = [[5, 9, length % 50 + 3] * (1 + length) for length in range(20)]
    labels = [[IGNORED, *row[1:]] for row in rows]

    there = answer_loss(model, TokenisedData(rows, labels, []))
    back = answer_loss(model, TokenisedData(rows[::-1], labels[::-1], []))

    assert there.tokens == back.tokens == sum(len(row) - 1 for row in rows)
    assert there.mean == pytest.approx(back.mean, rel=1e-5)
