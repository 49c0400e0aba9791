from __future__ import annotations

from pathlib import Path

import pytest

from tests.lid.data import LCB, needs_lcb
from workbench.errors import FileFormatError
from workbench.lid.words import WordList, default_words, load_words


def test_only_lower_case_words_of_more_than_three_letters_count() -> None:
    words = WordList.of(["house", "cat", "Paris", "it's", "café", "NASA"])
    assert words.words == {"house", "it's", "café"}
    # Tokens are taken as they are: "House" may be a name.
    assert words.count(["house", "House", "cat", "café", "house"]) == 3


def test_a_run_of_letters_is_what_a_word_needs() -> None:
    words = WordList.of(["house", "café"])
    # The letters of the list are a c e f h o s u and é; "hou" is too short, "xyzz" has others.
    texts = ["дом house", "é café", "hou", "xyzz", "дом"]
    assert [text for text in texts if words.run.search(text)] == [
        "дом house",
        "é café",
    ]


def test_the_list_that_comes_along() -> None:
    words = default_words()
    assert len(words.words) > 80_000
    assert words.count(["because", "house", "houses", "running", "the", "дом", "Haus"]) == 4


def test_a_list_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "words"
    path.write_text("House\nhouse\nhorses\n\ncat\n", "utf-8")
    assert load_words(path).words == {"house", "horses"}
    path.write_text("A\nB's\n", "utf-8")
    with pytest.raises(FileFormatError, match="no lower-case word of more than three letters"):
        load_words(path)


@needs_lcb
def test_the_benchmarks_own_list() -> None:
    # 99,170 lines, of which 81,995 are lower-case and long enough.
    assert len(load_words(LCB / "words").words) == 81_995
