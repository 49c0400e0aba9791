from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from workbench.errors import FileFormatError
from workbench.tinyworld.check import fact_sentences, missing_parts, task_sentences
from workbench.tinyworld.exchange import Narrator
from workbench.tinyworld.lexicon import Lexicon, load_lexicon, sentence, shipped_languages
from workbench.tinyworld.world import World

GRAMMAR = """
language: xx
word_separator: " "
derived:
  def: {.p: "{base}", .v: "l'{base}", m: "le {base}", f.x: "las {base}", f: "la {base}"}
  pron: {m: "il", f: "elle"}
fallbacks: {noun: base}
join: {comma: ", ", last: " et "}
"""
THINGS = """id,base,class,noun
wolf,loup,m,
cow,vache,f,
bear,ours,m.v,
anna,Anna,f.p,
odd,chose,f.x,
own,truc,m,le grand truc
"""
COLOURS = """id,base,m,f,comparative_m,comparative_f
green,vert,vert,verte,plus vert,plus verte
pink,rose,rose,rose,,
"""


@pytest.fixture
def lexicon(tmp_path: Path) -> Lexicon:
    folder = tmp_path / "xx"
    folder.mkdir()
    (folder / "grammar.yaml").write_text(GRAMMAR, encoding="utf-8")
    (folder / "templates.yaml").write_text("facts: {}\n", encoding="utf-8")
    (folder / "thing.csv").write_text(THINGS, encoding="utf-8")
    (folder / "colour.csv").write_text(COLOURS, encoding="utf-8")
    (folder / "plain.csv").write_text("id,base\nrosa,rosa\n", encoding="utf-8")
    return Lexicon(folder)


@pytest.mark.parametrize(
    ("id", "form", "expected"),
    [
        ("wolf", "def", "le loup"),  # by the letter of the class
        ("bear", "def", "l'ours"),  # by the subclass, before the letter
        ("odd", "def", "las chose"),  # by the whole class, before both
        ("anna", "def", "Anna"),
        ("wolf", "noun", "loup"),  # by the fallback, as its cell is empty
        ("own", "noun", "le grand truc"),  # by its own cell
        ("cow", "pron", "elle"),
    ],
)
def test_forms(lexicon: Lexicon, id: str, form: str, expected: str) -> None:
    assert lexicon.form(lexicon.word("thing", id), form) == expected


def test_slots_agree_choose_and_name_fixed_words(lexicon: Lexicon) -> None:
    slots = {
        "e": lexicon.word("thing", "cow"),
        "b": lexicon.word("thing", "wolf"),
        "v": lexicon.word("colour", "green"),
        "t": "dans le pré",
    }

    def fill(template: str) -> str:
        return lexicon.fill(template, slots)

    assert fill("{e.def} est {v~e} {t}.") == "la vache est verte dans le pré."
    assert fill("{b.def} est {v~b}.") == "le loup est vert."
    assert fill("{e.def} est {v.comparative~e}.") == "la vache est plus verte."
    assert fill("{e?m:il|f:elle} est") == "elle est"
    assert fill("{b?f:elle|*:autre}") == "autre"
    assert fill("{e.def}, {colour:pink~e} ou {colour:green~e}") == "la vache, rose ou verte"
    assert fill("{e}") == "vache"


def test_an_adjective_without_columns_does_not_inflect(lexicon: Lexicon) -> None:
    slots = {"e": lexicon.word("thing", "cow"), "v": lexicon.word("plain", "rosa")}

    assert lexicon.fill("{v~e}", slots) == "rosa"


def test_surfaces_are_all_places_of_a_slot(lexicon: Lexicon) -> None:
    slots = {"e": lexicon.word("thing", "cow"), "v": lexicon.word("colour", "green")}

    # {v?...} chooses text that is not the word itself, so it is no surface of it.
    found = lexicon.surfaces("{v} {e.def} {v~e} {v?m:x|*:y}", "v", slots)

    assert found == ["vert", "verte"]


def test_lists_of_names(lexicon: Lexicon) -> None:
    words = [lexicon.word("thing", id) for id in ("wolf", "cow", "bear")]

    assert lexicon.join(words) == "le loup, la vache et l'ours"
    assert lexicon.join(words[:2]) == "le loup et la vache"
    assert lexicon.join(words[:1]) == "le loup"


def test_errors_name_the_table_to_complete(lexicon: Lexicon) -> None:
    with pytest.raises(FileFormatError, match=r"thing\.csv: it has no row with the id 'fox'"):
        lexicon.word("thing", "fox")
    with pytest.raises(FileFormatError, match=r"beast\.csv"):
        lexicon.word("beast", "fox")
    with pytest.raises(FileFormatError, match="has no form 'genitive'"):
        lexicon.form(lexicon.word("thing", "cow"), "genitive")
    with pytest.raises(FileFormatError, match="uses the slot 'z'.*Use one of: e"):
        lexicon.fill("{z}", {"e": lexicon.word("thing", "cow")})
    with pytest.raises(FileFormatError, match="no choice for the class 'f'"):
        lexicon.fill("{e?m:il}", {"e": lexicon.word("thing", "cow")})


@pytest.mark.parametrize("row", ["wolf,loup", "wolf,loup,m,,too much"])
def test_a_row_with_other_cells_than_columns_names_its_line(tmp_path: Path, row: str) -> None:
    folder = tmp_path / "xx"
    folder.mkdir()
    (folder / "grammar.yaml").write_text(GRAMMAR, encoding="utf-8")
    (folder / "templates.yaml").write_text("{}", encoding="utf-8")
    (folder / "thing.csv").write_text(
        f"id,base,class,noun\ncow,vache,f,\n{row}\n", encoding="utf-8"
    )

    with pytest.raises(FileFormatError, match=r"thing\.csv, line 3"):
        Lexicon(folder)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the fox. it is red! really? yes", "The fox. It is red! Really? Yes"),
        ("- écoute\n- да", "- Écoute\n- Да"),
        ("сова ест.\nона спит", "Сова ест.\nОна спит"),
        ("狐狸是橙色的。", "狐狸是橙色的。"),
        ("q. and A.b", "Q. And A.b"),
        ("", ""),
    ],
)
def test_capitals_at_the_start_of_sentences(text: str, expected: str) -> None:
    assert sentence(text) == expected


def test_six_languages_are_shipped_english_first() -> None:
    assert shipped_languages() == ["en", "de", "fr", "pt", "ru", "zh"]


@pytest.fixture(scope="session", params=shipped_languages())
def shipped(request: pytest.FixtureRequest) -> Lexicon:
    code: str = request.param
    return load_lexicon(code)


def test_no_part_is_missing(shipped: Lexicon) -> None:
    assert missing_parts(shipped, load_lexicon("en")) == []


def test_every_sentence_can_be_made_and_is_clean(shipped: Lexicon, world: World) -> None:
    texts = [
        text for source in (fact_sentences, task_sentences) for _, text in source(shipped, world)
    ]

    # 876 facts in at least 3 statements, 3 questions, 2 test questions, pronoun and yes/no.
    assert len(texts) > 876 * 10
    for text in texts:
        assert not re.search(r"[{}|~]|  |\s$|^\s|None", text), text
        assert not re.search(r"\s[.,]", text.replace("...", "")), text  # clues of riddles
        assert text[0] == text[0].upper()
        assert text[-1] in ".?。？", text


def test_questions_end_as_questions_and_statements_do_not(shipped: Lexicon, world: World) -> None:
    marks = {"statements": ".。", "pronoun": ".。", "yesno": "?？"}
    for where, text in fact_sentences(shipped, world):
        variant = where.split(".")[2].split("[")[0]
        assert text[-1] in marks.get(variant, ".。?？"), text


def test_no_word_stands_twice_in_a_table(shipped: Lexicon) -> None:
    for path in shipped.folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            ids = [row["id"] for row in csv.DictReader(file)]
        assert len(ids) == len(set(ids)), path


def test_different_entities_of_a_kind_have_different_names(narrator: Narrator) -> None:
    for kind in ("animal", "plant", "country", "object", "person"):
        names = [
            narrator.lexicon.form(narrator.name(e), "def") for e in narrator.world.of_kind(kind)
        ]
        assert len(names) == len(set(names))


def test_different_values_of_a_relation_are_worded_differently(narrator: Narrator) -> None:
    # Otherwise a wrong answer could not be told from a right one.
    for relation in narrator.world.families:
        fact = next(f for f in narrator.world.facts if f.relation == relation)
        groups = [narrator.value_surfaces(fact, v) for v in narrator.world.values_of(relation)]
        for group in groups:
            assert group
            assert all(surface.strip() for surface in group)
        firsts = [group[0] for group in groups]
        assert len(firsts) == len(set(firsts)), (narrator.lexicon.language, relation)


SCRIPTS = {
    "ru": re.compile(r"[А-Яа-яЁё ,.:;?!—–«»\-…]+"),
    "zh": re.compile(r"[\u4e00-\u9fff，。？：、“”.]+"),
    "en": re.compile(r"[A-Za-z ,.:;?!\-]+"),
    "de": re.compile(r"[A-Za-zÄÖÜäöüß ,.:;?!\-]+"),
    "fr": re.compile(r"[A-Za-zÀ-ÿœ' ,.:;?!\-]+"),
    "pt": re.compile(r"[A-Za-zÀ-ÿ ,.:;?!\-]+"),
}


def test_only_letters_of_the_language_s_own_script(shipped: Lexicon, world: World) -> None:
    pattern = SCRIPTS[shipped.language]
    for where, text in [*fact_sentences(shipped, world), *task_sentences(shipped, world)]:
        assert pattern.fullmatch(text), f"{where}: {text}"
