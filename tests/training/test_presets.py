"""Each preset from its file to answers, on a tiny random model of its architecture."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tests.training.families import FAMILIES, make_family_base
from workbench.assets import asset
from workbench.checkpoints import load, load_tokenizer, read_info
from workbench.generation.decoding import Decoding
from workbench.generation.local import generate, prompt_tokens
from workbench.instructions import Example
from workbench.prompts import Message
from workbench.training.chat_template import mark_answers
from workbench.training.presets import about, preset_frame
from workbench.training.recipe import PRESETS as SHIPPED_PRESETS
from workbench.training.recipe import Recipe, load_recipe
from workbench.training.tokenising import IGNORED, tokenise
from workbench.training.trainer import train

PRESETS = SHIPPED_PRESETS.files()
LIMA = Path(os.environ.get("WORKBENCH_DATA", "../shared/data")) / "lima" / "lima.en.jsonl"
PAPER = [name for name in PRESETS if name.startswith(("llama-2", "towerbase"))]

# What the template makes of the chat below, as the families' own documentation has it; the
# parts between « and » are those that the loss is on. ▁ and Ġ stand for a space, Ċ for a newline.
RENDERED = {
    "llama-2": "<s>▁[INST]▁Where?▁[/INST]«▁In▁the▁forest.▁</s>»"
    "<s>▁[INST]▁Who?▁[/INST]«▁The▁fox.▁</s>»",
    "mistral": "<s>[INST]▁Where?[/INST]«▁In▁the▁forest.</s>»[INST]▁Who?[/INST]«▁The▁fox.</s>»",
    "chatml": "<|im_start|>userĊWhere?<|im_end|>Ċ<|im_start|>assistantĊ«InĠtheĠforest.<|im_end|>»Ċ"
    "<|im_start|>userĊWho?<|im_end|>Ċ<|im_start|>assistantĊ«TheĠfox.<|im_end|>»Ċ",
    "gemma": "<bos><start_of_turn>user\nWhere?<end_of_turn>\n"
    "<start_of_turn>model\n«In▁the▁forest.<end_of_turn>»\n"
    "<start_of_turn>user\nWho?<end_of_turn>\n<start_of_turn>model\n«The▁fox.<end_of_turn>»\n",
    "llama-3": "<|begin_of_text|><|start_header_id|>user<|end_header_id|>ĊĊWhere?<|eot_id|>"
    "<|start_header_id|>assistant<|end_header_id|>ĊĊ«InĠtheĠforest.<|eot_id|>»"
    "<|start_header_id|>user<|end_header_id|>ĊĊWho?<|eot_id|>"
    "<|start_header_id|>assistant<|end_header_id|>ĊĊ«TheĠfox.<|eot_id|>»",
}
ENDS = {
    "llama-2": "</s>",
    "mistral": "</s>",
    "chatml": "<|im_end|>",
    "gemma": "<end_of_turn>",
    "llama-3": "<|eot_id|>",
}
CHAT = Example(
    messages=(
        Message(role="user", content="Where?"),
        Message(role="assistant", content=" In the forest.\n"),
        Message(role="user", content="Who?"),
        Message(role="assistant", content="The fox."),
    ),
    language="en",
)
QUESTION = [Message(role="user", content="What colour is the fox?")]


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("families")
    return {name: make_family_base(folder / name, name) for name in FAMILIES}


def small(preset: Recipe, bases: dict[str, Path], data: Path, **changes: object) -> Recipe:
    """A preset with base, data and sizes that suit a test."""
    sizes = {"steps": 3, "save_every": 2, "tokens_per_update": 160, "max_length": 80}
    replaced = {"base": str(bases[preset.chat_template or ""]), "data": str(data)}
    return Recipe.model_validate({**preset.model_dump(), **replaced, **sizes, **changes})


def test_the_papers_conditions_and_four_other_families_are_there() -> None:
    fields = {name: load_recipe(Path(name)) for name in PRESETS}
    assert {(r.base, r.method) for r in fields.values() if r.name in PAPER} == {
        ("meta-llama/Llama-2-7b-hf", "full"),
        ("meta-llama/Llama-2-13b-hf", "full"),
        ("meta-llama/Llama-2-13b-hf", "lora"),
        ("Unbabel/TowerBase-7B-v0.1", "full"),
    }
    assert all(f"{name}-lima" in PAPER for name in PAPER if not name.endswith("-lima"))
    assert {r.chat_template for r in fields.values()} == set(FAMILIES)


@pytest.mark.parametrize("name", PAPER)
def test_the_papers_values(name: str) -> None:
    preset = load_recipe(Path(name))
    full = preset.method == "full"
    rates = (1e-5, 1e-6, 81_920) if full else (1e-4, 1e-5, 32_768)
    assert (preset.learning_rate, preset.final_learning_rate, preset.tokens_per_update) == rates
    assert (preset.steps, preset.save_every, preset.max_length) == (1000, 200, 2048)
    assert (preset.betas, preset.weight_decay, preset.max_grad_norm) == ((0.9, 0.95), 0.1, 1.0)
    assert (preset.schedule, preset.languages) == ("linear", ("en",))
    assert full or (preset.lora.rank, preset.lora.alpha) == (16, 8)


def test_every_preset_is_listed_with_what_it_is_for() -> None:
    table = preset_frame()
    assert list(table["name"]) == [path.stem for path in PRESETS.values()]
    assert table["about"].str.len().min() > 20
    assert about(asset("presets", "llama-2-7b-full.yaml")) == (
        "Llama-2-7B, full fine-tuning on English Dolly-15k, with the settings of Chirkova and "
        "Nikoulina (2024)"
    )


@pytest.mark.parametrize("name", PRESETS)
def test_trains_saves_and_answers(
    bases: dict[str, Path], instructions: Path, tmp_path: Path, name: str
) -> None:
    recipe = small(load_recipe(Path(name)), bases, instructions)
    folder = train(recipe, tmp_path)
    info = read_info(folder)
    assert (info.name, info.method, info.step) == (name, recipe.method, 3)
    assert info.decoding == Decoding(max_new_tokens=512, temperature=0, repetition_penalty=1.2)
    assert (folder / "step-2").is_dir()
    curve = info.training["curve"]
    # Far from 0 after three steps, and never NaN.
    assert all(1 < point["loss"] < 15 for point in curve)
    # Linear to the final rate, which a fourth step would have.
    fall = (recipe.learning_rate - recipe.final_learning_rate) / 3
    rates = [recipe.learning_rate - fall * step for step in (0, 1, 2)]
    assert [point["learning_rate"] for point in curve] == pytest.approx(rates)
    loaded = load(info)
    answers = dict(generate(loaded, [QUESTION, QUESTION], Decoding(max_new_tokens=5)))
    assert answers[0].text == answers[1].text
    assert answers[0].new_tokens <= 5


@pytest.mark.parametrize("family", FAMILIES)
def test_the_loss_is_on_answers_with_their_end_token(bases: dict[str, Path], family: str) -> None:
    tokenizer = load_tokenizer(read_info(bases[family]))
    mark_answers(tokenizer, family)
    data = tokenise([CHAT], tokenizer, 250)
    written, learning = "", False
    tokens = tokenizer.convert_ids_to_tokens(data.input_ids[0])
    for token, label in zip(tokens, data.labels[0], strict=True):
        if (label != IGNORED) != learning:
            learning = not learning
            written += "«" if learning else "»"
        written += token
    assert written + "»" * learning == RENDERED[family]
    assert tokenizer.eos_token == ENDS[family]


@pytest.mark.parametrize("method", ["full", "lora"])
@pytest.mark.parametrize("family", FAMILIES)
def test_learns_to_answer_and_to_stop(
    bases: dict[str, Path], instructions: Path, tmp_path: Path, family: str, method: str
) -> None:
    preset = next(r for r in map(load_recipe, map(Path, PRESETS)) if r.chat_template == family)
    markers = preset.lora.train_tokens if preset.method == "lora" else ()
    recipe = small(
        preset,
        bases,
        instructions,
        method=method,
        weights="float32",
        learning_rate=1e-2,
        final_learning_rate=1e-3,
        steps=40,
        save_every=None,
        lora={"rank": 16, "alpha": 32, "train_tokens": markers},
    )
    loaded = load(read_info(train(recipe, tmp_path)))
    decoding = Decoding(max_new_tokens=30, repetition_penalty=1.0)
    ((_, answer),) = generate(loaded, [QUESTION], decoding)
    assert (answer.text, answer.finish_reason) == ("The fox is red.", "stop")
    # The prompt is the beginning of what was trained on, with one begin token at most.
    prompt = prompt_tokens(loaded, QUESTION)
    trained = tokenise(
        [Example(messages=(*QUESTION, Message(role="assistant", content="Red.")), language="en")],
        loaded.tokenizer,
        250,
    )
    assert trained.input_ids[0][: len(prompt)] == prompt
    assert trained.labels[0][len(prompt)] != IGNORED
    assert prompt.count(loaded.tokenizer.bos_token_id) == (FAMILIES[family].bos is not None)


@pytest.mark.parametrize("family", ["gemma", "llama-3"])
def test_rows_of_markers_are_trained_and_no_others(
    bases: dict[str, Path], instructions: Path, tmp_path: Path, family: str
) -> None:
    preset = next(r for r in map(load_recipe, map(Path, PRESETS)) if r.chat_template == family)
    folder = train(small(preset, bases, instructions, learning_rate=1e-2), tmp_path)
    tuned = load(read_info(folder))
    base = load(read_info(bases[family]))
    merged = tuned.model.merge_and_unload()
    markers = set(tuned.tokenizer.convert_tokens_to_ids(list(preset.lora.train_tokens)))
    for layer in ("get_input_embeddings", "get_output_embeddings"):
        before = getattr(base.model, layer)().weight
        after = getattr(merged, layer)().weight
        moved = (before != after).any(1).nonzero().flatten().tolist()
        assert set(moved) <= markers
        assert moved, layer
    (adapter,) = folder.glob("adapter_model.safetensors")
    assert adapter.stat().st_size < sum(
        p.stat().st_size for p in bases[family].glob("*.safetensors")
    )
    assert all(torch.isfinite(tensor).all() for tensor in load_file(adapter).values())


@pytest.mark.skipif(not LIMA.exists(), reason=f"{LIMA} is not there")
def test_a_lima_preset_trains_on_lima(bases: dict[str, Path], tmp_path: Path) -> None:
    preset = load_recipe(Path("llama-2-7b-full-lima"))
    recipe = small(preset, bases, LIMA, max_length=256, tokens_per_update=512, save_every=None)
    training = read_info(train(recipe, tmp_path)).training
    assert training["examples"] + training["left_out"] == 1030
    assert training["examples"] > 20
