"""Answers by a model behind an OpenAI-compatible endpoint, streamed for the chat."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from workbench.endpoints import checked_address, read_key
from workbench.errors import InputError
from workbench.generation.remote_faults import Faults, MisunderstoodError, simpler
from workbench.prompts import Message

if TYPE_CHECKING:
    import threading

    from openai import AsyncOpenAI

KEY_VARIABLE = "WORKBENCH_CHAT_API_KEY"
"""The environment variable that a chat endpoint's key is read from, and nowhere else."""
PATIENCE = 60.0
"""Seconds that a server may be silent, before its answer and within it."""
_CONNECT = 10.0
_LOOK = 0.05
"""Seconds between two looks at whether the answer was stopped."""
_LONGEST = 200_000
"""Characters after which an answer is cut: a server need not stop by itself."""
_BETWEEN = " @ "
_NAMES = {"max_new_tokens": "max_tokens"}
"""Fields of ``Decoding`` that the protocol calls otherwise."""
_BEYOND = ("repetition_penalty",)
"""Fields that the protocol does not have, but some servers."""


@dataclass(frozen=True)
class RemoteModel:
    """A model of an endpoint; its name says all that is needed to reach it."""

    base_url: str
    model: str

    @property
    def name(self) -> str:
        """``MODEL @ ADDRESS``."""
        return f"{self.model}{_BETWEEN}{self.base_url}"

    @classmethod
    def at(cls, base_url: str, model: str) -> RemoteModel:
        """A model by what a user typed; InputError for what cannot be one."""
        if not model.strip():
            raise InputError(
                "A remote model", "it has no name", "Write its name as the server lists it"
            )
        return cls(checked_address(base_url.strip(), KEY_VARIABLE), " ".join(model.split()))

    @classmethod
    def named(cls, name: str) -> RemoteModel | None:
        """The model that a name stands for; None for the name of something else."""
        model, between, address = name.rpartition(_BETWEEN)
        if not (between and model and address.startswith(("http://", "https://"))):
            return None
        return cls.at(address, model)


@dataclass(frozen=True)
class RemoteAnswer:
    """How an answer ended, as far as the server says so."""

    text: str
    finish_reason: Literal["stop", "length", "stopped"]
    """``stop``: ended by itself; ``length``: cut; ``stopped``: by the user."""
    new_tokens: int | None
    """None where the server does not count them."""
    seconds: float


def stream(
    remote: RemoteModel,
    messages: Sequence[Message],
    decoding: Mapping[str, Any],
    stop: threading.Event,
    patience: float = PATIENCE,
) -> Generator[str, None, RemoteAnswer]:
    """The text so far, each time it has grown; the whole answer is what is returned.

    ``decoding`` holds fields of ``Decoding``; what it lacks is left to the server. Setting
    ``stop`` or closing the iterator hangs up. Raises ModelError where the server refuses, is
    silent for ``patience`` seconds, or breaks off.
    """
    body: dict[str, Any] = {
        "model": remote.model,
        "messages": [message.model_dump() for message in messages],
        "stream": True,
        "stream_options": {"include_usage": True},
        **{_NAMES.get(name, name): value for name, value in decoding.items()},
    }
    start = time.monotonic()
    with _Call(remote, patience) as call:
        while True:
            try:
                yield from call.texts(body, stop)
            except MisunderstoodError as error:
                less = simpler(body, str(error))
                if less is None:
                    raise call.faults.refused(str(error)) from None
                body = less
            else:
                break
        return call.answer(time.monotonic() - start)


class _Call:
    """One answer of a server: an event loop of its own, so that it can be hung up at once."""

    def __init__(self, remote: RemoteModel, patience: float) -> None:
        key = read_key(KEY_VARIABLE)
        self._patience = patience
        self.faults = Faults(f"{remote.model} at {remote.base_url}", key, KEY_VARIABLE, patience)
        self._runner = asyncio.Runner()
        self._client = _client(remote.base_url, key, patience)
        self._text = ""
        self._reason: str | None = None
        self._tokens: int | None = None
        self._stopped = False

    def __enter__(self) -> _Call:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._runner.run(self._client.close())
        finally:
            self._runner.close()

    def texts(self, body: Mapping[str, Any], stop: threading.Event) -> Iterator[str]:
        """The text so far, each time it has grown."""
        chunks = self._chunks(body)
        try:
            while (chunk := self._next(chunks, stop)) is not None:
                before = self._text
                self._take(chunk)
                if self._text != before:
                    yield self._text
                if len(self._text) > _LONGEST:
                    self._reason = "length"
                    return
        finally:
            self._runner.run(chunks.aclose())

    def answer(self, seconds: float) -> RemoteAnswer:
        """What came of it; ModelError where the server broke off."""
        if self._stopped:
            return RemoteAnswer(self._text.strip(), "stopped", self._tokens, seconds)
        if self._reason is None:
            raise self.faults.broke_off()
        if self._reason == "content_filter":
            raise self.faults.held_back()
        reason: Literal["stop", "length"] = "length" if self._reason == "length" else "stop"
        return RemoteAnswer(self._text.strip(), reason, self._tokens, seconds)

    def _next(self, chunks: AsyncIterator[Any], stop: threading.Event) -> Any:
        """The next chunk; None at the end, or where the answer was stopped."""

        async def waited() -> Any:
            coming = asyncio.ensure_future(_one_of(chunks))
            silent = time.monotonic() + self._patience
            while not coming.done():
                await asyncio.wait([coming], timeout=_LOOK)
                late = time.monotonic() > silent
                if stop.is_set() or (late and not coming.done()):
                    coming.cancel()
                    await asyncio.wait([coming])
                    if not stop.is_set():
                        raise self.faults.too_slow()
                    self._stopped = True
                    return None
            return coming.result()

        if stop.is_set():
            self._stopped = True
            return None
        return self._runner.run(waited())

    async def _chunks(self, body: Mapping[str, Any]) -> AsyncGenerator[Any, None]:
        beyond = {name: body[name] for name in _BEYOND if name in body}
        plain: dict[str, Any] = {name: body[name] for name in body if name not in _BEYOND}
        with self._faults():
            answer = await self._client.chat.completions.create(**plain, extra_body=beyond)
            async with answer:
                async for chunk in answer:
                    yield chunk

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """What the client raises, as errors for users."""
        import httpx2
        import openai

        try:
            yield
        except openai.APIStatusError as error:
            raise self.faults.of_status(error) from None
        except (openai.APITimeoutError, httpx2.TimeoutException):
            raise self.faults.too_slow() from None
        except (openai.APIConnectionError, httpx2.RequestError) as error:
            raise self.faults.unreachable(error.__cause__ or error) from None
        except openai.APIError as error:
            raise self.faults.reported(error.body or error.message) from None
        except ValueError:
            raise self.faults.garbled() from None

    def _take(self, chunk: Any) -> None:
        """What a chunk says; servers differ in what they leave out."""
        usage = getattr(chunk, "usage", None)
        tokens = getattr(usage, "completion_tokens", None)
        if isinstance(tokens, int):
            self._tokens = tokens
        choices = getattr(chunk, "choices", None)
        if not isinstance(choices, list) or not choices:
            return
        reason = getattr(choices[0], "finish_reason", None)
        if isinstance(reason, str):
            self._reason = reason
        more = getattr(getattr(choices[0], "delta", None), "content", None)
        if isinstance(more, str):
            self._text += more


async def _one_of(chunks: AsyncIterator[Any]) -> Any:
    return await anext(chunks, None)


def _client(url: str, key: str, patience: float) -> AsyncOpenAI:
    import httpx2
    from openai import AsyncOpenAI

    timeout = httpx2.Timeout(patience, connect=min(_CONNECT, patience))
    # Local servers want no key, but the client always sends one.
    client = AsyncOpenAI(api_key=key or "none", base_url=url, max_retries=0, timeout=timeout)
    # The client read these from the environment, where they may be meant for another service.
    client.organization = client.project = None
    return client
