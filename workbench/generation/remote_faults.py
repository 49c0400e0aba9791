"""What servers refuse, as errors with a remedy, and requests without what they do not know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.endpoints import said
from workbench.errors import ModelError

if TYPE_CHECKING:
    from openai import APIStatusError

_MISUNDERSTOOD = (400, 415, 422)
_LENGTH_WORDS = ("context length", "context window", "context size", "too long", "maximum context")


class MisunderstoodError(Exception):
    """A request that a server did not take as it was; says what it complained about."""


@dataclass(frozen=True)
class Faults:
    """Errors of one endpoint."""

    model: str
    """Model and address, as the user knows them."""
    key: str
    """Never shown: it is taken out of what a server says."""
    key_variable: str
    patience: float

    def of_status(self, error: APIStatusError) -> Exception:
        """What a refusal means; MisunderstoodError where less may be understood."""
        status, words = error.status_code, self._said(error.body or error.message)
        if status in (401, 403):
            remedy = f"Put a valid key into the environment variable {self.key_variable}"
            return self._error(f"the server refuses access ({words})", remedy)
        if status == 404:
            remedy = "Check address and name, then add the model again"
            return self._error(f"the server knows no such model or address ({words})", remedy)
        if status == 429:
            remedy = "Wait a little, then press Regenerate"
            return self._error(f"the server takes no more requests ({words})", remedy)
        if any(phrase in words.casefold() for phrase in _LENGTH_WORDS):
            remedy = "Shorten the prompt, or press Clear to start anew"
            return self._error(f"the conversation is too long for it ({words})", remedy)
        if status in _MISUNDERSTOOD:
            return MisunderstoodError(words)
        return self._error(f"the server answered {status} ({words})", "Ask again in a while")

    def refused(self, complaint: str) -> ModelError:
        """A request that the server takes in no form."""
        remedy = "Empty the field in Settings that it complains about, then press Regenerate"
        return self._error(f"the server refused the request ({complaint})", remedy)

    def unreachable(self, cause: object) -> ModelError:
        """No connection, or one that was lost."""
        remedy = "See whether the server runs and the address is right"
        return self._error(f"the connection failed ({self._said(cause)})", remedy)

    def too_slow(self) -> ModelError:
        """A server that says nothing."""
        remedy = "See whether the server is busy, then press Regenerate"
        return self._error(f"it said nothing for {self.patience:g} seconds", remedy)

    def reported(self, body: object) -> ModelError:
        """An error in place of text."""
        return self._error(
            f"the server reported an error ({self._said(body)})", "Press Regenerate to ask again"
        )

    def garbled(self) -> ModelError:
        """What is not the protocol."""
        remedy = "Check that the address is that of an OpenAI-compatible server, such as .../v1"
        return self._error("what the server sends cannot be read", remedy)

    def broke_off(self) -> ModelError:
        """An end without a reason."""
        return self._error("its answer broke off", "Press Regenerate to ask again")

    def held_back(self) -> ModelError:
        """A content filter's verdict."""
        remedy = "Ask in other words"
        return self._error("the server's content filter held the answer back", remedy)

    def _error(self, reason: str, remedy: str) -> ModelError:
        return ModelError(self.model, reason, remedy)

    def _said(self, value: object) -> str:
        return said(value, self.key)


def simpler(body: Mapping[str, Any], complaint: str) -> dict[str, Any] | None:
    """The request without what a server complains about; None where it is nothing of ours."""
    words = complaint.casefold()
    if "max_tokens" in body and "max_completion_tokens" in words:
        renamed = {name: value for name, value in body.items() if name != "max_tokens"}
        return {**renamed, "max_completion_tokens": body["max_tokens"]}
    if "stream_options" in body and ("stream_options" in words or "include_usage" in words):
        return {name: value for name, value in body.items() if name != "stream_options"}
    return None
