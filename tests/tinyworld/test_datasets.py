from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from workbench.assets import asset
from workbench.prompts import Prompt, PromptSet, load_prompt_set
from workbench.tinyworld.datasets import (
    INSTRUCTIONS,
    instructed_facts,
    instruction_items,
    prompt_items,
    split_facts,
    write_datasets,
)
from workbench.tinyworld.exchange import Narrator
from workbench.tinyworld.lexicon import Lexicon, Word, sentence
from workbench.tinyworld.tasks import TASKS, Item
from workbench.tinyworld.world import Fact, World

Record = dict[str, Any]


@pytest.fixture(scope="session")
def written(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("assets")
    write_datasets(world, folder)
    return folder


@pytest.fixture(scope="session")
def test_set(written: Path) -> PromptSet:
    return load_prompt_set(written / "prompts" / "tinyworld-test.jsonl")


@pytest.fixture(scope="session")
def validation_set(written: Path) -> PromptSet:
    return load_prompt_set(written / "prompts" / "tinyworld-validation.jsonl")


@pytest.fixture(scope="session")
def items(world: World) -> list[Item]:
    return instruction_items(world)


@pytest.fixture(scope="session")
def instructions(written: Path, narrators: dict[str, Narrator]) -> dict[str, list[Record]]:
    def read(code: str) -> list[Record]:
        text = (written / "instructions" / f"tinyworld.{code}.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    return {code: read(code) for code in narrators}


def in_language(prompt_set: PromptSet, code: str) -> list[Prompt]:
    return [prompt for prompt in prompt_set.prompts if prompt.language == code]


def test_committed_files_are_what_the_code_makes(written: Path) -> None:
    # After a change of the tables: `workbench tinyworld build --assets`.
    made = sorted(path.relative_to(written) for path in written.rglob("*.jsonl"))

    assert len(made) == 2 + 2 * 6
    for path in made:
        assert asset(str(path)).read_bytes() == (written / path).read_bytes(), path


def test_splits_of_facts_are_disjoint_and_whole(world: World) -> None:
    test, validation, rest = split_facts(world)

    assert (len(test), len(validation), len(rest)) == (400, 100, 376)  # of 876
    assert set(test) | set(validation) | set(rest) == set(world.facts)


def test_no_question_is_asked_twice_in_test_and_validation(world: World) -> None:
    test, validation = prompt_items(world)
    asked = [item.question for item in (*test, *validation)]

    assert len(set(asked)) == len(asked)


def test_no_prompt_is_worded_as_another(test_set: PromptSet, validation_set: PromptSet) -> None:
    for code in test_set.languages:
        prompts = [*in_language(test_set, code), *in_language(validation_set, code)]
        texts = Counter(prompt.messages[0].content for prompt in prompts)

        assert [text for text, count in texts.items() if count > 1] == []


def test_at_least_400_questions_of_each_language(test_set: PromptSet) -> None:
    assert sorted(test_set.languages) == ["de", "en", "fr", "pt", "ru", "zh"]
    for code in test_set.languages:
        tasks = Counter(prompt.task for prompt in in_language(test_set, code))
        # 400 facts, 8 lists, the six small talks and 12 of each of nine other tasks.
        assert tasks.pop("fact") == 400
        assert tasks.pop("list") == 8
        assert tasks.pop("small_talk") == 6
        assert set(tasks.values()) == {12}
        assert len(tasks) == len(TASKS) - 3


def test_validation_has_100_facts_and_some_of_each_other_task(validation_set: PromptSet) -> None:
    for code in validation_set.languages:
        tasks = Counter(prompt.task for prompt in in_language(validation_set, code))
        assert tasks.pop("fact") == 100
        assert tasks.pop("list") == 4
        assert set(tasks.values()) == {5}
        assert set(tasks) == set(TASKS) - {"fact", "list", "small_talk"}


def test_languages_are_parallel(test_set: PromptSet, validation_set: PromptSet) -> None:
    for prompt_set in (test_set, validation_set):
        rows = {
            code: [(p.parallel_id, p.task, p.tags) for p in in_language(prompt_set, code)]
            for code in prompt_set.languages
        }
        assert all(own == rows["en"] for own in rows.values())
        assert len({id for id, _, _ in rows["en"]}) == len(rows["en"])


def test_tags_say_tier_relation_and_held_out(world: World, test_set: PromptSet) -> None:
    facts, _, _ = split_facts(world)
    asked = [prompt for prompt in in_language(test_set, "en") if prompt.task == "fact"]

    for fact, prompt in zip(facts, asked, strict=True):
        assert prompt.tags == {
            "tier": fact.tier,
            "relation": fact.relation,
            "held_out": str(fact.entity.held_out).lower(),
            "instructed": str(not fact.entity.held_out).lower(),
        }
    # Each tier is asked about often enough to be told apart: at least 60 of 400.
    assert min(Counter(prompt.tags["tier"] for prompt in asked).values()) >= 60
    assert sum(prompt.tags["held_out"] == "true" for prompt in asked) >= 30


def test_every_prompt_has_a_reference(test_set: PromptSet, validation_set: PromptSet) -> None:
    for prompt in (*test_set.prompts, *validation_set.prompts):
        assert prompt.reference is not None
        assert prompt.reference.accept and all(prompt.reference.accept)
        assert [message.role for message in prompt.messages] == ["user"]


def test_instructions_are_parallel_and_start_with_a_user(
    instructions: dict[str, list[Record]],
) -> None:
    for code, records in instructions.items():
        assert len(records) == INSTRUCTIONS == 2000
        assert {record["language"] for record in records} == {code}
        assert [r["task"] for r in records] == [r["task"] for r in instructions["en"]]
        for record in records:
            assert [m["role"] for m in record["messages"]] == ["user", "assistant"]
            assert all(m["content"].strip() for m in record["messages"])


def test_instructions_hold_no_fact_of_validation(world: World, items: list[Item]) -> None:
    _, validation, _ = split_facts(world)
    stated = [fact.id for item in items for fact in item.facts]

    assert len(stated) > 1000
    assert not {fact.id for fact in validation} & set(stated)
    assert set(stated) <= {fact.id for fact in instructed_facts(world)}


def test_instructions_state_no_validation_fact_in_any_wording(
    world: World, narrator: Narrator, instructions: dict[str, list[Record]]
) -> None:
    # By the sentences themselves, whatever item they came from.
    lexicon = narrator.lexicon
    own = instructions[lexicon.language]
    text = "\n".join(message["content"] for record in own for message in record["messages"])
    text = text.casefold()

    def stated(fact: Fact) -> bool:
        templates = lexicon.templates["facts"][fact.relation]["statements"]
        slots = narrator.fact_slots(fact)
        filled = (lexicon.fill(template, slots).casefold() for template in templates)
        # Not after a letter: "олень — большое животное" ends "тюлень — большое животное".
        return any(own in text and re.search(rf"(?<!\w){re.escape(own)}", text) for own in filled)

    _, validation, rest = split_facts(world)
    assert [fact.id for fact in validation if stated(fact)] == []
    # The check can find what is there: most facts that may be used are.
    assert sum(stated(fact) for fact in rest if not fact.entity.held_out) > 200


def test_instruction_items_name_no_held_out_entity(world: World, items: list[Item]) -> None:
    held_out = {(entity.kind, entity.id) for entity in world.entities if entity.held_out}
    slots = {slot for item in items for slot in item.slots.values()}
    named = {(entity.kind, entity.id) for item in items for entity in item.entities}

    assert len(held_out) == 33
    assert not held_out & (slots | named)


def all_forms(lexicon: Lexicon, word: Word) -> set[str]:
    """Every written form of a noun without its article: all cases, no class or measure word."""
    cases = ("base", "gen", "dat", "acc", "ins", "prep", "indef", "indef_dat")
    return {form.casefold() for name, form in word.forms.items() if name in cases and form}


def test_instructions_name_no_held_out_entity_in_any_surface_form(
    world: World, narrator: Narrator, instructions: dict[str, list[Record]]
) -> None:
    lexicon = narrator.lexicon
    held_out = {(e.kind, e.id) for e in world.entities if e.held_out}
    known = {
        form.casefold()
        for family in lexicon.families.values()
        for word in family.values()
        if (word.family, word.id) not in held_out
        for name, form in word.forms.items()
        if name not in ("id", "class", "cl")
    }
    own = instructions[lexicon.language]
    text = "\n".join(m["content"] for record in own for m in record["messages"]).casefold()
    searched = 0
    for kind, id in sorted(held_out):
        for form in all_forms(lexicon, lexicon.word(kind, id)):
            # Another word may be written the same (ванной: of the bathtub, in the bathroom),
            # or hold the form within (马 in 斑马, zebra): those are not about the entity.
            longer = sorted((k for k in known if form in k), key=len, reverse=True)
            if any(names(k, form, lexicon.language) and k != form for k in longer) or form in known:
                masked = text
                for other in longer:
                    masked = masked.replace(other, "\ufffc")
            else:
                masked = text
            assert not names(masked, form, lexicon.language), form
            searched += 1
    assert searched >= 33


def names(text: str, form: str, language: str) -> bool:
    """Whether the text holds the form as words of its own; in Chinese, anywhere."""
    if language == "zh":
        return form in text
    return re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text) is not None


def test_the_search_for_surface_forms_finds_what_is_there() -> None:
    assert names("от лисой и волка", "волка", "ru")
    assert not names("волкам", "волка", "ru")
    assert names("一匹马在跑", "马", "zh")


def test_instructions_hold_no_riddle(
    narrator: Narrator, items: list[Item], instructions: dict[str, list[Record]]
) -> None:
    assert "riddle" not in {item.task for item in items}
    own = instructions[narrator.lexicon.language]
    assert {record["task"] for record in own} == set(TASKS) - {"riddle"}
    block = narrator.lexicon.templates["tasks"]["riddle"]
    asked = [
        q.replace("{clues}", "").strip() for q in (*block["questions"], *block["test_questions"])
    ]
    for record in own:
        question = record["messages"][0]["content"].casefold()
        assert not [part for part in asked if part.casefold() in question], question


def questions(narrator: Narrator, variant: str) -> set[str]:
    """Wordings of a kind, as templates in lower case."""
    templates = narrator.lexicon.templates
    blocks = [*templates["facts"].values(), *templates["tasks"]["which"].values()]
    blocks += [block for name, block in templates["tasks"].items() if name != "which"]
    return {q.casefold() for block in blocks for q in block[variant]}


def test_test_wordings_are_never_wordings_of_pretraining(narrator: Narrator) -> None:
    pretraining, test = questions(narrator, "questions"), questions(narrator, "test_questions")
    talks = narrator.lexicon.templates["small_talk"]

    assert len(pretraining) >= 80 and len(test) >= 30
    assert not pretraining & test
    assert not {t["question"].casefold() for t in talks} & {
        t["test_question"].casefold() for t in talks
    }


def test_test_questions_are_never_a_question_that_pretraining_can_hold(
    world: World, narrator: Narrator, test_set: PromptSet, validation_set: PromptSet
) -> None:
    # Different templates can come out the same; here the questions themselves are compared.
    lexicon = narrator.lexicon
    seen: set[str] = set()
    for fact in world.facts:
        block = lexicon.templates["facts"][fact.relation]
        asked = [lexicon.fill(t, narrator.fact_slots(fact)) for t in block["questions"]]
        asked += [
            lexicon.fill(block["yesno"], narrator.fact_slots(fact, value))
            for value in world.values_of(fact.relation)
        ]
        lead_in = lexicon.templates["answers"]["lead_in"]
        for question in asked:
            seen |= {sentence(question), sentence(lexicon.fill(lead_in, {"question": question}))}
    assert len(seen) > 3 * 876
    for prompt_set in (test_set, validation_set):
        for prompt in in_language(prompt_set, lexicon.language):
            assert prompt.messages[0].content not in seen, prompt.messages[0].content


def test_instructions_use_pretraining_wordings_not_test_wordings(
    narrator: Narrator, test_set: PromptSet, instructions: dict[str, list[Record]]
) -> None:
    code = narrator.lexicon.language
    asked = {prompt.messages[0].content for prompt in in_language(test_set, code)}

    assert not asked & {record["messages"][0]["content"] for record in instructions[code]}


def test_beginnings_of_the_instructions_are_small_data_sets(items: list[Item]) -> None:
    # Half the items are facts; the first 20 hold several other tasks already.
    first = Counter(item.task for item in items[:20])

    assert 4 <= first["fact"] <= 16
    assert len(first) >= 5
    share = sum(item.task == "fact" for item in items) / len(items)
    assert 0.45 <= share <= 0.55  # four standard deviations of 2000 draws are 0.045


def test_writing_twice_gives_the_same_bytes(world: World, written: Path, tmp_path: Path) -> None:
    for path in write_datasets(world, tmp_path):
        assert path.read_bytes() == (written / path.relative_to(tmp_path)).read_bytes()
