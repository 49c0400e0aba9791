"""Sentences of French as its speakers write them, one grammatical trap each.

Written by hand, not by the engine: a failure is an error in the tables or in the test.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

FACTS = [
    pytest.param("animal.colour.bear", "L'ours est brun.", id="elision of the article"),
    pytest.param("animal.size.hippopotamus", "L'hippopotame est énorme.", id="mute h elides"),
    pytest.param("animal.speed.owl", "Le hibou est rapide.", id="aspirated h does not elide"),
    pytest.param(
        "country.capital.hungary",
        "La capitale de la Hongrie est Budapest.",
        id="aspirated h of a country",
    ),
    pytest.param("animal.colour.wolf", "Quelle est la couleur du loup ?", id="de + le"),
    pytest.param("animal.colour.cow", "La couleur de la vache est le blanc.", id="de + la"),
    pytest.param("country.capital.egypt", "Quelle est la capitale de l'Égypte ?", id="de + l'"),
    pytest.param(
        "country.capital.egypt",
        "La capitale de l'Égypte est Le Caire.",
        id="city with an article of its own",
    ),
    pytest.param("person.city.sofia", "Sophie habite au Caire.", id="à + Le Caire"),
    pytest.param("animal.colour.cow", "La vache est blanche.", id="feminine adjective"),
    pytest.param("plant.taste.cabbage", "Le chou est doux au goût.", id="irregular feminine"),
    pytest.param("plant.taste.pear", "La poire est sucrée au goût.", id="feminine of sucré"),
    pytest.param("plant.colour.carrot", "La carotte est orange.", id="invariable colour"),
    pytest.param(
        "animal.colour.parrot",
        "Le perroquet est de couleur verte.",
        id="adjective agrees with couleur",
    ),
    pytest.param(
        "country.language.germany",
        "En Allemagne, on parle allemand.",
        id="en before a feminine country",
    ),
    pytest.param(
        "country.language.japan", "Au Japon, on parle japonais.", id="au before a masculine country"
    ),
    pytest.param(
        "country.language.iraq",
        "En Irak, on parle arabe.",
        id="en before a masculine country with a vowel",
    ),
    pytest.param(
        "country.language.cuba",
        "À Cuba, on parle espagnol.",
        id="à before an island without article",
    ),
    pytest.param(
        "country.language.egypt",
        "La langue de l'Égypte est l'arabe.",
        id="article of a language elides",
    ),
    pytest.param(
        "animal.food.sheep",
        "Le mouton mange de l'herbe.",
        id="partitive of a feminine with a vowel",
    ),
    pytest.param("animal.food.bear", "L'ours mange du poisson.", id="partitive masculine"),
    pytest.param("animal.food.deer", "Le cerf mange des feuilles.", id="plural partitive"),
    pytest.param(
        "animal.food.sheep", "Le mouton se nourrit d'herbe.", id="de without article before a vowel"
    ),
    pytest.param("animal.food.fox", "Le renard se nourrit de viande.", id="de without article"),
    pytest.param("animal.legs.snake", "Le serpent n'a pas de pattes.", id="negation takes de"),
    pytest.param("person.job.anna", "Est-ce qu'Anna est médecin ?", id="que elides before a name"),
    pytest.param(
        "person.job.peter",
        "Est-ce que Pierre est professeur ?",
        id="que does not elide before a consonant",
    ),
    pytest.param(
        "person.job.helena", "Quel est le métier d'Hélène ?", id="de elides before a name with h"
    ),
    pytest.param(
        "person.job.helena", "Hélène est actrice.", id="job in the feminine without article"
    ),
    pytest.param("person.instrument.nina", "Nina joue du violoncelle.", id="jouer de + le"),
    pytest.param("person.instrument.max", "Max joue de l'accordéon.", id="jouer de + l'"),
    pytest.param("object.material.chair", "La chaise est faite de bois.", id="participle agrees"),
    pytest.param(
        "object.material.plate", "L'assiette est faite d'argile.", id="de elides before a material"
    ),
    pytest.param(
        "country.continent.china",
        "La Chine est située en Asie.",
        id="participle agrees with a country",
    ),
    pytest.param(
        "object.use.chair", "La chaise sert à s'asseoir.", id="reflexive infinitive elides"
    ),
    pytest.param(
        "country.language.spain", "Quelle langue parle-t-on en Espagne ?", id="euphonic t"
    ),
    pytest.param("animal.habitat.bee", "Où vit l'abeille ?", id="space before a question mark"),
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
        "Anna donna une pomme à l'ours.",
        id="à + le",
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
        "Anna donna une pomme au renard.",
        id="à + le contracts",
    ),
    pytest.param(
        "story",
        {
            "p": "person:anna",
            "a": "animal:fox",
            "b": "animal:owl",
            "o": "object:hammer",
            "f": "plant:garlic",
            "s": "place:forest",
        },
        "Le renard avait faim et voulait de l'ail.",
        id="partitive of what is not counted",
    ),
    pytest.param(
        "story",
        {
            "p": "person:anna",
            "a": "animal:bear",
            "b": "animal:owl",
            "o": "object:clock",
            "f": "plant:apple",
            "s": "place:forest",
        },
        "Anna perdit l'horloge, mais l'ours la retrouva.",
        id="object pronoun of a feminine",
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
        "Anna perdit le marteau, mais l'ours le retrouva.",
        id="object pronoun of a masculine",
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
        "Anna était très contente et rentra à la maison.",
        id="feminine predicate of a person",
    ),
    pytest.param(
        "compare",
        {"a": "animal:whale", "b": "animal:bear"},
        "La baleine est plus grande que l'ours.",
        id="comparative agrees",
    ),
    pytest.param(
        "list",
        {"n": "number:two", "kind": "kind:plant"},
        "Quelles plantes peux-tu citer ? Cite-en deux.",
        id="quelles before a feminine",
    ),
    pytest.param(
        "list",
        {"n": "number:three", "kind": "kind:animal"},
        "Cite trois animaux.",
        id="irregular plural",
    ),
    pytest.param(
        "list",
        {"items": ["animal:bear", "country:cuba", "plant:olive"]},
        "L'ours, Cuba et l'olive.",
        id="list with elision",
    ),
]


@pytest.mark.parametrize(("fact", "expected"), FACTS)
def test_sentence_about_a_fact(
    facts: Callable[[str, str], set[str]], fact: str, expected: str
) -> None:
    assert expected in facts("fr", fact)


@pytest.mark.parametrize(("task", "slots", "expected"), TASKS)
def test_sentence_of_a_task(
    tasks: Callable[..., set[str]], task: str, slots: dict[str, str | list[str]], expected: str
) -> None:
    assert expected in tasks("fr", task, **slots)
