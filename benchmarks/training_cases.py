"""What the training benchmark trains: the tiny world's recipes, or presets at real size."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import torch

from workbench.checkpoints import SHIPPED, Catalogue, quiet_libraries
from workbench.instructions import Example, load_instructions
from workbench.training.chat_template import mark_answers
from workbench.training.precision import base_dtype, in_bf16
from workbench.training.recipe import Recipe, load_recipe
from workbench.training.tokenising import render

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

MEAN_TOKENS = 512
"""Mean length of the examples that presets are measured with."""


@dataclass(frozen=True)
class Shape:
    """Sizes of a Llama."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int = 32_000


SHAPES = {
    "meta-llama/Llama-2-7b-hf": Shape(4096, 32, 32, 11_008),
    "meta-llama/Llama-2-13b-hf": Shape(5120, 40, 40, 13_824),
    "Unbabel/TowerBase-7B-v0.1": Shape(4096, 32, 32, 11_008),
}
"""By the base that presets name."""


@dataclass(frozen=True)
class Case:
    """One training that both sides do."""

    recipe: Recipe
    """``batch_size`` times ``steps`` are the examples: one epoch."""
    model: Path
    """Folder that both sides load the model from."""
    dtype: torch.dtype
    tokenizer: PreTrainedTokenizerBase
    """With a chat template that marks answers."""
    examples: Sequence[Example]
    tokens: int
    """Tokens of all examples, prompts and answers without padding."""
    tolerance: float
    """Relative difference that the losses of a step may have."""


def tiny_case(name: str, steps: int) -> Case:
    """A recipe of ``assets/recipes`` on the shipped base, in float32."""
    recipe = load_recipe(Path(name)).model_copy(update={"steps": steps})
    count = steps * recipe.batch_size
    examples = load_instructions(recipe.data, recipe.languages, count, recipe.seed)
    folder = Catalogue([SHIPPED]).find(recipe.base).path
    # Only the order of sums differs, which AdamW's first steps magnify.
    return _case(recipe, folder, torch.float32, examples, tolerance=1e-3)


@contextmanager
def preset_case(recipe: Recipe, shape: Shape, steps: int) -> Iterator[Case]:
    """A preset on random weights of its base's shape; removed from the disk afterwards.

    Updates have the preset's number of tokens on average, as examples of 64 tokens and more.
    Weights have the precision that the workbench gives them.
    """
    dtype = base_dtype(recipe)
    mean = min(MEAN_TOKENS, recipe.max_length // 2)
    rows = max(1, (recipe.tokens_per_update or mean * recipe.batch_size) // mean)
    micro = min(recipe.micro_batch_size or rows, rows)
    changes = {
        "steps": steps,
        "save_every": None,
        "tokens_per_update": None,
        "micro_batch_size": micro,
        "batch_size": rows - rows % micro,
        "chat_template": None,
    }
    recipe = Recipe.model_validate({**recipe.model_dump(), **changes})
    with tempfile.TemporaryDirectory() as scratch:
        tokenizer = _save_random(Path(scratch), shape, dtype, recipe.max_length)
        examples = _long_examples(tokenizer, recipe, mean)
        # Weights in bfloat16 are rounded at random by the workbench alone.
        yield _case(
            recipe, Path(scratch), dtype, examples, tolerance=0.03 if in_bf16(recipe) else 1e-3
        )


def _case(
    recipe: Recipe,
    folder: Path,
    dtype: torch.dtype,
    examples: Sequence[Example],
    *,
    tolerance: float,
) -> Case:
    from transformers import AutoTokenizer

    tokenizer: Any = AutoTokenizer.from_pretrained(folder)
    mark_answers(tokenizer)
    tokens = sum(len(ids) for ids, _ in render(examples, tokenizer))
    return Case(recipe, folder, dtype, tokenizer, examples, tokens, tolerance)


def _save_random(
    folder: Path, shape: Shape, dtype: torch.dtype, context: int
) -> PreTrainedTokenizerBase:
    """A Llama with random weights and the tiny world's tokenizer."""
    from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig

    auto: Any = AutoModelForCausalLM
    tokenizer: Any = AutoTokenizer.from_pretrained(Catalogue([SHIPPED]).find("tiny-base").path)
    config = LlamaConfig(
        vocab_size=max(shape.vocabulary, len(tokenizer)),
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.heads,
        intermediate_size=shape.inner,
        max_position_embeddings=context,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    torch.manual_seed(0)
    place = "cuda" if torch.cuda.is_available() else "cpu"
    with torch.device(place):
        model = auto.from_config(config, dtype=dtype)
    with quiet_libraries():
        model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return tokenizer  # type: ignore[no-any-return]


def _long_examples(tokenizer: PreTrainedTokenizerBase, recipe: Recipe, mean: int) -> list[Example]:
    """Chats of some turns, as many turns as drawn lengths hold."""
    turns = load_instructions("tinyworld", ("en",))
    lengths = [len(ids) for ids, _ in render(turns, tokenizer)]
    rng = Random(0)
    examples = []
    for _ in range(recipe.steps * recipe.batch_size):
        room = rng.randint(min(64, mean), 2 * mean - min(64, mean))
        messages: list[Any] = []
        while True:
            turn = rng.randrange(len(turns))
            if messages and lengths[turn] > room:
                break
            messages += turns[turn].messages
            room -= lengths[turn]
        examples.append(Example(messages=tuple(messages), language="en"))
    return examples
