"""Rating the responses of a run with a judge: resumable, every response rated or missing.

What needs no judge is decided here: a response that is not there is missing with its
reason, an answer without text is rated by rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Protocol

from workbench.errors import InputError
from workbench.judging.readings import all_missing, of_empty_answer
from workbench.judging.rubric import Rubric
from workbench.languages import NO_LANGUAGE, UNKNOWN_LANGUAGE
from workbench.progress import ProgressCallback
from workbench.store.records import JudgedResponse, JudgeRecord, Rating
from workbench.store.store import Store


class NamedJudge(Protocol):
    """What a judge is known by, whether or not it can be asked."""

    @property
    def record(self) -> JudgeRecord:
        """Under which name, and how described, its ratings are kept."""

    @property
    def rubric(self) -> Rubric:
        """What it rates by."""


class Judge(NamedJudge, Protocol):
    """What rates responses."""

    def rate(self, responses: Sequence[JudgedResponse]) -> Generator[list[Rating], None, None]:
        """Ratings as they come, each time all those of some responses, in any order."""


@dataclass(frozen=True)
class Choice:
    """Which responses of a run are rated."""

    languages: Sequence[str] | None = None
    checkpoints: Sequence[str] | None = None
    limit: int | None = None
    """Prompts of each language at most, evenly spaced, the same ones for every checkpoint."""
    retry_missing: bool = False
    """Those whose rating is missing, instead of those without one."""


@dataclass
class JudgeCounts:
    """What became of the responses."""

    responses: int = 0
    rated: int = 0
    """Have a value for every criterion that the judge rates."""
    reasons: Counter[str] = field(default_factory=Counter)
    """Why values are missing, with the number of responses."""


def responses_of(store: Store, run: str, judge: NamedJudge, choice: Choice) -> list[JudgedResponse]:
    """The responses that are still to be rated, or to be tried again; see ``chosen``."""
    responses = chosen(store.responses_to_judge(run), choice)
    criteria = [criterion.key for criterion in judge.rubric.criteria]
    given = store.ratings([run], [judge.record.name], criteria)
    if not choice.retry_missing:
        tried = Counter(given["response_id"])
        return [r for r in responses if tried[r.response_id] < len(criteria)]
    missing = set(given.loc[given["value"].isna(), "response_id"])
    return [r for r in responses if r.response_id in missing and r.missing_reason is None]


def chosen(responses: Sequence[JudgedResponse], choice: Choice) -> list[JudgedResponse]:
    """Those of the checkpoints and languages, and of evenly spaced prompts of each.

    Raises InputError for a checkpoint or language that none of them is of.
    """
    kept = list(responses)
    for what, names, of in (
        ("by", choice.checkpoints, attrgetter("checkpoint")),
        ("in", choice.languages, attrgetter("language")),
    ):
        known = sorted({of(r) for r in responses})
        if absent := sorted(set(names or ()) - set(known)):
            raise InputError(
                f"Answers {what} '{absent[0]}'",
                "there are none to be judged",
                f"Choose among {', '.join(known) or '(none)'}",
            )
        kept = [r for r in kept if not names or of(r) in names]
    if choice.limit is None:
        return kept
    asked: dict[tuple[str, str], dict[str, None]] = {}
    for r in kept:
        asked.setdefault((r.prompt_set, r.language), {})[r.prompt.parallel_id] = None
    few: dict[tuple[str, str], set[str]] = {}
    for place, ids in asked.items():
        number = min(choice.limit, len(ids))
        few[place] = {list(ids)[i * len(ids) // number] for i in range(number)}
    return [r for r in kept if r.prompt.parallel_id in few[(r.prompt_set, r.language)]]


def judge_run(
    store: Store,
    run: str,
    judge: Judge,
    choice: Choice | None = None,
    progress: ProgressCallback | None = None,
) -> JudgeCounts:
    """Rate what is chosen of a run, keeping each rating as it comes.

    A killed run goes on where it stopped. Raises InputError where the judge's name stands for
    another judge, NotFoundError for an unknown run.
    """
    choice = choice or Choice()
    store.add_judge(judge.record)
    responses = responses_of(store, run, judge, choice)
    counts = JudgeCounts(len(responses))
    done = 0

    def keep(ratings: list[Rating]) -> None:
        nonlocal done
        by_response: dict[int, list[Rating]] = {}
        for rating in ratings:
            by_response.setdefault(rating.response_id, []).append(rating)
        whole = [id for id, own in by_response.items() if all(r.value is not None for r in own)]
        # A reply that is whole replaces an earlier one in part: values of one reply belong
        # together, as the rules between criteria are applied to them.
        store.add_ratings([r for id in whole for r in by_response[id]], choice.retry_missing)
        store.add_ratings([r for r in ratings if r.response_id not in whole])
        counts.rated += len(whole)
        for own in by_response.values():
            counts.reasons.update({r.missing_reason for r in own if r.missing_reason})
        done += len(by_response)
        if progress is not None:
            progress(done, len(responses), f"judging {run}")

    with closing(ratings_of(judge, responses)) as rated:
        for ratings in rated:
            keep(ratings)
    return counts


def ratings_of(
    judge: Judge, responses: Sequence[JudgedResponse]
) -> Generator[list[Rating], None, None]:
    """Ratings of responses as they come; those that need no judge come first."""
    asked = []
    for response in responses:
        decided = without_judge(judge, response)
        if decided is None:
            asked.append(response)
        else:
            yield decided
    with closing(judge.rate(asked)) as coming:
        yield from coming


def without_judge(judge: Judge, response: JudgedResponse) -> list[Rating] | None:
    """Ratings of a response that no judge needs to see; None for the others."""
    name, id = judge.record.name, response.response_id
    if response.missing_reason is not None:
        return all_missing(name, id, judge.rubric, response.missing_reason)
    if response.language == UNKNOWN_LANGUAGE:
        return all_missing(name, id, judge.rubric, NO_LANGUAGE)
    if not response.prompt.messages:
        return all_missing(name, id, judge.rubric, "the prompt's text is not known")
    if not response.text.strip():
        return of_empty_answer(name, id, judge.rubric)
    return None
