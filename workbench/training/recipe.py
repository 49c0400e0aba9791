"""Recipes: one training condition each."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from workbench.assets import Shipped
from workbench.generation.decoding import Decoding
from workbench.prompts import content_hash
from workbench.yaml_files import load_yaml_model

_NOT_IN_WEIGHTS = {"name", "decoding", "save_every", "micro_batch_size", "activation_checkpointing"}
"""Fields that a recipe's hash leaves out, as they do not decide the weights."""
_ADDED = {
    "mix",
    "drop_overlap_with",
    "chat_template",
    "tokens_per_update",
    "final_learning_rate",
    "weights",
    "compute",
    "quantisation",
    "replay",
    "replay_data",
}
"""Fields that a recipe's hash leaves out at their default, as older recipes have none of them."""
PRESETS = Shipped("Preset", ("presets",), "YAML", (".yaml", ".yml"))
RECIPES = replace(PRESETS, kind="Recipe", folders=("recipes", "presets"))
"""All recipes that can be named."""

Source = Annotated[str, Field(min_length=1)]
Share = Annotated[float, Field(gt=0, lt=1)]


class LoraSettings(BaseModel):
    """Low-rank adapters; the defaults are the paper's."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    rank: int = Field(default=16, ge=1, description="Rank of the adapters")
    alpha: int = Field(default=8, ge=1, description="Scale of the adapters, as alpha / rank")
    targets: str | tuple[str, ...] = Field(
        default="all-linear", description="Modules that get adapters"
    )
    train_tokens: tuple[str, ...] = Field(
        default=(),
        description="Tokens whose embeddings are trained as well, such as chat markers that the "
        "base has never read",
    )


class Recipe(BaseModel):
    """One training condition; where the paper fixes a value, it is the default."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]*$", description="Name of the checkpoint it makes"
    )
    base: str = Field(min_length=1, description="Base model: checkpoint name, folder or hub id")
    data: Source | Annotated[tuple[Source, ...], Field(min_length=1)] = Field(
        description="Instruction data: JSONL or JSON file, name in assets/instructions, folder of "
        "a dataset, or hub dataset id; NAME:SPLIT chooses a split, NAME@LANGUAGE states a "
        "language; several in a list",
    )
    languages: tuple[str, ...] = Field(
        default=("en",), min_length=1, description="Languages of the instruction data"
    )
    mix: dict[str, Share] = Field(
        default={},
        description="Further languages, each with its share of all examples: {fr: 0.01, ru: 0.01} "
        "makes 1% of them French and 1% Russian",
    )
    size: int | None = Field(
        default=None,
        ge=1,
        description="Number of examples, those of mix included, evenly over languages; all if "
        "unset",
    )
    replay: float = Field(
        default=0.0,
        ge=0,
        lt=1,
        description="Share of plain pretraining text among the examples of each update, or of its "
        "tokens with tokens_per_update; the loss is on all tokens of it",
    )
    replay_data: Source | None = Field(
        default=None,
        description="Texts that are replayed: tinyworld, a JSONL or JSON file or a dataset with a "
        "field 'text', or a file of one text a line",
    )
    drop_overlap_with: tuple[str, ...] = Field(
        default=(), description="Prompt sets whose prompts are dropped from the instruction data"
    )
    chat_template: str | None = Field(
        default=None,
        description="Chat template: name in assets/chat_templates or Jinja file; the base's own "
        "if unset, or the workbench's where it has none",
    )
    method: Literal["full", "lora"] = Field(
        default="full", description="Train all weights, or low-rank adapters"
    )
    learning_rate: float = Field(gt=0, description="Peak learning rate")
    schedule: Literal["linear", "cosine", "constant"] = Field(
        default="linear", description="How the learning rate falls; there is no warm-up"
    )
    final_learning_rate: float = Field(
        default=0.0, ge=0, description="Learning rate that linear and cosine schedules end at"
    )
    steps: int = Field(ge=1, description="Number of updates")
    batch_size: int = Field(
        default=16, ge=1, description="Examples of an update, unless tokens_per_update is given"
    )
    tokens_per_update: int | None = Field(
        default=None,
        ge=1,
        description="Tokens of an update at most, prompts and answers without padding: as many "
        "whole examples as fit; batch_size decides if unset",
    )
    micro_batch_size: int | None = Field(
        default=None,
        ge=1,
        description="Examples held in memory at once; must divide batch_size; all if unset",
    )
    activation_checkpointing: bool = Field(
        default=False,
        description="Compute activations a second time instead of keeping them: less memory, "
        "about a third slower",
    )
    weights: Literal["float32", "bfloat16"] = Field(
        default="float32",
        description="Precision that full fine-tuning keeps weights and AdamW's averages in; "
        "bfloat16 takes half the memory and rounds stochastically",
    )
    compute: Literal["auto", "float32", "bfloat16"] = Field(
        default="auto",
        description="Precision of matrix products: bfloat16 where the machine multiplies it "
        "faster, if auto",
    )
    quantisation: Literal["nf4"] | None = Field(
        default=None,
        description="Format of the base's matrices while adapters are trained: 4-bit NormalFloat "
        "(QLoRA; extra quantisation), or as the base has them if unset; answers are given with it, "
        "too",
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
    def _consistent(self) -> Recipe:
        micro, budget = self.micro_batch_size, self.tokens_per_update
        if micro and budget is None and self.batch_size % micro:
            raise ValueError(
                f"batch_size {self.batch_size} is no multiple of micro_batch_size {micro}"
            )
        if budget is not None and budget < self.max_length:
            raise ValueError(
                f"tokens_per_update {budget} is less than an example of max_length "
                f"{self.max_length} may have"
            )
        if self.replay and self.replay_data is None:
            raise ValueError("replay needs replay_data: texts as the base has read them")
        left = (budget or 0) * (1 - self.replay)
        if budget is not None and self.replay and left < self.max_length:
            raise ValueError(
                f"replay {self.replay:g} leaves {left:.0f} of tokens_per_update {budget}, less "
                f"than an example of max_length {self.max_length} may have"
            )
        if self.quantisation and self.method == "full":
            raise ValueError(
                f"quantisation {self.quantisation} is of a base that stays as it is: set method "
                "to lora"
            )
        if len(set(self.languages)) < len(self.languages):
            raise ValueError("languages names one of them twice")
        if twice := set(self.languages) & set(self.mix):
            raise ValueError(f"{', '.join(sorted(twice))} stands in both languages and mix")
        if (shares := sum(self.mix.values())) >= 1:
            raise ValueError(f"the shares of mix add up to {shares:g}: languages are left nothing")
        if self.final_learning_rate >= self.learning_rate:
            raise ValueError(
                f"final_learning_rate {self.final_learning_rate:g} is not below learning_rate "
                f"{self.learning_rate:g}"
            )
        if self.final_learning_rate and self.schedule == "constant":
            raise ValueError("a constant schedule has no final_learning_rate")
        return self

    @property
    def kept_steps(self) -> list[int]:
        """Steps before the last at which a checkpoint is kept."""
        every = self.save_every or self.steps
        return list(range(every, self.steps, every))

    @property
    def hash(self) -> str:
        """Content hash, 16 hex digits, of all fields that decide the weights."""
        fields = self.model_dump(mode="json", exclude=_NOT_IN_WEIGHTS)
        for name in _ADDED:
            if getattr(self, name) == Recipe.model_fields[name].default:
                del fields[name]
        if not self.replay:
            fields.pop("replay_data", None)
        if self.tokens_per_update is not None:
            del fields["batch_size"]
        if self.method == "full":
            del fields["lora"]
        else:
            fields.pop("weights", None)
            if not self.lora.train_tokens:
                del fields["lora"]["train_tokens"]
        return content_hash(fields)


def load_recipe(path: Path) -> Recipe:
    """Read a recipe file, or one of ``assets/recipes/`` or ``assets/presets/`` by its name.

    Raises FileFormatError with the line and the field that cannot be used.
    """
    return load_yaml_model(RECIPES.file(path), Recipe)
