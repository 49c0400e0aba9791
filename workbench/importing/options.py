"""What a user may say of a file that is imported."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Format = Literal["workbench", "lcb", "alpacaeval", "fastchat", "lm-eval", "inspect", "table"]
"""Formats of answers. ``workbench`` is what ``workbench export`` writes, ``table`` any CSV, JSONL
or Parquet file whose columns are mapped."""
PromptFormat = Literal["prompts", "turns"]
"""Formats of prompts alone."""


class ImportOptions(BaseModel):
    """What the user says of a file that the file does not say itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    format: Format | PromptFormat | None = Field(
        default=None, description="Format of the file; told from its content if not given"
    )
    language: str | None = Field(
        default=None,
        description="Expected language of answers for which the file names none; without it such "
        "answers are kept and their language is not scored",
    )
    map: tuple[str, ...] = Field(
        default=(),
        description="Which column holds what, such as completion=answer,language=lang; kept in the "
        "workspace, so that it is asked once for files with the same columns",
    )
    name: str | None = Field(
        default=None, description="Name of the run; made from the file's name if not given"
    )
    checkpoint: str | None = Field(
        default=None, description="Name of what answered, in place of what the file says"
    )
    prompt_set: str | None = Field(
        default=None,
        description="Name of the prompt set, in place of what the file says; answers to the same "
        "prompts in several languages belong in one set",
    )
