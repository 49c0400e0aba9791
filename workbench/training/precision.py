"""Number formats of a training: of matrix products, and of a base that is kept in 4 bits."""

from __future__ import annotations

import warnings
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from workbench.errors import InputError, ModelError

if TYPE_CHECKING:
    import torch

    from workbench.checkpoint_info import CheckpointInfo
    from workbench.training.recipe import Recipe

QUANTISER = "bitsandbytes"


def bf16_helps() -> bool:
    """Whether this machine multiplies bfloat16 matrices faster than float32 ones."""
    import torch

    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    known = torch.cpu.get_capabilities()
    return bool(known.get("avx512_bf16") or known.get("amx_bf16"))


def in_bf16(recipe: Recipe) -> bool:
    """Whether a training multiplies in bfloat16 here.

    Raises ModelError where the recipe asks for it and the machine would only emulate it.
    """
    helps = bf16_helps()
    if recipe.compute == "bfloat16" and not helps:
        raise ModelError(
            f"Recipe '{recipe.name}', compute bfloat16",
            "neither a GPU nor the processor of this machine multiplies bfloat16 matrices",
            "Leave compute out, or set it to float32; or train on a GPU of Ampere or later",
        )
    return helps if recipe.compute == "auto" else recipe.compute == "bfloat16"


def base_dtype(recipe: Recipe) -> torch.dtype:
    """The format that a training keeps weights of the base in, beside those in 4 bits."""
    import torch

    if recipe.method == "full":
        half = recipe.weights == "bfloat16"
    else:
        half = torch.cuda.is_available() and in_bf16(recipe)
    return torch.bfloat16 if half else torch.float32


def check_formats(recipe: Recipe, base: CheckpointInfo) -> None:
    """Refuse a recipe whose number formats this machine or its base does not allow.

    Raises ModelError or InputError before anything is loaded.
    """
    if recipe.compute == "bfloat16":
        in_bf16(recipe)
    if recipe.quantisation is None:
        return
    _check_quantiser(f"Recipe '{recipe.name}'")
    if base.method == "lora":
        raise InputError(
            f"Recipe '{recipe.name}', quantisation {recipe.quantisation}",
            f"its base {base.name} is a LoRA itself, which cannot be merged in 4 bits",
            "Leave quantisation out, or name a base with weights of its own",
        )


def nf4_options(name: str) -> dict[str, Any]:
    """Loading options for a base in 4-bit NormalFloat (Dettmers et al., arXiv 2305.14314).

    Scales are quantised once more, as in the paper. ``name`` is what needs it; raises
    ModelError where the package is not installed.
    """
    import torch
    from transformers import BitsAndBytesConfig

    _check_quantiser(name)
    with warnings.catch_warnings():
        # Its import uses what torch is to drop.
        warnings.simplefilter("ignore", DeprecationWarning)
        import bitsandbytes  # noqa: F401
    make: Any = BitsAndBytesConfig
    config = make(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16 if bf16_helps() else torch.float32,
    )
    return {"quantization_config": config}


def _check_quantiser(name: str) -> None:
    if find_spec(QUANTISER) is None:
        raise ModelError(
            f"{name}, quantisation nf4",
            f"the package {QUANTISER} is not installed",
            "Install it with: pip install 'crosslingual-workbench[quantisation]'",
        )
