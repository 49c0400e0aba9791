"""Pairs compared by a model behind an OpenAI-compatible endpoint."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from functools import partial

from workbench.judging.calls import Caller, Outcome, Question
from workbench.judging.llm_judge import llm_record
from workbench.judging.pairwise import Pair, common_messages, pair_judge_name, without_judge
from workbench.judging.prices import Estimate
from workbench.judging.prompting import comparison_schema
from workbench.judging.replies import Choice, read_choice
from workbench.judging.rubric import Rubric
from workbench.judging.settings import JudgeSettings
from workbench.store.records import Comparison


class LlmPairJudge:
    """Compares by asking a model; see ``workbench.judging.pairwise.PairJudge``."""

    def __init__(self, settings: JudgeSettings, rubric: Rubric, caller: Caller) -> None:
        self.rubric = rubric
        self.caller = caller
        name = settings.name or pair_judge_name(rubric.judge_name(settings.model))
        self.record = llm_record(name, settings, rubric, common_messages(rubric))

    def compare(self, pairs: Sequence[Pair]) -> Generator[list[Comparison], None, None]:
        """Comparisons as they come.

        Raises ModelError where the endpoint cannot answer anything.
        """
        with closing(self.caller.ask([self._question(pair) for pair in pairs])) as outcomes:
            for together in outcomes:
                yield [self._read(pairs[i], o) for places, o in together for i in places]

    def estimate(self, pairs: Sequence[Pair]) -> Estimate:
        """What comparing these will take."""
        asked = [pair for pair in pairs if without_judge(self.record.name, pair) is None]
        return self.caller.estimate([self._question(pair) for pair in asked])

    def _question(self, pair: Pair) -> Question[Choice]:
        return Question(partial(pair.messages, self.rubric), comparison_schema(), read_choice)

    def _read(self, pair: Pair, outcome: Outcome[Choice]) -> Comparison:
        judge, reading = self.record.name, outcome.reading
        if reading is None or reading.winner is None:
            reason = outcome.failure or (reading and reading.problem) or "no winner was named"
            return pair.comparison(judge, None, reason)
        return pair.comparison(judge, pair.winner(reading.winner), reason=reading.reason)
