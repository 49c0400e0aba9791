"""A run of two checkpoints that raters can be handed."""

from __future__ import annotations

from workbench.prompts import Message, Prompt, PromptSet
from workbench.store import ResponseRecord, RunRecord, Store

RUN = "foxes-1"


def fill_foxes(store: Store, prompts: int = 4) -> None:
    """Run ``foxes-1``: checkpoints good and hot answer prompts in English and French.

    The ids are 1 to 16: good in English 1 to 4 and French 5 to 8, hot 9 to 16. The last answer
    of hot in French is missing.
    """
    asked = tuple(
        Prompt(
            parallel_id=f"p{number}",
            language=code,
            messages=(
                Message(role="system", content="Be brief."),
                Message(role="user", content=f"{question} {number}?"),
            ),
        )
        for code, question in (("en", "Which fox"), ("fr", "Quel renard"))
        for number in range(prompts)
    )
    store.add_prompt_set(PromptSet(name="foxes", prompts=asked))
    store.start_run(RunRecord(RUN, "study"))
    for name in ("good", "hot"):
        store.add_checkpoint(name, name, {})
        answers = [
            ResponseRecord(p.parallel_id, p.language, 0, f"{name} {p.language} {p.parallel_id}")
            for p in asked
        ]
        if name == "hot":
            last = asked[-1]
            answers[-1] = ResponseRecord(
                last.parallel_id, last.language, 0, "", "missing", missing_reason="too long"
            )
        store.add_responses(RUN, name, "foxes", answers)
    store.finish_run(RUN)
