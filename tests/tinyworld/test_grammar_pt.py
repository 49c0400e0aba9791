"""Sentences of Portuguese as its speakers write them, one grammatical trap each.

Written by hand, not by the engine: a failure is an error in the tables or in the test.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

FACTS = [
    pytest.param("animal.colour.cow", "A vaca é branca.", id="feminine adjective"),
    pytest.param("animal.colour.fox", "A raposa é laranja.", id="invariable colour"),
    pytest.param("animal.colour.crow", "A cor do corvo é preta.", id="adjective agrees with cor"),
    pytest.param("animal.colour.wolf", "Qual é a cor do lobo?", id="de + o"),
    pytest.param("animal.colour.bee", "Qual é a cor da abelha?", id="de + a"),
    pytest.param("animal.habitat.fox", "A raposa vive na floresta.", id="em + a"),
    pytest.param("animal.habitat.camel", "O camelo vive no deserto.", id="em + o"),
    pytest.param("animal.habitat.goat", "A cabra vive nas montanhas.", id="em + as"),
    pytest.param(
        "animal.habitat.goat",
        "O lar da cabra são as montanhas.",
        id="plural verb before a plural home",
    ),
    pytest.param(
        "animal.habitat.fox",
        "O lar da raposa é a floresta.",
        id="singular verb before a singular home",
    ),
    pytest.param("animal.habitat.cat", "O gato vive em casa.", id="em casa without article"),
    pytest.param(
        "country.language.egypt", "No Egito, as pessoas falam árabe.", id="country with article"
    ),
    pytest.param(
        "country.capital.portugal", "A capital de Portugal é Lisboa.", id="country without article"
    ),
    pytest.param(
        "country.capital.france", "A capital da França é Paris.", id="feminine country with article"
    ),
    pytest.param(
        "country.language.cuba",
        "Em Cuba, as pessoas falam espanhol.",
        id="country without article after em",
    ),
    pytest.param("country.capital.egypt", "A capital do Egito é o Cairo.", id="city with article"),
    pytest.param("person.city.sofia", "Sofia mora no Cairo.", id="em + o of a city"),
    pytest.param("person.job.anna", "Qual é a profissão de Ana?", id="person without article"),
    pytest.param("person.job.anna", "Ana é médica.", id="job in the feminine"),
    pytest.param("person.job.helena", "Helena é atriz.", id="irregular feminine of a job"),
    pytest.param("object.material.chair", "A cadeira é feita de madeira.", id="participle agrees"),
    pytest.param(
        "object.material.mirror", "O espelho é feito de vidro.", id="participle of a masculine"
    ),
    pytest.param("object.use.sofa", "O sofá serve para se sentar.", id="reflexive infinitive"),
    pytest.param(
        "person.favourite.anna", "A cor favorita dela é o azul.", id="possessive by de + pronoun"
    ),
    pytest.param("animal.colour.spider", "A aranha é preta.", id="gender differs from French"),
    pytest.param("animal.colour.panda", "O panda é preto.", id="masculine noun in -a"),
    pytest.param("animal.legs.ostrich", "O avestruz tem duas patas.", id="feminine numeral"),
]
TASKS = [
    pytest.param(
        "list",
        {"n": "number:two", "kind": "kind:plant"},
        "Cite duas plantas.",
        id="numeral agrees with feminine",
    ),
    pytest.param(
        "list",
        {"n": "number:two", "kind": "kind:animal"},
        "Cite dois animais.",
        id="numeral agrees with masculine",
    ),
    pytest.param(
        "list",
        {"n": "number:two", "kind": "kind:country"},
        "Cite dois países.",
        id="plural in -ais and -eis",
    ),
    pytest.param(
        "count", {"n": "number:two"}, "Há duas coisas aqui.", id="feminine numeral with coisas"
    ),
    pytest.param(
        "compare",
        {"a": "animal:whale", "b": "animal:bear"},
        "A baleia é maior do que o urso.",
        id="synthetic comparative",
    ),
    pytest.param(
        "story",
        {
            "p": "person:anna",
            "a": "animal:fox",
            "b": "animal:owl",
            "o": "object:hammer",
            "f": "plant:apple",
            "s": "place:forest",
        },
        "Ana deu uma maçã à raposa.",
        id="a + a with a grave accent",
    ),
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
        "Ana deu uma maçã ao urso.",
        id="a + o",
    ),
    pytest.param(
        "story",
        {
            "p": "person:anna",
            "a": "animal:bear",
            "b": "animal:owl",
            "o": "object:chair",
            "f": "plant:apple",
            "s": "place:forest",
        },
        "Ana perdeu a cadeira, mas o urso a encontrou.",
        id="object pronoun before the verb",
    ),
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
        "Desde aquele dia, Ana gosta muito do urso.",
        id="gostar de + o",
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
        "O urso estava com fome e queria um dente de alho.",
        id="counted piece of what has no plural",
    ),
    pytest.param(
        "list",
        {"items": ["animal:eagle", "country:cuba", "plant:lemon"]},
        "A águia, Cuba e o limão.",
        id="list",
    ),
]


@pytest.mark.parametrize(("fact", "expected"), FACTS)
def test_sentence_about_a_fact(
    facts: Callable[[str, str], set[str]], fact: str, expected: str
) -> None:
    assert expected in facts("pt", fact)


@pytest.mark.parametrize(("task", "slots", "expected"), TASKS)
def test_sentence_of_a_task(
    tasks: Callable[..., set[str]], task: str, slots: dict[str, str | list[str]], expected: str
) -> None:
    assert expected in tasks("pt", task, **slots)
