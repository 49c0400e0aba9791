"""What updates start from: base model, tokenizer and tokens, loaded once for several cells."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from workbench.checkpoints import (
    Catalogue,
    CheckpointInfo,
    context_length,
    load_model,
    load_tokenizer,
)
from workbench.instructions import Example, data_hash
from workbench.memory import Memory
from workbench.training.chat_template import mark_answers
from workbench.training.fingerprint import fingerprint
from workbench.training.precision import base_dtype
from workbench.training.recipe import Recipe
from workbench.training.replay import replayed_texts, with_replay
from workbench.training.tokenising import TokenisedData, tokenise

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

BASE = "base"
"""Kind under which a base is remembered."""


class Prepared(NamedTuple):
    """A training that is ready for its first update."""

    model: Any
    """The base: for LoRA with weights that other cells use as well."""
    tokenizer: PreTrainedTokenizerBase
    """Its chat template marks answers."""
    data: TokenisedData
    limit: int
    """Tokens that an example may have."""


def prepare(
    recipe: Recipe,
    base: CheckpointInfo,
    known: Catalogue,
    examples: Sequence[Example],
    memory: Memory,
) -> Prepared:
    """Load and tokenise, or take from ``memory`` what another cell has left there.

    Raises ModelError where the base cannot be loaded, InputError where no example fits.
    """
    tokenizer = load_tokenizer(base, known)
    mark_answers(tokenizer, recipe.chat_template)
    model = _model(recipe, base, known, memory)
    limit = min(recipe.max_length, context_length(model))
    key = (fingerprint(base), tokenizer.chat_template, limit, data_hash(examples))
    data = memory.recall("tokens", key, partial(tokenise, examples, tokenizer, limit))
    texts = replayed_texts(recipe, base)
    return Prepared(model, tokenizer, with_replay(recipe, data, texts, tokenizer, limit), limit)


def _model(recipe: Recipe, base: CheckpointInfo, known: Catalogue, memory: Memory) -> Any:
    dtype = base_dtype(recipe)
    if recipe.method == "full":
        # Its weights are changed, and there may be no room for those of another cell.
        memory.forget(BASE)
        return _loaded(base, known, dtype, None)
    key = (str(base.path), fingerprint(base), dtype, recipe.quantisation)
    load = partial(_loaded, base, known, dtype, recipe.quantisation)
    return _with_own_modules(memory.recall(BASE, key, load))


def _loaded(base: CheckpointInfo, known: Catalogue, dtype: Any, quantisation: str | None) -> Any:
    model: Any = load_model(base, known, dtype, quantisation)
    if base.method == "lora":
        # An adapter is loaded to answer, upon frozen weights.
        model = model.merge_and_unload().requires_grad_(True)
    return model


def _with_own_modules(model: Any) -> Any:
    """The model anew on the same weights, which LoRA leaves as they are.

    Adapters, hooks and settings of one cell do not reach the next one.
    """
    return copy.deepcopy(model, {id(weight): weight for weight in model.parameters()})
