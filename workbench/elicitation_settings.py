"""How a base model is asked what it knows."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Elicitation(BaseModel):
    """How a base model is asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    prompts: str = Field(
        default="tinyworld-test",
        description="Prompt set with reference facts: a file, or a name of the store or of "
        "assets/prompts",
    )
    shots: int = Field(default=4, ge=0, description="Solved examples in front of each question")
    examples: str = Field(
        default="tinyworld-validation",
        description="Conversations the examples are taken from, in each language: as data of a "
        "recipe",
    )
    task: str = Field(default="fact", description="Only prompts of this task; empty for all")
    languages: tuple[str, ...] | None = Field(
        default=None, description="Only these languages; those of the prompts if unset"
    )
    limit: int | None = Field(
        default=None, ge=1, description="Prompts of each language, evenly spaced; all if unset"
    )
