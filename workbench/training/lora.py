"""A recipe's low-rank adapters, as PEFT configures them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peft import LoraConfig

from workbench.errors import ModelError
from workbench.training.recipe import LoraSettings

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


def lora_config(
    settings: LoraSettings, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase
) -> LoraConfig:
    """The adapters for a model, with the rows of tokens that are trained as well.

    Raises ModelError where the tokenizer lacks one of these tokens.
    """
    known = tokenizer.get_vocab()
    if unknown := [token for token in settings.train_tokens if token not in known]:
        raise ModelError(
            f"Tokenizer of {tokenizer.name_or_path}",
            f"it has no token {', '.join(unknown)}",
            "Correct lora.train_tokens of the recipe",
        )
    targets = settings.targets
    return LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha,
        target_modules=targets if isinstance(targets, str) else list(targets),
        trainable_token_indices=_rows(model, [known[token] for token in settings.train_tokens]),
        task_type="CAUSAL_LM",
    )


def _rows(model: Any, tokens: list[int]) -> dict[str, list[int]] | None:
    """Rows of the input embedding and, as that may not be tied to it, of the output layer."""
    if not tokens:
        return None
    layers = (model.get_input_embeddings(), model.get_output_embeddings())
    names = [name for name, module in model.named_modules() if any(module is x for x in layers)]
    return {name.rpartition(".")[2]: tokens for name in names}
