"""What a judge is asked: messages made from a rubric, a question and an answer.

Question and answer stand between lines with a random mark, new in each call, so that no
text in them can pretend to end there; and the judge is told that they are data.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from workbench.judging.criteria import LEVELS
from workbench.judging.rubric import Criterion, Rubric
from workbench.languages import display_name
from workbench.prompts import Message, Prompt

Chat = list[dict[str, str]]
"""Messages as an endpoint and a chat template take them."""

WINNERS = ("first", "second", "tie")
_PLACEHOLDER = "MARK"


def new_mark() -> str:
    """A mark that whoever wrote an answer cannot have known."""
    return secrets.token_hex(8)


def rating_messages(
    rubric: Rubric, prompt: Prompt, text: str, mark: str = _PLACEHOLDER, guarded: bool = True
) -> Chat:
    """Ask for all criteria of one answer at once.

    ``guarded`` False leaves out marks and warning, to see what they are good for.
    """
    judge = rubric.judge
    keys = ", ".join(f'"{key}"' for key in rating_keys(rubric))
    flags = ", ".join(f'"{flag}"' for flag in rubric.flags)
    system = [
        judge.role,
        rubric.introduction,
        *(_criterion(criterion) for criterion in rubric.criteria),
        "\n".join(f"- {rule.text}" for rule in rubric.rules),
        "\n".join(f'- "{flag}": {text}' for flag, text in rubric.flags.items()),
        *_warning(rubric, mark, guarded),
        judge.output.format(keys=keys, flags=flags),
    ]
    parts = ((judge.question, question_text(prompt.messages)), (judge.answer, text))
    return _chat(system, _user(rubric, prompt, parts, judge.closing, mark if guarded else None))


def level_messages(
    rubric: Rubric, criterion: Criterion, prompt: Prompt, text: str, mark: str = _PLACEHOLDER
) -> Chat:
    """Ask for one criterion of one answer, to be answered with a digit."""
    judge = rubric.judge
    system = [judge.role, _criterion(criterion), *_warning(rubric, mark, guarded=True)]
    parts = ((judge.question, question_text(prompt.messages)), (judge.answer, text))
    closing = judge.level.format(criterion=criterion.title)
    return _chat(system, _user(rubric, prompt, parts, closing, mark))


def comparison_messages(
    rubric: Rubric, prompt: Prompt, first: str, second: str, mark: str = _PLACEHOLDER
) -> Chat:
    """Ask which of two answers to the same prompt is better."""
    judge = rubric.judge
    system = [
        judge.compare,
        *(f"{c.title}: {c.question} {c.guideline}" for c in rubric.criteria),
        *_warning(rubric, mark, guarded=True),
        judge.compare_output,
    ]
    parts = (
        (judge.question, question_text(prompt.messages)),
        (judge.first, first),
        (judge.second, second),
    )
    return _chat(system, _user(rubric, prompt, parts, judge.compare_closing, mark))


def rating_keys(rubric: Rubric) -> list[str]:
    """Keys of a reply, in order: the reason first, so that it is given before the values."""
    return ["reason", *(criterion.key for criterion in rubric.criteria), *rubric.flags]


def rating_schema(rubric: Rubric) -> dict[str, Any]:
    """JSON schema of a reply with all criteria."""
    properties: dict[str, Any] = {"reason": {"type": "string"}}
    for criterion in rubric.criteria:
        properties[criterion.key] = {"type": "integer", "enum": list(LEVELS)}
    for flag in rubric.flags:
        properties[flag] = {"type": "boolean"}
    return _object(properties)


def comparison_schema() -> dict[str, Any]:
    """JSON schema of a reply to a comparison."""
    winner = {"type": "string", "enum": list(WINNERS)}
    return _object({"reason": {"type": "string"}, "winner": winner})


def template_prompt() -> Prompt:
    """A prompt of placeholders, to hash what every call has in common."""
    message = Message(role="user", content="QUESTION")
    return Prompt(parallel_id="", language="LANGUAGE", messages=(message,))


def question_text(messages: Sequence[Message]) -> str:
    """What was asked; of several turns each with its role."""
    if len(messages) == 1:
        return messages[0].content
    return "\n\n".join(f"[{message.role}]\n{message.content}" for message in messages)


def _criterion(criterion: Criterion) -> str:
    levels = (f"{level}: {criterion.levels[level]}" for level in sorted(LEVELS, reverse=True))
    heading = f'{criterion.title} ("{criterion.key}"). {criterion.question}'
    examples = (
        f"- {example.question} / {example.answer} -> {example.value}. {example.why}"
        for example in criterion.examples
    )
    return "\n".join([heading, *levels, criterion.guideline, *examples])


def _warning(rubric: Rubric, mark: str, guarded: bool) -> list[str]:
    return [rubric.judge.data.format(mark=mark)] if guarded else []


def _user(
    rubric: Rubric,
    prompt: Prompt,
    parts: Iterable[tuple[str, str]],
    closing: str,
    mark: str | None,
) -> str:
    language = f"{display_name(prompt.language)} ({prompt.language})"
    lines = [f"{rubric.judge.expected} {language}"]
    for title, text in parts:
        lines.append(f"=== {mark} {title} ===\n{text}" if mark else f"{title}:\n{text}")
    lines += [f"=== {mark} ==="] if mark else []
    return "\n\n".join([*lines, closing])


def _chat(system: list[str], user: str) -> Chat:
    return [
        {"role": "system", "content": "\n\n".join(system)},
        {"role": "user", "content": user},
    ]


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
