"""Variants: a checkpoint asked otherwise than as it is, without any training.

Each is a mitigation that can be had at inference: other weights between base and tuned
checkpoint, or more in front of the model than the question.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

_OF_METHOD = {"lora_strength": "lora", "interpolation": "full"}
"""Options that need a checkpoint tuned in one way."""
_OF_SHOTS = ("examples", "shots_language")


class Variant(BaseModel):
    """How a checkpoint is asked; by default as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    lora_strength: float | None = Field(
        default=None,
        ge=0,
        le=1.5,
        description="How strongly a LoRA is applied: 0 is its base, 1 as trained, above 1 more",
    )
    interpolation: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Weights between the base's (0) and those of full fine-tuning (1)",
    )
    instruction: bool = Field(
        default=False,
        description="Ask behind each question, in the language that is expected, for an answer "
        "in it",
    )
    shots: int = Field(
        default=0,
        ge=0,
        description="Solved examples, as earlier turns of the conversation; none repeats a prompt",
    )
    shots_language: str | None = Field(
        default=None,
        description="Language of the solved examples; the one that is expected if unset",
    )
    examples: str = Field(
        default="tinyworld",
        min_length=1,
        description="Conversations the solved examples are taken from: as data of a recipe",
    )

    @model_validator(mode="after")
    def _consistent(self) -> Variant:
        if self.lora_strength is not None and self.interpolation is not None:
            raise ValueError("lora_strength is of a LoRA and interpolation of a full fine-tuning")
        if not self.shots and (given := [name for name in _OF_SHOTS if self._is_set(name)]):
            raise ValueError(f"{' and '.join(given)} without shots: there are no solved examples")
        return self

    @property
    def options(self) -> dict[str, Any]:
        """What is not as by default, as JSON; empty for a checkpoint as it is."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @property
    def label(self) -> str:
        """A short name, such as ``strength=0.5`` or ``instruction+shots=3``; empty by default."""
        parts = []
        if self.lora_strength is not None:
            parts.append(f"strength={self.lora_strength:g}")
        if self.interpolation is not None:
            parts.append(f"interpolation={self.interpolation:g}")
        if self.instruction:
            parts.append("instruction")
        if self.shots:
            stem = self.examples.rpartition("/")[2].removesuffix(".jsonl").removesuffix(".json")
            others = [self.shots_language, stem if self._is_set("examples") else None]
            parts.append("-".join([f"shots={self.shots}", *filter(None, others)]))
        return "+".join(parts)

    @property
    def arguments(self) -> str:
        """The options of ``workbench generate`` that ask for it; empty by default."""
        words = [
            f"--{name.replace('_', '-')}" + ("" if value is True else f" {value}")
            for name, value in self.options.items()
        ]
        return " ".join(words)

    def named(self, checkpoint: str) -> str:
        """What a checkpoint is called in results when it is asked this way."""
        return "+".join(filter(None, (checkpoint, self.label)))

    def fits(self, method: str) -> bool:
        """Whether a checkpoint of a method can be asked this way."""
        return all(
            getattr(self, name) is None or method == wanted for name, wanted in _OF_METHOD.items()
        )

    def _is_set(self, name: str) -> bool:
        return bool(getattr(self, name) != Variant.model_fields[name].default)


AS_IT_IS = Variant()
"""A checkpoint with its own weights, asked the prompt alone."""
