from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from workbench.memory import Memory
from workbench.training.recipe import Recipe
from workbench.training.sources import Sources
from workbench.training.trainer import train


class Counting(Memory):
    """A memory that counts what it makes."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[str] = []

    def recall(self, kind, key, make):  # type: ignore[no-untyped-def]
        return super().recall(kind, key, lambda: (self.made.append(kind), make())[1])


def weights(folder: Path) -> dict[str, torch.Tensor]:
    (path,) = folder.glob("*.safetensors")
    return load_file(path)


def same(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> bool:
    return first.keys() == second.keys() and all(torch.equal(first[k], second[k]) for k in first)


@pytest.fixture
def cells(recipe: Recipe) -> list[Recipe]:
    """LoRA cells that differ in what a cell could leave behind for the next one."""
    changes: list[dict[str, object]] = [
        {"seed": 0},
        {"learning_rate": 1e-3, "activation_checkpointing": True},
        {"seed": 0, "lora": {"rank": 4, "targets": ("q_proj",), "train_tokens": ("<|end|>",)}},
        {"seed": 2},
    ]
    return [
        Recipe.model_validate({**recipe.model_dump(), "method": "lora", "name": f"c{n}", **change})
        for n, change in enumerate(changes)
    ]


def test_cells_that_share_a_base_come_out_as_if_each_had_loaded_it(
    cells: list[Recipe], tmp_path: Path
) -> None:
    memory = Counting()
    for cell in cells:
        shared = train(cell, tmp_path / "shared", sources=Sources(memory=memory))
        alone = train(cell, tmp_path / "alone")
        assert same(weights(shared), weights(alone)), cell.name
    # The last cell's seed puts the examples in another order.
    assert sorted(memory.made) == ["base", "tokens", "tokens"]


def test_weights_in_memory_stay_those_of_the_base(cells: list[Recipe], tmp_path: Path) -> None:
    held: list[object] = []

    class Keeping(Memory):
        def recall(self, kind, key, make):  # type: ignore[no-untyped-def]
            thing = super().recall(kind, key, make)
            held.append(thing)
            return thing

    train(cells[0], tmp_path, sources=Sources(memory=Keeping()))
    (model,) = (thing for thing in held if isinstance(thing, torch.nn.Module))
    on_disk = load_file(Path(cells[0].base) / "model.safetensors")
    state = model.state_dict()
    assert all(torch.equal(state[name], tensor) for name, tensor in on_disk.items())
    assert not [name for name in state if "lora" in name]


def test_full_fine_tuning_changes_no_weights_that_are_kept(
    cells: list[Recipe], recipe: Recipe, tmp_path: Path
) -> None:
    memory = Counting()
    sources = Sources(memory=memory)
    train(cells[0], tmp_path / "shared", sources=sources)
    full = train(recipe, tmp_path / "shared", sources=sources)
    after = train(cells[1], tmp_path / "shared", sources=sources)

    # The full one lets go of what is kept, and keeps nothing itself; tokens are for all.
    assert sorted(memory.made) == ["base", "base", "tokens"]
    assert same(weights(full), weights(train(recipe, tmp_path / "alone")))
    assert same(weights(after), weights(train(cells[1], tmp_path / "alone")))
