"""What the chat asks of a checkpoint: the conversation, and how it is to be answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator

from workbench.generation.decoding import Decoding
from workbench.judging.settings import JudgeSettings
from workbench.prompts import Message

JudgeKind = Literal["none", "reference", "local", "llm"]
JUDGE_KINDS: tuple[JudgeKind, ...] = get_args(JudgeKind)
STRONGEST = 1.5


class Options(BaseModel):
    """How a checkpoint is asked; by default as it is, in the way that it says itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    system: str = Field(
        default="", description="What the model is told before the conversation, in any language"
    )
    strength: float = Field(
        default=1.0,
        ge=0,
        le=STRONGEST,
        description="How far the weights go from the base (0) to the tuned checkpoint (1); "
        "above 1 further the same way",
    )
    decoding: dict[str, int | float] = Field(
        default_factory=dict, description="Fields of the decoding that are not the checkpoint's own"
    )
    sample: int = Field(default=0, ge=0, description="Number of the answer to the same prompt")

    @field_validator("decoding")
    @classmethod
    def _fits_decoding(cls, values: dict[str, int | float]) -> dict[str, int | float]:
        checked = Decoding(**values)  # type: ignore[arg-type]
        return {name: getattr(checked, name) for name in values}

    @property
    def changed_decoding(self) -> dict[str, int | float]:
        """What is not left to whoever answers; another sample has another seed."""
        if "seed" not in self.decoding:
            return dict(self.decoding)
        return {**self.decoding, "seed": self.decoding["seed"] + self.sample}

    def decoded_by(self, own: Decoding) -> Decoding:
        """The decoding of a checkpoint whose own one this is; another sample has another seed."""
        chosen = own.model_copy(update=self.decoding)
        return chosen.model_copy(update={"seed": chosen.seed + self.sample})


class JudgeChoice(BaseModel):
    """Who rates the answers of the chat, and when."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: JudgeKind = Field(
        default="reference",
        description="Reference facts decide about the tiny world alone, exactly; "
        "a checkpoint or an LLM rates any answer",
    )
    live: bool = Field(default=True, description="Rate each answer as soon as it is finished")
    checkpoint: str = Field(default="", description="Checkpoint that judges")
    base_url: str = Field(
        default="", description=str(JudgeSettings.model_fields["base_url"].description)
    )
    model: str = Field(default="", description="Model of the endpoint that judges")

    @property
    def rates(self) -> bool:
        """Whether there is anybody to rate."""
        return self.kind != "none"


@dataclass(frozen=True)
class Request:
    """A conversation that a checkpoint is to go on with."""

    checkpoint: str
    """Name in the catalogue, or that of a remote model."""
    messages: tuple[Message, ...]
    """Turns of user and assistant, the last one by the user."""
    options: Options = Options()

    @property
    def conversation(self) -> Sequence[Message]:
        """The messages, behind the system prompt where there is one."""
        if not self.options.system:
            return self.messages
        return (Message(role="system", content=self.options.system), *self.messages)
