"""Validates checkpoints: answers and loss in every language, kept in the store.

The same for a model in training and for a checkpoint on disk. What is there already is not
done again: a training that was killed and goes on adds nothing twice.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from workbench.answering import Asking, add_checkpoint, answer
from workbench.checkpoints import Catalogue, LoadedCheckpoint, load
from workbench.errors import InputError
from workbench.generation.decoding import Decoding
from workbench.instructions import Example, find_examples, prompt_overlap
from workbench.lid.detector import Detector
from workbench.progress import ProgressCallback
from workbench.prompts import PromptSet
from workbench.scoring import score
from workbench.statistics import VALUES
from workbench.store.store import Store
from workbench.store.validations import (
    Validated,
    ValidationScore,
    add_validations,
    is_validated,
)
from workbench.training.recipe import Recipe
from workbench.validation.settings import Validation

if TYPE_CHECKING:
    from workbench.training.observing import TrainedStep
    from workbench.validation.tracking import Trackers

LOSS = "loss"
MEASURES = ("right_language", "accuracy", "right_and_accurate", "ended")
CONSTRAINT = "constraint_kept"
"""Measured where prompts constrain the form of their answers."""
_WHY_MISSING = {"right_language": "language_missing", CONSTRAINT: "constraint_reason"}
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Validator:
    """Everything that validation needs beside a model."""

    store: Store
    run: str
    prompt_set: PromptSet
    examples: Mapping[str, Sequence[Example]]
    """What the loss is measured on, by language; empty where no data are declared."""
    detector: Detector
    settings: Validation
    decoding: Decoding | None = None
    progress: ProgressCallback | None = None
    trackers: Trackers | None = field(default=None, compare=False)

    def observe(self, step: TrainedStep) -> None:
        """Validate a model that is being trained."""
        self._validate(step.checkpoint, step.step, step.curve)

    def complete(self, recipe: Recipe, known: Catalogue) -> None:
        """Validate what a finished training has kept and was not validated while it went on."""
        for name in (*(f"{recipe.name}@{step}" for step in recipe.kept_steps), recipe.name):
            info = known.find(name)
            step = info.step or 0
            if not is_validated(self.store, self._place(name, step)):
                curve = info.training.get("curve", [])
                self._validate(load(info, known), step, curve)

    def _place(self, checkpoint: str, step: int) -> Validated:
        return Validated(self.run, checkpoint, self.prompt_set.name, step)

    def _validate(
        self, loaded: LoadedCheckpoint, step: int, curve: Sequence[Mapping[str, float]]
    ) -> None:
        place = self._place(loaded.info.name, step)
        if is_validated(self.store, place):
            return
        asking = Asking(self.decoding, self.settings.batch_size, self.progress)
        answer(self.store, self.run, loaded, self.prompt_set, asking)
        score(self.store, self.run, self.detector)
        add_checkpoint(self.store, loaded.info)
        scores = [*self._rates(loaded.info.name), *self._losses(loaded)]
        add_validations(self.store, place, scores)
        if self.trackers is not None:
            self.trackers.log(loaded.info, step, scores, curve)

    def _rates(self, checkpoint: str) -> list[ValidationScore]:
        results = self.store.results([self.run], detector=self.detector.name)
        results = results[results["checkpoint"] == checkpoint]
        asked = results["constraint"].notna()
        parts = [(measure, results) for measure in MEASURES]
        parts += [(CONSTRAINT, results[asked])] if asked.any() else []
        return [
            _rate(part, str(language), measure)
            for measure, rows in parts
            for language, part in rows.groupby("language")
        ]

    def _losses(self, loaded: LoadedCheckpoint) -> list[ValidationScore]:
        from workbench.training.answer_loss import answer_loss
        from workbench.training.tokenising import tokenise

        scores = []
        for language in self.prompt_set.languages if self.examples else ():
            examples = self.examples.get(language, ())
            if not examples:
                reason = f"the validation data have no example in '{language}'"
                scores.append(ValidationScore(language, LOSS, None, 0, 0, reason))
                continue
            try:
                data = tokenise(examples, loaded.tokenizer, loaded.context_length)
            except InputError as error:
                scores.append(ValidationScore(language, LOSS, None, 0, 0, error.reason))
                continue
            loss = answer_loss(loaded.model, data)
            scores.append(ValidationScore(language, LOSS, loss.mean, loss.tokens, loss.tokens))
        return scores


def validation_prompts(
    settings: Validation, prompt_set: PromptSet, study_languages: Sequence[str] | None
) -> PromptSet:
    """The prompts that a validation asks, the same number in each language.

    Raises InputError where a language has none.
    """
    languages = settings.languages or study_languages
    prompt_set.check_languages(languages or ())
    return prompt_set.restricted(languages, settings.limit)


def loss_examples(settings: Validation, languages: Sequence[str]) -> dict[str, list[Example]]:
    """Examples for the loss in each language, evenly spaced as the prompts are."""
    if settings.data is None:
        return {}
    by_language: dict[str, list[Example]] = {code: [] for code in languages}
    for example in find_examples(settings.data, None):
        if example.language in by_language:
            by_language[example.language].append(example)
    limit = settings.limit
    return {
        code: [own[i * len(own) // limit] for i in range(limit)]
        if limit and len(own) > limit
        else own
        for code, own in by_language.items()
    }


def shared_with_test(prompts: PromptSet, tests: Sequence[PromptSet]) -> str | None:
    """A sentence that says which validation prompts a test asks too; None where none does.

    Word for word, and by the parallel id within one prompt set.
    """
    report = prompt_overlap(prompts, tests)
    exact = dataclasses.replace(
        report, matches=tuple(match for match in report.matches if match.kind == "exact")
    )
    if warning := exact.warning("validation prompts"):
        return warning
    ids = {prompt.parallel_id for prompt in prompts.prompts}
    for test in tests:
        shared = sorted(ids & {prompt.parallel_id for prompt in test.prompts})
        if test.name == prompts.name and shared:
            return f"{len(shared)} validation prompts are in the test as well, as '{shared[0]}'"
    return None


def warn_if_shared(prompts: PromptSet, tests: Sequence[PromptSet]) -> None:
    """Warn in the log where validation and test share prompts."""
    if warning := shared_with_test(prompts, tests):
        _logger.warning("%s: what is chosen by them looks better on the test than it is", warning)


def _rate(part: pd.DataFrame, language: str, measure: str) -> ValidationScore:
    scored = VALUES[measure](part).dropna()
    if scored.empty:
        reasons = part[_WHY_MISSING.get(measure, "accuracy_missing")].dropna()
        reason = str(reasons.iloc[0]) if len(reasons) else "nothing could be scored"
        return ValidationScore(language, measure, None, 0, len(part), reason)
    return ValidationScore(language, measure, float(scored.mean()), len(scored), len(part))
