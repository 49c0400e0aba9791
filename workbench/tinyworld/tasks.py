"""Tasks of the tiny world: what can be asked, without any language.

An ``Item`` is one question in no language: it names entities, facts and words by id.
``exchange.py`` words it, so that an item asked in six languages is parallel by
construction.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from random import Random

from workbench.tinyworld.world import Entity, Fact, World

WordId = tuple[str, str]
"""Family and id of a word in the lexicon."""

TASKS = (
    "fact",
    "yesno",
    "list",
    "which",
    "describe",
    "compare",
    "opposite",
    "count",
    "odd_one_out",
    "riddle",
    "story",
    "small_talk",
)
NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five"}
SMALL_TALKS = 6
OPPOSITES = 14


@dataclass(frozen=True)
class Item:
    """One question in no language."""

    task: str
    relation: str | None = None
    facts: tuple[Fact, ...] = ()
    """Facts that the answer states, in order."""
    slots: dict[str, WordId] = field(default_factory=dict)
    """Words by slot name."""
    names: tuple[Entity, ...] = ()
    """Entities joined in the slot ``items``."""
    number: int = 0
    """Row of opposite.csv or small talk, number of list entries, or story parts."""
    yes: bool = True
    """Whether the yes/no question is true, or the pair of opposites is as in the table."""

    @property
    def entities(self) -> set[Entity]:
        """Entities that the question is about."""
        return {fact.entity for fact in self.facts} | set(self.names)

    @property
    def question(self) -> Hashable:
        """What is asked: the same for items that differ in their answers alone."""
        slots = frozenset(self.slots.items())
        about: dict[str, Hashable] = {
            "fact": self.facts,
            "yesno": (frozenset(self.entities), slots),
            "list": slots,
            "which": slots,
            "describe": frozenset(self.entities),
            "compare": frozenset(self.entities),
            "opposite": (self.number, self.yes),
            "riddle": frozenset(self.facts),
            "story": self.slots.get("a"),
            "small_talk": self.number,
        }
        return (self.task, self.relation, about.get(self.task, frozenset(self.names)))


Allowed = Callable[[Fact], bool]
"""Which facts may be used; drawn anew at each call where a tier is rare."""


class TaskSampler:
    """Draws items at random, using only facts and entities that are allowed."""

    def __init__(self, world: World, rng: Random, allowed: Allowed) -> None:
        self.world = world
        self.rng = rng
        self.allowed = allowed
        self._facts = list(world.facts)
        self._by_relation: dict[str, list[Fact]] = {}
        for fact in world.facts:
            self._by_relation.setdefault(fact.relation, []).append(fact)
        self._entities = list(world.entities)
        self._by_entity = {e: world.facts_of(e) for e in world.entities}

    def fact(self) -> Fact:
        """An allowed fact."""
        while True:
            fact = self.rng.choice(self._facts)
            if self.allowed(fact):
                return fact

    def _relation_facts(self, relation: str) -> list[Fact]:
        return [fact for fact in self._by_relation[relation] if self.allowed(fact)]

    def item(self, task: str) -> Item:
        """An item of a task."""
        while True:
            item: Item | None = getattr(self, f"_{task}")()
            if item is not None:
                return item

    def _fact(self) -> Item:
        fact = self.fact()
        return Item("fact", fact.relation, (fact,))

    def _yesno(self) -> Item:
        fact = self.fact()
        yes = self.rng.random() < 0.5
        values = [v for v in self.world.values_of(fact.relation) if v != fact.value]
        asked = fact.value if yes else self.rng.choice(values)
        family = self.world.families[fact.relation]
        return Item("yesno", fact.relation, (fact,), {"x": (family, asked)}, yes=yes)

    def _list(self) -> Item | None:
        kind = self.rng.choice(["animal", "plant", "object", "country"])
        number = self.rng.choice([2, 3, 4])
        names = self.rng.sample(self._entities, k=80)
        chosen = [e for e in names if e.kind == kind][:number]
        if len(chosen) < number:
            return None
        slots = {"n": ("number", NUMBERS[number]), "kind": ("kind", kind)}
        return Item("list", None, (), slots, tuple(chosen), number)

    def _which(self) -> Item | None:
        relations = ["animal.habitat", "animal.food", "country.continent", "object.room"]
        relation = self.rng.choice(relations)
        value = self.rng.choice(self.world.values_of(relation))
        facts = [f for f in self._relation_facts(relation) if f.value == value]
        if len(facts) < 2:
            return None
        chosen = self.rng.sample(facts, k=min(3, len(facts)))
        slots = {"v": (self.world.families[relation], value)}
        return Item("which", relation, tuple(chosen), slots, tuple(f.entity for f in chosen))

    def _describe(self) -> Item | None:
        entity = self.rng.choice(self._entities)
        facts = [fact for fact in self._by_entity[entity] if self.allowed(fact)]
        if len(facts) < 2:
            return None
        return Item("describe", None, tuple(facts[:3]))

    def _compare(self) -> Item | None:
        larger, smaller = self.rng.sample(self._by_relation["animal.size"], k=2)
        order = self.world.size_order
        if order.index(larger.value) < order.index(smaller.value):
            larger, smaller = smaller, larger
        if larger.value == smaller.value or not (self.allowed(larger) and self.allowed(smaller)):
            return None
        slots = {"a": ("animal", larger.entity.id), "b": ("animal", smaller.entity.id)}
        return Item("compare", None, (larger, smaller), slots, yes=self.rng.random() < 0.5)

    def _opposite(self) -> Item:
        return Item("opposite", number=self.rng.randrange(OPPOSITES), yes=self.rng.random() < 0.5)

    def _count(self) -> Item:
        number = self.rng.choice([2, 3, 4, 5])
        names = tuple(self.rng.sample(self._entities, k=number))
        return Item("count", None, (), {"n": ("number", NUMBERS[number])}, names, number)

    def _odd_one_out(self) -> Item | None:
        kinds = ["animal", "plant", "object", "country"]
        usual, odd = self.rng.sample(kinds, k=2)
        entities = self.rng.sample(self._entities, k=80)
        two = [e for e in entities if e.kind == usual][:2]
        one = next((e for e in entities if e.kind == odd), None)
        if len(two) < 2 or one is None:
            return None
        names = [*two, one]
        self.rng.shuffle(names)
        slots = {"e": (odd, one.id), "kind": ("kind", odd)}
        return Item("odd_one_out", None, (), slots, tuple(names))

    def _riddle(self) -> Item | None:
        entity = self.rng.choice([e for e in self._entities if e.kind == "animal"])
        facts = [fact for fact in self._by_entity[entity] if self.allowed(fact)]
        if len(facts) < 3:
            return None
        self.rng.shuffle(facts)
        return Item("riddle", None, tuple(facts[:4]), {"e": ("animal", entity.id)})

    def _story(self) -> Item:
        def pick(kind: str) -> str:
            return self.rng.choice([e for e in self._entities if e.kind == kind]).id

        animals = [e.id for e in self._entities if e.kind == "animal"]
        hero, other = self.rng.sample(animals, k=2)
        places = self.world.values_of("animal.habitat")
        slots = {
            "p": ("person", pick("person")),
            "a": ("animal", hero),
            "b": ("animal", other),
            "o": ("object", pick("object")),
            "f": ("plant", pick("plant")),
            "s": ("place", self.rng.choice(places)),
            "c": ("colour", self.rng.choice(self.world.values_of("person.favourite"))),
        }
        return Item("story", None, (), slots, number=self.rng.randrange(1000))

    def _small_talk(self) -> Item:
        return Item("small_talk", number=self.rng.randrange(SMALL_TALKS))
