"""Answers in several scripts for raters, with nothing rated yet."""

from __future__ import annotations

from workbench.prompts import Message, Prompt, PromptSet
from workbench.store import ResponseRecord, RunRecord, Store

RUN = "foxes-12345678"
HOSTILE = "The fox is <b>red</b> ${1+1} <img src=x onerror=alert(1)>"
QUESTIONS = {
    "ar": "ما هو لون الثعلب؟",
    "fr": "Quelle est la couleur du renard ?",
    "zh": "狐狸是什么颜色的？",
}
ANSWERS = {
    "ar": "لون الثعلب أحمر (2 من الأسباب).",
    "fr": "Le renard est roux.",
    "zh": "狐狸是红棕色的。",
}


def fill_for_raters(store: Store, prompts: int = 2) -> None:
    """Two checkpoints answer each prompt: ``secret-good`` rightly, ``secret-hot`` in English."""
    asked = tuple(
        Prompt(
            parallel_id=f"p{number}",
            language=code,
            messages=(
                Message(role="system", content="Answer briefly."),
                Message(role="user", content=f"{question} ({number})"),
            ),
        )
        for code, question in QUESTIONS.items()
        for number in range(prompts)
    )
    store.add_prompt_set(PromptSet(name="foxes", prompts=asked))
    store.start_run(RunRecord(RUN, "study"))
    for name in ("secret-good", "secret-hot"):
        store.add_checkpoint(name, name, {})
        store.add_responses(
            RUN,
            name,
            "foxes",
            [
                ResponseRecord(
                    prompt.parallel_id,
                    prompt.language,
                    0,
                    ANSWERS[prompt.language] if name == "secret-good" else HOSTILE,
                    "stop",
                )
                for prompt in asked
            ],
        )
    store.finish_run(RUN)
