"""Many questions to an endpoint: several at once, each asked once, what is known not at all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from workbench.errors import ModelError
from workbench.judging.cache import ReplyCache, cache_key
from workbench.judging.dialect import Request
from workbench.judging.endpoint import Endpoint, NoReplyError
from workbench.judging.prices import Budget, Estimate, Price, estimate
from workbench.judging.prompting import Chat, new_mark
from workbench.judging.settings import JudgeSettings

_READINGS = 2
"""How often a question is asked until its reply can be read."""


class Readable(Protocol):
    """What became of a reply when it was read."""

    @property
    def complete(self) -> bool:
        """Whether all that was asked for is there."""

    @property
    def strict(self) -> bool:
        """Whether the reply is what its schema demands."""


R = TypeVar("R", bound=Readable)


@dataclass(frozen=True)
class Question(Generic[R]):
    """What is asked, and how its reply is read."""

    messages: Callable[[str], Chat]
    """The prompt, with the mark of this call."""
    schema: dict[str, Any]
    read: Callable[[str], R]


@dataclass(frozen=True)
class Outcome(Generic[R]):
    """What became of a question: a reading, or the reason why there is none."""

    reading: R | None
    failure: str | None = None


@dataclass
class CallCounts:
    """What calls did, beside money."""

    from_cache: int = 0
    schema_sent: int = 0
    """Replies to requests that named a JSON schema."""
    schema_ignored: int = 0
    """Of these, those that were not what the schema demands."""


class Caller:
    """Asks an endpoint, keeping replies that could be read."""

    def __init__(self, settings: JudgeSettings, cache: ReplyCache, price: Price | None) -> None:
        self.settings = settings
        self.url = settings.endpoint()
        self.budget = Budget(price, settings.max_cost)
        self.counts = CallCounts()
        self._cache = cache
        self._lock = threading.Lock()

    def estimate(self, questions: Sequence[Question[R]]) -> Estimate:
        """What it takes to ask those of the questions that are not answered in the cache."""
        known = {key: q for q in questions if self._cache.get(key := self._key(q)) is None}
        sizes = [self._request(q, new_mark()).size for q in known.values()]
        return estimate(sizes, self.settings.max_tokens, self.budget.price)

    def check(self) -> None:
        """Send one short request, to know of a server that refuses before there is work to do.

        Raises ModelError where it refuses the key, does not know the model, or does not answer.
        """
        settings = self.settings
        ready = {"ready": {"type": "boolean"}}
        schema = {"type": "object", "properties": ready, "required": ["ready"]}
        messages = [{"role": "user", "content": 'Reply with the JSON object {"ready": true}.'}]
        request = Request(
            settings.model, messages, schema, settings.max_tokens, settings.temperature
        )
        endpoint = Endpoint(settings, self.budget, threading.Event())
        try:
            endpoint.ask(request)
        except NoReplyError as error:
            raise ModelError(
                f"Judge '{settings.model}' at {self.url}",
                f"it did not reply to a short test request: {error}",
                "See whether the server is up, and whether the model's name is right",
            ) from None
        finally:
            endpoint.close()

    def ask(
        self, questions: Sequence[Question[R]]
    ) -> Generator[list[tuple[list[int], Outcome[R]]], None, None]:
        """Outcomes as they come, each with the places of the questions that it answers.

        What came while the last ones were dealt with comes together.

        Questions with the same prompt are asked once. Raises ModelError where the endpoint
        cannot answer any. Where the caller stops, requests under way are waited for, and
        their replies kept.
        """
        if not questions:
            return
        places: dict[str, list[int]] = {}
        for place, question in enumerate(questions):
            places.setdefault(self._key(question), []).append(place)
        stop = threading.Event()
        endpoint = Endpoint(self.settings, self.budget, stop)
        waiting = iter(places.items())
        running: dict[Future[Outcome[R]], list[int]] = {}
        with ThreadPoolExecutor(self.settings.concurrency) as pool:
            try:
                while True:
                    # No more than are under way, so that a stop finds nothing in the queue.
                    while len(running) < self.settings.concurrency:
                        key, found = next(waiting, (None, []))
                        if key is None:
                            break
                        future = pool.submit(self._outcome, endpoint, questions[found[0]], key)
                        running[future] = found
                    if not running:
                        return
                    done = wait(running, return_when=FIRST_COMPLETED).done
                    yield [(running.pop(future), future.result()) for future in done]
            finally:
                stop.set()
                pool.shutdown(cancel_futures=True)
                endpoint.close()

    def _outcome(self, endpoint: Endpoint, question: Question[R], key: str) -> Outcome[R]:
        known = self._cache.get(key)
        if known is not None:
            with self._lock:
                self.counts.from_cache += 1
            return Outcome(question.read(known))
        outcome: Outcome[R] = Outcome(None, "not asked")
        for _ in range(_READINGS):
            try:
                reply = endpoint.ask(self._request(question, new_mark()))
            except NoReplyError as error:
                # What an earlier reply says in part is better than nothing.
                return outcome if outcome.reading else Outcome(None, str(error))
            reading = question.read(reply.text)
            self._count(reply.format == "schema", reading)
            if reading.complete:
                self._cache.put(key, self.settings.model, reply.text)
                return Outcome(reading)
            cut = f"the reply was cut off after {self.settings.max_tokens} tokens"
            outcome = Outcome(reading, cut if reply.cut else None)
            if reply.cut and self.settings.temperature == 0:
                break
        return outcome

    def _count(self, schema_sent: bool, reading: Readable) -> None:
        with self._lock:
            self.counts.schema_sent += schema_sent
            self.counts.schema_ignored += schema_sent and not reading.strict

    def _request(self, question: Question[R], mark: str) -> Request:
        settings = self.settings
        return Request(
            settings.model,
            question.messages(mark),
            question.schema,
            settings.max_tokens,
            settings.temperature,
        )

    def _key(self, question: Question[R]) -> str:
        messages = question.messages("MARK")
        return cache_key(self.url, self.settings.model, dict(self.settings.decoding), messages)
