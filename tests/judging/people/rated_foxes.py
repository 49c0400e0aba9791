"""A run of two checkpoints that raters can be handed."""

from __future__ import annotations

from tests.foxes import fill_foxes
from workbench.prompts import Prompt
from workbench.store import Store

RUN = "foxes-1"
QUESTIONS = {"en": "Which fox {}?", "fr": "Quel renard {}?"}


def fill_run(store: Store, prompts: int = 4) -> None:
    """Run ``foxes-1``: checkpoints good and hot answer prompts in English and French.

    The ids are 1 to 16: good in English 1 to 4 and French 5 to 8, hot 9 to 16. The last answer
    of hot in French is missing.
    """
    last = (f"p{prompts - 1}", "fr")

    def answer(name: str, prompt: Prompt) -> str | None:
        if name == "hot" and (prompt.parallel_id, prompt.language) == last:
            return None
        return f"{name} {prompt.language} {prompt.parallel_id}"

    fill_foxes(store, RUN, ("good", "hot"), QUESTIONS, answer, prompts)
