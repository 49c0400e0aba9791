"""How answers are decoded: one record for batches, chat and checkpoints' defaults."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from workbench.prompts import content_hash


class Decoding(BaseModel):
    """Decoding parameters; the defaults are the paper's."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    max_new_tokens: int = Field(default=512, ge=1, description="Longest answer, in tokens")
    temperature: float = Field(default=0.0, ge=0.0, description="0 is greedy, 1 samples as trained")
    top_p: float = Field(
        default=1.0, gt=0.0, le=1.0, description="Sample from the likeliest tokens of this mass"
    )
    repetition_penalty: float = Field(
        default=1.2, gt=0.0, description="Penalty on tokens of prompt and answer; 1 is none"
    )
    seed: int = Field(default=0, description="Seed of sampling")

    @property
    def hash(self) -> str:
        """Content hash, 16 hex digits."""
        return content_hash(self.model_dump(mode="json"))
