"""How an LLM judge is asked, as the command line and notebooks set it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from workbench.endpoints import checked_address
from workbench.errors import InputError
from workbench.judging.rubric import DEFAULT_RUBRIC

KEY_VARIABLE = "WORKBENCH_JUDGE_API_KEY"
"""The environment variable that an endpoint's key is read from, and nowhere else."""


class JudgeSettings(BaseModel):
    """Which judge rates, by which rubric."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    model: str = Field(
        default="", description="Model that judges: a name at the endpoint, or a checkpoint"
    )
    base_url: str = Field(
        default="", description="Address of an OpenAI-compatible endpoint, as https://HOST/v1"
    )
    name: str = Field(
        default="",
        description="Name that ratings are kept under; made from model and rubric if unset",
    )
    rubric: str = Field(
        default=DEFAULT_RUBRIC, description="Rubric: a name in assets/rubrics, or a YAML file"
    )
    rubric_language: str = Field(
        default="en", description="Language that the rubric is worded in, as the judge reads it"
    )
    concurrency: int = Field(default=8, ge=1, le=256, description="Requests under way at once")
    requests_per_minute: float | None = Field(
        default=None, gt=0, description="Requests a minute at most; as many as go if unset"
    )
    timeout: float = Field(default=120.0, gt=0, description="Seconds that a request may take")
    attempts: int = Field(
        default=5,
        ge=1,
        description="How often a request is sent when the server is busy, fails or is silent",
    )
    back_off: float = Field(
        default=1.0, ge=0, description="Seconds before the second attempt, doubled each time"
    )
    max_tokens: int = Field(default=1024, ge=1, description="Longest reply, in tokens")
    temperature: float = Field(default=0.0, ge=0, description="Sampling temperature of the judge")
    max_cost: float | None = Field(
        default=None, ge=0, description="US dollars that may be spent; no request goes beyond it"
    )
    prices: Annotated[
        Path | None, Field(description="Own prices, as in assets/judging/prices.yaml")
    ] = None
    batch_size: int = Field(
        default=16, ge=1, description="Prompts in one pass through a local judge"
    )

    @property
    def decoding(self) -> dict[str, float | int]:
        """What decides a reply beside model and prompt."""
        return {"temperature": self.temperature, "max_tokens": self.max_tokens}

    def endpoint(self) -> str:
        """The endpoint's address, without a slash at its end.

        Raises InputError where there is none, and where it holds what may be secret: it is
        kept with each rating.
        """
        if not self.base_url or not self.model:
            raise InputError(
                "An LLM judge",
                "it needs an endpoint and a model",
                "Give --base-url https://HOST/v1 and --model NAME",
            )
        return checked_address(self.base_url, KEY_VARIABLE)


class StudyJudge(JudgeSettings):
    """A judge of a study that asks a model, as its file declares it."""

    kind: Literal["llm", "local"] = Field(
        description="llm: a model behind an OpenAI-compatible endpoint; local: a checkpoint"
    )
    languages: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="Languages whose answers it judges; all if unset"
    )
    limit: int | None = Field(
        default=None,
        ge=1,
        description="Prompts of each language whose answers it judges, evenly spaced; all if unset",
    )

    @model_validator(mode="after")
    def _can_be_asked(self) -> StudyJudge:
        if not self.model:
            raise ValueError("model: name the model, or the checkpoint, that judges")
        if self.kind == "local":
            if self.base_url:
                raise ValueError("base_url: a local judge has no address; leave it out, or use llm")
            return self
        if not self.base_url:
            raise ValueError("base_url: an llm judge needs an address, as https://HOST/v1")
        try:
            self.endpoint()
        except InputError as error:
            raise ValueError(f"base_url: {error.reason}") from None
        return self

    @property
    def settings(self) -> JudgeSettings:
        """How it is asked, without whom it judges."""
        return JudgeSettings(**self.model_dump(include=set(JudgeSettings.model_fields)))
