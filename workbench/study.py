"""Studies: a declared grid of recipes, prompt sets, languages and detectors, in one YAML.

name: learning-rate
question: At which learning rates does English-only tuning carry over?
recipe: {base: tiny-base, data: tinyworld, steps: 200}
grid: {learning_rate: [1e-4, 1e-3], seed: [0, 1]}
prompt_sets: [{name: tinyworld-test, limit: 120}]
languages: [en, fr, pt, ru, de, zh]
validation: {prompt_set: tinyworld-validation, every: 50, data: tinyworld-validation}

Fields within a field are written with a dot: ``lora.rank: [4, 16]``.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from workbench.assets import asset
from workbench.errors import NotFoundError
from workbench.generation.decoding import Decoding
from workbench.lid.detectors import DEFAULT_DETECTOR
from workbench.prompts import content_hash
from workbench.training.fields import flattened, label, nested, recipe_paths
from workbench.training.recipe import Recipe
from workbench.validation.settings import Tracker, Validation
from workbench.yaml_files import load_yaml_model

Judge = Literal["reference", "constraints"]
_ADDED: dict[str, Any] = {"judges": ("reference", "constraints")}
"""Fields that older studies have none of; at these values a study is what it was without."""


class PromptChoice(BaseModel):
    """A prompt set of a study, or evenly spaced prompts of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str = Field(description="Prompt set: a name of the store or of assets/prompts, or a file")
    limit: int | None = Field(
        default=None, ge=1, description="Prompts of each language; all if unset"
    )
    languages: tuple[str, ...] | None = Field(
        default=None,
        min_length=1,
        description="Languages asked of this set; those of the study if unset",
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
    grid: dict[str, Annotated[list[Any], Field(min_length=1)]] = Field(
        default_factory=dict,
        description="Fields of the recipe that vary, each with its values; every combination is "
        "trained",
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
    detectors: tuple[str, ...] = Field(
        default=(DEFAULT_DETECTOR,), description="Language identification"
    )
    judges: tuple[Judge, ...] = Field(
        default=("reference", "constraints"),
        description="Who rates answers: reference by the facts that a prompt states, constraints "
        "by what it asks of the answer's form",
    )
    decoding: Decoding | None = Field(
        default=None, description="How answers are decoded; each checkpoint's own defaults if unset"
    )
    validation: Validation | None = Field(
        default=None, description="Validation in every language while a model is trained"
    )
    report_to: tuple[Tracker, ...] = Field(
        default=(), description="Where validation curves go as well, beside the store"
    )

    @model_validator(mode="after")
    def _expands(self) -> Study:
        together = {path for condition in self.conditions for path in flattened(condition)}
        places = [*flattened(self.recipe), *flattened(self.grid), *together]
        if self.validation and self.validation.every:
            places.append("save_every")
        if twice := {path for path in places if places.count(path) > 1}:
            if "save_every" in twice:
                raise ValueError("give save_every of the recipe, or every of validation, not both")
            raise ValueError(
                f"{', '.join(sorted(twice))} stands in more than one of recipe, grid and conditions"
            )
        if not places and not self.checkpoints:
            raise ValueError("name existing checkpoints, or a recipe to train")
        if self.validation and not (self.recipe or self.grid or self.conditions):
            raise ValueError("validation is of trainings, and the study trains nothing")
        if unknown := set(places) - recipe_paths():
            known = ", ".join(sorted(recipe_paths()))
            raise ValueError(f"{', '.join(sorted(unknown))}: not a field of a recipe ({known})")
        self.recipes()
        return self

    @property
    def run_name(self) -> str:
        """Name of its run: the same study always continues the same run."""
        return f"{self.name}-{content_hash(self.of_run)[:8]}"

    @property
    def of_run(self) -> dict[str, Any]:
        """What belongs to the study's run, as JSON: validation has a run of its own."""
        unused = {name for name, usual in _ADDED.items() if getattr(self, name) == usual}
        record = self.model_dump(mode="json", exclude={"validation", "report_to", *unused})
        for choice in record["prompt_sets"]:
            if choice["languages"] is None:
                del choice["languages"]
        return record

    def recipes(self) -> list[Recipe]:
        """The training recipes of the grid, in order; names tell what varies.

        Where LoRA settings vary beside the method, full fine-tuning occurs once.
        """
        if not self.recipe and not self.grid and not self.conditions:
            return []
        found: dict[str, Recipe] = {}
        for condition, *values in itertools.product(self.conditions or ({},), *self.grid.values()):
            varied = {**condition, **dict(zip(self.grid, values, strict=True))}
            recipe = self._recipe(varied)
            twin = found.get(recipe.name)
            if twin is not None and not _same_training(twin, recipe):
                marked = f"{recipe.name}-{content_hash(varied)[:4]}"
                recipe = recipe.model_copy(update={"name": marked})
            found.setdefault(recipe.name, recipe)
        return list(found.values())

    def _recipe(self, varied: Mapping[str, Any]) -> Recipe:
        fields = nested({**flattened(self.recipe), **flattened(varied)})
        if self.validation and self.validation.every:
            fields["save_every"] = self.validation.every
        told = {
            path: value
            for path, value in varied.items()
            if fields.get("method") == "lora" or path.partition(".")[0] != "lora"
        }
        name = "-".join([self.name, *(label(path, value) for path, value in told.items())])
        try:
            return Recipe.model_validate({**fields, "name": name})
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"]) or "recipe"
            reason = first["msg"].removeprefix("Value error, ")
            raise ValueError(f"{field}: {reason}") from None


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


def _same_training(first: Recipe, second: Recipe) -> bool:
    """Whether two recipes differ in nothing that is used."""
    unused = {"lora"} if first.method == second.method == "full" else set()
    return first.model_dump(exclude=unused) == second.model_dump(exclude=unused)
