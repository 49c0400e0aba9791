"""Answers as raters get them: with what was asked, to be shown without who gave them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

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


def read_items(store: Store, run: str) -> tuple[list[Item], int]:
    """The answers of a run by id, and how many of its responses have none to be rated.

    Raises NotFoundError where there is no such run.
    """
    results = store.results([run])
    columns = ["response_id", "checkpoint", "prompt_set", "parallel_id", "language", "sample"]
    answered = results[results["missing_reason"].isna()]
    asked = {
        (name, prompt.parallel_id, prompt.language): prompt.messages
        for name in answered["prompt_set"].unique()
        for prompt in store.prompt_set(name).prompts
    }
    items = [
        Item(int(id), checkpoint, name, parallel, code, int(sample), text, asked[key])
        for id, checkpoint, name, parallel, code, sample, text in answered[
            [*columns, "text"]
        ].itertuples(index=False)
        if (key := (name, parallel, code)) in asked
    ]
    return items, len(results) - len(items)


def drawn(seed: str, key: str) -> int:
    """A number between 0 and 2^64 that looks drawn by lot, always the same for seed and key."""
    return int.from_bytes(blake2b(f"{seed}\0{key}".encode(), digest_size=8).digest())
