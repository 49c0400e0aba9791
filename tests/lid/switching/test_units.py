from __future__ import annotations

from hypothesis import given, settings

from tests.lid.switching.texts import texts
from workbench.lid.exempt import exempt_spans
from workbench.lid.switching.units import CAPITALISED, CAPITALS, LOWER, SCRIPTS, units


def words(text: str) -> list[str]:
    return [text[unit.start : unit.end] for unit in units(text, exempt_spans(text)).words]


def test_words_are_runs_of_one_script() -> None:
    assert words("L’été d'or, rock-n-roll!") == ["L’été", "d'or", "rock", "n", "roll"]
    assert words("Solugen은 첨단") == ["Solugen", "은", "첨단"]
    assert words("猫が寝る") == ["猫", "が", "寝", "る"]
    assert words("सारांश में") == ["सारांश", "में"]
    assert words("می‌شود و") == ["می‌شود", "و"]
    assert words("e\u0301te\u0301 \u0301") == ["e\u0301te\u0301"]


def test_identifiers_numbers_and_phonetic_script_are_no_words() -> None:
    assert words("say snake_case x2y 3d 42 ˈbɪsnɪs now") == ["say", "now"]


def test_exempt_parts_have_no_words() -> None:
    assert words("Voir `rm all` et https://the.end.org/x « une fois » bon") == ["Voir", "et", "bon"]


def test_looks() -> None:
    found = units("Le NASA iPhone дом", ()).words
    assert [unit.case for unit in found] == [CAPITALISED, CAPITALS, CAPITALISED, LOWER]
    assert [SCRIPTS[unit.script] for unit in found] == ["Latn", "Latn", "Latn", "Cyrl"]
    # A comma, a dash between spaces and a line's end are pauses; spaces, hyphens are none.
    found = units("a b-c, d - e\nf/g", ()).words
    assert [unit.pause for unit in found] == [True, False, False, True, False, True, False]
    assert [unit.joined for unit in found] == [False, False, True, False, False, False, False]


def test_a_block_of_code_parts_words_and_inline_code_does_not() -> None:
    for text, breaks in (("a ```\nx\n``` b c", [False, True, False]), ("a `x` b", [False, False])):
        found = units(text, exempt_spans(text))
        assert [unit.breaks for unit in found.words] == breaks
        assert not found.code_follows
    assert units("a ```\nx", exempt_spans("a ```\nx")).code_follows
    assert units("b", (), after_code=True).words[0].breaks


@settings(max_examples=200, deadline=None)
@given(texts)
def test_any_text_has_words_in_order_outside_exempt_parts(text: str) -> None:
    exempt = exempt_spans(text)
    last = 0
    for unit in units(text, exempt).words:
        assert last <= unit.start < unit.end
        assert not any(e.start < unit.end and unit.start < e.end for e in exempt)
        last = unit.end
