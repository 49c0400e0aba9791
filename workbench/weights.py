"""Weights between a base and what was tuned from it: strength of a LoRA, and interpolation.

Both leave the direction of a tuning as it is and choose how far to go along it: 0 is the
base, 1 the tuned checkpoint.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from workbench.checkpoints import (
    Catalogue,
    CheckpointInfo,
    LoadedCheckpoint,
    base_of,
    context_length,
    load_model,
    load_tokenizer,
)
from workbench.errors import InputError, ModelError

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def check_strength(info: CheckpointInfo, strength: float) -> None:
    """Raise InputError for a checkpoint that is no LoRA."""
    if info.method == "full":
        raise InputError(
            f"LoRA strength {strength:g} of {info.name}",
            "it has no LoRA: all of its weights were trained",
            "Use interpolation, which says the same of full fine-tuning",
        )
    if info.method == "base":
        raise InputError(
            f"LoRA strength {strength:g} of {info.name}",
            "it has no LoRA: it is a base model",
            "Choose a LoRA checkpoint",
        )


def check_interpolation(info: CheckpointInfo, alpha: float) -> None:
    """Raise InputError for a checkpoint that was not fully fine-tuned."""
    if info.method == "lora":
        raise InputError(
            f"Interpolation {alpha:g} of {info.name}",
            "it is a LoRA: its base's weights are as they were",
            "Use lora_strength, which says the same of a LoRA",
        )
    if info.method == "base":
        raise InputError(
            f"Interpolation {alpha:g} of {info.name}",
            "it is a base model: there is nothing that it was tuned from",
            "Choose a tuned checkpoint",
        )


def with_lora_strength(loaded: LoadedCheckpoint, strength: float) -> LoadedCheckpoint:
    """The checkpoint with its LoRA applied ``strength`` times as strongly as it was trained.

    Model and lock are shared with ``loaded``, so that several strengths of one checkpoint may
    answer at once. Raises InputError for a checkpoint that is no LoRA.
    """
    check_strength(loaded.info, strength)
    return replace(loaded, lora_strength=strength)


@contextmanager
def lora_scaled(model: Any, strength: float) -> Iterator[None]:
    """Within the block the model's LoRA counts ``strength`` times; 0 gives the base's logits.

    Rows of tokens that were trained as well move with it. The model must not be used by
    another thread meanwhile.
    """
    if strength == 1.0:
        yield
        return
    from peft.tuners.lora import LoraLayer
    from peft.tuners.trainable_tokens import TrainableTokensLayer

    scalings: list[tuple[Any, dict[str, float]]] = []
    rows: list[tuple[Any, Any]] = []
    try:
        for module in model.modules():
            if isinstance(module, LoraLayer):
                scalings.append((module, module.scaling))
                module.scaling = {name: strength * own for name, own in module.scaling.items()}
            elif isinstance(module, TrainableTokensLayer) and module.tied_adapter is None:
                for name, trained in module.trainable_tokens_delta.items():
                    rows.append((trained, trained.data))
                    original = module.trainable_tokens_original[name].to(trained.data)
                    trained.data = original.lerp(trained.data, strength)  # (tokens, H)
        yield
    finally:
        for module, scaling in scalings:
            module.scaling = scaling
        for trained, own in rows:
            trained.data = own


def interpolated(base: PreTrainedModel, tuned: PreTrainedModel, alpha: float) -> PreTrainedModel:
    """``(1 - alpha) * base + alpha * tuned``, weight by weight: ``tuned``, changed in place.

    A third model in memory is spared. Raises ModelError for models whose weights do not
    correspond, such as a LoRA, whose strength says the same.
    """
    import torch

    own, others = dict(tuned.named_parameters()), dict(base.named_parameters())
    wrong = sorted(own.keys() ^ others.keys())
    wrong += [name for name in own if name in others and own[name].shape != others[name].shape]
    if wrong:
        adapted = any(".lora_" in name for name in wrong)
        raise ModelError(
            f"Interpolation of {base.name_or_path} and {tuned.name_or_path}",
            "one of them is a LoRA" if adapted else f"they differ in '{wrong[0]}', for one",
            "Use the strength of the LoRA instead"
            if adapted
            else "Name the base that the checkpoint was tuned from, without added tokens",
        )
    with torch.no_grad():
        for name, weight in own.items():
            between = others[name].float().to(weight.device).lerp(weight.float(), alpha)
            weight.copy_(between.to(weight.dtype))
    return tuned


def load_base(info: CheckpointInfo, catalogue: Catalogue | None = None) -> PreTrainedModel:
    """The weights that a full fine-tuning started from; a base that is a LoRA is merged.

    Raises ModelError where the base is not there.
    """
    base: Any = load_model(base_of(info, catalogue), catalogue)
    if hasattr(base, "merge_and_unload"):
        base = base.merge_and_unload()
    return base  # type: ignore[no-any-return]


def load_interpolated(
    info: CheckpointInfo,
    alpha: float,
    catalogue: Catalogue | None = None,
    chat_template: str | None = None,
) -> LoadedCheckpoint:
    """A fully fine-tuned checkpoint, loaded with weights between its base's and its own.

    Raises InputError for a base or a LoRA, ModelError where the base is not there.
    """
    check_interpolation(info, alpha)
    base = load_base(info, catalogue)
    model: Any = interpolated(base, load_model(info, catalogue), alpha)
    model.eval().requires_grad_(False)
    tokenizer = load_tokenizer(info, catalogue, chat_template)
    return LoadedCheckpoint(info, model, tokenizer, context_length(model))
