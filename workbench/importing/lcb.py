"""Answers of the Language Confusion Benchmark (LCB): the CSV files that it publishes."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.importing.lcb_file import Answer, read_answers
from workbench.importing.reading import Reading
from workbench.importing.records import ImportedResponse
from workbench.prompts import Prompt

PROMPT_SETS = "lcb"


def read_lcb(reading: Reading) -> Iterator[ImportedResponse]:
    """The answers of a file. Prompts go to the sets ``lcb-<task>-<source>``.

    Where an id repeats for a model, task, source and language, its answers are samples 0, 1, ...
    """
    sets = reading.options.prompt_set or PROMPT_SETS
    prompts: dict[tuple[str, str, str, str], Prompt] = {}
    for number, answer in enumerate(read_answers(reading.path), start=1):
        key = (answer.task, answer.source, answer.id, answer.language)
        prompt = prompts.get(key) or prompts.setdefault(key, _prompt(answer))
        yield ImportedResponse(
            f"answer {number}",
            reading.options.checkpoint or answer.model,
            f"{sets}-{answer.task}-{answer.source}",
            prompt,
            answer.completion,
        )


def _prompt(answer: Answer) -> Prompt:
    # The files do not hold the prompts' texts.
    return Prompt(
        parallel_id=answer.id,
        language=answer.language,
        messages=(),
        task=answer.task,
        tags={"source": answer.source},
    )
