"""One checkpoint asked as it is and as variants of it, with its weights read once if possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workbench.answering import Asking, answer, unanswered
from workbench.checkpoints import Catalogue, CheckpointInfo, LoadedCheckpoint, load
from workbench.generation.framing import make_framing
from workbench.generation.variant import AS_IT_IS, Variant
from workbench.weights import (
    check_interpolation,
    check_strength,
    load_interpolated,
    with_lora_strength,
)

if TYPE_CHECKING:
    from workbench.prompts import PromptSet
    from workbench.store.store import Store


@dataclass(frozen=True)
class Asked:
    """A checkpoint that is to answer, not loaded yet."""

    info: CheckpointInfo
    known: Catalogue
    """Where its base is looked up."""
    chat_template: str | None = None
    """For a checkpoint without one of its own, as ``find_chat_template`` knows it."""


def ask(
    store: Store,
    run: str,
    asked: Asked,
    prompt_sets: Sequence[PromptSet],
    variants: Sequence[Variant] = (AS_IT_IS,),
    asking: Asking | None = None,
) -> int:
    """Answer what a run lacks of the prompt sets, as each variant; the number answered now.

    Answers of a variant are kept under a name of their own, ``Variant.named``. Raises
    InputError for a variant that the checkpoint cannot be asked as.
    """
    for variant in variants:
        check_variant(asked.info, variant)
    answered = 0
    plain: LoadedCheckpoint | None = None
    loaded: LoadedCheckpoint | None = None
    # Those with the checkpoint's own weights first: then they need not stay in memory.
    for variant in sorted(variants, key=lambda v: v.interpolation is not None):
        name = variant.named(asked.info.name)
        todo = [s for s in prompt_sets if unanswered(store, run, name, s)]
        if not todo:
            continue
        framing = make_framing(variant, prompt_sets)
        how = replace(asking or Asking(), variant=variant, framing=framing)
        if variant.interpolation is not None:
            plain = loaded = None
            alpha = variant.interpolation
            loaded = load_interpolated(asked.info, alpha, asked.known, asked.chat_template)
        else:
            plain = plain or load(asked.info, asked.known, asked.chat_template)
            loaded = plain
        if variant.lora_strength is not None:
            loaded = with_lora_strength(loaded, variant.lora_strength)
        answered += sum(answer(store, run, loaded, prompt_set, how) for prompt_set in todo)
    return answered


def check_variant(info: CheckpointInfo, variant: Variant) -> None:
    """Raise InputError for a variant that a checkpoint cannot be asked as."""
    if variant.lora_strength is not None:
        check_strength(info, variant.lora_strength)
    if variant.interpolation is not None:
        check_interpolation(info, variant.interpolation)
