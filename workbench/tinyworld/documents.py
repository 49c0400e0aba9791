"""Pretraining text: documents of the tiny world, each in one language but the parallel ones.

No document carries a token of the chat template: what a chat looks like is left to
instruction tuning.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from workbench.tinyworld.exchange import Narrator
from workbench.tinyworld.lexicon import load_lexicon, sentence
from workbench.tinyworld.mixture import Mixture
from workbench.tinyworld.tasks import TASKS, TaskSampler
from workbench.tinyworld.world import Fact, World

DOCUMENT_SHARES = {"questions": 0.40, "page": 0.27, "sentences": 0.18, "story": 0.10, "list": 0.05}
"""Share of each kind of document in a language."""
TASK_SHARES = {task: 0.36 if task == "fact" else 0.64 / (len(TASKS) - 1) for task in TASKS}


class DocumentWriter:
    """Writes documents in one language, honouring the tiers of facts."""

    def __init__(self, world: World, language: str, mixture: Mixture, rng: Random) -> None:
        self.world = world
        self.rng = rng
        self.language = language
        self.rate_b = 1.0 if language == "en" else mixture.tier_b_rate
        self.narrator = Narrator(load_lexicon(language), world)
        self.tasks = TaskSampler(world, rng, self.allowed)

    def allowed(self, fact: Fact) -> bool:
        """Whether a fact may be stated here: tier C only in English, B seldom elsewhere."""
        if fact.tier == "A" or self.language == "en":
            return True
        return fact.tier == "B" and self.rng.random() < self.rate_b

    def document(self) -> str:
        """One document of a random kind."""
        kinds, weights = list(DOCUMENT_SHARES), list(DOCUMENT_SHARES.values())
        kind = self.rng.choices(kinds, weights)[0]
        text: str = getattr(self, f"_{kind}")()
        return text

    def _questions(self) -> str:
        layouts = self.narrator.lexicon.templates["layouts"]
        people = self.world.of_kind("person")
        speakers = self.rng.sample(people, k=2)
        names = {
            slot: self.narrator.lexicon.form(self.narrator.name(person), "base")
            for slot, person in zip("pr", speakers, strict=True)
        }
        layout = self.rng.choice([*layouts["question_answer"], *layouts["speakers"]])
        tasks, weights = list(TASK_SHARES), list(TASK_SHARES.values())
        lines = []
        for task in self.rng.choices(tasks, weights, k=self.rng.randint(2, 5)):
            pair = self.narrator.exchange(self.tasks.item(task), "questions", self.rng)
            slots = {"q": pair.question, "a": pair.answer, **names}
            lines.append(self.narrator.lexicon.fill(layout, slots))
        return "\n".join(lines)

    def _page(self) -> str:
        """All that may be said of one entity, in a random order and wording."""
        while True:
            entity = self.rng.choice(self.world.entities)
            facts = [fact for fact in self.world.facts_of(entity) if self.allowed(fact)]
            if facts:
                break
        self.rng.shuffle(facts)
        title = self.narrator.lexicon.form(self.narrator.name(entity), "base")
        texts = [self.narrator.statement(facts[0], self.rng)]
        for fact in facts[1:]:
            by_pronoun = self.rng.random() < 0.5
            texts.append(
                self.narrator.pronoun_statement(fact)
                if by_pronoun
                else self.narrator.statement(fact, self.rng)
            )
        body = self.narrator.sentences(texts)
        return f"{sentence(title)}\n{body}" if self.rng.random() < 0.7 else body

    def _sentences(self) -> str:
        facts = [self.tasks.fact() for _ in range(self.rng.randint(5, 10))]
        texts = [self.narrator.statement(fact, self.rng) for fact in facts]
        for task in ("compare", "opposite"):
            if self.rng.random() < 0.3:
                texts.append(self.narrator.answer(self.tasks.item(task)))
        return self.narrator.sentences(texts)

    def _story(self) -> str:
        stories = [self.narrator.answer(self.tasks.item("story")) for _ in range(2)]
        return "\n".join(stories)

    def _list(self) -> str:
        answers = [self.narrator.answer(self.tasks.item(task)) for task in ("list", "which")]
        return "\n".join(answers)


class ParallelWriter:
    """Glossary lines and sentence pairs of English with another language, tier A only."""

    def __init__(self, world: World, mixture: Mixture, rng: Random) -> None:
        self.world = world
        self.rng = rng
        self.english = Narrator(load_lexicon("en"), world)
        others = [code for code in mixture.languages if code != "en"]
        self.others = [Narrator(load_lexicon(code), world) for code in others]
        self.facts = [fact for fact in world.facts if fact.tier == "A"]

    def document(self) -> str:
        """One glossary, or a few sentences each with its translation."""
        pair = [self.english, self.rng.choice(self.others)]
        self.rng.shuffle(pair)
        if self.rng.random() < 0.5:
            entities = self.rng.sample(self.world.entities, k=6)
            names = [[n.lexicon.form(n.name(e), "base") for n in pair] for e in entities]
            return "\n".join(" = ".join(row) for row in names)
        facts = self.rng.sample(self.facts, k=4)
        return "\n".join(sentence(n.statement(fact)) for fact in facts for n in pair)


def documents(world: World, mixture: Mixture, seed: int) -> Iterator[tuple[str, str]]:
    """Endless documents with their language (``parallel`` for the parallel ones).

    The mixture's shares count tokens; the caller balances by choosing which to keep.
    """
    rng = Random(seed)
    writers: dict[str, DocumentWriter | ParallelWriter] = {
        code: DocumentWriter(world, code, mixture, Random(rng.random()))
        for code in mixture.languages
    }
    writers["parallel"] = ParallelWriter(world, mixture, Random(rng.random()))
    shares = mixture.shares
    written = dict.fromkeys(shares, 1.0)
    while True:
        # The language furthest behind its share comes next; lengths are counted in bytes
        # weighted so that a script with long encodings does not get less text.
        code = min(shares, key=lambda c: written[c] / shares[c])
        text = writers[code].document()
        written[code] += len(text) * mixture.weight(code)
        yield code, text
