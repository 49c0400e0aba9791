"""Loss on answers: cross-entropy of answer tokens, as training minimises it."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch.nn.functional import cross_entropy, pad

from workbench.training.tokenising import IGNORED, TokenisedData

_BATCH = 16


class AnswerLoss(NamedTuple):
    """Loss over some examples."""

    mean: float
    """Nats an answer token."""
    tokens: int
    """Answer tokens, end tokens included."""


def summed_loss(
    model: Any, head: torch.nn.Module, inputs: dict[str, torch.Tensor]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Cross-entropy over the answer tokens of a batch, and their number.

    The positions that predict answer tokens are picked in front of the output layer
    ``head``, whatever the architecture does behind it: logits of all others are never made.
    """
    targets = pad(inputs["labels"][:, 1:], (0, 1), value=IGNORED)  # (B, T)
    counted = targets != IGNORED  # (B, T)
    hook = head.register_forward_pre_hook(lambda _, args: (args[0][counted],))
    try:
        logits = model(
            input_ids=inputs["input_ids"],
            attention_mask=inputs["attention_mask"],
            use_cache=False,
        ).logits  # (N, V)
    finally:
        hook.remove()
    total = cross_entropy(logits.float(), targets[counted], reduction="sum")
    return total, counted.sum()


@torch.no_grad()
def answer_loss(model: Any, data: TokenisedData) -> AnswerLoss:
    """Mean loss over the answer tokens of all examples, by a model in evaluation mode."""
    order = sorted(range(len(data.input_ids)), key=lambda row: len(data.input_ids[row]))
    total, tokens = 0.0, 0
    for start in range(0, len(order), _BATCH):
        batch = _padded(data, order[start : start + _BATCH], model.device)
        part, count = summed_loss(model, model.get_output_embeddings(), batch)
        total += float(part)
        tokens += int(count)
    return AnswerLoss(total / tokens, tokens)


def _padded(data: TokenisedData, rows: list[int], device: torch.device) -> dict[str, torch.Tensor]:
    longest = max(len(data.input_ids[row]) for row in rows)

    def filled(lists: list[list[int]], value: int) -> torch.Tensor:
        padded = [row + [value] * (longest - len(row)) for row in lists]
        return torch.tensor(padded, device=device)  # (B, T)

    ids = [data.input_ids[row] for row in rows]
    return {
        "input_ids": filled(ids, 0),
        "attention_mask": filled([[1] * len(row) for row in ids], 0),
        "labels": filled([data.labels[row] for row in rows], IGNORED),
    }
