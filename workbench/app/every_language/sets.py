"""Parallel prompt sets: the same prompts in several languages."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.app.chat.suggestions import preference
from workbench.app.every_language.grid import Question
from workbench.prompts import Prompt, PromptSet, shipped_names, shipped_prompt_set

if TYPE_CHECKING:
    from workbench.store import Store

_LABEL_LENGTH = 100
_LABELLED_BY = "en"


@dataclass(frozen=True)
class ParallelSet:
    """Prompts that are there, with their texts, in two languages or more."""

    name: str
    questions: Mapping[str, Question]
    """By parallel id, in the order of the set."""

    @property
    def languages(self) -> list[str]:
        """Languages in order of first appearance."""
        codes = (code for question in self.questions.values() for code in question.languages)
        return list(dict.fromkeys(codes))

    @property
    def first(self) -> str | None:
        """The prompt that is shown first, as the chat chooses its suggestions."""
        prompts = (question.prompts[0] for question in self.questions.values())
        return min(prompts, key=preference).parallel_id if self.questions else None

    def choices(self) -> list[tuple[str, str]]:
        """What names each prompt for people, with its parallel id: its English text if any."""
        return [(_label(question), id) for id, question in self.questions.items()]

    def question(self, parallel_id: str, languages: Sequence[str] = ()) -> Question | None:
        """A prompt in some of its languages, all by default; None where there is none."""
        found = self.questions.get(parallel_id)
        if found is None or not languages:
            return found
        chosen = tuple(prompt for prompt in found.prompts if prompt.language in languages)
        return Question(found.prompt_set, parallel_id, chosen) if chosen else None


def parallel_set(prompt_set: PromptSet) -> ParallelSet:
    """The prompts of a set that stand in two languages or more."""
    by_id: dict[str, list[Prompt]] = {}
    for prompt in prompt_set.prompts:
        if prompt.messages:
            by_id.setdefault(prompt.parallel_id, []).append(prompt)
    questions = {
        id: Question(prompt_set.name, id, tuple(prompts))
        for id, prompts in by_id.items()
        if len(prompts) > 1
    }
    return ParallelSet(prompt_set.name, questions)


class ParallelSets:
    """The parallel prompt sets that come with the workbench, and those in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[tuple[str, int], ParallelSet] = {}
        self._lock = threading.Lock()

    def names(self) -> list[str]:
        """Names of sets in several languages, shipped ones first."""
        shipped = shipped_names()
        stored = self._store.prompt_sets()
        several = stored[stored["languages"].str.contains(" ")] if len(stored) else stored
        own = [str(name) for name in several["name"] if name not in shipped]
        return [name for name in [*shipped, *own] if self.find(name).questions]

    def find(self, name: str) -> ParallelSet:
        """A set by name; without questions where its prompts have no text.

        Raises NotFoundError where there is none of that name.
        """
        shipped = name in shipped_names()
        # Prompts are added to a set of the store, but never changed.
        key = (name, 0 if shipped else self._prompts(name))
        with self._lock:
            if key not in self._known:
                found = shipped_prompt_set(name) if shipped else self._store.prompt_set(name)
                self._known[key] = parallel_set(found)
            return self._known[key]

    def _prompts(self, name: str) -> int:
        stored = self._store.prompt_sets()
        return int(stored.loc[stored["name"] == name, "prompts"].sum())


def _label(question: Question) -> str:
    texts = {prompt.language: prompt.messages[-1].content for prompt in question.prompts}
    text = " ".join(texts.get(_LABELLED_BY, next(iter(texts.values()))).split())
    return text if len(text) <= _LABEL_LENGTH else f"{text[: _LABEL_LENGTH - 1]}…"
