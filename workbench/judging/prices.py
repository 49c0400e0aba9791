"""What judging costs: prices by model, an estimate before, the spend after, a hard cap."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, RootModel

from workbench.assets import asset
from workbench.yaml_files import load_yaml_model

_MILLION = 1_000_000
BYTES_A_TOKEN = 3.0
"""Of a prompt, as a rule of thumb over the languages here, to estimate before the run."""


class Price(BaseModel):
    """US dollars per million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    input: float = Field(ge=0)
    output: float = Field(ge=0)

    def of(self, prompt_tokens: float, new_tokens: float) -> float:
        """US dollars for a call."""
        return (prompt_tokens * self.input + new_tokens * self.output) / _MILLION


class _Table(RootModel[dict[str, Price]]):
    """A price file: models by name."""


def load_prices(own: Path | None = None) -> dict[str, Price]:
    """Prices by the model's exact name; those of the file ``own`` go before shipped ones.

    Raises FileFormatError with the line that cannot be used.
    """
    table = load_yaml_model(asset("judging", "prices.yaml"), _Table).root
    return table | (load_yaml_model(own, _Table).root if own else {})


@dataclass(frozen=True)
class Usage:
    """Tokens of a call, as the server counts them."""

    prompt_tokens: int
    new_tokens: int


@dataclass(frozen=True)
class Estimate:
    """What calls will take, before they are made."""

    calls: int
    prompt_tokens: int
    """By their bytes: a rough figure."""
    new_tokens: int
    """If each reply is half as long as it may be."""
    cost: float | None
    """US dollars; None where the model has no price."""


def estimate(prompt_bytes: Sequence[int], new_tokens: int, price: Price | None) -> Estimate:
    """What it takes to send prompts of these sizes and to get replies of at most so many tokens."""
    prompt_tokens = sum(prompt_bytes) / BYTES_A_TOKEN
    replies = len(prompt_bytes) * new_tokens / 2
    cost = None if price is None else price.of(prompt_tokens, replies)
    return Estimate(len(prompt_bytes), round(prompt_tokens), round(replies), cost)


class Budget:
    """Money spent and set aside, for several threads; never beyond the cap.

    What a call can cost at most is set aside before it is made. A prompt has at most as many
    tokens as bytes, since a token stands for a byte at least.
    """

    def __init__(self, price: Price | None, cap: float | None = None) -> None:
        self.price = price
        self.cap = cap
        self.calls = 0
        self.usage = Usage(0, 0)
        self.spent = 0.0
        """US dollars; 0 where the model has no price."""
        self._set_aside = 0.0
        self._lock = threading.Lock()

    def reserve(self, prompt_bytes: int, new_tokens: int) -> float | None:
        """Set aside what a call can cost at most; None where that would exceed the cap."""
        most = self.price.of(prompt_bytes, new_tokens) if self.price else 0.0
        with self._lock:
            if self.cap is not None and self.spent + self._set_aside + most > self.cap:
                return None
            self._set_aside += most
        return most

    def settle(self, reserved: float, usage: Usage | None, billed: bool = True) -> None:
        """Replace what was set aside by what the call took.

        A call without usage counts in full, as it may have been billed: one that timed out,
        or whose server does not count. One that the server refused was not ``billed``.
        """
        with self._lock:
            self.calls += 1
            self._set_aside -= reserved
            if usage is not None:
                self.usage = Usage(
                    self.usage.prompt_tokens + usage.prompt_tokens,
                    self.usage.new_tokens + usage.new_tokens,
                )
                if self.price is not None:
                    self.spent += self.price.of(usage.prompt_tokens, usage.new_tokens)
            elif billed:
                self.spent += reserved
