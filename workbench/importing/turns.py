"""Prompts as lists of chat turns, one list a line: the paper's AlpacaEval files."""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from workbench.errors import FileFormatError
from workbench.files import read_lines
from workbench.languages import LANGUAGES
from workbench.prompts import Message, Prompt, PromptSet

_TURNS = TypeAdapter(tuple[Message, ...])
_ANSWER_IN = "lang_"


def load_turns(path: Path) -> PromptSet:
    """Read ``<set>.<language>.jsonl``; the parallel id is the line number.

    Where ``<set>.<language>.types`` lies beside it, its line *i* is the constraint type of
    prompt *i*. A prompt of type ``lang_XX`` asks for an answer in XX: that is its language,
    the language that it is written in becomes the tag ``asked_in`` and part of its parallel
    id, as each file asks for answers in languages of its own choice.
    """
    name, _, language = path.stem.rpartition(".")
    if not name or language not in LANGUAGES:
        raise FileFormatError(
            str(path),
            "the name does not say which language its prompts are in",
            "Call the file NAME.LANGUAGE.jsonl, such as questions.fr.jsonl",
        )
    lines = list(read_lines(path))
    types_path = path.with_suffix(".types")
    types: list[str | None] = [None] * len(lines)
    if types_path.exists():
        types = [type for _, type in read_lines(types_path)]
        if len(types) != len(lines):
            raise FileFormatError(
                str(types_path),
                f"it has {len(types)} lines, {path.name} has {len(lines)}",
                "Write one type for each prompt",
            )
    prompts = (
        _prompt(_turns(line, f"{path}, line {number}"), str(position), language, type)
        for position, ((number, line), type) in enumerate(zip(lines, types, strict=True), start=1)
    )
    return PromptSet(name=name, prompts=tuple(prompts))


def _turns(line: str, place: str) -> tuple[Message, ...]:
    try:
        turns = _TURNS.validate_json(line)
    except ValidationError as error:
        raise FileFormatError(
            place,
            error.errors()[0]["msg"],
            'Write a list of turns such as [{"role": "user", "content": "..."}]',
        ) from None
    if not turns or turns[-1].role != "user" or not turns[-1].content.strip():
        raise FileFormatError(
            place, "the last turn is not a user's text", "End each chat with what the user asks"
        )
    return turns


def _prompt(
    messages: tuple[Message, ...], parallel_id: str, language: str, type: str | None
) -> Prompt:
    if type is None or not type.startswith(_ANSWER_IN):
        return Prompt(
            parallel_id=parallel_id, language=language, messages=messages, constraint=type
        )
    return Prompt(
        parallel_id=f"{parallel_id}-{language}",
        language=type.removeprefix(_ANSWER_IN),
        messages=messages,
        constraint=type,
        tags={"asked_in": language},
    )
