"""Items worded in a language: question, answer and the reference that decides it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Literal

from workbench.tinyworld.lexicon import Lexicon, Slot, Word, sentence
from workbench.tinyworld.tasks import Item
from workbench.tinyworld.world import Entity, Fact, World

Wording = Literal["questions", "test_questions"]
LEAD_IN_RATE = 0.2
"""Share of fact and yes/no questions of pretraining that open with a lead-in."""
Group = tuple[str, ...]


@dataclass(frozen=True)
class Exchange:
    """A question with its answer."""

    question: str
    answer: str


class Narrator:
    """Words facts and items of a world in one language."""

    def __init__(self, lexicon: Lexicon, world: World) -> None:
        self.lexicon = lexicon
        self.world = world

    def name(self, entity: Entity) -> Word:
        """The word of an entity."""
        return self.lexicon.word(entity.kind, entity.id)

    def fact_slots(self, fact: Fact, value: str | None = None) -> dict[str, Slot]:
        """The slots ``e`` and ``v`` of a fact's sentences."""
        family = self.world.families[fact.relation]
        word = self.lexicon.word(family, value or fact.value)
        return {"e": self.name(fact.entity), "v": word}

    def statement(self, fact: Fact, rng: Random | None = None) -> str:
        """A sentence that states a fact: the canonical one, or any when ``rng`` is given."""
        templates = self.lexicon.templates["facts"][fact.relation]["statements"]
        template = rng.choice(templates) if rng else templates[0]
        return self.lexicon.fill(template, self.fact_slots(fact))

    def pronoun_statement(self, fact: Fact) -> str:
        """A sentence that states a fact of an entity already named."""
        template = self.lexicon.templates["facts"][fact.relation]["pronoun"]
        return self.lexicon.fill(template, self.fact_slots(fact))

    def sentences(self, texts: list[str]) -> str:
        """Sentences in a row, each with its capital."""
        return sentence(self.lexicon.separator.join(texts))

    def exchange(self, item: Item, wording: Wording, rng: Random) -> Exchange:
        """The item as a question, worded at random within ``wording``, and its answer."""
        if item.task == "small_talk":
            talk = self.lexicon.templates["small_talk"][item.number]
            question = talk["test_question" if wording == "test_questions" else "question"]
            return Exchange(sentence(question), sentence(talk["answer"]))
        slots = self.slots(item)
        if item.task == "yesno":
            template = self.lexicon.templates["facts"][item.relation]["yesno"]
            # Yes/no questions call the value that they ask about v; for the item that is x.
            slots = {**slots, "v": slots["x"]}
        else:
            template = rng.choice(self._block(item)[wording])
        if item.task == "compare" and not item.yes:
            slots = {**slots, "a": slots["b"], "b": slots["a"]}
        question = self.lexicon.fill(template, slots)
        return Exchange(sentence(self._opened(item, question, wording, rng)), self.answer(item))

    def _opened(self, item: Item, question: str, wording: Wording, rng: Random) -> str:
        """The question, for some behind a lead-in such as *tell me:*."""
        lead_ins = self.lexicon.templates["answers"]
        if wording == "test_questions":
            opens = item.task == "yesno"
            lead_in = lead_ins["test_lead_in"]
        else:
            opens = item.task in ("fact", "yesno") and rng.random() < LEAD_IN_RATE
            lead_in = lead_ins["lead_in"]
        return self.lexicon.fill(lead_in, {"question": question}) if opens else question

    def _block(self, item: Item) -> dict[str, list[str]]:
        templates = self.lexicon.templates
        if item.task in ("fact", "yesno"):
            block: dict[str, list[str]] = templates["facts"][item.relation]
        elif item.task == "which":
            block = templates["tasks"]["which"][item.relation]
        else:
            block = templates["tasks"][item.task]
        return block

    def slots(self, item: Item) -> dict[str, Slot]:
        """All slots that the item's templates may use."""
        slots: dict[str, Slot] = {
            name: self.lexicon.word(*word_id) for name, word_id in item.slots.items()
        }
        if item.names:
            slots["items"] = self.lexicon.join([self.name(entity) for entity in item.names])
        if item.task in ("fact", "yesno"):
            slots.update(self.fact_slots(item.facts[0]))
        elif item.task == "describe":
            slots["e"] = self.name(item.facts[0].entity)
        elif item.task == "riddle":
            clues = [self.pronoun_statement(fact) for fact in item.facts]
            slots["clues"] = self.lexicon.separator.join(clues)
        elif item.task == "opposite":
            row = list(self.lexicon.families["opposite"].values())[item.number].forms
            pair = (row["a"], row["b"]) if item.yes else (row["b"], row["a"])
            slots["a"], slots["b"] = pair
        return slots

    def answer(self, item: Item) -> str:
        """The canonical answer to an item."""
        if item.task == "small_talk":
            return sentence(self.lexicon.templates["small_talk"][item.number]["answer"])
        if item.task == "fact":
            return sentence(self.statement(item.facts[0]))
        if item.task == "yesno":
            template = self.lexicon.templates["answers"]["affirm" if item.yes else "deny"]
            return sentence(
                self.lexicon.fill(template, {"statement": self.statement(item.facts[0])})
            )
        if item.task == "describe":
            first, *rest = item.facts
            texts = [self.statement(first), *(self.pronoun_statement(fact) for fact in rest)]
            return self.sentences(texts)
        slots = self.slots(item)
        block = self._block(item)
        if item.task == "story":
            parts = []
            number = item.number
            for part in ("openings", "middles", "endings"):
                templates = block[part]
                parts.append(self.lexicon.fill(templates[number % len(templates)], slots))
                number //= len(templates)
            return self.sentences(parts)
        return sentence(self.lexicon.fill(str(block["answer"]), slots))

    @lru_cache(maxsize=4096)  # noqa: B019 - narrators live as long as the process
    def value_surfaces(self, fact: Fact, value: str) -> Group:
        """How a value of the fact's relation is written in sentences about its entity."""
        block = self.lexicon.templates["facts"][fact.relation]
        slots = self.fact_slots(fact, value)
        templates = [*block["statements"], block["pronoun"]]
        found = [s for t in templates for s in self.lexicon.surfaces(t, "v", slots)]
        return tuple(dict.fromkeys(found))

    def name_surfaces(self, entity: Entity) -> Group:
        """How an entity is named in lists."""
        word = self.name(entity)
        forms = [self.lexicon.form(word, form) for form in ("base", "def")]
        return tuple(dict.fromkeys([*forms, self.lexicon.join([word])]))
