"""Scores of a run: language, lines and reference accuracy, batch by batch.

What cannot be scored is kept as missing, with the reason. Each batch is committed, so
a killed run goes on where it stopped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

from workbench.judging import reference
from workbench.judging.constraints.rating import constraint_rating
from workbench.languages import NO_LANGUAGE, UNKNOWN_LANGUAGE
from workbench.lid.detector import Detector, Verdict
from workbench.lid.line_counts import LineCounts, line_counts
from workbench.lid.robust import UnitCounts, unit_counts
from workbench.lid.words import WordList, default_words
from workbench.progress import ProgressCallback
from workbench.store import LanguageScore, PendingResponse, Rating, Store
from workbench.store.records import CONSTRAINT_CRITERION, CONSTRAINT_JUDGE


@dataclass(frozen=True)
class ScoreCounts:
    """What a call of ``score`` did, in responses."""

    language: int
    """Got a language score."""
    language_missing: int
    """Of these, missing with a reason."""
    rated: int
    """Got an accuracy rating from reference facts."""
    rated_missing: int
    """Of these, missing with a reason."""
    checked: int
    """Were checked for the constraint of their prompt."""
    checked_missing: int
    """Of these, missing with a reason."""


JUDGES = (reference.JUDGE, CONSTRAINT_JUDGE)
"""Judges that go by rules; each rates answers to the prompts that have what it needs."""


def score(
    store: Store,
    run: str,
    detector: Detector,
    progress: ProgressCallback | None = None,
    judges: Sequence[str] = JUDGES,
) -> ScoreCounts:
    """Score all responses of a run that are not scored yet; ``judges`` are some of ``JUDGES``."""
    unscored = store.count_unscored(run, detector.name)
    checks = (CONSTRAINT_JUDGE, CONSTRAINT_CRITERION)
    by_facts, by_form = (judge in judges for judge in JUDGES)
    unrated = store.count_unrated(run, reference.JUDGE, reference.CRITERION) if by_facts else 0
    unrated += store.count_unrated(run, *checks, needs="constraint") if by_form else 0
    done = 0
    counts: Counter[str] = Counter()

    def advance(number: int) -> None:
        nonlocal done
        done += number
        if progress is not None:
            progress(done, unscored + unrated, f"scoring {run}")

    def rate(kind: str, ratings: list[Rating]) -> None:
        store.add_ratings(ratings)
        counts[kind] += len(ratings)
        counts[f"{kind}_missing"] += sum(rating.value is None for rating in ratings)
        advance(len(ratings))

    for batch in store.unscored(run, detector.name):
        scores = language_scores(batch, detector)
        store.add_language_scores(scores)
        counts["language"] += len(scores)
        counts["language_missing"] += sum(s.right is None for s in scores)
        advance(len(batch))
    for batch in store.unrated(run, reference.JUDGE, reference.CRITERION) if by_facts else ():
        rate("rated", [reference_rating(response) for response in batch])
    for batch in store.unrated(run, *checks, needs="constraint") if by_form else ():
        rate("checked", [constraint_rating(response, detector) for response in batch])
    return ScoreCounts(*(counts[field.name] for field in fields(ScoreCounts)))


def language_scores(
    responses: Sequence[PendingResponse], detector: Detector, words: WordList | None = None
) -> list[LanguageScore]:
    """Language, line and unit scores of responses, in order.

    ``words`` None takes the default list of English words.
    """
    answers = [(response.text, response.language) for response in responses]
    verdicts = detector.identify_many([response.text for response in responses])
    lines = line_counts(answers, detector, words or default_words())
    units = unit_counts(answers, detector)
    return [
        _language_score(response, detector, _Found(*found))
        for response, found in zip(responses, zip(verdicts, lines, units, strict=True), strict=True)
    ]


def reference_rating(response: PendingResponse) -> Rating:
    """Accuracy of a response by the reference facts of its prompt."""
    if response.missing_reason is not None:
        rated = reference.Rated(None, response.missing_reason)
    elif response.reference is None:
        rated = reference.Rated(None, "the prompt has no reference facts")
    else:
        rated = reference.rate(response.text, response.reference, response.language)
    return Rating(
        response.response_id,
        reference.JUDGE,
        reference.CRITERION,
        rated.value,
        rated.missing_reason,
    )


class _Found(NamedTuple):
    """What a detector found in an answer."""

    whole: Verdict
    lines: LineCounts
    units: UnitCounts


def _language_score(response: PendingResponse, detector: Detector, found: _Found) -> LanguageScore:
    whole, lines, units = found
    right: bool | None = None
    reason = _unscorable(response, detector)
    known = (response.response_id, detector.name, whole.label, whole.confidence)
    if reason is not None:
        return LanguageScore(*known, right=None, missing_reason=reason)
    if not response.text.strip():
        right = False
    elif whole.label is None:
        reason = "undetermined: the text gives no evidence of any language"
    else:
        right = whole.label == response.language
    if not units.judged and whole.label is not None and not units.short:
        # The evidence is in what is exempt: all that there is to judge is the answer as a whole.
        units = UnitCounts(1, int(whole.label == response.language), 0.0, None)
    unjudged = units.short or (not units.judged and right is None)
    return LanguageScore(
        *known,
        right,
        lines.judged,
        lines.right,
        reason,
        lines.english_words,
        None if unjudged else units.judged,
        None if unjudged else units.right,
        units.entropy,
        units.first_switch,
    )


def _unscorable(response: PendingResponse, detector: Detector) -> str | None:
    """Why neither the answer nor its lines can be scored; None where they can."""
    if response.missing_reason is not None:
        return response.missing_reason
    if response.language == UNKNOWN_LANGUAGE:
        return NO_LANGUAGE
    if detector.languages is not None and response.language not in detector.languages:
        return f"the detector does not know the expected language '{response.language}'"
    return None
