from __future__ import annotations

import pytest

from workbench.judging.reference import rate
from workbench.prompts import Reference

RED = Reference(kind="value", accept=(("red", "reddish"),), reject=("blue", "dark red"))
THREE_ANIMALS = Reference(
    kind="members",
    accept=(("cat", "cats"), ("dog",), ("polar bear",), ("bear",)),
    reject=("oak",),
    count=3,
)


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("It is red.", 2),
        ("RED!", 2),
        ("Reddish, I think", 2),
        ("", 0),
        (" \n", 0),
        ("It is green.", 0),
        ("It is red or blue.", 0),
        # Whole words only.
        ("It is tired, hundred, redder.", 0),
        ("(red)", 2),
        ("red-hot", 2),
        # The longer rejected wording claims its place.
        ("It is dark red.", 0),
        ("dark\nred", 0),
        ("It is dark red, no: red", 0),
    ],
)
def test_value(answer: str, value: int) -> None:
    assert rate(answer, RED, "en") == (value, None)


def test_an_accepted_wording_may_hold_a_rejected_one() -> None:
    dark = Reference(kind="value", accept=(("dark red",),), reject=("red",))
    assert rate("It is dark red.", dark, "en").value == 2
    assert rate("It is dark red, almost red.", dark, "en").value == 0
    assert rate("It is red.", dark, "en").value == 0


def test_a_wording_on_both_sides_is_right() -> None:
    orange = Reference(kind="value", accept=(("orange",),), reject=("Orange", "red"))
    assert rate("Orange.", orange, "en").value == 2


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("cat, dog, bear", 2),
        # Two wordings of one group count once.
        ("cat, cats, dog", 0),
        # The bear within the polar bear does not count again: cat, polar bear.
        ("cat, polar bear", 0),
        ("cat, polar bear, bear", 2),
        ("cat, dog, bear, oak", 0),
        ("cat", 0),
    ],
)
def test_members(answer: str, value: int) -> None:
    assert rate(answer, THREE_ANIMALS, "en").value == value


@pytest.mark.parametrize(
    ("language", "accept", "answer", "value"),
    [
        ("zh", "红色", "它是红色的。", 2),
        ("ja", "赤", "それは赤です。", 2),
        ("th", "แดง", "มันเป็นสีแดง", 2),
        ("ru", "красный", "Он КРАСНЫЙ.", 2),
        ("ru", "красный", "Он прекрасный.", 0),
        ("de", "Straße", "STRASSE", 2),
        # The vowel sign ी is a mark: नील is not the word नीली.
        ("hi", "नील", "वह नीली है", 0),
        ("hi", "नीली", "वह नीली है", 2),
        # Composed and decomposed é are the same letter.
        ("fr", "étoile", "une e\u0301toile", 2),
        ("fr", "eau", "l'eau", 2),
    ],
)
def test_scripts(language: str, accept: str, answer: str, value: int) -> None:
    reference = Reference(kind="value", accept=((accept,),))
    assert rate(answer, reference, language).value == value


@pytest.mark.parametrize("accept", [(), ((),), (("", " "),)])
def test_a_reference_without_a_wording_rates_nothing(accept: tuple[tuple[str, ...], ...]) -> None:
    rated = rate("anything", Reference(kind="value", accept=accept), "en")
    assert rated == (None, "the reference accepts no answer")
