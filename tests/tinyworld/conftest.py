from __future__ import annotations

from collections.abc import Callable

import pytest

from workbench.tinyworld.exchange import Narrator
from workbench.tinyworld.lexicon import load_lexicon, shipped_languages
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


Say = Callable[..., str]


@pytest.fixture(scope="session")
def say(world: World, narrators: dict[str, Narrator]) -> Say:
    """Words a fact: language, fact, kind of sentence and which of them; another value if asked.

    ``say("de", "animal.colour.bear", "statements", 1)``
    """
    facts = {fact.id: fact for fact in world.facts}

    def word(code: str, fact_id: str, variant: str, number: int = 0, value: str = "") -> str:
        narrator = narrators[code]
        fact = facts[fact_id]
        templates = narrator.lexicon.templates["facts"][fact.relation][variant]
        template = templates if isinstance(templates, str) else templates[number]
        return narrator.lexicon.fill(template, narrator.fact_slots(fact, value or None))

    return word
