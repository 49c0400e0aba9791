"""Pairwise mode: a judge says which of two answers is better, each pair in both orders."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Literal, Protocol

from workbench.errors import InputError
from workbench.judging.prompting import Chat, comparison_messages, new_mark, template_prompt
from workbench.judging.rubric import Rubric
from workbench.judging.run import Choice, JudgeCounts, chosen
from workbench.progress import ProgressCallback
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

    def messages(self, rubric: Rubric, mark: str | None = None) -> Chat:
        """What a judge is asked about it."""
        texts = (self.a.text, self.b.text)
        first, second = texts if self.shown_first == "a" else texts[::-1]
        return comparison_messages(rubric, self.a.prompt, first, second, mark or new_mark())

    def winner(self, said: str) -> Winner:
        """Who wins where a judge names ``first``, ``second`` or ``tie``."""
        other: Order = "b" if self.shown_first == "a" else "a"
        winners: dict[str, Winner] = {"first": self.shown_first, "second": other, "tie": "tie"}
        return winners[said]

    def comparison(
        self,
        judge: str,
        winner: Winner | None,
        missing_reason: str | None = None,
        reason: str | None = None,
    ) -> Comparison:
        """What a judge makes of it."""
        ids = (self.a.response_id, self.b.response_id)
        return Comparison(*ids, judge, self.shown_first, winner, missing_reason, reason)


class PairJudge(Protocol):
    """What compares two answers."""

    @property
    def record(self) -> JudgeRecord:
        """Under which name, and how described, its comparisons are kept."""

    def compare(self, pairs: Sequence[Pair]) -> Generator[list[Comparison], None, None]:
        """Comparisons as they come, one a pair, in any order."""


def pair_judge_name(name: str) -> str:
    """What comparisons by the judge of a name are kept under."""
    return f"{name}:pairs"


def common_messages(rubric: Rubric) -> Chat:
    """What all prompts of a judge of pairs have in common."""
    return comparison_messages(rubric, template_prompt(), "FIRST", "SECOND")


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


def compare_pairs(
    store: Store,
    judge: PairJudge,
    pairs: Sequence[Pair],
    progress: ProgressCallback | None = None,
) -> JudgeCounts:
    """Compare pairs that are not compared yet, keeping each as it comes.

    Raises InputError where the judge's name stands for another judge.
    """
    store.add_judge(judge.record)
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

    decided = {pair.key: without_judge(judge.record.name, pair) for pair in pairs}
    keep([comparison for comparison in decided.values() if comparison])
    asked = [pair for pair in pairs if decided[pair.key] is None]
    with closing(judge.compare(asked)) as compared:
        for comparisons in compared:
            keep(comparisons)
    return counts


def without_judge(judge: str, pair: Pair) -> Comparison | None:
    """A comparison that no judge needs to make; None for the others."""
    for name, response in (("a", pair.a), ("b", pair.b)):
        if response.missing_reason is not None:
            reason = f"there is no answer {name}: {response.missing_reason}"
            return pair.comparison(judge, None, reason)
    if not pair.a.prompt.messages:
        return pair.comparison(judge, None, "the prompt's text is not known")
    if pair.a.text.strip() == pair.b.text.strip():
        return pair.comparison(judge, "tie", reason="the answers are the same")
    return None
