from __future__ import annotations

import re

from workbench.assets import asset
from workbench.languages import LANGUAGES
from workbench.lid.engine.langid_model import langid_model
from workbench.lid.switching.function_words import FunctionWords, entries, function_words
from workbench.lid.switching.scripts import LETTERS, scripts_of
from workbench.lid.switching.word_models import plain_words


def test_all_languages_but_those_told_by_their_script_have_a_list() -> None:
    sizes: dict[str, int] = {}
    for codes in function_words().values():
        for code in codes:
            sizes[code] = sizes.get(code, 0) + 1

    assert set(LANGUAGES) - set(sizes) == {"ja", "ko", "th"}
    assert min(sizes.values()) >= 40
    assert set(sizes) <= set(langid_model().labels)


def test_entries_are_as_words_of_a_text_are_looked_up() -> None:
    for word, codes in function_words().items():
        assert plain_words([word]) == [word]
        for code in codes:
            letters = "".join(LETTERS[script] for script in scripts_of(code))
            assert re.fullmatch(f"[{letters}']+", word), f"{code}: {word}"


def test_no_list_names_a_word_twice() -> None:
    text = asset("lid", "function_words.txt").read_text("utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if not line.startswith("#"):
            code, *words = line.split()
            assert sorted({w for w in words if words.count(w) > 1}) == [], code


def test_parts_that_a_word_elides_are_looked_up_too() -> None:
    lists = FunctionWords(["en", "fr"])

    # English, French: "the" / "l'" of l'eau / both parts of qu'il / it's whole / neither.
    found = lists.look_up(["the", "l'eau", "qu'il", "it's", "renard"])
    assert found.tolist() == [[1, 0], [0, 1], [0, 1], [1, 0], [0, 0]]
    assert lists.languages_of("qu'il") == function_words()["qu'"] | function_words()["il"]
    assert lists.languages_of("renard") == frozenset()
    assert lists.look_up([]).shape == (0, 2)


def test_entries() -> None:
    assert entries("the") == ("the",)
    assert entries("o'c'l") == ("o'c'l", "o'", "'c'l", "c'l")
