"""What a file of answers holds, before it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.importing.options import Format
from workbench.prompts import Prompt
from workbench.store.records import FinishReason

NO_ANSWER = "the file has no answer here"


@dataclass(frozen=True)
class ImportedRating:
    """What another tool's scorer said of an answer, on the scale of the six criteria."""

    judge: str
    """Such as ``lm-eval:exact_match``."""
    value: int | None
    """0, 1 or 2; None where missing."""
    missing_reason: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class ImportedResponse:
    """An answer of a file, with what it answers."""

    place: str
    """Where it stands in the file, such as ``line 3``."""
    checkpoint: str
    prompt_set: str
    prompt: Prompt
    text: str
    sample: int | None = None
    """None where the file does not number the answers to a prompt: then their order does."""
    finish_reason: FinishReason = "unknown"
    prompt_tokens: int | None = None
    new_tokens: int | None = None
    seconds: float | None = None
    decoding: Mapping[str, Any] = field(default_factory=dict)
    missing_reason: str | None = None
    """Why there is no answer, where there is none."""
    ratings: tuple[ImportedRating, ...] = ()

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Checkpoint, prompt set, parallel id and language."""
        return (self.checkpoint, self.prompt_set, self.prompt.parallel_id, self.prompt.language)


@dataclass(frozen=True)
class ImportedCheckpoint:
    """What a file says of a checkpoint beside its name."""

    hash: str
    details: Mapping[str, Any]


@dataclass(frozen=True)
class ImportedRun:
    """The answers of a file, ready to be kept as a run."""

    name: str
    format: Format
    config: Mapping[str, Any]
    """What tells this import from another one of the same name: the file's name, the hash of its
    content, and what the user said of it."""
    responses: tuple[ImportedResponse, ...]
    checkpoints: Mapping[str, ImportedCheckpoint] = field(default_factory=dict)
    """Those of which the file says more than the name."""
    notes: tuple[str, ...] = ()
    """What was taken from elsewhere, or not taken, in sentences."""
