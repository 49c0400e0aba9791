"""Recipes: one training condition each."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from workbench.assets import asset
from workbench.errors import NotFoundError
from workbench.generation.decoding import Decoding
from workbench.prompts import content_hash
from workbench.yaml_files import load_yaml_model

_NOT_IN_WEIGHTS = {"name", "decoding", "save_every", "micro_batch_size"}
"""Fields that a recipe's hash leaves out, as they do not decide the weights."""


class LoraSettings(BaseModel):
    """Low-rank adapters; the defaults are the paper's."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    rank: int = Field(default=16, ge=1, description="Rank of the adapters")
    alpha: int = Field(default=8, ge=1, description="Scale of the adapters, as alpha / rank")
    targets: str | tuple[str, ...] = Field(
        default="all-linear", description="Modules that get adapters"
    )


class Recipe(BaseModel):
    """One training condition; where the paper fixes a value, it is the default."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]*$", description="Name of the checkpoint it makes"
    )
    base: str = Field(min_length=1, description="Base model: checkpoint name, folder or hub id")
    data: str = Field(
        min_length=1,
        description="Instruction data: JSONL file, name in assets/instructions, or hub dataset id",
    )
    languages: tuple[str, ...] = Field(
        default=("en",), min_length=1, description="Languages of the instruction data"
    )
    size: int | None = Field(
        default=None, ge=1, description="Number of examples, evenly over languages; all if unset"
    )
    method: Literal["full", "lora"] = Field(
        default="full", description="Train all weights, or low-rank adapters"
    )
    learning_rate: float = Field(gt=0, description="Peak learning rate")
    schedule: Literal["linear", "cosine", "constant"] = Field(
        default="linear", description="How the learning rate falls; there is no warm-up"
    )
    steps: int = Field(ge=1, description="Number of updates")
    batch_size: int = Field(default=16, ge=1, description="Examples of an update")
    micro_batch_size: int | None = Field(
        default=None,
        ge=1,
        description="Examples held in memory at once; must divide batch_size; all if unset",
    )
    max_length: int = Field(
        default=1024, ge=2, description="Longest example in tokens; longer ones are left out"
    )
    lora: LoraSettings = Field(default=LoraSettings(), description="Settings of method lora")
    seed: int = Field(
        default=0, ge=0, description="Seed of the data's subset and order, and of new weights"
    )
    save_every: int | None = Field(
        default=None,
        ge=1,
        description="Keep a checkpoint every so many steps; only the last if unset",
    )
    weight_decay: float = Field(default=0.1, ge=0, description="Weight decay of AdamW")
    betas: tuple[float, float] = Field(default=(0.9, 0.95), description="Betas of AdamW")
    max_grad_norm: float = Field(
        default=1.0, gt=0, description="Gradients are clipped to this norm"
    )
    decoding: Decoding | None = Field(
        default=None, description="The checkpoint's decoding defaults; those of its base if unset"
    )

    @model_validator(mode="after")
    def _batches_divide(self) -> Recipe:
        if self.micro_batch_size and self.batch_size % self.micro_batch_size:
            raise ValueError(
                f"batch_size {self.batch_size} is no multiple of "
                f"micro_batch_size {self.micro_batch_size}"
            )
        if len(set(self.languages)) < len(self.languages):
            raise ValueError("languages names one of them twice")
        return self

    @property
    def hash(self) -> str:
        """Content hash, 16 hex digits, of all fields that decide the weights."""
        fields = self.model_dump(mode="json", exclude=_NOT_IN_WEIGHTS)
        if self.method == "full":
            fields.pop("lora")
        return content_hash(fields)


def load_recipe(path: Path) -> Recipe:
    """Read a recipe file, or one of ``assets/recipes/`` by its name.

    Raises FileFormatError with the line and the field that cannot be used.
    """
    if not path.exists() and path.suffix == "" and path.name == str(path):
        shipped = asset("recipes", f"{path}.yaml")
        if not shipped.exists():
            names = ", ".join(sorted(p.stem for p in asset("recipes").glob("*.yaml")))
            raise NotFoundError(
                f"Recipe '{path}'",
                "there is no such file and no such recipe in assets/recipes",
                f"Name a YAML file, or one of: {names}",
            )
        path = shipped
    return load_yaml_model(path, Recipe)
