"""Answers whose rates are known, for the comparison."""

from __future__ import annotations

from workbench.prompts import Message, Prompt, PromptSet
from workbench.store import LanguageScore, Rating, ResponseRecord, RunRecord, Store


def fill(store: Store) -> None:
    """A learning-rate study: two rates, English and French, 30 prompts each.

    At 1e-4 everything is in the right language; at 1e-3 French prompts 0 to 23 (of 30)
    are answered in English, and the answer to French prompt 29 could not be scored.
    """
    prompts = [
        Prompt(
            parallel_id=f"colour-{number:02}",
            language=code,
            messages=(Message(role="user", content=f"{question} {number} ?"),),
            task="fact" if number < 20 else "list",
            tags={"tier": "A" if number % 2 else "B"},
        )
        for code, question in (("en", "Which colour"), ("fr", "Quelle couleur"))
        for number in range(30)
    ]
    store.add_prompt_set(PromptSet(name="colours", prompts=tuple(prompts)))
    run = "learning-rate-12345678"
    store.start_run(RunRecord(run, "study"))
    for rate in (1e-4, 1e-3):
        name = f"learning-rate-lr{rate:g}"
        recipe = {"learning_rate": rate, "size": 500, "steps": 10, "seed": 0, "method": "full"}
        store.add_checkpoint(name, name, {"method": "full", "recipe": recipe})
        hot = rate == 1e-3
        store.add_responses(
            run,
            name,
            "colours",
            [
                ResponseRecord(
                    parallel_id=prompt.parallel_id,
                    language=prompt.language,
                    sample=0,
                    text="The fox is <b>red</b>." if hot else "Le renard est roux.",
                    finish_reason="stop",
                )
                for prompt in prompts
            ],
        )
    results = store.results()
    scores, ratings = [], []
    for row in results.to_dict("records"):
        number = int(row["parallel_id"][-2:])
        hot_french = row["language"] == "fr" and row["learning_rate"] == 1e-3
        label = "en" if hot_french and number < 24 else row["language"]
        missing = hot_french and number == 29
        scores.append(
            LanguageScore(
                row["response_id"],
                "langid",
                None if missing else label,
                None if missing else 0.99,
                None if missing else label == row["language"],
                0,
                0,
                "undetermined" if missing else None,
            )
        )
        ratings.append(Rating(row["response_id"], "reference", "accuracy", 2))
    store.add_language_scores(scores)
    store.add_ratings(ratings)
    store.finish_run(run)
