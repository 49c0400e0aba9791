"""Sentences of English as its speakers write them, one grammatical trap each.

Written by hand, not by the engine: a failure is an error in the tables or in the test.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

FACTS = [
    pytest.param(
        "animal.legs.octopus",
        "An octopus walks through life with eight legs.",
        id="an before a vowel",
    ),
    pytest.param("animal.colour.bear", "A bear has the colour brown.", id="a before a consonant"),
    pytest.param(
        "animal.size.hippopotamus",
        "A hippopotamus is huge in size.",
        id="a before h that is spoken",
    ),
    pytest.param(
        "plant.colour.garlic", "Garlic has the colour white.", id="mass noun without article"
    ),
    pytest.param(
        "plant.taste.ginger", "The ginger tastes spicy.", id="mass noun with definite article"
    ),
    pytest.param(
        "country.language.japan", "People in Japan speak Japanese.", id="plural verb after people"
    ),
    pytest.param(
        "country.capital.ukraine",
        "What is the capital of Ukraine?",
        id="proper name without article",
    ),
    pytest.param("animal.habitat.penguin", "Does the penguin live on the ice?", id="do support"),
    pytest.param(
        "animal.habitat.ant",
        "Can you tell me where the ant lives?",
        id="no inversion in an indirect question",
    ),
    pytest.param("person.job.helena", "Helena works as an actor.", id="article of a job"),
    pytest.param("person.job.peter", "The job of Peter: he is a teacher.", id="pronoun he"),
    pytest.param("person.favourite.anna", "Her favourite colour is blue.", id="possessive her"),
    pytest.param("person.favourite.paul", "His favourite colour is yellow.", id="possessive his"),
    pytest.param("animal.habitat.horse", "The horse lives on the farm.", id="on the farm, not in"),
    pytest.param("plant.place.pear", "The pear grows on trees.", id="bare plural of place"),
    pytest.param(
        "object.use.knife", "What do people use the knife for?", id="preposition at the end"
    ),
    pytest.param("animal.legs.snake", "The snake has no legs.", id="no as determiner"),
]
TASKS = [
    pytest.param(
        "story",
        {
            "p": "person:anna",
            "a": "animal:bear",
            "b": "animal:owl",
            "o": "object:hammer",
            "f": "plant:apple",
            "s": "place:forest",
        },
        "Since that day Anna has liked the bear very much.",
        id="present perfect after since",
    ),
    pytest.param(
        "story",
        {
            "p": "person:anna",
            "a": "animal:owl",
            "b": "animal:bear",
            "o": "object:hammer",
            "f": "plant:apple",
            "s": "place:forest",
        },
        "Long ago an owl lived in the forest, and Anna lived nearby.",
        id="nearby as an adverb",
    ),
    pytest.param(
        "story",
        {
            "p": "person:anna",
            "a": "animal:bear",
            "b": "animal:owl",
            "o": "object:hammer",
            "f": "plant:garlic",
            "s": "place:forest",
        },
        "The bear was hungry and wanted garlic.",
        id="a mass noun that is wanted",
    ),
    pytest.param(
        "list",
        {"items": ["animal:fox", "plant:olive", "country:cuba"]},
        "The fox, the olive and Cuba.",
        id="and before the last of a list",
    ),
    pytest.param(
        "compare",
        {"a": "animal:elephant", "b": "animal:ant"},
        "The elephant is larger than the ant.",
        id="comparative",
    ),
    pytest.param(
        "list",
        {"n": "number:three", "kind": "kind:country"},
        "Name three countries.",
        id="plural of country",
    ),
]


@pytest.mark.parametrize(("fact", "expected"), FACTS)
def test_sentence_about_a_fact(
    facts: Callable[[str, str], set[str]], fact: str, expected: str
) -> None:
    assert expected in facts("en", fact)


@pytest.mark.parametrize(("task", "slots", "expected"), TASKS)
def test_sentence_of_a_task(
    tasks: Callable[..., set[str]], task: str, slots: dict[str, str | list[str]], expected: str
) -> None:
    assert expected in tasks("en", task, **slots)
