"""The chat: seconds to the first token after Enter, and what live scoring adds to an answer.

    python -m benchmarks.chat_latency [--prompts 40] [--repeats 5] [--checkpoint tiny-full-good]

The first token is timed from the handler that Enter calls to the first view that holds text,
with the checkpoint loaded; the browser's own part comes on top. For the share of scoring the
same prompts are answered with and without it, in turn: language and parts at each look, and
the six criteria by reference facts at the end. The answers of both are checked equal first.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median, quantiles

import torch

from workbench.app.chat.answering import answer_together
from workbench.app.chat.conversation import Conversation, Reply
from workbench.app.chat.form import Settings, values_of
from workbench.app.chat.handlers import ChatHandlers
from workbench.app.chat.judging import ReplyJudge
from workbench.app.chat.marking import LiveScores
from workbench.app.chat.options import JudgeChoice
from workbench.app.services import Services, make_services
from workbench.lid.detector import Detector
from workbench.prompts import load_prompt_set
from workbench.workspace import Workspace

SIDES = ("tiny-full-good", "tiny-full-hot", "tiny-lora-good", "tiny-base")
LONG = {"max_new_tokens": 400, "temperature": 1.0}
"""Sampled, the base goes on and on: answers of some hundred tokens."""


@dataclass(frozen=True)
class Spent:
    """What answering took."""

    texts: list[str]
    seconds: float
    """Of the answers alone, from their begin to their last token."""
    whole_seconds: float
    """Until all marks and ratings were there as well."""
    processor_seconds: float
    scoring_seconds: float
    """Of the processor's time, what was spent in scoring itself."""
    tokens: int


class Clock:
    """Adds up the processor's time of this thread."""

    seconds = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        start = time.thread_time()
        yield
        self.seconds += time.thread_time() - start


class Clocked(LiveScores):
    """Live scores that are timed."""

    def __init__(self, detector: Detector, expected: str | None, clock: Clock) -> None:
        super().__init__(detector, expected)
        self._clock = clock

    def of(self, replies: Sequence[Reply]) -> list[Reply]:
        with self._clock.running():
            return super().of(replies)


def main() -> None:
    """Check, time, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--prompts", type=int, default=40)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--checkpoint", default=SIDES[0])
    options = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        services = make_services(workspace)
        prompts = chosen(services, options.prompts)
        for names in ([options.checkpoint], list(SIDES)):
            times = first_tokens(services, names, prompts)
            p95 = quantiles(times, n=20)[-1]
            print(
                f"first token, {len(names)} at once: median {median(times) * 1000:.0f} ms, "
                f"95% within {p95 * 1000:.0f} ms, {len(times)} prompts"
            )
        short = Settings()
        long = Settings(short.options.model_copy(update={"decoding": LONG}))
        share(services, options.checkpoint, prompts, short, options.repeats)
        share(services, SIDES[-1], prompts[:6], long, options.repeats)
        workspace.store.close()


def chosen(services: Services, count: int) -> list[str]:
    """Prompts of all languages in turn."""
    prompts = load_prompt_set(services.prompts).prompts
    step = max(1, len(prompts) // count)
    return [prompt.messages[-1].content for prompt in prompts[::step]][:count]


def first_tokens(services: Services, names: Sequence[str], prompts: Sequence[str]) -> list[float]:
    """Seconds from Enter to the first text of any answer; the first prompt warms up."""
    handlers, settings = ChatHandlers(services), values_of(Settings())
    times = []
    for text in (prompts[0], *prompts):
        start = time.perf_counter()
        sent = handlers.on_send(text, names, "", Conversation(), *settings)
        views = handlers.on_answer(sent.conversation, "mixed", False)
        for view in views:
            if any(reply.text for reply in view.conversation.turns[-1].replies):
                times.append(time.perf_counter() - start)
                break
        for _ in views:
            pass
    return times[1:]


def share(
    services: Services, name: str, prompts: Sequence[str], settings: Settings, repeats: int
) -> None:
    """What scoring adds to the time of answers, and to that of the processor."""
    plain, scored = (answered(services, name, prompts, settings, on) for on in (False, True))
    assert plain.texts == scored.texts, "scoring changed an answer"
    pairs = []
    for number in range(repeats):
        order = (False, True) if number % 2 else (True, False)
        found = {on: answered(services, name, prompts, settings, on) for on in order}
        pairs.append((found[False], found[True]))

    def added(field: str) -> str:
        ratios = [getattr(b, field) / getattr(a, field) - 1 for a, b in pairs]
        return f"{median(ratios):+.1%} ({min(ratios):+.1%} to {max(ratios):+.1%})"

    own = median(b.scoring_seconds / (b.processor_seconds - b.scoring_seconds) for _, b in pairs)
    mean = plain.tokens / len(prompts)
    spent = median(a.seconds for a, _ in pairs) / len(prompts) * 1000
    print(
        f"live scoring, {name}, {len(prompts)} answers of {mean:.0f} tokens and {spent:.0f} ms, "
        f"{repeats} times\n"
        f"  adds to the time of an answer    {added('seconds')}\n"
        f"  with the last marks and ratings  {added('whole_seconds')}\n"
        f"  to the processor's time          {added('processor_seconds')}\n"
        f"  of which in scoring itself       {own:+.1%}"
    )


def answered(
    services: Services, name: str, prompts: Sequence[str], settings: Settings, scoring: bool
) -> Spent:
    """All prompts answered one after the other, with scores or without."""
    handlers = ChatHandlers(services)
    judge = ReplyJudge(services.runs.workspace, services.prompts)
    by_facts = JudgeChoice(kind="reference")
    turns = [
        handlers.on_send(text, [name], "", Conversation(), *values_of(settings)).conversation
        for text in prompts
    ]
    if scoring:  # what is made once is not an answer's
        settle(judge, turns[0], by_facts, [Reply(name, "Oui.", "ended")])
    texts, tokens, seconds, clock = [], 0, 0.0, Clock()
    start, work = time.perf_counter(), time.process_time()
    for turn in turns:
        expected = turn.turns[-1].expected
        scores = Clocked(services.detector, expected, clock) if scoring else None
        *_, replies = answer_together(services.engine, turn.requests(), scores)
        if scoring:
            with clock.running():
                settle(judge, turn, by_facts, replies)
        texts += [reply.text for reply in replies]
        tokens += sum(reply.new_tokens or 0 for reply in replies)
        seconds += sum(reply.seconds for reply in replies)
    whole, work = time.perf_counter() - start, time.process_time() - work
    return Spent(texts, seconds, whole, work, clock.seconds, tokens)


def settle(
    judge: ReplyJudge, turn: Conversation, choice: JudgeChoice, replies: Sequence[Reply]
) -> None:
    """The six criteria of answers."""
    judge.decide(turn.with_last(replace(turn.turns[-1], judge=choice)).answered(replies))


if __name__ == "__main__":
    main()
