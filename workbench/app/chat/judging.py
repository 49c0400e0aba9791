"""Ratings of the answers in a chat, by the judge that the user chose."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.app.chat.conversation import Conversation, Reply, Turn
from workbench.app.chat.options import JudgeChoice
from workbench.errors import InputError, WorkbenchError
from workbench.judging.readings import all_missing
from workbench.judging.rubric import load_rubric
from workbench.judging.run import Judge, ratings_of
from workbench.judging.settings import JudgeSettings
from workbench.prompts import Message, Prompt, load_prompt_set
from workbench.store.records import FinishReason, JudgedResponse, Rating

if TYPE_CHECKING:
    from workbench.workspace import Workspace

_LOOK = 0.1
"""Seconds between two looks at whether the judge has rated, or was stopped."""
_ATTEMPTS, _TIMEOUT = 2, 60.0
"""Of an endpoint: somebody waits for it."""
_KEPT = 2
"""Judges that stay, the last that were chosen."""
_FINISHED: dict[str, FinishReason] = {"ended": "stop", "cut": "length", "full": "length"}
STOPPED = "stopped before it was rated"


class ReplyJudge:
    """Rates replies; the last judges that were chosen stay in memory."""

    def __init__(self, workspace: Workspace, prompts: Path) -> None:
        self._workspace = workspace
        self._prompts = prompts
        self._made: dict[JudgeChoice, Judge] = {}
        self._lock = threading.Lock()

    def rate(self, conversation: Conversation, stop: threading.Event) -> Iterator[Conversation]:
        """The conversation with ratings of its last replies as they come; the last one is
        whole, what could not be rated missing with its reason.

        Setting ``stop`` leaves the rest missing. Raises WorkbenchError where the judge cannot
        rate at all: without an endpoint, or with a key that is refused.
        """
        turn = conversation.turns[-1]
        responses = self.responses(conversation)
        work = _Work(self._judge(turn.judge), responses, stop)
        work.start()
        rated: dict[int, tuple[Rating, ...]] = {}
        while True:
            work.join(_LOOK)
            running = work.is_alive() and not stop.is_set()
            if len(work.rated) > len(rated) and running:
                rated = dict(work.rated)
                yield conversation.answered(_with(turn.replies, rated))
            if not running:
                break
        if work.error is not None:
            raise work.error
        rated = dict(work.rated)
        for response in responses:
            missing = all_missing("", response.response_id, load_rubric(), STOPPED)
            rated.setdefault(response.response_id, tuple(missing))
        yield conversation.answered(_with(turn.replies, rated))

    def decide(self, conversation: Conversation) -> Conversation:
        """The conversation with its last replies rated by a judge that takes no time: rules."""
        turn = conversation.turns[-1]
        rated: dict[int, tuple[Rating, ...]] = {}
        for ratings in ratings_of(self._judge(turn.judge), self.responses(conversation)):
            rated |= _by_place(ratings)
        return conversation.answered(_with(turn.replies, rated))

    def responses(self, conversation: Conversation) -> list[JudgedResponse]:
        """The last replies as a judge is shown them; numbered by their places."""
        turn = conversation.turns[-1]
        return [
            self._response(conversation, turn, place)
            for place, reply in enumerate(turn.replies)
            if reply.judgeable
        ]

    def _response(self, conversation: Conversation, turn: Turn, place: int) -> JudgedResponse:
        reply = turn.replies[place]
        messages = conversation.messages(reply.checkpoint)
        if reply.options.system:
            messages = [Message(role="system", content=reply.options.system), *messages]
        expected = turn.expected or ""
        prompt = Prompt(parallel_id="chat", language=expected, messages=tuple(messages))
        if turn.judge.kind == "reference":
            prompt = self._known(turn) or prompt
        return JudgedResponse(
            response_id=place,
            checkpoint=reply.checkpoint,
            prompt=prompt,
            prompt_set="chat",
            sample=reply.options.sample,
            text=reply.text,
            finish_reason=_FINISHED.get(reply.state, "unknown"),
            missing_reason=_reason(turn, reply),
        )

    def _known(self, turn: Turn) -> Prompt | None:
        """The prompt of the shipped set with this text, in the expected language.

        The question alone, whatever was said before: the facts are the same.
        """
        found = self._by_text.get(_spaced(turn.prompt), [])
        if not found or turn.expected is None:
            return None
        prompt = next((p for p in found if p.language == turn.expected), found[0])
        twin = self._by_id.get((prompt.parallel_id, turn.expected))
        facts = twin.reference if twin else None
        return prompt.model_copy(update={"language": turn.expected, "reference": facts})

    @cached_property
    def _known_prompts(self) -> tuple[Prompt, ...]:
        return load_prompt_set(self._prompts).prompts if self._prompts.exists() else ()

    @cached_property
    def _by_text(self) -> dict[str, list[Prompt]]:
        found: dict[str, list[Prompt]] = {}
        for prompt in self._known_prompts:
            if prompt.messages:
                found.setdefault(_spaced(prompt.messages[-1].content), []).append(prompt)
        return found

    @cached_property
    def _by_id(self) -> dict[tuple[str, str], Prompt]:
        return {(p.parallel_id, p.language): p for p in self._known_prompts}

    def _judge(self, choice: JudgeChoice) -> Judge:
        from workbench.judges import make_judge

        if choice.kind == "none":
            raise InputError(
                "Judging the answers", "no judge is chosen", "Choose one in Settings, under Judge"
            )
        # When it rates does not make it another judge.
        chosen = choice.model_copy(update={"live": True})
        with self._lock:
            judge = self._made.pop(chosen, None)
            if judge is None:
                judge = make_judge(self._workspace, choice.kind, _settings(choice))
            self._made[chosen] = judge
            while len(self._made) > _KEPT:
                del self._made[next(iter(self._made))]
            return judge


class _Work(threading.Thread):
    """A judge at work; ``rated`` is what it has rated so far."""

    def __init__(
        self, judge: Judge, responses: Sequence[JudgedResponse], stop: threading.Event
    ) -> None:
        super().__init__(daemon=True, name="chat judge")
        self.rated: dict[int, tuple[Rating, ...]] = {}
        self.error: Exception | None = None
        self._judge, self._responses, self._stop_asked = judge, responses, stop

    def run(self) -> None:
        """Rate until finished or stopped; an error is kept for the reader."""
        try:
            with closing(ratings_of(self._judge, self._responses)) as coming:
                for ratings in coming:
                    self.rated.update(_by_place(ratings))
                    if self._stop_asked.is_set():
                        return
        except Exception as error:
            self.error = error


def _by_place(ratings: Sequence[Rating]) -> dict[int, tuple[Rating, ...]]:
    places = {rating.response_id for rating in ratings}
    return {place: tuple(r for r in ratings if r.response_id == place) for place in places}


def _reason(turn: Turn, reply: Reply) -> str | None:
    """Why nobody can rate a reply; None where somebody can."""
    if reply.state == "stopped":
        return "the answer was stopped"
    return None if turn.expected else "the expected language is not known: choose it above"


def _spaced(text: str) -> str:
    return " ".join(text.split())


def unrated(turn: Turn, error: WorkbenchError) -> tuple[Reply, ...]:
    """The replies of a turn with all ratings missing, for the reason that an error gives."""
    return tuple(
        replace(reply, ratings=tuple(all_missing("", place, load_rubric(), error.reason)))
        if reply.judgeable and not reply.ratings
        else reply
        for place, reply in enumerate(turn.replies)
    )


def _settings(choice: JudgeChoice) -> JudgeSettings:
    if choice.kind == "local" and not choice.checkpoint:
        raise InputError(
            "A local judge", "no checkpoint was chosen", "Choose one in Settings, under Judge"
        )
    if choice.kind == "llm" and not (choice.base_url and choice.model):
        raise InputError(
            "An LLM judge",
            "it needs an endpoint and a model",
            "Give both in Settings, under Judge",
        )
    if choice.kind == "llm":
        return JudgeSettings(
            model=choice.model,
            base_url=choice.base_url,
            attempts=_ATTEMPTS,
            timeout=_TIMEOUT,
        )
    return JudgeSettings(model=choice.checkpoint)


def _with(replies: Sequence[Reply], rated: dict[int, tuple[Rating, ...]]) -> tuple[Reply, ...]:
    return tuple(
        replace(reply, ratings=rated.get(place, reply.ratings))
        for place, reply in enumerate(replies)
    )
