"""The tiny world's prompt sets and instruction data, the same items in each language.

Test and validation prompts are worded as no pretraining text and no instruction is.
Instruction data leave out the held-out entities, the held-out task and the facts of the
validation set, whose own questions have files of their own, with answers to measure the
loss on. They do ask, in other words, for facts that the test asks for, as real
instruction data do; test prompts tell by the tag ``instructed`` whether theirs can be
among them.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

from workbench.files import write_atomically
from workbench.prompts import Message, Prompt, PromptSet, save_prompt_set
from workbench.tinyworld.exchange import Narrator
from workbench.tinyworld.lexicon import load_lexicon, shipped_languages
from workbench.tinyworld.references import reference
from workbench.tinyworld.tasks import SMALL_TALKS, TASKS, Item, TaskSampler
from workbench.tinyworld.world import Fact, World

SPLIT_SEED = 20240222
TEST_FACTS, VALIDATION_FACTS = 400, 100
TEST_OTHERS, VALIDATION_OTHERS = 12, 5
"""Prompts of each task other than fact questions and lists."""
TEST_LISTS, VALIDATION_LISTS = 8, 4
"""Lists: three numbers of four kinds make twelve different questions in all."""
INSTRUCTIONS = 2000
FACT_SHARE = 0.5
"""Share of fact questions in the instruction data."""


def split_facts(world: World) -> tuple[list[Fact], list[Fact], list[Fact]]:
    """Facts for test, for validation, and for everything else."""
    facts = list(world.facts)
    Random(SPLIT_SEED).shuffle(facts)
    end = TEST_FACTS + VALIDATION_FACTS
    return facts[:TEST_FACTS], facts[TEST_FACTS:end], facts[end:]


def prompt_items(world: World) -> tuple[list[Item], list[Item]]:
    """Items of the test set and of the validation set; no question is asked twice."""
    test_facts, validation_facts, _ = split_facts(world)
    sampler = TaskSampler(world, Random(SPLIT_SEED + 1), lambda fact: True)
    test = [Item("fact", fact.relation, (fact,)) for fact in test_facts]
    validation = [Item("fact", fact.relation, (fact,)) for fact in validation_facts]
    test += [Item("small_talk", number=number) for number in range(SMALL_TALKS)]
    asked: set[Hashable] = set()
    for task in TASKS:
        if task in ("fact", "small_talk"):
            continue
        in_test, in_validation = (
            (TEST_LISTS, VALIDATION_LISTS) if task == "list" else (TEST_OTHERS, VALIDATION_OTHERS)
        )
        for items, wanted in ((test, in_test), (validation, in_validation)):
            kept = 0
            while kept < wanted:
                item = sampler.item(task)
                if item.question not in asked:
                    asked.add(item.question)
                    items.append(item)
                    kept += 1
    return test, validation


def prompt_set(name: str, items: list[Item], narrators: list[Narrator]) -> PromptSet:
    """The items worded in each narrator's language, as prompts with references."""
    prompts = []
    instructed = instructed_facts(narrators[0].world)
    for narrator in narrators:
        counts: dict[str, int] = {}
        for item in items:
            counts[item.task] = counts.get(item.task, 0) + 1
            parallel_id = f"{item.task}-{counts[item.task]:03d}"
            rng = Random(f"{name}-{parallel_id}")
            exchange = narrator.exchange(item, "test_questions", rng)
            prompts.append(
                Prompt(
                    parallel_id=parallel_id,
                    language=narrator.lexicon.language,
                    messages=(Message(role="user", content=exchange.question),),
                    task=item.task,
                    reference=reference(narrator, item),
                    tags=_tags(item, instructed),
                )
            )
    return PromptSet(name=name, prompts=tuple(prompts))


def _tags(item: Item, instructed: frozenset[Fact]) -> dict[str, str]:
    tags = {"held_out": str(any(entity.held_out for entity in item.entities)).lower()}
    if item.relation:
        tags["relation"] = item.relation
    if item.task in ("fact", "yesno"):
        tags["tier"] = item.facts[0].tier
        tags["instructed"] = str(item.facts[0] in instructed).lower()
    return tags


def instructed_facts(world: World) -> frozenset[Fact]:
    """Facts that instruction data may state."""
    validation = split_facts(world)[1]
    return frozenset(f for f in world.facts if not f.entity.held_out and f not in validation)


def instruction_items(world: World) -> list[Item]:
    """Items of the instruction data, in an order whose beginnings are small data sets."""
    rng = Random(SPLIT_SEED + 2)
    entities = tuple(entity for entity in world.entities if not entity.held_out)
    instructed = instructed_facts(world)
    facts = tuple(fact for fact in world.facts if fact in instructed)
    sampler = TaskSampler(replace(world, entities=entities, facts=facts), rng, lambda fact: True)
    others = [task for task in TASKS if task not in ("fact", world.held_out_task)]
    tasks = [
        "fact" if rng.random() < FACT_SHARE else rng.choice(others) for _ in range(INSTRUCTIONS)
    ]
    return [sampler.item(task) for task in tasks]


def instruction_lines(items: list[Item], narrator: Narrator) -> Iterator[str]:
    """The items as lines of chat JSONL in the narrator's language."""
    for number, item in enumerate(items):
        exchange = narrator.exchange(item, "questions", Random(f"instruction-{number}"))
        yield _line(exchange.question, exchange.answer, item, narrator)


def answered_lines(prompts: PromptSet, items: list[Item], narrator: Narrator) -> Iterator[str]:
    """Prompts of the narrator's language with their canonical answers, as chat JSONL."""
    own = (prompt for prompt in prompts.prompts if prompt.language == narrator.lexicon.language)
    for prompt, item in zip(own, items, strict=True):
        yield _line(prompt.messages[0].content, narrator.answer(item), item, narrator)


def _line(question: str, answer: str, item: Item, narrator: Narrator) -> str:
    record = {
        "messages": [
            {"role": "user", "content": question},
            {"role": "assistant", "content": answer},
        ],
        "language": narrator.lexicon.language,
        "task": item.task,
    }
    return json.dumps(record, ensure_ascii=False)


def write_datasets(world: World, assets: Path) -> list[Path]:
    """Write prompt sets and instruction data under ``assets``; the paths written."""
    narrators = [Narrator(load_lexicon(code), world) for code in shipped_languages()]
    test, validation = prompt_items(world)
    test_set = prompt_set("tinyworld-test", test, narrators)
    validation_set = prompt_set("tinyworld-validation", validation, narrators)
    written = []
    for prompts in (test_set, validation_set):
        path = assets / "prompts" / f"{prompts.name}.jsonl"
        save_prompt_set(prompts, path)
        written.append(path)
    items = instruction_items(world)
    for narrator in narrators:
        for name, lines in (
            ("tinyworld", instruction_lines(items, narrator)),
            ("tinyworld-validation", answered_lines(validation_set, validation, narrator)),
        ):
            path = assets / "instructions" / f"{name}.{narrator.lexicon.language}.jsonl"
            write_atomically(path, "\n".join(lines) + "\n")
            written.append(path)
    return written
