"""Pretraining of the tiny base, for a few steps."""

from __future__ import annotations

import itertools

import pytest
import torch

from workbench.tinyworld.architecture import Architecture
from workbench.tinyworld.documents import documents
from workbench.tinyworld.pretraining import PretrainingRecipe, pretrain
from workbench.tinyworld.tokenizer import CHAT_TOKENS, train_tokenizer
from workbench.tinyworld.world import load_world

SMALL = PretrainingRecipe(
    vocabulary=600, hidden=48, layers=2, heads=2, intermediate=96, sequence=32, batch=8, steps=12
)


@pytest.fixture(scope="module")
def tokenizer() -> object:
    sample = itertools.islice(documents(load_world(), SMALL.mixture, 0), 200)
    return train_tokenizer((text for _, text in sample), SMALL.vocabulary, SMALL.context)


def test_same_seed_same_weights_and_another_seed_others(tokenizer: object) -> None:
    runs = [
        pretrain(load_world(), tokenizer, SMALL.model_copy(update={"seed": seed})).state_dict()
        for seed in (0, 0, 1)
    ]
    assert all(torch.equal(runs[0][name], runs[1][name]) for name in runs[0])
    assert not all(torch.equal(runs[0][name], runs[2][name]) for name in runs[0])


def test_loss_falls(tokenizer: object) -> None:
    seen: list[str] = []
    pretrain(
        load_world(),
        tokenizer,
        SMALL.model_copy(update={"steps": 60}),
        lambda done, total, label: seen.append(label),
    )
    losses = [float(label.rsplit(" ", 1)[1]) for label in seen]
    # A model that knows nothing has log(600) = 6.4 nats a token.
    assert losses[0] > 5 and losses[-1] < losses[0] - 0.8


def test_chat_tokens_are_distinct_vectors(tokenizer: object) -> None:
    model = pretrain(load_world(), tokenizer, SMALL)
    rows = model.get_input_embeddings().weight[tokenizer.convert_tokens_to_ids(list(CHAT_TOKENS))]  # type: ignore[attr-defined]
    cosines = torch.nn.functional.cosine_similarity(rows[[0, 0, 1]], rows[[1, 2, 2]])
    assert cosines.abs().max() < 0.6


@pytest.mark.parametrize("architecture", ["llama", "gpt2", "qwen3"])
def test_every_architecture_learns_with_as_many_parameters(
    tokenizer: object, architecture: Architecture
) -> None:
    seen: list[str] = []
    settings = {"architecture": architecture, "context": 64, "steps": 40, "warmup": 5}
    recipe = SMALL.model_copy(update=settings)
    model = pretrain(load_world(), tokenizer, recipe, lambda *news: seen.append(news[2]))
    losses = [float(label.rsplit(" ", 1)[1]) for label in seen]

    assert model.config.model_type == architecture
    # It began at log(600) = 6.4.
    assert losses[-1] < 5.9
    # 600 x 48 for the tokens; two layers of 4 x 48 x 48 and 3 x 48 x 96, or 2 x 48 x 144.
    counted = 600 * 48 + 2 * (4 * 48 * 48 + 3 * 48 * 96)
    assert model.num_parameters() == pytest.approx(counted, rel=0.08)
    assert model.get_output_embeddings().weight is model.get_input_embeddings().weight
