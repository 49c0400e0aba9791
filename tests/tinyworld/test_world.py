from __future__ import annotations

import csv
import shutil
from collections import Counter
from pathlib import Path

import pytest

from workbench.assets import asset
from workbench.tinyworld.world import World, load_world


def test_counts(world: World) -> None:
    # 60 animals, 32 plants, 36 countries, 40 objects and 40 people, with 6, 4, 3, 3 and 4
    # attributes each: 360 + 128 + 108 + 120 + 160 = 876 facts of 208 entities.
    kinds = Counter(entity.kind for entity in world.entities)

    assert kinds == {"animal": 60, "plant": 32, "country": 36, "object": 40, "person": 40}
    assert len(world.entities) == 208
    assert len(world.facts) == 876


def test_names_are_unique(world: World) -> None:
    assert len({entity.id for entity in world.entities}) == len(world.entities)
    assert len({fact.id for fact in world.facts}) == len(world.facts)


def test_a_fact_as_the_table_has_it(world: World) -> None:
    facts = {fact.id: fact for fact in world.facts}

    fox = facts["animal.colour.fox"]
    assert (fox.entity.kind, fox.entity.id, fox.attribute, fox.value) == (
        "animal",
        "fox",
        "colour",
        "orange",
    )
    assert fox.relation == "animal.colour"
    assert facts["country.capital.japan"].value == "tokyo"
    assert facts["object.room.clock"].value == "living_room"


def test_no_cell_is_empty(world: World) -> None:
    assert all(fact.value for fact in world.facts)
    assert all(fact.value == fact.value.strip() for fact in world.facts)


def test_every_sixth_entity_of_a_kind_is_held_out(world: World) -> None:
    for kind in ("animal", "plant", "country", "object", "person"):
        own = world.of_kind(kind)
        assert [e.held_out for e in own] == [n % 6 == 5 for n in range(len(own))]
    # 10 of 60 animals, 5 of 32 plants, 6 of 36 countries, 6 of 40 objects, 6 of 40 people.
    assert sum(entity.held_out for entity in world.entities) == 33


def test_tiers_have_about_their_declared_shares(world: World) -> None:
    tiers = Counter(fact.tier for fact in world.facts)

    # 876 draws with shares 0.45, 0.25 and 0.30: four standard deviations are at most
    # 4 * sqrt(0.25 / 876) = 0.068.
    for tier, share in (("A", 0.45), ("B", 0.25), ("C", 0.30)):
        assert abs(tiers[tier] / len(world.facts) - share) < 0.068


def test_tier_hangs_on_the_name_of_the_fact_alone(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "world"
    shutil.copytree(asset("tinyworld", "world"), folder)
    table = folder / "animal.csv"
    head, first, *rest = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join([head, *rest, first]) + "\n", encoding="utf-8")

    moved = load_world(folder)

    assert [e.id for e in moved.of_kind("animal")][-1] == "fox"
    assert {f.id: f.tier for f in moved.facts} == {f.id: f.tier for f in world.facts}


def test_facts_and_values_by_entity_and_relation(world: World) -> None:
    crab = next(entity for entity in world.entities if entity.id == "crab")

    assert [(f.attribute, f.value) for f in world.facts_of(crab)] == [
        ("colour", "red"),
        ("size", "small"),
        ("habitat", "sea"),
        ("food", "plankton"),
        ("legs", "ten"),
        ("speed", "slow"),
    ]
    assert world.values_of("animal.legs") == ["eight", "four", "none", "six", "ten", "two"]
    assert world.families["animal.habitat"] == "place"


def test_each_relation_has_a_wrong_answer_to_ask_about(world: World) -> None:
    assert len(world.families) == 20
    for relation in world.families:
        assert len(world.values_of(relation)) >= 2


def test_sizes_are_all_in_the_order(world: World) -> None:
    assert world.size_order == ("tiny", "small", "large", "huge")
    assert set(world.values_of("animal.size")) == set(world.size_order)
    assert world.held_out_task == "riddle"


@pytest.mark.parametrize("kind", ["animal", "plant", "country", "object", "person"])
def test_table_and_schema_have_the_same_columns(world: World, kind: str) -> None:
    with asset("tinyworld", "world", f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        columns = csv.DictReader(file).fieldnames

    attributes = [name.split(".")[1] for name in world.families if name.startswith(f"{kind}.")]
    assert columns == ["id", *attributes]
