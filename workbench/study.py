"""Studies: a declared grid of recipes, prompt sets, languages and detectors, in one YAML.

name: learning-rate
question: At which learning rates does English-only tuning carry over?
recipe: {base: tiny-base, data: tinyworld, steps: 200}
grid: {learning_rate: [1e-4, 1e-3], seed: [0, 1]}
prompt_sets: [{name: tinyworld-test, limit: 120}]
languages: [en, fr, pt, ru, de, zh]
judges: [reference, constraints, {kind: local, model: tiny-lora-good}]
validation: {prompt_set: tinyworld-validation, every: 50, data: tinyworld-validation}

Fields within a field are written with a dot: ``lora.rank: [4, 16]``.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    model_validator,
)

from workbench.assets import Shipped
from workbench.generation.decoding import Decoding
from workbench.generation.variant import AS_IT_IS, Variant
from workbench.judging.settings import StudyJudge
from workbench.lid.detectors import DEFAULT_DETECTOR
from workbench.prompts import content_hash
from workbench.training.fields import flattened, label, nested, recipe_paths
from workbench.training.recipe import Recipe
from workbench.validation.settings import Tracker, Validation
from workbench.value_errors import said
from workbench.yaml_files import load_yaml_model

STUDIES = Shipped("Study", ("studies",), "YAML", (".yaml", ".yml"))
Rule = Literal["reference", "constraints"]
"""Judges that go by rules alone."""
Judge = Annotated[
    Annotated[Rule, Tag("name")] | Annotated[StudyJudge, Tag("settings")],
    Discriminator(lambda given: "name" if isinstance(given, str) else "settings"),
]
_ADDED: dict[str, Any] = {"judges": ("reference", "constraints"), "variants": ()}
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
        "by what it asks of the answer's form, and models on six criteria, each with its settings",
    )
    decoding: Decoding | None = Field(
        default=None, description="How answers are decoded; each checkpoint's own defaults if unset"
    )
    variants: tuple[Variant, ...] = Field(
        default=(),
        description="Further ways in which each checkpoint is asked, beside as it is; "
        "lora_strength is for LoRA checkpoints, interpolation for fully fine-tuned ones",
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
        self._check_variants({recipe.method for recipe in self.recipes()})
        return self

    def _check_variants(self, methods: set[str]) -> None:
        labels = [variant.label for variant in self.variants]
        if "" in labels:
            raise ValueError("variants: one of them changes nothing; all checkpoints are asked so")
        if twice := {label for label in labels if labels.count(label) > 1}:
            raise ValueError(f"variants: {', '.join(sorted(twice))} is there twice")
        for variant in self.variants:
            if not self.checkpoints and not any(variant.fits(method) for method in methods):
                trained = " and ".join(sorted(methods))
                raise ValueError(
                    f"variants: {variant.label} fits no checkpoint, as all are {trained}"
                )

    @property
    def run_name(self) -> str:
        """Name of its run: the same study always continues the same run."""
        return f"{self.name}-{content_hash(self.of_run)[:8]}"

    @property
    def of_run(self) -> dict[str, Any]:
        """What belongs to the study's run, as JSON: validation has a run of its own.

        Judges that ask models do not: one that is added later judges the answers that are there.
        """
        lasting = self.model_copy(update={"judges": self.rules})
        unused = {name for name, usual in _ADDED.items() if getattr(lasting, name) == usual}
        record = lasting.model_dump(mode="json", exclude={"validation", "report_to", *unused})
        for choice in record["prompt_sets"]:
            if choice["languages"] is None:
                del choice["languages"]
        return record

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Its judges that go by rules alone."""
        return tuple(judge for judge in self.judges if not isinstance(judge, StudyJudge))

    @property
    def models_that_judge(self) -> tuple[StudyJudge, ...]:
        """Its judges that ask a model."""
        return tuple(judge for judge in self.judges if isinstance(judge, StudyJudge))

    def variants_of(self, method: str) -> list[Variant]:
        """As what a checkpoint of a method is asked: as it is first, and all that fits it."""
        return [AS_IT_IS, *(variant for variant in self.variants if variant.fits(method))]

    @property
    def chat_template(self) -> str | None:
        """What a base without a template is asked with: that of the recipes, if they agree."""
        named = {recipe.chat_template for recipe in self.recipes()}
        return named.pop() if len(named) == 1 else None

    def recipes(self) -> list[Recipe]:
        """The training recipes of the grid, in order; names tell what varies.

        Where LoRA settings vary beside the method, full fine-tuning occurs once.
        """
        return [recipe for recipe, _ in self.cells()]

    def cells(self) -> list[tuple[Recipe, dict[str, Any]]]:
        """The training recipes, each with the fields in which it differs from others."""
        if not self.recipe and not self.grid and not self.conditions:
            return []
        found: dict[str, tuple[Recipe, dict[str, Any]]] = {}
        for condition, *values in itertools.product(self.conditions or ({},), *self.grid.values()):
            varied = {**condition, **dict(zip(self.grid, values, strict=True))}
            recipe, told = self._recipe(varied)
            twin = found.get(recipe.name)
            if twin is not None and not _same_training(twin[0], recipe):
                marked = f"{recipe.name}-{content_hash(varied)[:4]}"
                recipe = recipe.model_copy(update={"name": marked})
            found.setdefault(recipe.name, (recipe, told))
        return list(found.values())

    def _recipe(self, varied: Mapping[str, Any]) -> tuple[Recipe, dict[str, Any]]:
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
            return Recipe.model_validate({**fields, "name": name}), told
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"]) or "recipe"
            reason = said(first)
            raise ValueError(f"{field}: {reason}") from None


def load_study(path: Path) -> Study:
    """Read a study file, or one of ``assets/studies/`` by its name."""
    return load_yaml_model(STUDIES.file(path), Study)


def _same_training(first: Recipe, second: Recipe) -> bool:
    """Whether two recipes differ in nothing that is used."""
    unused = {"lora"} if first.method == second.method == "full" else set()
    return first.model_dump(exclude=unused) == second.model_dump(exclude=unused)
