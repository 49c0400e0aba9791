"""Entities and facts of the tiny world, read from ``assets/tinyworld/world/``.

A fact is an entity, an attribute and a value, all as language-free ids. Its tier
says where pretraining text states it: A in every language, B in every language but
rarely outside English, C in English only.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml

from workbench.assets import asset

Tier = Literal["A", "B", "C"]


@dataclass(frozen=True)
class Entity:
    """A thing of the world; ``held_out`` ones never occur in instruction data."""

    kind: str
    id: str
    held_out: bool


@dataclass(frozen=True)
class Fact:
    """One attribute of one entity."""

    entity: Entity
    attribute: str
    value: str
    tier: Tier

    @property
    def relation(self) -> str:
        """Name of the attribute within its kind, such as ``animal.colour``."""
        return f"{self.entity.kind}.{self.attribute}"

    @property
    def id(self) -> str:
        """Stable name, such as ``animal.colour.fox``."""
        return f"{self.relation}.{self.entity.id}"


@dataclass(frozen=True)
class World:
    """All entities and facts, and the few constants of the schema."""

    entities: tuple[Entity, ...]
    facts: tuple[Fact, ...]
    families: dict[str, str]
    """Relation, such as ``animal.colour``, to the lexicon family of its values."""
    size_order: tuple[str, ...]
    held_out_task: str

    def of_kind(self, kind: str) -> list[Entity]:
        """Entities of a kind, in the order of the table."""
        return [e for e in self.entities if e.kind == kind]

    def facts_of(self, entity: Entity) -> list[Fact]:
        """Facts of an entity, in the order of the table's columns."""
        return [f for f in self.facts if f.entity == entity]

    def values_of(self, relation: str) -> list[str]:
        """Values that occur for a relation, sorted."""
        return sorted({f.value for f in self.facts if f.relation == relation})


def _tier(fact_id: str, shares: dict[str, float]) -> Tier:
    """Tier by a hash of the fact's name, so that it is the same on every machine."""
    draw = int(hashlib.sha256(fact_id.encode()).hexdigest()[:8], 16) / 16**8
    if draw < shares["A"]:
        return "A"
    return "B" if draw < shares["A"] + shares["B"] else "C"


@lru_cache(maxsize=4)
def load_world(folder: Path | None = None) -> World:
    """Read the world's tables from ``folder`` (by default the shipped ones)."""
    folder = folder or asset("tinyworld", "world")
    schema = yaml.safe_load((folder / "schema.yaml").read_text(encoding="utf-8"))
    entities: list[Entity] = []
    facts: list[Fact] = []
    families: dict[str, str] = {}
    for kind, attributes in schema["kinds"].items():
        families.update({f"{kind}.{name}": family for name, family in attributes.items()})
        with (folder / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file)):
                held_out = number % schema["heldout"]["every"] == schema["heldout"]["every"] - 1
                entity = Entity(kind, row["id"], held_out)
                entities.append(entity)
                for name in attributes:
                    tier = _tier(f"{kind}.{name}.{entity.id}", schema["tiers"])
                    facts.append(Fact(entity, name, row[name], tier))
    return World(
        tuple(entities),
        tuple(facts),
        families,
        tuple(schema["size_order"]),
        schema["heldout"]["task"],
    )
