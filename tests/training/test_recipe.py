from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from workbench.assets import asset
from workbench.errors import FileFormatError, NotFoundError
from workbench.generation.decoding import Decoding
from workbench.training.recipe import LoraSettings, Recipe, load_recipe

TEXT = """\
name: own
base: tiny-base
data: tinyworld
learning_rate: 3e-4
steps: 10
"""


def recipe(**changes: object) -> Recipe:
    fields: dict[str, object] = {
        "name": "a",
        "base": "b",
        "data": "d",
        "learning_rate": 1e-4,
        "steps": 5,
    }
    return Recipe.model_validate({**fields, **changes})


def test_defaults_are_the_papers() -> None:
    made = recipe()
    assert (made.weight_decay, made.betas, made.max_grad_norm) == (0.1, (0.9, 0.95), 1.0)
    assert (made.lora.rank, made.lora.alpha, made.schedule) == (16, 8, "linear")
    assert Decoding() == Decoding(max_new_tokens=512, temperature=0.0, repetition_penalty=1.2)


def test_every_field_is_described() -> None:
    for model in (Recipe, LoraSettings, Decoding):
        assert all(field.description for field in model.model_fields.values())


@pytest.mark.parametrize(
    "change",
    [
        {"name": "z"},
        {"save_every": 2},
        {"micro_batch_size": 4},
        {"decoding": Decoding(temperature=1.0)},
        {"lora": LoraSettings(rank=2)},
        {"activation_checkpointing": True},
    ],
)
def test_hash_leaves_out_what_does_not_decide_the_weights(change: dict[str, object]) -> None:
    assert recipe(**change).hash == recipe().hash


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 1},
        {"learning_rate": 2e-4},
        {"steps": 6},
        {"size": 3},
        {"languages": ["fr"]},
        {"method": "lora"},
        {"batch_size": 8},
        {"max_length": 64},
        {"base": "c"},
        {"schedule": "cosine"},
        {"data": ["d", "e"]},
        {"mix": {"fr": 0.01}},
        {"drop_overlap_with": ["tinyworld-test"]},
        {"chat_template": "llama-2"},
        {"tokens_per_update": 4096},
        {"final_learning_rate": 1e-5},
        {"weights": "bfloat16"},
    ],
)
def test_hash_differs_with_what_decides_the_weights(change: dict[str, object]) -> None:
    assert recipe(**change).hash != recipe().hash


def test_hashes_are_those_of_older_versions() -> None:
    """Of the shipped recipes before mixes, token budgets and the like were added."""
    assert load_recipe(Path("tiny-full-good")).hash == "59eaf362c2829b3a"
    assert load_recipe(Path("tiny-full-multilingual")).hash == "f6959db32afb3f7b"
    assert load_recipe(Path("tiny-lora-good")).hash == "1712232f7fe5b1fe"


def test_what_a_method_or_a_budget_leaves_without_effect_does_not_count() -> None:
    assert recipe(method="lora", weights="bfloat16").hash == recipe(method="lora").hash
    budget = {"tokens_per_update": 4096}
    assert recipe(**budget, batch_size=8).hash == recipe(**budget).hash


def test_trained_tokens_count_for_lora() -> None:
    tokens = LoraSettings(train_tokens=("<|end|>",))
    assert recipe(method="lora", lora=tokens).hash != recipe(method="lora").hash
    assert recipe(lora=tokens).hash == recipe().hash


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"languages": ["en", "en"]}, "names one of them twice"),
        ({"mix": {"en": 0.1}}, "en stands in both languages and mix"),
        ({"mix": {"fr": 0.5, "ru": 0.5}}, "add up to 1: languages are left nothing"),
        ({"mix": {"fr": 1}}, "less than 1"),
        ({"mix": {"fr": 0}}, "greater than 0"),
        ({"tokens_per_update": 512}, "512 is less than an example of max_length 1024"),
        ({"final_learning_rate": 1e-4}, "0.0001 is not below learning_rate 0.0001"),
        ({"final_learning_rate": 1e-5, "schedule": "constant"}, "has no final_learning_rate"),
        ({"data": ""}, "data"),
        ({"data": []}, "data"),
    ],
)
def test_fields_that_do_not_go_together(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        recipe(**change)


def test_a_recipe_is_read_again_from_what_a_checkpoint_keeps() -> None:
    made = recipe(data=["a@en", "b"], mix={"fr": 0.01}, tokens_per_update=2048, batch_size=8)
    again = Recipe.model_validate(made.model_dump(mode="json"))
    assert again == made
    assert again.hash == made.hash


def test_micro_batches_need_not_divide_a_budget_of_tokens() -> None:
    assert recipe(tokens_per_update=4096, micro_batch_size=5).micro_batch_size == 5


def test_lora_settings_count_for_lora() -> None:
    first, second = (recipe(method="lora", lora=LoraSettings(rank=r)) for r in (2, 4))
    assert first.hash != second.hash


def test_micro_batches_must_divide_the_batch() -> None:
    with pytest.raises(ValidationError, match="batch_size 16 is no multiple of micro_batch_size 5"):
        recipe(micro_batch_size=5)


def test_names_cannot_leave_the_folder() -> None:
    for name in ("../a", "a/b", ".hidden", ""):
        with pytest.raises(ValidationError):
            recipe(name=name)


def test_reads_yaml(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(TEXT, "utf-8")
    read = load_recipe(path)
    assert (read.name, read.learning_rate, read.languages) == ("own", 3e-4, ("en",))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TEXT.replace("10", "ten"), r"line 5, field 'steps'"),
        (TEXT + "rate: 3\n", r"line 6, field 'rate'.*Use one of name, base"),
        (TEXT + "lora:\n  rank: 0\n", r"line 7, field 'lora.rank'"),
        (TEXT.replace("name: own\n", ""), r"field 'name': Field required"),
        (TEXT + "seed: [1\n", r"line 7: this is not YAML"),
        ("", "it holds no fields"),
    ],
)
def test_yaml_errors_name_line_and_field(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(FileFormatError, match=message):
        load_recipe(path)


def test_unknown_recipe() -> None:
    with pytest.raises(NotFoundError, match="Recipe 'no-such'"):
        load_recipe(Path("no-such"))


def test_presets_are_read_by_name_too() -> None:
    # A name may have a dot in it, as a file has.
    for name in ("llama-3.1-8b-lora", "tiny-full-good"):
        assert load_recipe(Path(name)).name == name


def test_shipped_recipes_are_read() -> None:
    paths = sorted(asset("recipes").glob("*.yaml"))
    assert paths
    assert [load_recipe(path).name for path in paths] == [path.stem for path in paths]
