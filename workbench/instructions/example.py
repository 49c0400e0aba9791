"""One example of instruction data."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field

from workbench.prompts import Message, content_hash


class Example(BaseModel):
    """One conversation to learn answers from."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    messages: tuple[Message, ...] = Field(min_length=2)
    language: str
    task: str = ""
    """Kind of task, where the data tell."""


def data_hash(examples: Iterable[Example]) -> str:
    """Content hash of examples, 16 hex digits."""
    return content_hash([example.model_dump(mode="json") for example in examples])
