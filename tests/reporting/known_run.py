"""A run whose report is known: a study with validation, ratings, gaps, and hostile texts."""

from __future__ import annotations

from tests.known_validation import RATES
from tests.known_validation import fill as fill_validation
from workbench.prompts import Message, Prompt, PromptSet
from workbench.store import JudgeRecord, LanguageScore, Rating, ResponseRecord, Store
from workbench.study import Study

RUN = "study-1"
HOSTILE = "</script><script>alert(1)</script><img src=http://x.invalid/a.png onerror=alert(2)>"
QUESTIONS = {
    "en": "Which colour?",
    "fr": "Quelle couleur ?",
    "ar": "ما لون الثعلب؟",
    "hi": "लोमड़ी किस रंग की है?",
}
ANSWERS = {
    "en": "The fox is red.",
    "fr": "Le renard est roux.",
    "ar": "الثعلب أحمر.",
    "hi": "लोमड़ी लाल है।",
}
PROMPTS = 4
STUDY = Study.model_validate(
    {
        "name": "study",
        "question": f"Does it hold? {HOSTILE}",
        "recipe": {"base": "tiny-base", "data": "tinyworld", "steps": 100},
        "grid": {"learning_rate": [1e-4, 1e-3], "seed": [0, 1]},
        "prompt_sets": [{"name": "foxes"}],
        "languages": list(QUESTIONS),
    }
)


def fill(store: Store) -> None:
    """Both recipes answer four prompts in each language, with two seeds.

    ``low`` is right everywhere. ``high`` answers in English but for prompt 0 of each language. Of
    ``study-high-s1`` the answer to French prompt 3 is missing, and that to Hindi prompt 3 is
    undetermined. A judge and a person have rated the French answers of seed 0.
    """
    fill_validation(store, declared=STUDY.of_run)
    prompts = [
        Prompt(
            parallel_id=f"p{number}",
            language=code,
            messages=(Message(role="user", content=f"{question} {number} {HOSTILE}"),),
            task="fact",
        )
        for code, question in QUESTIONS.items()
        for number in range(PROMPTS)
    ]
    store.add_prompt_set(PromptSet(name="foxes", prompts=tuple(prompts)))
    for recipe in RATES:
        for seed in (0, 1):
            name = f"study-{recipe}-s{seed}"
            store.add_responses(RUN, name, "foxes", [_response(name, p) for p in prompts])
    scores, ratings = [], []
    store.add_judge(JudgeRecord(f"llm:{HOSTILE}", "llm", {"model": HOSTILE}))
    store.add_judge(JudgeRecord("person:Anna", "person", {}))
    for row in store.results([RUN]).to_dict("records"):
        if row["missing_reason"] is not None:
            continue
        id, code = int(row["response_id"]), str(row["language"])
        number = int(row["parallel_id"][1:])
        wrong = "high" in row["checkpoint"] and number > 0 and code != "en"
        lost = row["checkpoint"] == "study-high-s1" and (code, number) == ("hi", 3)
        label = None if lost else "en" if wrong else code
        right = None if lost else label == code
        why = "undetermined: no evidence" if lost else None
        scores.append(
            LanguageScore(id, "langid", label, None if lost else 0.9, right, None, None, why)
        )
        ratings.append(Rating(id, "reference", "accuracy", 0 if wrong else 2))
        if code == "fr" and row["checkpoint"].endswith("s0"):
            ratings.append(Rating(id, "person:Anna", "fluency", number % 3))
            ratings.append(Rating(id, f"llm:{HOSTILE}", "fluency", number % 3))
    store.add_language_scores(scores)
    store.add_ratings(ratings)
    store.finish_run(RUN)


def _response(checkpoint: str, prompt: Prompt) -> ResponseRecord:
    number = int(prompt.parallel_id[1:])
    key = (prompt.parallel_id, prompt.language, 0)
    if checkpoint == "study-high-s1" and (prompt.language, number) == ("fr", 3):
        return ResponseRecord(*key, "", "missing", missing_reason="the prompt is too long")
    wrong = "high" in checkpoint and number > 0
    text = ANSWERS["en" if wrong else prompt.language]
    return ResponseRecord(*key, f"{text} {HOSTILE if wrong else ''}".strip(), "stop")
