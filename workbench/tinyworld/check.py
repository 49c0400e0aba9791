"""Checks a language of the tiny world and prints sample sentences for proof-reading.

Run as ``python -m workbench.tinyworld.check fr``. English is the model: each table
must have the ids that English has, each template the keys.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from workbench.errors import WorkbenchError
from workbench.tinyworld.lexicon import Lexicon, Slot, load_lexicon, sentence
from workbench.tinyworld.world import World, load_world

VARIANTS = ("statements", "questions", "test_questions")


def missing_parts(lexicon: Lexicon, model: Lexicon) -> list[str]:
    """What ``model`` (English) has and ``lexicon`` lacks: tables, ids, template keys."""
    problems = []
    for family, words in model.families.items():
        own = lexicon.families.get(family)
        if own is None:
            problems.append(f"table {family}.csv is missing")
            continue
        problems += [f"{family}.csv: no row '{id}'" for id in words if id not in own]
    problems += _missing_keys(lexicon.templates, model.templates, "")
    for relation, block in lexicon.templates["facts"].items():
        repeated = set(block["questions"]) & set(block["test_questions"])
        problems += [f"{relation}: test question also used in training: {q}" for q in repeated]
    return problems


def _missing_keys(own: object, model: object, path: str) -> list[str]:
    if isinstance(model, dict):
        if not isinstance(own, dict):
            return [f"templates.yaml: {path} should hold keys"]
        return [
            problem
            for key, value in model.items()
            for problem in (
                _missing_keys(own[key], value, f"{path}.{key}")
                if key in own
                else [f"templates.yaml: {path}.{key} is missing"]
            )
        ]
    if isinstance(model, list) and isinstance(own, list) and len(own) < len(model):
        return [f"templates.yaml: {path} has {len(own)} entries, English has {len(model)}"]
    return []


def fact_sentences(lexicon: Lexicon, world: World) -> Iterator[tuple[str, str]]:
    """Every fact in every wording: (where it is written, sentence)."""
    for fact in world.facts:
        block = lexicon.templates["facts"][fact.relation]
        slots: dict[str, Slot] = {
            "e": lexicon.word(fact.entity.kind, fact.entity.id),
            "v": lexicon.word(world.families[fact.relation], fact.value),
        }
        for variant in VARIANTS:
            for number, template in enumerate(block[variant]):
                where = f"{fact.relation}.{variant}[{number}]"
                yield where, sentence(lexicon.fill(template, slots))
        for variant in ("pronoun", "yesno"):
            yield f"{fact.relation}.{variant}", sentence(lexicon.fill(block[variant], slots))


def task_sentences(lexicon: Lexicon, world: World) -> Iterator[tuple[str, str]]:
    """Every task template, filled once for each of a few entities of every class."""
    word = lexicon.word
    animals = [word("animal", e.id) for e in world.of_kind("animal")]
    people = [word("person", e.id) for e in world.of_kind("person")]
    objects = [word("object", e.id) for e in world.of_kind("object")]
    plants = [word("plant", e.id) for e in world.of_kind("plant")]
    places = sorted({f.value for f in world.facts if f.relation == "animal.habitat"})
    for turn in range(8):
        animal, other = animals[7 * turn], animals[7 * turn + 3]
        for kind in lexicon.families["kind"].values():
            slots: dict[str, Slot] = {
                "n": list(lexicon.families["number"].values())[turn % 4],
                "kind": kind,
                "items": lexicon.join([animal, other, plants[turn]]),
                "a": animal,
                "b": other,
                "e": animal,
                "p": people[turn],
                "o": objects[3 * turn],
                "f": plants[2 * turn],
                "s": word("place", places[turn % len(places)]),
                "c": list(lexicon.families["colour"].values())[turn],
                "clues": "...",
            }
            for task, block in lexicon.templates["tasks"].items():
                if task == "opposite":
                    row = list(lexicon.families["opposite"].values())[turn]
                    pair: dict[str, Slot] = {"a": row.forms["a"], "b": row.forms["b"]}
                    yield from _block(lexicon, "opposite", block, pair)
                elif task == "which":
                    for relation, inner in block.items():
                        value = world.values_of(relation)[turn % len(world.values_of(relation))]
                        family = world.families[relation]
                        filled = {**slots, "v": word(family, value)}
                        yield from _block(lexicon, f"which.{relation}", inner, filled)
                else:
                    yield from _block(lexicon, task, block, slots)


def _block(
    lexicon: Lexicon, name: str, block: dict[str, list[str] | str], slots: dict[str, Slot]
) -> Iterator[tuple[str, str]]:
    for variant, templates in block.items():
        listed = [templates] if isinstance(templates, str) else templates
        for template in listed:
            yield f"{name}.{variant}", sentence(lexicon.fill(template, slots))


def main(language: str) -> int:
    """Print problems, then sentences; the exit status is 1 when there are problems."""
    lexicon, world = load_lexicon(language), load_world()
    problems = missing_parts(lexicon, load_lexicon("en"))
    samples: dict[str, list[str]] = {}
    for source in (fact_sentences, task_sentences):
        try:
            for where, text in source(lexicon, world):
                seen = samples.setdefault(where, [])
                if text not in seen:
                    seen.append(text)
        except WorkbenchError as error:
            problems.append(str(error))
    for where, texts in samples.items():
        print(f"{where} ({len(texts)})")
        for text in texts[:: max(1, len(texts) // 6)]:
            print(f"    {text}")
    for problem in problems:
        print(f"PROBLEM {problem}")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
