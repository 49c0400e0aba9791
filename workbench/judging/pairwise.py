"""Pairwise mode: an LLM says which of two answers is better, each pair in both orders."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Literal

from workbench.errors import InputError
from workbench.judging.calls import Caller, Outcome, Question
from workbench.judging.llm_judge import judge_name
from workbench.judging.prices import Estimate
from workbench.judging.prompting import comparison_messages, comparison_schema, template_prompt
from workbench.judging.replies import Choice as Reading
from workbench.judging.replies import read_choice
from workbench.judging.rubric import Rubric
from workbench.judging.run import Choice, JudgeCounts, chosen
from workbench.judging.settings import JudgeSettings
from workbench.progress import ProgressCallback
from workbench.prompts import content_hash
from workbench.store.records import Comparison, JudgedResponse, JudgeRecord, Winner
from workbench.store.store import Store

Order = Literal["a", "b"]
_ORDERS: tuple[Order, ...] = ("a", "b")


@dataclass(frozen=True)
class Pair:
    """Two responses to the same prompt, and which of them is shown first."""

    a: JudgedResponse
    """The one with the smaller id."""
    b: JudgedResponse
    shown_first: Order

    @property
    def key(self) -> tuple[int, int, str]:
        """What a comparison of it is kept under."""
        return self.a.response_id, self.b.response_id, self.shown_first


class PairJudge:
    """Compares by asking a model."""

    def __init__(self, settings: JudgeSettings, rubric: Rubric, caller: Caller) -> None:
        self.rubric = rubric
        self.caller = caller
        messages = comparison_messages(rubric, template_prompt(), "FIRST", "SECOND")
        self.record = JudgeRecord(
            settings.name or f"{judge_name(settings, rubric)}:pairs",
            "llm",
            {
                "model": settings.model,
                "base_url": caller.url,
                "rubric": rubric.identity,
                "prompt": content_hash(messages),
                "decoding": settings.decoding,
            },
        )

    def compare(
        self,
        store: Store,
        pairs: Sequence[Pair],
        progress: ProgressCallback | None = None,
    ) -> JudgeCounts:
        """Compare pairs that are not compared yet, keeping each as it comes.

        Raises ModelError where the endpoint cannot answer anything.
        """
        store.add_judge(self.record)
        counts = JudgeCounts(len(pairs))
        done = 0

        def keep(comparisons: list[Comparison]) -> None:
            nonlocal done
            store.add_comparisons(comparisons)
            counts.rated += sum(c.winner is not None for c in comparisons)
            counts.reasons.update(c.missing_reason for c in comparisons if c.missing_reason)
            done += len(comparisons)
            if progress is not None:
                progress(done, len(pairs), "comparing")

        decided = {pair.key: self._without_judge(pair) for pair in pairs}
        keep([comparison for comparison in decided.values() if comparison])
        asked = [pair for pair in pairs if decided[pair.key] is None]
        with closing(self.caller.ask([self._question(pair) for pair in asked])) as outcomes:
            for together in outcomes:
                keep([self._read(asked[i], o) for places, o in together for i in places])
        return counts

    def estimate(self, pairs: Sequence[Pair]) -> Estimate:
        """What comparing these will take."""
        asked = [pair for pair in pairs if self._without_judge(pair) is None]
        return self.caller.estimate([self._question(pair) for pair in asked])

    def _question(self, pair: Pair) -> Question[Reading]:
        texts = (pair.a.text, pair.b.text)
        first, second = texts if pair.shown_first == "a" else texts[::-1]
        return Question(
            messages=partial(comparison_messages, self.rubric, pair.a.prompt, first, second),
            schema=comparison_schema(),
            read=read_choice,
        )

    def _without_judge(self, pair: Pair) -> Comparison | None:
        """A comparison that no judge needs to make; None for the others."""
        given = (*pair.key[:2], self.record.name, pair.shown_first)
        for name, response in (("a", pair.a), ("b", pair.b)):
            if response.missing_reason is not None:
                reason = f"there is no answer {name}: {response.missing_reason}"
                return Comparison(*given, None, reason)
        if not pair.a.prompt.messages:
            return Comparison(*given, None, "the prompt's text is not known")
        if pair.a.text.strip() == pair.b.text.strip():
            return Comparison(*given, "tie", reason="the answers are the same")
        return None

    def _read(self, pair: Pair, outcome: Outcome[Reading]) -> Comparison:
        given = (*pair.key[:2], self.record.name, pair.shown_first)
        reading = outcome.reading
        if reading is None or reading.winner is None:
            reason = outcome.failure or (reading and reading.problem) or "no winner was named"
            return Comparison(*given, None, reason)
        other: Order = "b" if pair.shown_first == "a" else "a"
        winners: dict[str, Winner] = {"first": pair.shown_first, "second": other, "tie": "tie"}
        return Comparison(*given, winners[reading.winner], reason=reading.reason)


def pairs_of(
    store: Store, run: str, checkpoints: tuple[str, str], judge: PairJudge, choice: Choice
) -> list[Pair]:
    """Pairs of answers by two checkpoints to the same prompts, in both orders, still to be made.

    With ``choice.retry_missing`` those whose comparison is missing. Raises InputError where
    the run has no prompt that both answered.
    """
    responses = chosen(store.responses_to_judge(run, checkpoints), choice)
    sides: list[dict[tuple[str, str, str, int], JudgedResponse]] = [
        {
            (r.prompt_set, r.prompt.parallel_id, r.language, r.sample): r
            for r in responses
            if r.checkpoint == checkpoint
        }
        for checkpoint in checkpoints
    ]
    both = [place for place in sides[0] if place in sides[1]]
    if not both or checkpoints[0] == checkpoints[1]:
        raise InputError(
            f"Checkpoints '{checkpoints[0]}' and '{checkpoints[1]}' in run '{run}'",
            "there is no prompt that both of them answered",
            "Name two checkpoints that 'workbench compare' lists for the run",
        )
    made = store.comparisons([run], [judge.record.name])
    keys = zip(made["response_a"], made["response_b"], made["shown_first"], strict=True)
    winners = dict(zip(keys, made["winner"], strict=True))
    pairs = []
    for place in both:
        a, b = sorted((sides[0][place], sides[1][place]), key=lambda r: r.response_id)
        pairs += [Pair(a, b, order) for order in _ORDERS]
    if choice.retry_missing:
        answered = [p for p in pairs if p.a.missing_reason is None and p.b.missing_reason is None]
        return [p for p in answered if p.key in winners and winners[p.key] is None]
    return [pair for pair in pairs if pair.key not in winners]
