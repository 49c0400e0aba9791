"""Validation results made by hand: two recipes, two steps, two seeds, three languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.prompts import Message, Prompt, PromptSet
from workbench.store import LanguageScore, Rating, ResponseRecord, RunRecord, Store
from workbench.store.validations import Validated, ValidationScore, add_validations

PROMPTS = 10
LANGUAGES = ("en", "fr", "ru")
# Of ten prompts the number right, in the right language, by recipe, step, seed and language.
RIGHT = {
    ("low", 50, 0): (6, 5, 4),
    ("low", 50, 1): (8, 5, 4),
    ("low", 100, 0): (7, 6, 5),
    ("low", 100, 1): (7, 6, 3),
    ("high", 50, 0): (8, 2, 2),
    ("high", 50, 1): (8, 4, 0),
    ("high", 100, 0): (9, 1, 0),
    ("high", 100, 1): (9, 1, 0),
}
RATES = {"low": 1e-4, "high": 1e-3}
ENGLISH_LOSS = {("low", 50): 0.5, ("low", 100): 0.4, ("high", 50): 0.2, ("high", 100): 0.3}


def name_of(recipe: str, step: int, seed: int) -> str:
    cell = f"study-{recipe}-s{seed}"
    return cell if step == 100 else f"{cell}@{step}"


def fill(
    store: Store,
    right: dict[tuple[str, int, int], tuple[int, ...]] = RIGHT,
    declared: Mapping[str, Any] | None = None,
) -> None:
    """``declared`` is the config of the study's run."""
    store.add_prompt_set(
        PromptSet(
            name="v",
            prompts=tuple(
                Prompt(
                    parallel_id=f"{number:02}",
                    language=language,
                    messages=(Message(role="user", content=f"{language} {number}?"),),
                )
                for language in LANGUAGES
                for number in range(PROMPTS)
            ),
        )
    )
    store.start_run(RunRecord("study-1", "study", declared or {}))
    config = {
        "study_run": "study-1",
        "detector": "langid",
        "validation": {"objective": "mean", "measure": "right_and_accurate"},
    }
    store.start_run(RunRecord("study-1-validation-1", "validation", config))
    for (recipe, step, seed), counts in right.items():
        add_point(store, (recipe, step, seed), counts)


def add_point(store: Store, point: tuple[str, int, int], counts: tuple[int, ...]) -> None:
    recipe, step, seed = point
    run, name = "study-1-validation-1", name_of(*point)
    fields = {"name": f"study-{recipe}-s{seed}", "learning_rate": RATES[recipe], "seed": seed}
    store.add_checkpoint(name, name, {"recipe": fields})
    store.add_responses(
        run,
        name,
        "v",
        [
            ResponseRecord(f"{number:02}", language, 0, "text", "stop")
            for language in LANGUAGES
            for number in range(PROMPTS)
        ],
    )
    results = store.results([run]).query("checkpoint == @name")
    scores, ratings = [], []
    for row in results.itertuples():
        right = int(row.parallel_id) < counts[LANGUAGES.index(row.language)]
        scores.append(LanguageScore(row.response_id, "langid", row.language, 1.0, True))
        ratings.append(Rating(row.response_id, "reference", "accuracy", 2 * right))
    store.add_language_scores(scores)
    store.add_ratings(ratings)
    loss = ValidationScore("en", "loss", ENGLISH_LOSS[(recipe, step)] + 0.01 * seed, 9, 9)
    add_validations(store, Validated(run, name, "v", step), [loss])
