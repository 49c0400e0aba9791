from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from workbench.checkpoints import Catalogue, LoadedCheckpoint, load
from workbench.generation.local import generate
from workbench.prompts import Message
from workbench.training.observing import BetweenUpdates, TrainedStep, at_rest
from workbench.training.recipe import Recipe
from workbench.training.trainer import train

QUESTIONS = [
    [Message(role="user", content="What colour is the fox?")],
    [Message(role="user", content="Où vit le hibou ?")],
]


@pytest.fixture
def recipe(recipe: Recipe) -> Recipe:
    return recipe.model_copy(update={"save_every": 2})


def answers(loaded: LoadedCheckpoint) -> dict[int, str]:
    return {index: answer.text for index, answer in generate(loaded, QUESTIONS)}


@pytest.mark.parametrize("method", ["full", "lora"])
def test_training_is_the_same_with_and_without_observation(
    recipe: Recipe, tmp_path: Path, method: str
) -> None:
    recipe = recipe.model_copy(update={"method": method})
    seen: dict[str, dict[int, str]] = {}
    steps: list[tuple[int, int]] = []

    def observe(step: TrainedStep) -> None:
        assert not step.checkpoint.model.training
        torch.rand(3)  # draws that training must not notice
        seen[step.checkpoint.info.name] = answers(step.checkpoint)
        steps.append((step.step, step.curve[-1]["step"]))

    watched = train(recipe, tmp_path / "a", between=BetweenUpdates(observe=observe))
    alone = train(recipe, tmp_path / "b")

    # The loss of an update is logged after it: it is in the next curve.
    assert steps == [(2, 1), (4, 3), (6, 6)]
    for part in ("", "step-2", "step-4"):
        (one,), (two,) = (list((f / part).glob("*.safetensors")) for f in (watched, alone))
        first, second = load_file(one), load_file(two)
        assert first.keys() == second.keys()
        assert all(torch.equal(first[name], second[name]) for name in first)
    known = Catalogue([tmp_path / "a"])
    assert list(seen) == ["own@2", "own@4", "own"]
    # What a model in training answers is what its checkpoint answers.
    assert {name: answers(load(known.find(name))) for name in seen} == seen


def test_everything_is_as_it_was_before() -> None:
    model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Dropout(), torch.nn.Linear(2, 2))
    model.device = torch.device("cpu")  # type: ignore[assignment]
    model.train()
    model[2].eval()
    wrapped = lambda values: values  # noqa: E731 - what mixed precision puts around the pass
    model.forward = wrapped  # type: ignore[method-assign, assignment]
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)

    with pytest.raises(KeyError), at_rest(model) as resting:
        assert not any(module.training for module in resting.modules())
        assert "forward" not in vars(resting)
        assert not torch.is_grad_enabled()
        torch.rand(5)
        raise KeyError

    assert torch.equal(torch.rand(2), expected)
    assert torch.is_grad_enabled()
    assert vars(model)["forward"] is wrapped
    assert [module.training for module in model] == [True, True, False]
