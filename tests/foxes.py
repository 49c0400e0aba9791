"""A run of two checkpoints that are asked about foxes, for people to rate."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from workbench.prompts import Message, Prompt, PromptSet
from workbench.store import ResponseRecord, RunRecord, Store

Answer = Callable[[str, Prompt], str | None]
"""What a checkpoint answers to a prompt; None where the response is missing."""


def fill_foxes(
    store: Store,
    run: str,
    checkpoints: tuple[str, str],
    questions: Mapping[str, str],
    answer: Answer,
    prompts: int,
) -> None:
    """``questions`` has a text a language, with a place for the number of the prompt.

    Ids of responses count from 1: checkpoint by checkpoint, language by language.
    """
    asked = tuple(
        Prompt(
            parallel_id=f"p{number}",
            language=code,
            messages=(
                Message(role="system", content="Be brief."),
                Message(role="user", content=question.format(number)),
            ),
        )
        for code, question in questions.items()
        for number in range(prompts)
    )
    store.add_prompt_set(PromptSet(name="foxes", prompts=asked))
    store.start_run(RunRecord(run, "study"))
    for name in checkpoints:
        store.add_checkpoint(name, name, {})
        store.add_responses(run, name, "foxes", [_response(p, answer(name, p)) for p in asked])
    store.finish_run(run)


def _response(prompt: Prompt, text: str | None) -> ResponseRecord:
    key = (prompt.parallel_id, prompt.language, 0)
    if text is None:
        return ResponseRecord(*key, "", "missing", missing_reason="too long")
    return ResponseRecord(*key, text, "stop")
