"""An OpenAI-compatible endpoint: one question, one reply, or the reason why there is none.

Busy, failing and silent servers are asked again, waiting longer each time, as the server
wishes where it says so. A key is read from the environment; it is neither kept nor shown.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from workbench.endpoints import read_key, said
from workbench.errors import ModelError
from workbench.judging.dialect import Dialect, Request
from workbench.judging.pacing import Pacer, retry_after
from workbench.judging.prices import Budget, Usage
from workbench.judging.settings import KEY_VARIABLE, JudgeSettings

if TYPE_CHECKING:
    from openai import APIStatusError, OpenAI

_LONGEST_REPLY = 4_000_000
"""Bytes of a response that are read."""
_FAILURES_IN_A_ROW = 20
"""Questions without a reply, one after the other, after which a server counts as down."""
_MISUNDERSTOOD = (400, 404, 415, 422)


@dataclass(frozen=True)
class Reply:
    """What a model answered."""

    text: str
    cut: bool
    """Whether it ended because it may be no longer."""
    format: str
    """How JSON was asked for: schema, object or plain."""


class NoReplyError(Exception):
    """A question that got no reply; says why."""


class StoppedError(Exception):
    """The work was stopped while a question waited."""


class _FaultError(Exception):
    """One attempt that failed."""

    def __init__(
        self, reason: str, *, again: bool = True, wait: float | None = None, billed: bool = False
    ) -> None:
        super().__init__(reason)
        self.again = again
        self.wait = wait
        self.billed = billed


class Endpoint:
    """A server and a model of it, for several threads at once."""

    def __init__(self, settings: JudgeSettings, budget: Budget, stop: threading.Event) -> None:
        self.url = settings.endpoint()
        self.budget = budget
        self.dialect = Dialect()
        self._settings = settings
        self._stop = stop
        self._pacer = Pacer(settings.requests_per_minute, stop)
        self._key = read_key(KEY_VARIABLE)
        self._client = _client(self.url, self._key, settings)
        self._failures = 0
        self._replied = False
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def ask(self, request: Request) -> Reply:
        """The reply to a request.

        Raises NoReplyError with the reason where there is none, and ModelError where no
        request can succeed: a refused key, an unknown model, a server that is down.
        """
        attempt = 1
        while True:
            try:
                reply = self._understood(request)
            except _FaultError as fault:
                if not fault.again or attempt == self._settings.attempts:
                    self._count_failure(str(fault), fault.again)
                    raise NoReplyError(str(fault)) from None
                if fault.wait is not None:
                    self._pacer.rest(fault.wait)
                self._pacer.back_off(attempt, self._settings.back_off, fault.wait)
                attempt += 1
            else:
                with self._lock:
                    self._failures, self._replied = 0, True
                return reply

    def _understood(self, request: Request) -> Reply:
        """One attempt, in a dialect that the server understands."""
        tried = self.dialect
        while True:
            try:
                reply = self._attempt(request, tried)
            except _MisunderstoodError as error:
                simpler = tried.without(str(error))
                if simpler is None:
                    raise _FaultError(
                        f"the server refused the request ({error})", again=False
                    ) from None
                tried = simpler
            else:
                self.dialect = tried
                return reply

    def _attempt(self, request: Request, dialect: Dialect) -> Reply:
        self._pacer.wait()
        if self._stop.is_set():
            raise StoppedError
        reserved = self.budget.reserve(request.size, request.max_tokens)
        if reserved is None:
            raise _FaultError(
                f"not asked: the limit of {self.budget.cap:.2f} US dollars was reached", again=False
            )
        usage, billed = None, False
        try:
            answer = self._send(dialect.body(request))
            usage = _usage(answer)
            billed = not answer.get("error")
            text, cut = self._content(answer)
        except _FaultError as fault:
            billed = billed or fault.billed
            raise
        finally:
            self.budget.settle(reserved, usage, billed)
        return Reply(text, cut, dialect.format)

    def _send(self, body: dict[str, Any]) -> dict[str, Any]:
        deadline = time.monotonic() + self._settings.timeout
        parts: list[bytes] = []
        further = {key: body[key] for key in body.keys() - {"model", "messages"}}
        completions = self._client.chat.completions.with_streaming_response
        with (
            self._faults(),
            completions.create(
                model=body["model"], messages=body["messages"], extra_body=further
            ) as response,
        ):
            size = 0
            for part in response.iter_bytes():
                parts.append(part)
                size += len(part)
                if time.monotonic() > deadline:
                    raise _FaultError(self._too_slow(), billed=True)
                if size > _LONGEST_REPLY:
                    raise _FaultError("the server's answer has no end", billed=True)
        try:
            answer = json.loads(b"".join(parts))
        except ValueError:
            raise _FaultError("the server's answer is not whole JSON", billed=True) from None
        if not isinstance(answer, dict):
            raise _FaultError("the server's answer is no JSON object")
        return answer

    def _content(self, answer: dict[str, Any]) -> tuple[str, bool]:
        """Text of the first choice, and whether it was cut off."""
        if answer.get("error"):
            raise _FaultError(f"the server reported an error ({self._said(answer['error'])})")
        choices = answer.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        message = choice.get("message") if isinstance(choice, dict) else None
        if not isinstance(message, dict) or not isinstance(choice, dict):
            raise _FaultError("the server's answer holds no reply")
        if message.get("refusal"):
            raise _FaultError(f"the model refused ({self._said(message['refusal'])})", again=False)
        if choice.get("finish_reason") == "content_filter":
            raise _FaultError("the server's content filter held the reply back", again=False)
        text = message.get("content")
        cut = choice.get("finish_reason") == "length"
        if not isinstance(text, str) or not text.strip():
            if cut:
                raise _FaultError(
                    f"the reply ended after {self._settings.max_tokens} tokens before it had "
                    "any text",
                    again=False,
                )
            raise _FaultError("the reply is empty")
        return text, cut

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """What the client raises, as faults; ModelError where no request can succeed."""
        import httpx2
        import openai

        try:
            yield
        except openai.APIStatusError as error:
            self._refused(error)
        except (openai.APITimeoutError, httpx2.TimeoutException):
            raise _FaultError(self._too_slow(), billed=True) from None
        except (openai.APIConnectionError, httpx2.RequestError) as error:
            cause = error.__cause__ or error
            raise _FaultError(f"the connection failed ({self._said(cause)})") from None

    def _refused(self, error: APIStatusError) -> NoReturn:
        status, said = error.status_code, self._said(error.body or error.message)
        if status in (401, 403):
            raise ModelError(
                f"Judge '{self._settings.model}' at {self.url}",
                f"the server refuses access ({said})",
                f"Put a valid key into the environment variable {KEY_VARIABLE}",
            ) from None
        if status == 404 and not self._replied:
            raise ModelError(
                f"Judge '{self._settings.model}' at {self.url}",
                f"the server knows no such model or address ({said})",
                "Check the model's name and the address (--model and --base-url)",
            ) from None
        if status == 429 and "insufficient_quota" in said:
            raise ModelError(
                f"Judge '{self._settings.model}' at {self.url}",
                f"the account has no credit left ({said})",
                "Add credit, then give the same command again: it goes on from here",
            ) from None
        if status in _MISUNDERSTOOD:
            raise _MisunderstoodError(said) from None
        again = status in (408, 409, 425, 429) or status >= 500
        wait = retry_after(error.response.headers) if again else None
        reason = f"the server answered {status} ({said})"
        raise _FaultError(reason, again=again, wait=wait) from None

    def _count_failure(self, reason: str, of_server: bool) -> None:
        with self._lock:
            self._failures += of_server
            down = self._failures >= _FAILURES_IN_A_ROW
        if down:
            raise ModelError(
                f"Judge '{self._settings.model}' at {self.url}",
                f"{self._failures} questions in a row got no reply; the last: {reason}",
                "See whether the server is up, then give the same command again: it goes on from "
                "here, and with --retry-missing it asks those anew that got no reply",
            )

    def _too_slow(self) -> str:
        return f"no answer within {self._settings.timeout:g} seconds"

    def _said(self, value: object) -> str:
        return said(value, self._key)


class _MisunderstoodError(Exception):
    """A request that the server did not take as it was; says what it complained about."""


def _client(url: str, key: str, settings: JudgeSettings) -> OpenAI:
    import httpx2
    from openai import OpenAI

    timeout = httpx2.Timeout(settings.timeout, connect=min(10.0, settings.timeout))
    # Local servers want no key, but the client always sends one.
    client = OpenAI(api_key=key or "none", base_url=url, max_retries=0, timeout=timeout)
    # The client read these from the environment, where they may be meant for another service.
    client.organization = client.project = None
    return client


def _usage(answer: dict[str, Any]) -> Usage | None:
    found = answer.get("usage")
    if not isinstance(found, dict):
        return None
    counts = found.get("prompt_tokens"), found.get("completion_tokens")
    if not all(isinstance(n, int) and n >= 0 for n in counts):
        return None
    return Usage(int(counts[0] or 0), int(counts[1] or 0))
