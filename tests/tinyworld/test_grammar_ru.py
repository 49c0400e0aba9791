"""Sentences of Russian as its speakers write them, one grammatical trap each.

Written by hand, not by the engine: a failure is an error in the tables or in the test.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

FACTS = [
    pytest.param("animal.colour.fox", "Лиса оранжевая.", id="adjective in the feminine"),
    pytest.param("plant.colour.apple", "Яблоко красное.", id="adjective in the neuter"),
    pytest.param("animal.colour.mouse", "Мышь серая.", id="feminine in a soft sign"),
    pytest.param("animal.colour.bear", "Медведь коричневый.", id="masculine in a soft sign"),
    pytest.param("plant.colour.blueberry", "Голубика синяя.", id="soft adjective"),
    pytest.param(
        "animal.colour.flamingo", "Фламинго розовый.", id="indeclinable animal is masculine"
    ),
    pytest.param("plant.colour.mango", "У манго оранжевый цвет.", id="indeclinable fruit"),
    pytest.param("animal.legs.lion", "У льва четыре лапы.", id="fleeting vowel in the genitive"),
    pytest.param("animal.legs.ant", "У муравья шесть ног.", id="genitive plural after six"),
    pytest.param("animal.legs.ostrich", "У страуса две ноги.", id="genitive singular after two"),
    pytest.param(
        "animal.legs.octopus", "У осьминога восемь ног.", id="genitive plural after eight"
    ),
    pytest.param("animal.legs.snake", "У неё нет ни одной ноги.", id="genitive with нет"),
    pytest.param("animal.legs.lion", "У него четыре лапы.", id="н after a preposition"),
    pytest.param(
        "animal.habitat.wolf", "Ты можешь встретить волка в лесу.", id="animate accusative"
    ),
    pytest.param("animal.habitat.wolf", "Волк живёт в лесу.", id="second locative"),
    pytest.param("animal.habitat.penguin", "Пингвин живёт на льду.", id="locative лёд"),
    pytest.param("animal.food.bat", "Нетопырь ест насекомых.", id="animate accusative plural"),
    pytest.param("animal.food.bear", "Медведь питается рыбой.", id="instrumental of food"),
    pytest.param("country.language.cuba", "На Кубе говорят по-испански.", id="на with an island"),
    pytest.param(
        "country.language.france",
        "Во Франции говорят на французском языке.",
        id="во before a cluster",
    ),
    pytest.param("country.continent.chile", "Чили расположено в Америке.", id="neuter country"),
    pytest.param("country.capital.egypt", "Столица Египта — Каир.", id="country in the genitive"),
    pytest.param("country.capital.morocco", "Столица Марокко — Рабат.", id="indeclinable country"),
    pytest.param("object.material.chair", "Стул сделан из дерева.", id="short participle agrees"),
    pytest.param(
        "object.material.mirror", "Зеркало сделано из стекла.", id="short participle in the neuter"
    ),
    pytest.param("object.material.clock", "Часы сделаны из дерева.", id="plurale tantum"),
    pytest.param("object.use.swing", "Качели нужны, чтобы играть.", id="plurale tantum with нужны"),
    pytest.param(
        "object.room.clock", "Часы находятся в гостиной.", id="plurale tantum with a verb"
    ),
    pytest.param("object.material.knife", "Нож делают из железа.", id="inanimate accusative"),
    pytest.param("object.material.bottle", "Бутылку делают из стекла.", id="feminine accusative"),
    pytest.param("person.job.peter", "Пётр работает учителем.", id="job in the instrumental"),
    pytest.param(
        "person.job.eva", "Ева работает портнихой.", id="job of a woman in the instrumental"
    ),
    pytest.param(
        "person.favourite.peter", "Любимый цвет Петра — красный.", id="genitive of a name"
    ),
    pytest.param("person.favourite.maria", "Любимый цвет Марии — зелёный.", id="name in -ия"),
    pytest.param("person.favourite.leo", "Любимый цвет Лео — синий.", id="indeclinable name"),
    pytest.param(
        "person.instrument.nina", "Нина играет на виолончели.", id="prepositional of an instrument"
    ),
    pytest.param("person.instrument.anna", "Анна играет на пианино.", id="indeclinable instrument"),
    pytest.param("person.city.anna", "Анна живёт в Париже.", id="prepositional of a city"),
    pytest.param("person.city.oscar", "Оскар живёт в Афинах.", id="plural city"),
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
        "Однажды в лесу Анна увидела медведя.",
        id="past tense of a woman",
    ),
    pytest.param(
        "story",
        {
            "p": "person:peter",
            "a": "animal:fox",
            "b": "animal:owl",
            "o": "object:hammer",
            "f": "plant:apple",
            "s": "place:forest",
        },
        "Однажды в лесу Пётр увидел лису.",
        id="past tense of a man",
    ),
    pytest.param(
        "story",
        {
            "p": "person:anna",
            "a": "animal:lion",
            "b": "animal:owl",
            "o": "object:hammer",
            "f": "plant:apple",
            "s": "place:forest",
        },
        "Анна дала льву яблоко.",
        id="dative of the one given to",
    ),
    pytest.param(
        "story",
        {
            "p": "person:anna",
            "a": "animal:fox",
            "b": "animal:owl",
            "o": "object:hammer",
            "f": "plant:pear",
            "s": "place:forest",
        },
        "Анна угостила лису грушей.",
        id="instrumental of what is offered",
    ),
    pytest.param(
        "story",
        {
            "p": "person:anna",
            "a": "animal:fox",
            "b": "animal:owl",
            "o": "object:hammer",
            "f": "plant:pear",
            "s": "place:forest",
        },
        "Лиса была голодна и хотела съесть грушу.",
        id="short adjective agrees",
    ),
    pytest.param(
        "story",
        {
            "p": "person:anna",
            "a": "animal:fox",
            "b": "animal:owl",
            "o": "object:clock",
            "f": "plant:apple",
            "s": "place:forest",
        },
        "Анна потеряла часы, но лиса нашла их.",
        id="pronoun of a plurale tantum",
    ),
    pytest.param(
        "story",
        {
            "p": "person:anna",
            "a": "animal:monkey",
            "b": "animal:owl",
            "o": "object:hammer",
            "f": "plant:apple",
            "s": "place:forest",
        },
        "Расскажи историю об обезьяне.",
        id="about before a vowel",
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
        "Расскажи историю о медведе.",
        id="about before a consonant",
    ),
    pytest.param(
        "story",
        {
            "p": "person:anna",
            "a": "animal:lizard",
            "b": "animal:owl",
            "o": "object:hammer",
            "f": "plant:apple",
            "s": "place:forest",
        },
        "Расскажи историю о ящерице.",
        id="about before я",
    ),
    pytest.param(
        "list",
        {"n": "number:two", "kind": "kind:animal"},
        "Назови двух животных.",
        id="animate numeral",
    ),
    pytest.param(
        "list",
        {"n": "number:two", "kind": "kind:country"},
        "Назови две страны.",
        id="feminine numeral",
    ),
    pytest.param(
        "list",
        {"n": "number:three", "kind": "kind:object"},
        "Назови три предмета.",
        id="masculine numeral",
    ),
    pytest.param(
        "count", {"n": "number:two"}, "Здесь два слова.", id="genitive singular after two"
    ),
    pytest.param(
        "count", {"n": "number:five"}, "Здесь пять слов.", id="genitive plural after five"
    ),
    pytest.param(
        "list",
        {"items": ["animal:fox", "country:cuba", "plant:lemon"]},
        "Лиса, Куба и лимон.",
        id="list without articles",
    ),
]


@pytest.mark.parametrize(("fact", "expected"), FACTS)
def test_sentence_about_a_fact(
    facts: Callable[[str, str], set[str]], fact: str, expected: str
) -> None:
    assert expected in facts("ru", fact)


@pytest.mark.parametrize(("task", "slots", "expected"), TASKS)
def test_sentence_of_a_task(
    tasks: Callable[..., set[str]], task: str, slots: dict[str, str | list[str]], expected: str
) -> None:
    assert expected in tasks("ru", task, **slots)
