"""Answers as raters get them: with what was asked, to be shown without who gave them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple

from workbench.prompts import Message
from workbench.store import Store


@dataclass(frozen=True)
class Item:
    """An answer that can be rated, with what names it in any workspace."""

    response_id: int
    checkpoint: str
    prompt_set: str
    parallel_id: str
    language: str
    """Expected answer language."""
    sample: int
    text: str
    messages: tuple[Message, ...]
    """What was asked; empty where the prompt's text is not known."""

    @cached_property
    def key(self) -> str:
        """What names it, as one text; ids differ between workspaces."""
        parts = (self.checkpoint, *self.prompt, str(self.sample))
        return "\0".join(parts)

    @property
    def prompt(self) -> tuple[str, str, str]:
        """What names its prompt."""
        return self.prompt_set, self.parallel_id, self.language


class Answers(NamedTuple):
    """The answers of a run."""

    items: Mapping[int, Item]
    """Those that people rate, by the id of the response."""
    absent: int
    """Responses that are missing, so that there is nothing to rate."""
    empty: frozenset[int]
    """Ids of answers without any text, which the rubric rates by rule."""

    @property
    def languages(self) -> list[str]:
        """Expected languages of what people rate, sorted."""
        return sorted({item.language for item in self.items.values()})


def read_answers(store: Store, run: str) -> Answers:
    """The answers of a run; NotFoundError where there is no such run."""
    results = store.results([run])
    columns = ["response_id", "checkpoint", "prompt_set", "parallel_id", "language", "sample"]
    answered = results[results["missing_reason"].isna()]
    asked = {
        (name, prompt.parallel_id, prompt.language): prompt.messages
        for name in answered["prompt_set"].unique()
        for prompt in store.prompt_set(name).prompts
    }
    answers = [
        Item(int(id), checkpoint, name, parallel, code, int(sample), text, asked[key])
        for id, checkpoint, name, parallel, code, sample, text in answered[
            [*columns, "text"]
        ].itertuples(index=False)
        if (key := (name, parallel, code)) in asked
    ]
    items = {item.response_id: item for item in answers if item.text.strip()}
    empty = frozenset(item.response_id for item in answers) - items.keys()
    return Answers(items, len(results) - len(answers), empty)


def drawn(seed: str, key: str) -> int:
    """A number between 0 and 2^64 that looks drawn by lot, always the same for seed and key."""
    return int.from_bytes(blake2b(f"{seed}\0{key}".encode(), digest_size=8).digest())
