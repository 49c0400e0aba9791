"""Answers in several scripts for raters, with nothing rated yet."""

from __future__ import annotations

from tests.foxes import fill_foxes
from workbench.prompts import Prompt
from workbench.store import Store

RUN = "foxes-12345678"
HOSTILE = "The fox is <b>red</b> ${1+1} <img src=x onerror=alert(1)>"
QUESTIONS = {
    "ar": "ما هو لون الثعلب؟ ({})",
    "fr": "Quelle est la couleur du renard ? ({})",
    "zh": "狐狸是什么颜色的？ ({})",
}
ANSWERS = {
    "ar": "لون الثعلب أحمر (2 من الأسباب).",
    "fr": "Le renard est roux.",
    "zh": "狐狸是红棕色的。",
}


def fill_for_raters(store: Store, prompts: int = 2) -> None:
    """Two checkpoints answer each prompt: ``secret-good`` rightly, ``secret-hot`` in English."""

    def answer(name: str, prompt: Prompt) -> str:
        return ANSWERS[prompt.language] if name == "secret-good" else HOSTILE

    fill_foxes(store, RUN, ("secret-good", "secret-hot"), QUESTIONS, answer, prompts)
