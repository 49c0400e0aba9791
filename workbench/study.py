"""Studies: a declared grid of recipes, prompt sets, languages and detectors, in one YAML.

name: learning-rate
question: At which learning rates does English-only tuning carry over?
recipe: {base: tiny-base, data: tinyworld, steps: 200}
grid: {learning_rate: [1e-4, 1e-3], seed: [0, 1]}
prompt_sets: [{name: tinyworld-test, limit: 120}]
languages: [en, fr, pt, ru, de, zh]
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from workbench.assets import asset
from workbench.errors import NotFoundError
from workbench.generation.decoding import Decoding
from workbench.prompts import content_hash
from workbench.training.recipe import Recipe
from workbench.yaml_files import load_yaml_model


class PromptChoice(BaseModel):
    """A prompt set of a study, or evenly spaced prompts of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str = Field(description="Prompt set: a name of the store or of assets/prompts, or a file")
    limit: int | None = Field(
        default=None, ge=1, description="Prompts of each language; all if unset"
    )


class Study(BaseModel):
    """A grid of conditions with what each is asked and how answers are scored."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", description="Name of the study")
    question: str = Field(default="", description="What the study is to find out")
    recipe: dict[str, Any] = Field(
        default_factory=dict,
        description="Fields of the training recipe that are the same throughout",
    )
    grid: dict[str, list[Any]] = Field(
        default_factory=dict, description="Fields of the recipe that vary, each with its values"
    )
    conditions: tuple[dict[str, Any], ...] = Field(
        default=(), description="Fields of the recipe that vary together, one condition each"
    )
    checkpoints: tuple[str, ...] = Field(
        default=(), description="Existing checkpoints that are asked as they are"
    )
    prompt_sets: tuple[PromptChoice, ...] = Field(min_length=1, description="What is asked")
    languages: tuple[str, ...] | None = Field(
        default=None, description="Languages asked; all of the prompt sets if unset"
    )
    detectors: tuple[str, ...] = Field(default=("langid",), description="Language identification")
    decoding: Decoding | None = Field(
        default=None, description="How answers are decoded; each checkpoint's own defaults if unset"
    )

    @model_validator(mode="after")
    def _expands(self) -> Study:
        together = {field for condition in self.conditions for field in condition}
        places = [*self.recipe, *self.grid, *together]
        twice = {field for field in places if places.count(field) > 1}
        if twice:
            raise ValueError(
                f"{', '.join(sorted(twice))} stands in more than one of recipe, grid and conditions"
            )
        if not places and not self.checkpoints:
            raise ValueError("name existing checkpoints, or a recipe to train")
        unknown = set(places) - set(Recipe.model_fields)
        if unknown:
            known = ", ".join(Recipe.model_fields)
            raise ValueError(f"{', '.join(sorted(unknown))}: not a field of a recipe ({known})")
        self.recipes()
        return self

    @property
    def run_name(self) -> str:
        """Name of its run: the same study always continues the same run."""
        return f"{self.name}-{content_hash(self.model_dump(mode='json'))[:8]}"

    def recipes(self) -> list[Recipe]:
        """The training recipes of the grid, in order; names tell what varies."""
        if not self.recipe and not self.grid and not self.conditions:
            return []
        fields, values = list(self.grid), list(self.grid.values())
        recipes = []
        for condition, *combination in itertools.product(self.conditions or ({},), *values):
            varied = {**condition, **dict(zip(fields, combination, strict=True))}
            label = "-".join(f"{_short(field)}{_plain(value)}" for field, value in varied.items())
            name = f"{self.name}-{label}" if label else self.name
            recipes.append(Recipe.model_validate({**self.recipe, **varied, "name": name}))
        return recipes


def load_study(path: Path) -> Study:
    """Read a study file, or one of ``assets/studies/`` by its name."""
    if not path.exists() and path.suffix == "" and path.name == str(path):
        shipped = asset("studies", f"{path}.yaml")
        if not shipped.exists():
            names = ", ".join(sorted(p.stem for p in asset("studies").glob("*.yaml")))
            raise NotFoundError(
                f"Study '{path}'",
                "there is no such file and no such study in assets/studies",
                f"Name a YAML file, or one of: {names}",
            )
        path = shipped
    return load_yaml_model(path, Study)


def _short(field: str) -> str:
    known = {"learning_rate": "lr", "seed": "s", "size": "n", "method": "", "languages": ""}
    return known.get(field, field)


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "+".join(str(part) for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
