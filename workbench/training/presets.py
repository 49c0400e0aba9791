"""Presets: recipes for real models, ready to run on a GPU."""

from __future__ import annotations

import itertools
from pathlib import Path

import pandas as pd

from workbench.files import read_text
from workbench.training.recipe import PRESETS, load_recipe


def preset_frame() -> pd.DataFrame:
    """The presets of ``assets/presets``, one row each, with what they are for."""
    rows = []
    for name, path in PRESETS.files().items():
        recipe = load_recipe(path)
        rows.append(
            {
                "name": name,
                "about": about(path),
                "base": recipe.base,
                "data": recipe.data if isinstance(recipe.data, str) else ", ".join(recipe.data),
                "method": recipe.method,
                "learning_rate": f"{recipe.learning_rate:g}",
            }
        )
    return pd.DataFrame(rows)


def about(path: Path) -> str:
    """The first sentence of the comment that a recipe file begins with, behind its schema."""
    lines = itertools.takewhile(lambda line: line.startswith("#"), read_text(path).splitlines())
    told = [line.removeprefix("#").strip() for line in lines if "$schema=" not in line]
    return " ".join(told).partition(". ")[0].removesuffix(".")
