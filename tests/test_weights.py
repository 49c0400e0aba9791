from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
import torch

from workbench.checkpoints import Catalogue, LoadedCheckpoint, load, load_model
from workbench.errors import InputError, ModelError
from workbench.generation.decoding import Decoding
from workbench.generation.local import generate
from workbench.prompts import Message
from workbench.training.recipe import Recipe
from workbench.training.trainer import train
from workbench.weights import (
    interpolated,
    load_interpolated,
    lora_scaled,
    with_lora_strength,
)

TOKENS = torch.tensor([[7, 8, 9, 3, 40]])
"""The last but one is the token whose row the LoRA trains, ``<|end|>``."""


@pytest.fixture(scope="module")
def known(random_tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """``base``, ``full`` and ``lora``, which also trains the row of a token."""
    folder = tmp_path_factory.mktemp("weights")
    shutil.copytree(random_tiny_base, folder / "base")
    line = {"prompt": "Where?", "completion": "Here."}
    (folder / "data.jsonl").write_text(json.dumps(line), "utf-8")
    shared = {"base": "base", "data": str(folder / "data.jsonl"), "steps": 3}
    full = Recipe.model_validate({**shared, "name": "full", "learning_rate": 0.003})
    settings = {"rank": 4, "alpha": 8, "train_tokens": ["<|end|>"]}
    lora = {**shared, "name": "lora", "method": "lora", "learning_rate": 0.05, "lora": settings}
    for recipe in (full, Recipe.model_validate(lora)):
        train(recipe, folder)
    return Catalogue([folder])


def logits(model: Any) -> torch.Tensor:
    with torch.inference_mode():
        return model(TOKENS).logits


def loaded(known: Catalogue, name: str) -> LoadedCheckpoint:
    return load(known.find(name), known)


def test_strength_one_is_the_lora_and_zero_its_base(known: Catalogue) -> None:
    base, lora = loaded(known, "base").model, loaded(known, "lora").model
    plain = logits(lora)
    assert not torch.allclose(plain, logits(base), atol=0.1)
    with lora_scaled(lora, 1.0):
        assert torch.equal(logits(lora), plain)
    with lora_scaled(lora, 0.0):
        assert torch.equal(logits(lora), logits(base))
    # Afterwards it is as before.
    assert torch.equal(logits(lora), plain)


def test_strength_scales_adapters_and_trained_rows(known: Catalogue) -> None:
    lora = loaded(known, "lora").model
    by_hand: Any = load_model(known.find("base"))
    with torch.no_grad():
        changed = 0
        for name, module in lora.named_modules():
            if name.endswith((".q_proj", ".v_proj", ".k_proj", ".o_proj")) or "_proj" in name:
                if not hasattr(module, "lora_A"):
                    continue
                own = by_hand.get_submodule(name.removeprefix("base_model.model."))
                a, b = module.lora_A["default"].weight, module.lora_B["default"].weight
                # alpha / rank = 8 / 4 = 2, at half strength 1.
                own.weight += 1.0 * (b @ a)
                changed += 1
        rows = next(m for n, m in lora.named_modules() if n.endswith("embed_tokens.token_adapter"))
        end = known_token(known)
        table = by_hand.get_input_embeddings().weight
        trained = rows.trainable_tokens_delta["default"][0]
        assert not torch.allclose(table[end], trained, atol=1e-3)
        table[end] = (table[end] + trained) / 2
    # Two layers with four matrices of attention and three of the MLP.
    assert changed == 14
    with lora_scaled(lora, 0.5):
        assert torch.allclose(logits(lora), logits(by_hand), atol=1e-4)


def known_token(known: Catalogue) -> int:
    return int(loaded(known, "base").tokenizer.convert_tokens_to_ids("<|end|>"))


def test_an_error_within_leaves_the_strength_as_it_was(known: Catalogue) -> None:
    lora = loaded(known, "lora").model
    plain = logits(lora)
    with pytest.raises(KeyError), lora_scaled(lora, 0.3):
        raise KeyError
    assert torch.equal(logits(lora), plain)


def test_merged_is_applied(known: Catalogue) -> None:
    lora: Any = loaded(known, "lora").model
    plain = logits(lora)
    assert torch.allclose(logits(lora.merge_and_unload()), plain, atol=1e-4)


def answers(checkpoint: LoadedCheckpoint) -> list[str]:
    asked = [[Message(role="user", content=q)] for q in ("Where?", "Who is it?", "Name two.")]
    decoding = Decoding(max_new_tokens=16, repetition_penalty=1.0)
    return [answer.text for _, answer in sorted(generate(checkpoint, asked, decoding))]


def test_several_strengths_of_one_model_answer_at_once(known: Catalogue) -> None:
    plain = loaded(known, "lora")
    strengths = (0.0, 0.4, 1.0, 1.5)
    alone = {s: answers(with_lora_strength(loaded(known, "lora"), s)) for s in strengths}
    assert len({tuple(texts) for texts in alone.values()}) > 2
    assert alone[0.0] == answers(loaded(known, "base"))
    assert alone[1.0] == answers(plain)
    together: dict[float, list[str]] = {}

    def answer(strength: float) -> None:
        together[strength] = answers(with_lora_strength(plain, strength))

    threads = [threading.Thread(target=answer, args=(s,)) for s in strengths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


def test_interpolation_ends_at_base_and_tuned(known: Catalogue) -> None:
    info = known.find("full")
    base, full = load_model(known.find("base")), load_model(info)
    assert not torch.equal(logits(base), logits(full))
    assert torch.equal(logits(load_interpolated(info, 0.0, known).model), logits(base))
    assert torch.equal(logits(load_interpolated(info, 1.0, known).model), logits(full))
    quarter = load_interpolated(info, 0.25, known).model
    for name, weight in quarter.named_parameters():
        first, second = base.get_parameter(name), full.get_parameter(name)
        assert torch.allclose(weight, 0.75 * first + 0.25 * second, atol=1e-6)
    assert not quarter.training


def test_what_does_not_fit_is_refused(known: Catalogue) -> None:
    with pytest.raises(InputError, match="all of its weights were trained. Use interpolation"):
        with_lora_strength(loaded(known, "full"), 0.5)
    with pytest.raises(InputError, match="it is a base model. Choose a LoRA"):
        with_lora_strength(loaded(known, "base"), 0.5)
    with pytest.raises(InputError, match="it is a LoRA.*Use lora_strength"):
        load_interpolated(known.find("lora"), 0.5, known)
    with pytest.raises(InputError, match="nothing that it was tuned from"):
        load_interpolated(known.find("base"), 0.5, known)
    with pytest.raises(ModelError, match="one of them is a LoRA. Use the strength"):
        interpolated(loaded(known, "base").model, loaded(known, "lora").model, 0.5)


def test_models_of_other_shapes_are_refused(known: Catalogue) -> None:
    from transformers import AutoModelForCausalLM

    config = load_model(known.find("base")).config
    config.intermediate_size *= 2
    wider = AutoModelForCausalLM.from_config(config)
    with pytest.raises(ModelError, match="they differ in 'model.layers.0.mlp.gate_proj.weight'"):
        interpolated(wider, load_model(known.find("full")), 0.5)


def test_a_full_checkpoint_without_a_base_says_so(known: Catalogue) -> None:
    info = known.find("full").model_copy(update={"base": None})
    with pytest.raises(ModelError, match="does not say what it was tuned from. Name it as base"):
        load_interpolated(info, 0.5, known)
