"""The training benchmark at the size of a test: both sides do the same, and are told apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from benchmarks.training_cases import Case, Shape, preset_case
from benchmarks.training_speed import (
    Measured,
    check,
    compare,
    operations,
    run,
    train_ours,
)
from workbench.training.recipe import Recipe, load_recipe

SMALL = Shape(hidden=64, layers=2, heads=2, inner=96, vocabulary=100)


def small(name: str) -> Recipe:
    """A preset with updates of 4 examples of about 32 tokens, 2 at once."""
    sizes = {"tokens_per_update": 128, "micro_batch_size": 2, "max_length": 64}
    return Recipe.model_validate({**load_recipe(Path(name)).model_dump(), **sizes})


@pytest.fixture(scope="module", params=["llama-2-13b-lora", "llama-2-7b-full"])
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    with preset_case(small(request.param), SMALL, steps=2) as case:
        yield case


def test_a_preset_is_trained_alike_by_both_sides(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    # 128 tokens are 4 examples of the mean length, 32; two updates take 8.
    assert (case.recipe.batch_size, case.recipe.micro_batch_size, len(case.examples)) == (4, 2, 8)
    assert case.dtype == (torch.float32 if case.recipe.method == "lora" else torch.bfloat16)
    compare(case, repeats=0 if case.recipe.method == "full" else 1)
    printed = capsys.readouterr().out.splitlines()
    assert "losses of all 2 steps agree" in printed[2]
    if case.recipe.method == "lora":
        assert [line.split()[0] for line in printed[-3:]] == ["workbench", "TRL,", "TRL,"]


def test_another_training_is_noticed() -> None:
    with preset_case(small("llama-2-13b-lora"), SMALL, steps=3) as case:
        # A random model's loss moves by 2% in so few steps, less than half precision is allowed.
        case = replace(case, tolerance=0.002)
        hotter = replace(case, recipe=case.recipe.model_copy(update={"learning_rate": 50.0}))
        with pytest.raises(AssertionError, match="losses differ by"):
            check(case, run(train_ours, hotter), run(train_ours, case))
        one, two = (Measured([1.0] * steps, 1.0, 1.0, None) for steps in (1, 2))
        with pytest.raises(AssertionError, match="losses are missing"):
            check(case, one, two)


def test_operations_are_those_of_the_layers_weights(case: Case) -> None:
    # A layer has 4 matrices of 64 x 64, 3 of 64 x 96 and 2 norms of 64: 34,944 weights.
    a_token = {"lora": 4, "full": 6}[case.recipe.method] * 2 * 34_944
    assert operations(case) == a_token * case.tokens
