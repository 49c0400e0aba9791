"""Families of models that a base of the tiny world can be of, all of about the same size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from transformers import PretrainedConfig

    from workbench.tinyworld.pretraining import PretrainingRecipe

Architecture = Literal["llama", "gpt2", "qwen3"]
"""``gpt2`` has learned positions, layer norms and a plain MLP where the others have rotary
positions, RMS norms and a gated one; ``qwen3`` adds norms of queries and keys to ``llama``."""


def model_config(recipe: PretrainingRecipe, tokenizer: Any) -> PretrainedConfig:
    """What a recipe's model is built by, with tied embeddings."""
    from transformers import GPT2Config, LlamaConfig, Qwen3Config

    shared: dict[str, Any] = {
        "vocab_size": len(tokenizer),
        "tie_word_embeddings": True,
        "bos_token_id": None,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }
    if recipe.architecture == "gpt2":
        return GPT2Config(
            n_embd=recipe.hidden,
            n_layer=recipe.layers,
            n_head=recipe.heads,
            # Two matrices where a gated MLP has three: as many parameters in all.
            n_inner=recipe.intermediate * 3 // 2,
            n_positions=recipe.context,
            resid_pdrop=0.0,
            embd_pdrop=0.0,
            attn_pdrop=0.0,
            **shared,
        )
    shared |= {
        "hidden_size": recipe.hidden,
        "num_hidden_layers": recipe.layers,
        "num_attention_heads": recipe.heads,
        "num_key_value_heads": recipe.heads,
        "intermediate_size": recipe.intermediate,
        "max_position_embeddings": recipe.context,
    }
    if recipe.architecture == "qwen3":
        return Qwen3Config(head_dim=recipe.hidden // recipe.heads, **shared)
    return LlamaConfig(**shared)
