"""The reference judge over all criteria: what reference facts and closed word lists decide.

Exact for the tiny world, whose words and facts are known completely. What they cannot
decide is missing with the reason.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from functools import lru_cache

from workbench.judging import reference
from workbench.judging.prompting import question_text
from workbench.judging.readings import ratings_of
from workbench.judging.replies import Reading
from workbench.judging.rubric import Rubric
from workbench.prompts import Reference
from workbench.store.records import JudgedResponse, JudgeRecord, Rating

Decided = tuple[int | None, str]
"""A value with why it was given, or None with why there is none."""
_UNDECIDED = "reference facts do not decide it"
_BATCH = 200


class ReferenceJudge:
    """Rates language, helpfulness and accuracy by rule."""

    record = JudgeRecord(reference.JUDGE, "rule")

    def __init__(self, rubric: Rubric) -> None:
        self.rubric = rubric

    def rate(self, responses: Sequence[JudgedResponse]) -> Generator[list[Rating], None, None]:
        """Ratings in the order of the responses."""
        for start in range(0, len(responses), _BATCH):
            yield [r for one in responses[start : start + _BATCH] for r in self._ratings(one)]

    def _ratings(self, response: JudgedResponse) -> list[Rating]:
        undecided = {criterion.key: (None, _UNDECIDED) for criterion in self.rubric.criteria}
        decided: dict[str, Decided] = {**undecided, **self._decided(response)}
        reading = Reading(
            {key: value for key, (value, _) in decided.items()},
            {key: why for key, (value, why) in decided.items() if value is None},
        )
        ratings = ratings_of(self.record.name, response.response_id, self.rubric, reading)
        return [
            rating if rating.value is None else replace(rating, reason=decided[rating.criterion][1])
            for rating in ratings
        ]

    def _decided(self, response: JudgedResponse) -> dict[str, Decided]:
        found: dict[str, Decided] = {"language": language_of(response)}
        facts = response.prompt.reference
        if facts is None:
            none: Decided = (None, "the prompt has no reference facts")
            return found | {"accuracy": none, "helpfulness": none}
        rated = reference.rate(response.text, facts, response.language)
        if rated.value is None:
            missing: Decided = (None, rated.missing_reason or _UNDECIDED)
            return found | {"accuracy": missing, "helpfulness": missing}
        accuracy = rated.value, _ACCURACY[rated.value]
        return found | {"accuracy": accuracy, "helpfulness": helpfulness_of(response, facts)}


_ACCURACY = {0: "it does not say what the facts demand", 2: "it agrees with the facts"}


@lru_cache(maxsize=1)
def _vocabularies() -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    """Words of each of the tiny world's languages, and of all of them together."""
    from workbench.tinyworld.lexicon import shipped_languages
    from workbench.tinyworld.lexicon_detector import vocabulary

    known = {code: vocabulary(code) for code in shipped_languages()}
    return known, frozenset().union(*known.values())


def language_of(response: JudgedResponse) -> Decided:
    """Level of the criterion *language*, by words that the tiny world's languages have.

    0 where no more of the known words are of the expected language than of others alone.
    """
    from workbench.tinyworld.lexicon_detector import words

    known, everywhere = _vocabularies()
    if response.language not in known:
        return None, f"the tiny world has no language '{response.language}'"
    if not set(words(question_text(response.prompt.messages))) <= everywhere:
        return None, "only the tiny world's words are known completely"
    told = [word for word in words(response.text) if word in everywhere]
    if not told:
        return None, "it has no word of any of the tiny world's languages"
    foreign = [word for word in told if word not in known[response.language]]
    if not foreign:
        return 2, "every word that is known is of the language"
    few = ", ".join(dict.fromkeys(foreign[:3]))
    if len(foreign) < len(told) - len(foreign):
        return 1, f"foreign words: {few}"
    return 0, f"most words are foreign: {few}"


def helpfulness_of(response: JudgedResponse, facts: Reference) -> Decided:
    """Level of the criterion *helpfulness*, where facts say what is sufficient.

    Right and ended is 2; right and going on until it was cut off, or part of what was asked
    for, is 1; wrong is 0.
    """
    if reference.rate(response.text, facts, response.language).value == 2:
        if response.finish_reason == "length":
            return 1, "it says what was asked for and does not end"
        return 2, "it says what was asked for"
    part = facts.kind == "members" and any(
        reference.rate(
            response.text, facts.model_copy(update={"count": count}), response.language
        ).value
        for count in range(1, facts.count)
    )
    return (1, "it names some of what was asked for") if part else (0, "it lacks what was asked")
