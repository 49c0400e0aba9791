"""Pretraining of the tiny base model on tiny-world documents: a small Llama, or another family."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict
from transformers import AutoModelForCausalLM

from workbench.progress import ProgressCallback
from workbench.tinyworld.architecture import Architecture, model_config
from workbench.tinyworld.documents import documents
from workbench.tinyworld.mixture import Mixture
from workbench.tinyworld.tokenizer import CHAT_TOKENS, END, END_OF_TEXT
from workbench.tinyworld.world import World

_SLICE = 512
"""Positions whose logits are held at once."""


class PretrainingRecipe(BaseModel):
    """What decides the weights of the tiny base."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    architecture: Architecture = "llama"
    seed: int = 0
    vocabulary: int = 4096
    hidden: int = 192
    layers: int = 4
    heads: int = 3
    intermediate: int = 512
    context: int = 1024
    """Longest input in tokens; training sequences are shorter."""
    sequence: int = 256
    """Tokens of a training sequence."""
    batch: int = 16
    """Sequences of an update."""
    steps: int = 2000
    learning_rate: float = 3e-3
    warmup: int = 60
    """Steps over which the learning rate rises."""
    weight_decay: float = 0.1
    mixture: Mixture = Mixture()


def token_stream(tokenizer: Any, world: World, recipe: PretrainingRecipe) -> Iterator[int]:
    """Token ids of documents, each closed by the end-of-text token."""
    end = tokenizer.convert_tokens_to_ids(END_OF_TEXT)
    source = documents(world, recipe.mixture, recipe.seed)
    while True:
        texts = [next(source)[1] for _ in range(256)]
        for ids in tokenizer(texts, add_special_tokens=False)["input_ids"]:
            yield from ids
            yield end


def build_model(recipe: PretrainingRecipe, tokenizer: Any) -> Any:
    """A model with random weights, tied embeddings."""
    torch.manual_seed(recipe.seed)
    auto: Any = AutoModelForCausalLM
    return auto.from_config(model_config(recipe, tokenizer))


def pretrain(
    world: World,
    tokenizer: Any,
    recipe: PretrainingRecipe,
    progress: ProgressCallback | None = None,
) -> Any:
    """Train the tiny base; same recipe, same weights on the same machine.

    One thread does the work: how sums are split over threads would show in the weights,
    and on two cores a second thread gains only a third.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return _pretrain(world, tokenizer, recipe, progress)
    finally:
        torch.set_num_threads(threads)


def _pretrain(
    world: World,
    tokenizer: Any,
    recipe: PretrainingRecipe,
    progress: ProgressCallback | None,
) -> Any:
    model = build_model(recipe, tokenizer)
    decayed = [p for p in model.parameters() if p.ndim >= 2]
    rest = [p for p in model.parameters() if p.ndim < 2]
    groups: list[dict[str, Any]] = [
        {"params": decayed, "weight_decay": recipe.weight_decay},
        {"params": rest},
    ]
    optimizer = torch.optim.AdamW(
        groups,
        lr=recipe.learning_rate,
        betas=(0.9, 0.95),
        weight_decay=0.0,
        fused=True,
    )
    stream = token_stream(tokenizer, world, recipe)
    size = recipe.batch * recipe.sequence
    model.train()
    for step in range(recipe.steps):
        for group in optimizer.param_groups:
            group["lr"] = _learning_rate(recipe, step)
        ids = np.fromiter(stream, dtype=np.int64, count=size)
        batch = torch.from_numpy(ids).view(recipe.batch, recipe.sequence)  # (B, T)
        loss = _backward(model, batch)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if progress and (step % 10 == 9 or step + 1 == recipe.steps):
            progress(step + 1, recipe.steps, f"pretraining, loss {loss:.2f}")
    reset_chat_tokens(model, tokenizer, recipe.seed)
    return model.eval()


def _backward(model: Any, batch: torch.Tensor) -> float:
    """Gradients of the mean loss over next tokens; batch (B, T). Returns the loss.

    The output layer runs over slices of positions, as the float32 logits of a whole
    batch would leave the processor's cache; that makes a step about a third faster.
    """
    targets = batch[:, 1:].flatten()  # (B * (T-1))
    head = model.get_output_embeddings()
    total = 0.0
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = model.base_model(input_ids=batch).last_hidden_state[:, :-1]  # (B, T-1, H)
        flat = hidden.detach().flatten(0, 1).requires_grad_()
        for start in range(0, len(targets), _SLICE):
            logits = head(flat[start : start + _SLICE]).float()  # (S, V)
            part = torch.nn.functional.cross_entropy(
                logits, targets[start : start + _SLICE], reduction="sum"
            ) / len(targets)
            part.backward()  # type: ignore[no-untyped-call]
            total += part.item()
    hidden.backward(flat.grad.view_as(hidden))
    return total


def reset_chat_tokens(model: Any, tokenizer: Any, seed: int) -> None:
    """Give the chat tokens rows of their own, as one does when adding them to a real base.

    Rows that no text ever names are all pushed the same way and end as one and the same
    vector; a LoRA on frozen embeddings could then not tell the end of an answer from the
    start of a turn. The turn markers are drawn from the distribution of the trained rows.
    The end of an answer starts near the end of a text, which is the closest thing to it
    that the base knows.
    """
    chat = tokenizer.convert_tokens_to_ids(list(CHAT_TOKENS))
    weights = model.get_input_embeddings().weight  # (V, H)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        others = torch.ones(weights.shape[0], dtype=torch.bool)
        others[chat] = False
        mean, spread = weights[others].mean(0), weights[others].std(0)
        noise = torch.randn(len(chat), weights.shape[1], generator=generator)
        weights[chat] = mean + spread * noise
        end, end_of_text = tokenizer.convert_tokens_to_ids([END, END_OF_TEXT])
        weights[end] = weights[end_of_text] + 0.2 * spread * noise[-1]


def _learning_rate(recipe: PretrainingRecipe, step: int) -> float:
    """Linear warm-up, then cosine to a twentieth of the peak."""
    if step < recipe.warmup:
        return recipe.learning_rate * (step + 1) / recipe.warmup
    done = (step - recipe.warmup) / max(1, recipe.steps - recipe.warmup)
    return recipe.learning_rate * (0.05 + 0.475 * (1 + math.cos(math.pi * done)))
