"""What the comparison shows beyond known answers: ratings, constraints, a second detector."""

from __future__ import annotations

from workbench.judging.criteria import CRITERIA
from workbench.prompts import Message, Prompt, PromptSet
from workbench.store import JudgeRecord, LanguageScore, Rating, ResponseRecord, RunRecord, Store

GOOD, HOT = "learning-rate-lr0.0001", "learning-rate-lr0.001"
RUN = "learning-rate-12345678"
SCRIPTS = {
    "ar": ("كم عدد أرجل العنكبوت؟", "للعنكبوت ثماني أرجل.", "للعنكبوت عشر أرجل."),
    "hi": ("मकड़ी के कितने पैर होते हैं?", "मकड़ी के आठ पैर होते हैं।", "मकड़ी के दस पैर होते हैं।"),
    "ru": ("Сколько ног у паука?", "У паука восемь ног.", "У паука десять ног."),
    "zh": ("蜘蛛有几条腿？", "蜘蛛有八条腿。", "蜘蛛有十条腿。"),
}
"""By language a question, the answer of the good checkpoint, and that of the hot one."""
MORE = "many-scripts"
"""A run of the same checkpoints in other scripts."""


def rate(store: Store) -> None:
    """An LLM's ratings of the known answers, and a person's of some.

    Of the LLM, fluency is 2 at 1e-4 and 1 at 1e-3; language 2 for English and 0 for French, of
    which that of French prompt 28 at 1e-3 is missing. The person rated helpfulness of the first
    two answers of all: 0 and 1.
    """
    results = store.results([RUN])
    store.add_judge(JudgeRecord("llm:test", "llm", {"model": "test"}))
    store.add_judge(JudgeRecord("person:Ada", "person"))
    ratings = []
    for row in results.to_dict("records"):
        id, hot = row["response_id"], row["learning_rate"] == 1e-3
        ratings.append(Rating(id, "llm:test", "fluency", 1 if hot else 2, reason="Reads <well>."))
        value = 2 if row["language"] == "en" else 0
        if hot and row["language"] == "fr" and row["parallel_id"] == "colour-28":
            ratings.append(Rating(id, "llm:test", "language", None, "the reply was cut"))
        else:
            ratings.append(Rating(id, "llm:test", "language", value))
    for number, id in enumerate(results["response_id"].head(2)):
        ratings.append(Rating(int(id), "person:Ada", "helpfulness", number))
    store.add_ratings(ratings)


def disagree(store: Store) -> None:
    """A second detector: of the first two French answers it takes one for Portuguese."""
    results = store.results([RUN])
    first, second = results[results["language"] == "fr"]["response_id"].head(2)
    store.add_language_scores(
        [
            LanguageScore(int(first), "other", "pt", 0.6, False),
            LanguageScore(int(second), "other", "fr", 0.6, True),
        ]
    )


def add_scripts(store: Store) -> None:
    """A run in four scripts: each checkpoint answers a prompt with a constraint in each.

    The good one keeps the constraint, the hot one does not, and is rated 0 by the LLM in all
    criteria, with a reason.
    """
    prompts = [
        Prompt(
            parallel_id="spider",
            language=code,
            messages=(Message(role="user", content=question),),
            task="fact",
            constraint="num_items_3",
        )
        for code, (question, _, _) in SCRIPTS.items()
    ]
    store.add_prompt_set(PromptSet(name="scripts", prompts=tuple(prompts)))
    store.start_run(RunRecord(MORE, "generate", versions={"workbench": "0.1", "torch": "2"}))
    for place, name in ((1, GOOD), (2, HOT)):
        answers = [
            ResponseRecord("spider", code, 0, texts[place], "stop")
            for code, texts in SCRIPTS.items()
        ]
        store.add_responses(MORE, name, "scripts", answers)
    ratings, scores = [], []
    for row in store.results([MORE]).to_dict("records"):
        id, hot = row["response_id"], row["checkpoint"] == HOT
        scores.append(LanguageScore(id, "langid", row["language"], 0.9, True, 2, 2))
        ratings.append(Rating(id, "constraints", "constraint", 0 if hot else 2))
        value, why = (0, "A spider has eight legs.") if hot else (2, None)
        ratings += [Rating(id, "llm:test", name, value, reason=why) for name in CRITERIA]
    store.add_language_scores(scores)
    store.add_ratings(ratings)
    store.finish_run(MORE)
