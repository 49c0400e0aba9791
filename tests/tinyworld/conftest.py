from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from workbench.tinyworld.exchange import Narrator
from workbench.tinyworld.lexicon import Slot, Word, load_lexicon, sentence, shipped_languages
from workbench.tinyworld.world import World, load_world

LANGUAGES = shipped_languages()


@pytest.fixture(scope="session")
def world() -> World:
    return load_world()


@pytest.fixture(scope="session")
def narrators(world: World) -> dict[str, Narrator]:
    return {code: Narrator(load_lexicon(code), world) for code in LANGUAGES}


@pytest.fixture(scope="session", params=LANGUAGES)
def narrator(request: pytest.FixtureRequest, narrators: dict[str, Narrator]) -> Narrator:
    """The narrator of each language in turn."""
    code: str = request.param
    return narrators[code]


Facts = Callable[[str, str], set[str]]
Tasks = Callable[..., set[str]]


@pytest.fixture(scope="session")
def facts(world: World, narrators: dict[str, Narrator]) -> Facts:
    """All sentences about a fact: ``facts("de", "animal.colour.bear")``.

    Statements, questions, the pronoun sentence, and yes/no questions about every value.
    """
    by_id = {fact.id: fact for fact in world.facts}

    def worded(code: str, id: str) -> set[str]:
        fact, narrator = by_id[id], narrators[code]
        block = narrator.lexicon.templates["facts"][fact.relation]
        slots = narrator.fact_slots(fact)
        templates = [block["pronoun"]]
        for variant in ("statements", "questions", "test_questions"):
            templates += block[variant]
        texts = {narrator.lexicon.fill(template, slots) for template in templates}
        for value in world.values_of(fact.relation):
            texts.add(narrator.lexicon.fill(block["yesno"], narrator.fact_slots(fact, value)))
        return {sentence(text) for text in texts}

    return worded


@pytest.fixture(scope="session")
def tasks(narrators: dict[str, Narrator]) -> Tasks:
    """All sentences of a task, its slots given as ``family:id``, lists as ``[...]``.

    ``tasks("de", "story", p="person:anna", a="animal:bear", ...)``; a list in ``items`` is joined.
    """

    def worded(code: str, task: str, **given: str | list[str]) -> set[str]:
        lexicon = narrators[code].lexicon

        def word(name: str) -> Word:
            return lexicon.word(*name.split(":"))

        slots: dict[str, Slot] = {
            name: word(value) if isinstance(value, str) else lexicon.join([word(v) for v in value])
            for name, value in given.items()
        }
        texts: set[str] = set()
        for variant in lexicon.templates["tasks"][task].values():
            for template in [variant] if isinstance(variant, str) else variant:
                named = set(re.findall(r"{(\w+)[.~?}]", template))
                if named <= set(slots):
                    texts.add(sentence(lexicon.fill(template, slots)))
        return texts

    return worded
