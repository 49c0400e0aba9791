"""The LLM judge: all criteria of an answer in one call to an OpenAI-compatible endpoint."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from functools import partial

from workbench.judging.calls import Caller, Outcome, Question
from workbench.judging.prices import Estimate
from workbench.judging.prompting import Chat, rating_messages, rating_schema, template_prompt
from workbench.judging.readings import all_missing, ratings_of
from workbench.judging.replies import Reading, read_rating
from workbench.judging.rubric import Rubric
from workbench.judging.settings import JudgeSettings
from workbench.prompts import content_hash
from workbench.store.records import JudgedResponse, JudgeRecord, Rating


class LlmJudge:
    """Rates by asking a model; see ``workbench.judging.run`` for whole runs."""

    def __init__(self, settings: JudgeSettings, rubric: Rubric, caller: Caller) -> None:
        self.rubric = rubric
        self.caller = caller
        messages = rating_messages(rubric, template_prompt(), "ANSWER")
        name = settings.name or rubric.judge_name(settings.model)
        self.record = llm_record(name, settings, rubric, messages)

    def rate(self, responses: Sequence[JudgedResponse]) -> Generator[list[Rating], None, None]:
        """Ratings as they come, each time all those of some responses.

        Raises ModelError where the endpoint cannot answer anything.
        """
        with closing(self.caller.ask([self._question(r) for r in responses])) as outcomes:
            for together in outcomes:
                yield [
                    rating
                    for places, outcome in together
                    for place in places
                    for rating in self._ratings(responses[place].response_id, outcome)
                ]

    def estimate(self, responses: Sequence[JudgedResponse]) -> Estimate:
        """What rating these responses will take; what is in the cache costs nothing."""
        return self.caller.estimate([self._question(r) for r in responses])

    def _question(self, response: JudgedResponse) -> Question[Reading]:
        return Question(
            messages=partial(rating_messages, self.rubric, response.prompt, response.text),
            schema=rating_schema(self.rubric),
            read=partial(read_rating, rubric=self.rubric),
        )

    def _ratings(self, response_id: int, outcome: Outcome[Reading]) -> list[Rating]:
        judge, rubric, reading = self.record.name, self.rubric, outcome.reading
        if reading is None or (outcome.failure and not any_value(reading)):
            reason = outcome.failure or "the judge gave no value"
            return all_missing(judge, response_id, rubric, reason)
        return ratings_of(judge, response_id, rubric, reading)


def any_value(reading: Reading) -> bool:
    """Whether a reply has a value for at least one criterion."""
    return any(value is not None for value in reading.values.values())


def llm_record(name: str, settings: JudgeSettings, rubric: Rubric, messages: Chat) -> JudgeRecord:
    """How a judge behind an endpoint is kept, with what all its prompts have in common."""
    return JudgeRecord(
        name,
        "llm",
        {
            "model": settings.model,
            "base_url": settings.endpoint(),
            "rubric": rubric.identity,
            "prompt": content_hash(messages),
            "decoding": settings.decoding,
        },
    )
