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
    ],
)
def test_hash_differs_with_what_decides_the_weights(change: dict[str, object]) -> None:
    assert recipe(**change).hash != recipe().hash


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


def test_shipped_recipes_are_read() -> None:
    paths = sorted(asset("recipes").glob("*.yaml"))
    assert paths
    assert [load_recipe(path).name for path in paths] == [path.stem for path in paths]
