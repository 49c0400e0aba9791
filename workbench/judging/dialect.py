"""What an OpenAI-compatible server takes: learnt from what it refuses.

Servers differ in whether they know ``response_format``, the name of the longest reply,
temperatures and system messages. A request starts with all of it; what a server complains
about is left out of the next one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from workbench.judging.prompting import Chat

Format = Literal["schema", "object", "plain"]
_LESS: dict[Format, Format] = {"schema": "object", "object": "plain"}
_FORMAT_WORDS = ("response_format", "response format", "json_schema", "json_object", "schema")


@dataclass(frozen=True)
class Request:
    """What is asked of a model, in no server's words yet."""

    model: str
    messages: Chat
    schema: dict[str, Any]
    """JSON schema of the reply."""
    max_tokens: int
    temperature: float

    @property
    def size(self) -> int:
        """Bytes of the prompt, its schema included."""
        texts = [message["content"] for message in self.messages]
        return sum(len(text.encode()) + 16 for text in (*texts, str(self.schema)))


@dataclass(frozen=True)
class Dialect:
    """What a server is known to take."""

    format: Format = "schema"
    tokens: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    temperature: bool = True
    system: bool = True

    def body(self, request: Request) -> dict[str, Any]:
        """The request as fields of the chat completions protocol."""
        body: dict[str, Any] = {
            "model": request.model,
            "messages": request.messages if self.system else _as_user(request.messages),
            self.tokens: request.max_tokens,
        }
        if self.temperature:
            body["temperature"] = request.temperature
        if self.format == "schema":
            schema = {"name": "reply", "strict": True, "schema": request.schema}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif self.format == "object":
            body["response_format"] = {"type": "json_object"}
        return body

    def without(self, complaint: str) -> Dialect | None:
        """The dialect without what a server complains about; None where it is nothing of ours."""
        said = complaint.casefold()
        if self.format in _LESS and any(word in said for word in _FORMAT_WORDS):
            return replace(self, format=_LESS[self.format])
        if self.tokens == "max_tokens" and "max_completion_tokens" in said:
            return replace(self, tokens="max_completion_tokens")
        if self.temperature and "temperature" in said:
            return replace(self, temperature=False)
        if self.system and "system" in said and ("role" in said or "message" in said):
            return replace(self, system=False)
        return None


def _as_user(messages: Chat) -> Chat:
    return [{"role": "user", "content": "\n\n".join(m["content"] for m in messages)}]
