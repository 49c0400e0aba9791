from __future__ import annotations

from pathlib import Path

import pytest

from workbench.training.recipe import Recipe


@pytest.fixture
def recipe(random_tiny_base: Path, instructions: Path) -> Recipe:
    """Six updates of four examples, all weights, on the random tiny base."""
    return Recipe(
        name="own",
        base=str(random_tiny_base),
        data=str(instructions),
        learning_rate=3e-3,
        steps=6,
        batch_size=4,
    )
