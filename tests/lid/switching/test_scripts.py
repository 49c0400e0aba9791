from __future__ import annotations

import re
import unicodedata

import pytest

from workbench.languages import LANGUAGES
from workbench.lid.engine.langid_model import langid_model
from workbench.lid.engine.py3langid_model import py3langid_model
from workbench.lid.switching.scripts import LETTERS, NAMES, outside, scripts_of


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_language_is_written_in_the_script_of_its_own_name(code: str) -> None:
    letters = "".join(LETTERS[script] for script in scripts_of(code))
    name = "".join(LANGUAGES[code].native_name.split())

    assert re.fullmatch(f"[{letters}]+", name)


def test_no_character_is_of_two_scripts_but_joiners() -> None:
    classes = {script: re.compile(f"[{letters}]") for script, letters in LETTERS.items()}
    for point in range(0x20000):
        own = [script for script, pattern in classes.items() if pattern.match(chr(point))]
        assert len(own) <= 1 or point in (0x200C, 0x200D), hex(point)


def test_letters_are_letters_or_marks() -> None:
    pattern = re.compile(f"[{''.join(LETTERS.values())}]")
    for point in range(0x20000):
        category = unicodedata.category(chr(point))
        if pattern.match(chr(point)) and category != "Cn":
            # Besides letters and marks: joiners, and signs within blocks of Indic scripts.
            assert category[0] in "LMSNP" or point in (0x200C, 0x200D), hex(point)
            assert category not in ("Nd", "Zs", "Pd"), hex(point)


def test_every_language_of_both_models_has_a_script_that_is_known() -> None:
    labels = {*langid_model().labels} & {*py3langid_model().labels}
    assert {script for code in labels for script in scripts_of(code)} <= set(LETTERS)
    others = {code for code in labels if scripts_of(code) == ("Latn",)}
    # Some that are not, and some that are.
    assert not others & {"be", "mn", "ne", "ta", "ka", "hy", "ug", "am", "sr", "km"}
    assert {"af", "sq", "sw", "eu", "hr"} <= others
    assert set(NAMES) <= set(LETTERS)


def test_characters_that_only_one_language_uses() -> None:
    assert [outside(c) for c in "们这说"] == [1, 1, 1]  # simplified
    assert [outside(c) for c in "気対説"] == [2, 2, 2]  # as Japan alone writes them
    assert [outside(c) for c in "国本中"] == [0, 0, 0]
