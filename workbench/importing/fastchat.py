"""FastChat's model answers: JSONL of ``question_id``, ``model_id`` and ``choices[].turns``.

Questions stand in a file of their own, ``question.jsonl``, beside the answers or in the folder
above. Each turn is a prompt of its own, made of what the user said up to it: what the model
answered in between differs by model, and is no part of a prompt.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from workbench.importing.fields import Fields, as_object
from workbench.importing.reading import Reading
from workbench.importing.records import NO_ANSWER, ImportedResponse
from workbench.json_files import json_lines
from workbench.prompts import Message, Prompt
from workbench.store.values import storable

QUESTIONS = "question.jsonl"
_ANSWERS = "model_answer"
"""Folder of the answers, in a folder that is called by the benchmark."""


def read_fastchat(reading: Reading) -> Iterator[ImportedResponse]:
    """The answers of a file, turn by turn."""
    questions = _questions(reading)
    prompt_set = reading.options.prompt_set or _benchmark(reading.path)
    for place, fields in reading.objects():
        question = questions.get(fields.text("question_id"), Fields({}, fields.place))
        id = reading.text_of("id", fields, "question_id") or fields.text("question_id")
        asked = [_text(turn, question, "turns") for turn in question.value("turns") or ()]
        checkpoint = reading.checkpoint(fields.optional_text("model_id"))
        for sample, choice in enumerate(fields.items("choices")):
            chosen = as_object(choice, f"{fields.place}, choices, {sample + 1}")
            for number, turn in enumerate(chosen.items("turns"), start=1):
                answer = None if turn is None else _text(turn, chosen, "turns")
                known = asked[:number] if len(asked) >= number else []
                yield ImportedResponse(
                    place,
                    checkpoint,
                    prompt_set,
                    Prompt(
                        parallel_id=id if number == 1 else f"{id}-turn-{number}",
                        language=_language(reading, fields, question),
                        messages=tuple(Message(role="user", content=text) for text in known),
                        task=reading.text_of("task", question, "category") or "",
                        tags={"turn": str(number)},
                    ),
                    answer or "",
                    sample,
                    finish_reason="missing" if answer is None else "unknown",
                    missing_reason=NO_ANSWER if answer is None else None,
                )


def _language(reading: Reading, answer: Fields, question: Fields) -> str:
    column = reading.columns.language or "language"
    return reading.language_of(answer if answer.has(column) else question, "language")


def _questions(reading: Reading) -> dict[str, Fields]:
    """The questions by id; none where there is no file of them."""
    folder = reading.path.resolve().parent
    path = next((f / QUESTIONS for f in (folder, folder.parent) if (f / QUESTIONS).is_file()), None)
    if path is None:
        reading.note(
            f"The questions are not known: there is no {QUESTIONS} beside the file, or in the "
            "folder above."
        )
        return {}
    reading.note(f"Questions come from {path}.")
    objects = (as_object(record, f"{path}, line {line}") for line, record in json_lines(path))
    return {question.text("question_id"): question for question in objects}


def _benchmark(path: Path) -> str:
    """The prompt set, by the folder in which FastChat keeps a benchmark's answers."""
    folder = path.resolve().parent
    return f"fastchat-{folder.parent.name}" if folder.name == _ANSWERS else "fastchat"


def _text(value: object, fields: Fields, name: str) -> str:
    if not isinstance(value, str):
        raise fields.wrong(name, "a turn of it is no text", "Write a list of texts")
    return storable(value)
