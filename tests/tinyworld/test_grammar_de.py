"""Sentences of German as its speakers write them, one grammatical trap each.

Written by hand, not by the engine: a failure is an error in the tables or in the test.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

FACTS = [
    pytest.param(
        "animal.colour.bear", "Die Farbe des Bären ist Braun.", id="weak noun in the genitive"
    ),
    pytest.param(
        "animal.habitat.lion",
        "Du kannst den Löwen in der Savanne finden.",
        id="weak noun in the accusative",
    ),
    pytest.param("animal.speed.monkey", "Der Affe ist schnell.", id="weak noun in the nominative"),
    pytest.param(
        "animal.colour.fox", "Was ist die Farbe des Fuchses?", id="strong genitive in -es"
    ),
    pytest.param(
        "animal.colour.eagle", "Die Farbe des Adlers ist Braun.", id="strong genitive in -s"
    ),
    pytest.param(
        "animal.colour.ostrich", "Die Farbe des Straußes ist Schwarz.", id="genitive after ß"
    ),
    pytest.param("animal.colour.cow", "Die Farbe der Kuh ist Weiß.", id="feminine genitive"),
    pytest.param("animal.food.squirrel", "Es frisst Nüsse.", id="neuter pronoun of a diminutive"),
    pytest.param(
        "animal.size.mouse", "Die Maus ist ein winziges Tier.", id="strong neuter adjective"
    ),
    pytest.param(
        "animal.legs.spider", "Die Spinne ist ein Tier mit acht Beinen.", id="dative plural"
    ),
    pytest.param(
        "animal.legs.snake",
        "Eine Schlange geht ohne Beine durch das Leben.",
        id="ohne with the accusative",
    ),
    pytest.param(
        "animal.food.giraffe",
        "Die Nahrung der Giraffe besteht aus Blättern.",
        id="dative plural of food",
    ),
    pytest.param(
        "plant.taste.lemon",
        "Eine Zitrone hat einen sauren Geschmack.",
        id="accusative of the indefinite article",
    ),
    pytest.param(
        "animal.habitat.fox", "Kannst du mir sagen, wo der Fuchs lebt?", id="verb at the end"
    ),
    pytest.param(
        "country.capital.turkey",
        "Die Hauptstadt der Türkei ist Ankara.",
        id="country with a feminine article",
    ),
    pytest.param(
        "country.language.iraq",
        "Die Menschen im Irak sprechen Arabisch.",
        id="country with a masculine article",
    ),
    pytest.param(
        "country.capital.iraq",
        "Die Hauptstadt des Irak ist Bagdad.",
        id="genitive of such a country",
    ),
    pytest.param(
        "country.capital.france",
        "Die Hauptstadt von Frankreich ist Paris.",
        id="country without article",
    ),
    pytest.param(
        "country.continent.ukraine", "Sie liegt in Europa.", id="pronoun of a feminine country"
    ),
    pytest.param(
        "country.capital.japan", "Seine Hauptstadt ist Tokio.", id="possessive of a neuter country"
    ),
    pytest.param(
        "country.capital.turkey",
        "Ihre Hauptstadt ist Ankara.",
        id="possessive of a feminine country",
    ),
    pytest.param(
        "object.use.clock",
        "Man benutzt die Uhr, um die Zeit zu messen.",
        id="zu in a separable or object infinitive",
    ),
    pytest.param(
        "object.use.towel",
        "Man benutzt das Handtuch, um sich zu waschen.",
        id="reflexive infinitive with zu",
    ),
    pytest.param(
        "object.use.hammer",
        "Man benutzt den Hammer, um etwas zu bauen.",
        id="accusative of a masculine",
    ),
    pytest.param(
        "object.use.pencil", "Man benutzt ihn, um zu schreiben.", id="pronoun in the accusative"
    ),
    pytest.param("object.room.oven", "Der Ofen ist in der Küche.", id="in dem contracts"),
    pytest.param("animal.habitat.cow", "Die Kuh lebt auf dem Bauernhof.", id="auf dem Bauernhof"),
    pytest.param(
        "plant.colour.beetroot",
        "Die Farbe der Roten Bete ist Lila.",
        id="name that begins with an adjective",
    ),
    pytest.param(
        "plant.colour.blackcurrant",
        "Eine Schwarze Johannisbeere hat die Farbe Schwarz.",
        id="strong adjective after ein",
    ),
    pytest.param(
        "plant.place.blackcurrant",
        "Man findet die Schwarze Johannisbeere an Sträuchern.",
        id="weak adjective after the article",
    ),
    pytest.param(
        "plant.colour.garlic", "Knoblauch hat die Farbe Weiß.", id="mass noun without article"
    ),
    pytest.param("plant.group.garlic", "Der Knoblauch gehört zum Gemüse.", id="zu dem contracts"),
    pytest.param("person.job.anna", "Anna arbeitet als Ärztin.", id="job of a woman"),
    pytest.param(
        "person.job.david", "David ist von Beruf Briefträger.", id="job of a man without article"
    ),
    pytest.param(
        "person.favourite.anna", "Die Lieblingsfarbe von Anna ist Blau.", id="colour as a noun"
    ),
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
        "Eines Tages sah Anna einen Bären im Wald.",
        id="indefinite accusative of a weak noun",
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
        "Anna gab dem Bären einen Apfel.",
        id="dative of a weak noun",
    ),
    pytest.param(
        "story",
        {
            "p": "person:anna",
            "a": "animal:mouse",
            "b": "animal:owl",
            "o": "object:hammer",
            "f": "plant:apple",
            "s": "place:forest",
        },
        "Anna gab der Maus einen Apfel.",
        id="dative of a feminine",
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
        "Vor langer Zeit lebte ein Bär im Wald, und Anna wohnte in der Nähe.",
        id="nominative subject after the verb",
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
        "Anna verlor den Hammer, aber der Bär fand ihn.",
        id="pronoun in the accusative",
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
        "Der Bär schlief neben dem Hammer ein.",
        id="neben with the dative",
    ),
    pytest.param(
        "story",
        {
            "p": "person:anna",
            "a": "animal:bear",
            "b": "animal:owl",
            "o": "object:hammer",
            "f": "plant:beetroot",
            "s": "place:forest",
        },
        "Der Bär hatte Hunger und wollte Rote Bete haben.",
        id="accusative of a mass noun",
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
        "Erzähl mir eine Geschichte über den Bären.",
        id="über with the accusative",
    ),
    pytest.param(
        "list",
        {"n": "number:three", "kind": "kind:country"},
        "Sag mir die Namen von drei Ländern.",
        id="dative plural of a kind",
    ),
    pytest.param(
        "compare",
        {"a": "animal:whale", "b": "animal:bear"},
        "Der Wal ist größer als der Bär.",
        id="umlaut in the comparative",
    ),
    pytest.param(
        "list",
        {"items": ["animal:fox", "country:turkey", "country:cuba"]},
        "Der Fuchs, die Türkei und Kuba.",
        id="list without a comma before und",
    ),
]


@pytest.mark.parametrize(("fact", "expected"), FACTS)
def test_sentence_about_a_fact(
    facts: Callable[[str, str], set[str]], fact: str, expected: str
) -> None:
    assert expected in facts("de", fact)


@pytest.mark.parametrize(("task", "slots", "expected"), TASKS)
def test_sentence_of_a_task(
    tasks: Callable[..., set[str]], task: str, slots: dict[str, str | list[str]], expected: str
) -> None:
    assert expected in tasks("de", task, **slots)
