"""Who rates which answers, and in which order: blind, balanced, and the same after a reload.

In each language every rater gets the same first answers, the *overlap*, which agreement is
measured on; the others are divided among those who rate in it, prompt by prompt, so that the
answers of all checkpoints to a prompt are rated by one person. Nothing is drawn when it is
asked: order and shares follow from names by a hash, so they need not be kept anywhere.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from workbench.judging.people.items import Item, drawn
from workbench.judging.rubric import DEFAULT_RUBRIC

DEFAULT_OVERLAP = 10
RatedBy = Mapping[int, Collection[str]]
"""Ids of responses to the raters who have rated them."""


@dataclass(frozen=True)
class Task:
    """What a rater has set out to rate."""

    run: str
    rater: str
    criteria: tuple[str, ...]
    """In the order in which they are rated."""
    languages: tuple[str, ...] = ()
    """Those that the rater can judge; empty for all."""
    overlap: int = DEFAULT_OVERLAP
    """Answers in each language that all raters get."""
    everything: bool = False
    """Also what falls to others, or was rated by them."""
    guidelines: str = "en"
    """Language that the rater reads the guidelines in."""
    rubric: str = DEFAULT_RUBRIC


class Assigned(NamedTuple):
    """An answer that a rater is to rate."""

    item: Item
    shared: bool
    """Whether all raters get it."""


def assign(items: Sequence[Item], task: Task, given: RatedBy) -> list[Assigned]:
    """A rater's answers in order: the overlap, then the own share; each as by lot.

    Each stretch of the order holds languages and checkpoints alike. When somebody begins to
    rate in a language, what nobody has rated yet is divided anew.
    """
    by_language: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if not task.languages or item.language in task.languages:
            by_language[item.language].append(item)
    shared: list[Item] = []
    own: list[Item] = []
    groups = 0
    for _, of_language in sorted(by_language.items()):
        lot = _in_rounds(of_language, task.run, lambda item: item.checkpoint)
        shared += lot[: task.overlap]
        divided = _divided(lot[task.overlap :])
        raters = sorted({task.rater}.union(*(given.get(i.response_id, ()) for i in of_language)))
        for place, group in enumerate(divided, start=groups):
            own += _share(group, raters[place % len(raters)], task, given)
        groups += len(divided)
    seed = f"{task.run}\0{task.rater}"
    return [
        Assigned(item, part is shared)
        for part in (shared, own)
        for item in _in_rounds(part, seed, lambda item: (item.language, item.checkpoint))
    ]


def _divided(items: Iterable[Item]) -> list[list[Item]]:
    """Answers by prompt. Prompts that the same checkpoints answer stand together.

    So whoever gets each n-th prompt gets as many answers of each checkpoint as the others.
    """
    groups: dict[tuple[str, str, str], list[Item]] = defaultdict(list)
    for item in items:
        groups[item.prompt].append(item)
    return sorted(
        groups.values(),
        key=lambda group: (
            sorted(item.checkpoint for item in group),
            drawn("prompt", "\0".join(group[0].prompt)),
        ),
    )


def _share(group: Sequence[Item], owner: str, task: Task, given: RatedBy) -> list[Item]:
    """What of the answers to a prompt is the rater's."""
    if task.everything:
        return list(group)
    begun = Counter(rater for item in group for rater in given.get(item.response_id, ()))
    if begun:  # whoever has rated answers to a prompt gets the rest of them
        owner = min(begun, key=lambda rater: (-begun[rater], rater))
    return [
        item
        for item in group
        if task.rater in (raters := given.get(item.response_id, ()))
        or (owner == task.rater and not raters)
    ]


def _in_rounds(items: Iterable[Item], seed: str, stratum: Callable[[Item], object]) -> list[Item]:
    """Items in rounds with one of each stratum, as long as there are any; else as by lot."""
    place = {item.response_id: drawn(seed, item.key) for item in items}
    ordered = sorted(items, key=lambda item: place[item.response_id])
    rounds: Counter[object] = Counter()
    number = {}
    for item in ordered:
        number[item.response_id] = rounds[stratum(item)]
        rounds[stratum(item)] += 1
    return sorted(ordered, key=lambda item: (number[item.response_id], place[item.response_id]))
