"""Whatever AutoModelForCausalLM loads can be tuned and asked, alone or in batches."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch
import transformers

from workbench.checkpoints import load, read_info
from workbench.generation.decoding import Decoding
from workbench.generation.local import generate
from workbench.prompts import Message
from workbench.training.recipe import Recipe
from workbench.training.trainer import train

SIZES = {
    "vocab_size": 450,
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 32,
    "intermediate_size": 128,
    "max_position_embeddings": 128,
    "bos_token_id": None,
    "eos_token_id": 3,
    "pad_token_id": 4,
    "initializer_range": 0.2,
}
CONFIGS = {
    "mistral": transformers.MistralConfig(**SIZES, sliding_window=16),
    "qwen3": transformers.Qwen3Config(**SIZES),
    "gemma2": transformers.Gemma2Config(**SIZES, sliding_window=16, final_logit_softcapping=30.0),
    # Absolute positions: padding on the left would shift them.
    "gpt2": transformers.GPT2Config(
        vocab_size=450,
        n_embd=64,
        n_layer=2,
        n_head=2,
        n_positions=128,
        bos_token_id=3,
        eos_token_id=3,
        pad_token_id=4,
        initializer_range=0.2,
    ),
}
QUESTIONS = ["?", "What colour is the fox?", "De quelle couleur est le renard, et où vit-il ?"]


@pytest.mark.filterwarnings("ignore:fan_in_fan_out is set to False:UserWarning")
@pytest.mark.parametrize("method", ["full", "lora"])
@pytest.mark.parametrize("name", CONFIGS)
def test_tuned_and_asked(
    random_tiny_base: Path, instructions: Path, tmp_path: Path, name: str, method: str
) -> None:
    weights = shutil.ignore_patterns("*.safetensors", "config.json", "generation_config.json")
    shutil.copytree(random_tiny_base, tmp_path / name, ignore=weights)
    torch.manual_seed(0)
    transformers.AutoModelForCausalLM.from_config(CONFIGS[name]).save_pretrained(tmp_path / name)
    recipe = Recipe.model_validate(
        {
            "name": "tuned",
            "base": name,
            "data": str(instructions),
            "method": method,
            "learning_rate": 1e-2,
            "steps": 8,
            "batch_size": 4,
        }
    )
    info = read_info(train(recipe, tmp_path))
    curve = info.training["curve"]
    assert curve[-1]["loss"] < curve[0]["loss"]
    loaded = load(info)
    assert loaded.context_length == 128
    asked = [[Message(role="user", content=question)] for question in QUESTIONS]
    decoding = Decoding(max_new_tokens=15)
    together = {index: answer.text for index, answer in generate(loaded, asked, decoding)}
    for index, question in enumerate(asked):
        ((_, alone),) = generate(loaded, [question], decoding)
        assert together[index] == alone.text
