from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import torch
from pydantic import ValidationError
from safetensors.torch import load_file

from workbench.checkpoints import load, read_info
from workbench.errors import InputError, ModelError
from workbench.training import precision
from workbench.training.observing import BetweenUpdates, TrainedStep
from workbench.training.precision import bf16_helps, in_bf16, nf4_options
from workbench.training.recipe import Recipe
from workbench.training.trainer import train

QLORA = pytest.mark.skipif(
    find_spec("bitsandbytes") is None, reason="the extra 'quantisation' is not installed"
)


def changed(recipe: Recipe, **fields: Any) -> Recipe:
    return Recipe.model_validate({**recipe.model_dump(), **fields})


def weights(folder: Path) -> dict[str, torch.Tensor]:
    (path,) = folder.glob("*.safetensors")
    return load_file(path)


def test_quantisation_is_of_a_base_that_stays_as_it_is(recipe: Recipe) -> None:
    with pytest.raises(ValidationError, match="set method to lora"):
        changed(recipe, quantisation="nf4")
    with pytest.raises(ValidationError, match="nf4"):
        changed(recipe, method="lora", quantisation="int3")


def test_both_decide_the_weights_and_older_recipes_keep_their_hash(recipe: Recipe) -> None:
    lora = changed(recipe, method="lora")
    hashes = [
        lora.hash,
        changed(lora, quantisation="nf4").hash,
        changed(lora, compute="float32").hash,
        changed(lora, compute="bfloat16").hash,
    ]
    assert len(set(hashes)) == 4
    # The hash that this recipe had before there were such fields.
    fixed = Recipe(name="x", base="b", data="d", learning_rate=1e-4, steps=3)
    assert fixed.hash == "68a8cf5444977ee4"


@pytest.mark.skipif(bf16_helps(), reason="this machine multiplies bfloat16 matrices")
def test_bf16_is_refused_where_it_would_be_emulated(recipe: Recipe, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="neither a GPU nor the processor.*Leave compute out"):
        train(changed(recipe, compute="bfloat16"), tmp_path)
    assert not (tmp_path / "own").exists()
    assert read_info(train(recipe, tmp_path)).training["bf16"] is False


def test_bf16_is_used_where_the_machine_has_it_unless_told(
    recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "bf16_helps", lambda: True)
    used = {name: in_bf16(changed(recipe, compute=name)) for name in ("auto", "bfloat16")}
    assert used == {"auto": True, "bfloat16": True}
    assert in_bf16(changed(recipe, compute="float32")) is False


def test_the_package_is_named_where_it_is_absent(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "find_spec", lambda name: None)
    with pytest.raises(ModelError, match=r"bitsandbytes is not installed.*\[quantisation\]"):
        train(changed(recipe, method="lora", quantisation="nf4"), tmp_path)
    assert not (tmp_path / "own").exists()


@QLORA
def test_the_paper_s_format_is_asked_for() -> None:
    config = nf4_options("x")["quantization_config"].to_dict()
    assert config["load_in_4bit"] is True
    assert config["bnb_4bit_quant_type"] == "nf4"
    assert config["bnb_4bit_use_double_quant"] is True
    assert config["bnb_4bit_compute_dtype"] == ("bfloat16" if bf16_helps() else "float32")


@QLORA
def test_adapters_are_trained_on_a_base_in_four_bits(recipe: Recipe, tmp_path: Path) -> None:
    seen: list[tuple[torch.dtype, set[torch.dtype]]] = []
    logits: list[torch.Tensor] = []
    ids = torch.arange(8)[None]

    def observe(step: TrainedStep) -> None:
        model: Any = step.checkpoint.model
        layer = model.base_model.model.model.layers[0].self_attn.q_proj
        adapters = {p.dtype for name, p in model.named_parameters() if "lora_" in name}
        seen.append((layer.base_layer.weight.dtype, adapters))
        logits.append(model(ids).logits)

    own = changed(recipe, method="lora", quantisation="nf4", steps=40, learning_rate=1e-2)
    folder = train(own, tmp_path, between=BetweenUpdates(observe=observe))

    # Two numbers of four bits a byte; adapters in float32, where small updates are not lost.
    assert seen == [(torch.uint8, {torch.float32})]
    curve = read_info(folder).training["curve"]
    assert curve[-1]["loss"] < 0.7 * curve[0]["loss"]
    assert {tensor.dtype for tensor in weights(folder).values()} == {torch.float32}
    # Loaded again it answers as it did, on a base in four bits.
    loaded = load(read_info(folder))
    layer = loaded.model.base_model.model.model.layers[0].self_attn.q_proj
    assert layer.base_layer.weight.dtype == torch.uint8
    assert torch.allclose(loaded.model(ids).logits, logits[0], atol=1e-4)
    plain = train(changed(own, name="plain", quantisation=None), tmp_path)
    assert not torch.allclose(load(read_info(plain)).model(ids).logits, logits[0], atol=1e-2)


@QLORA
def test_a_lora_is_no_base_for_four_bits(recipe: Recipe, tmp_path: Path) -> None:
    train(changed(recipe, name="first", method="lora"), tmp_path)
    second = changed(recipe, base=str(tmp_path / "first"), method="lora", quantisation="nf4")
    with pytest.raises(InputError, match="first is a LoRA itself.*Leave quantisation out"):
        train(second, tmp_path)
