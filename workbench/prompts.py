"""Prompts and prompt sets.

A prompt knows the language its answer is expected in (stored, never guessed) and
the parallel id that ties its translations together. A prompt set is a JSONL file
with one prompt a line, in one or more languages.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench.assets import Shipped
from workbench.errors import FileFormatError, InputError
from workbench.files import read_lines, write_atomically

PROMPT_SETS = Shipped("Prompt set", ("prompts",), "JSONL", (".jsonl",))


class Message(BaseModel):
    """One turn of a conversation."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    role: Literal["system", "user", "assistant"]
    content: str


class Reference(BaseModel):
    """Reference facts that decide whether an answer is right.

    An answer to a ``value`` question is right when it contains one of ``accept`` and
    none of ``reject``; to a ``members`` question when it names at least ``count``
    different groups of ``accept`` and nothing of ``reject``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: Literal["value", "members"]
    accept: tuple[tuple[str, ...], ...]
    """Groups of interchangeable wordings; any one of a group counts as that group."""
    reject: tuple[str, ...] = ()
    """Wordings of wrong answers."""
    count: int = 1
    """Number of different groups that must be named."""


class Prompt(BaseModel):
    """Messages with what is needed to score an answer to them."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    parallel_id: str
    """Same for all translations of a prompt."""
    language: str
    """Language that the answer is expected in."""
    messages: tuple[Message, ...]
    """Empty where the prompt's text is not known, as for imported answers."""
    task: str = ""
    """Kind of task, such as ``fact`` or ``story``."""
    constraint: str | None = None
    """Constraint type of the paper's modified prompts, such as ``num_items_5``."""
    reference: Reference | None = None
    tags: dict[str, str] = Field(default_factory=dict)
    """Anything to group results by, such as ``{"tier": "A"}``."""

    @property
    def hash(self) -> str:
        """Content hash: first 16 hex digits of SHA-256 over the canonical JSON."""
        return content_hash(self.model_dump(mode="json"))


class PromptSet(BaseModel):
    """Named prompts in one or more languages."""

    model_config = ConfigDict(frozen=True)
    name: str
    prompts: tuple[Prompt, ...]

    @property
    def languages(self) -> list[str]:
        """Languages in order of first appearance."""
        return list(dict.fromkeys(prompt.language for prompt in self.prompts))

    def check_languages(self, languages: Iterable[str]) -> None:
        """Raise InputError where there is no prompt in one of these languages."""
        if absent := sorted(set(languages) - set(self.languages)):
            raise InputError(
                f"Prompt set '{self.name}'",
                f"there are none in {', '.join(absent)}",
                f"Choose languages among {', '.join(self.languages)}",
            )

    def restricted(self, languages: Iterable[str] | None, limit: int | None = None) -> PromptSet:
        """Only these languages, and at most ``limit`` prompts of each.

        ``limit`` takes evenly spaced prompts, the same parallel ids in each language.
        """
        chosen = list(languages) if languages is not None else self.languages
        kept: list[Prompt] = []
        for code in chosen:
            own = [prompt for prompt in self.prompts if prompt.language == code]
            if limit is not None and len(own) > limit:
                own = [own[i * len(own) // limit] for i in range(limit)]
            kept += own
        return PromptSet(name=self.name, prompts=tuple(kept))


def languages_of(prompt_sets: Iterable[PromptSet]) -> list[str]:
    """The languages of several sets, sorted."""
    return sorted({code for prompt_set in prompt_sets for code in prompt_set.languages})


def content_hash(value: Any) -> str:
    """First 16 hex digits of SHA-256 over the value as canonical JSON."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def load_prompt_set(path: Path) -> PromptSet:
    """Read a prompt set from JSONL; its name is the file's, without suffix.

    Raises FileFormatError with the line and the field when a line is not a prompt.
    """
    prompts: list[Prompt] = []
    seen: set[tuple[str, str]] = set()
    for number, line in read_lines(path):
        try:
            prompt = Prompt.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"]) or "the line"
            raise FileFormatError(
                f"{path}, line {number}, {field}",
                first["msg"],
                "Write one JSON object a line with parallel_id, language and messages",
            ) from None
        key = (prompt.parallel_id, prompt.language)
        if key in seen:
            raise FileFormatError(
                f"{path}, line {number}",
                f"parallel_id '{key[0]}' occurs twice in language '{key[1]}'",
                "Give each prompt of a language its own parallel_id",
            )
        seen.add(key)
        prompts.append(prompt)
    if not prompts:
        raise FileFormatError(str(path), "it holds no prompt", "Write at least one line")
    return PromptSet(name=path.stem, prompts=tuple(prompts))


def shipped_prompt_set(name: str) -> PromptSet:
    """A prompt set by file path, or by its name in ``assets/prompts``.

    Raises NotFoundError where there is neither.
    """
    return load_prompt_set(PROMPT_SETS.file(name))


def shipped_names() -> list[str]:
    """Names of the prompt sets that come with the workbench."""
    return list(PROMPT_SETS.files())


def save_prompt_set(prompt_set: PromptSet, path: Path) -> None:
    """Write a prompt set as JSONL, whole or not at all."""
    lines = (prompt.model_dump_json(exclude_defaults=True) for prompt in prompt_set.prompts)
    write_atomically(path, "\n".join(lines) + "\n")
