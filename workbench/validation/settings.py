"""How the checkpoints of a study are validated, as its YAML declares it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Objective = Literal["mean", "worst"]
Measure = Literal[
    "right_and_accurate",
    "right_language",
    "accuracy",
    "constraint_kept",
    "line_pass",
    "robust_pass",
    "ended",
]
Tracker = Literal["tensorboard", "trackio"]


class Validation(BaseModel):
    """Prompts that are answered in every language as training goes on, and what is chosen by."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    prompt_set: str = Field(
        min_length=1,
        description="Parallel prompts, other ones than the test's: a name of the store or of "
        "assets/prompts, or a file",
    )
    limit: int | None = Field(
        default=None, ge=1, description="Prompts of each language; all if unset"
    )
    languages: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="Languages asked; those of the study if unset"
    )
    every: int | None = Field(
        default=None,
        ge=1,
        description="Keep and validate a checkpoint every so many steps, beside the last; "
        "save_every of the recipe if unset",
    )
    data: Annotated[str, Field(min_length=1)] | tuple[str, ...] | None = Field(
        default=None,
        description="Conversations whose answers the loss is measured on, by language: as data "
        "of a recipe; no loss if unset",
    )
    objective: Objective = Field(
        default="mean",
        description="What multilingual validation maximises: the mean over languages, or the "
        "worst of them",
    )
    measure: Measure = Field(
        default="right_and_accurate",
        description="Rate that the objective is made of: right_and_accurate is the product of "
        "right language and reference accuracy",
    )
    batch_size: int = Field(default=64, ge=1, description="Prompts answered at once")

    @property
    def of_run(self) -> dict[str, object]:
        """Fields that belong to a validation run; the others change none of its numbers."""
        return self.model_dump(mode="json", exclude={"every", "batch_size"})
