from __future__ import annotations

from collections.abc import Sequence

import pytest

from workbench.lid.detector import Verdict
from workbench.lid.langid_detector import LangidDetector
from workbench.lid.robust import UnitCounts, entropy, unit_counts, units_of

ENGLISH = "The cat sleeps on the sofa all day long."
FRENCH = "Le chat dort toute la journée sur le canapé."


class Marked:
    """The language that a text names in brackets, or none."""

    name = "marked"
    languages = None

    def identify(self, text: str) -> Verdict:
        label = text[text.index("[") + 1 : text.index("]")] if "[" in text else None
        return Verdict(label, 1.0, None)

    def identify_many(self, texts: Sequence[str]) -> list[Verdict]:
        return [self.identify(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("", []),
        (" \n ", []),
        # An answer that is short all over is judged as a whole.
        ("Oui.", ["Oui."]),
        ("Oui. Non.\nOui.", ["Oui. Non. Oui."]),
        ("un deux trois quatre cinq. Et six.", ["un deux trois quatre cinq. Et six."]),
        (
            "un deux trois quatre cinq. un deux trois quatre cinq!",
            ["un deux trois quatre cinq.", "un deux trois quatre cinq!"],
        ),
        # Short lines join the next one.
        ("- un\n- deux\n- trois quatre\n", ["- un - deux - trois quatre"]),
        # A full stop within a word or number ends nothing.
        ("a.b c.d e.f g.h i.j k.l", ["a.b c.d e.f g.h i.j k.l"]),
        # Ten ideographs are five words; four signs of Thai are one.
        ("小猫在沙发上睡觉。小狗在院子里跑步呢。", ["小猫在沙发上睡觉。小狗在院子里跑步呢。"]),
        (
            "那只小猫今天在沙发上睡觉。那只小狗今天在院子里跑步。",
            ["那只小猫今天在沙发上睡觉。", "那只小狗今天在院子里跑步。"],
        ),
        (
            "แมวนอนบนโซฟาทั้งวันเลย\nหมาวิ่งอยู่ในสวนทั้งวัน",
            ["แมวนอนบนโซฟาทั้งวันเลย", "หมาวิ่งอยู่ในสวนทั้งวัน"],
        ),
        # Code, numbers and quoted terms are left out, ...
        ('Tape `ls` puis "enter" 3 fois de suite ici', ["Tape puis fois de suite ici"]),
        (
            "un deux trois\n```\nsome english code here\n```\nquatre cinq",
            ["un deux trois quatre cinq"],
        ),
        # ... unless there is nothing else.
        ('"Bonjour tout le monde"', ['"Bonjour tout le monde"']),
    ],
)
def test_units(text: str, units: list[str]) -> None:
    assert [unit.text for unit in units_of(text)] == units


def test_units_know_their_place() -> None:
    text = f"{ENGLISH} {FRENCH}\n`code`\n{ENGLISH}"
    for unit in units_of(text):
        assert text[unit.start : unit.end].split()[-1] == unit.text.split()[-1]
    # 40 and 44 characters with a space after, then "`code`" and its newline.
    assert [unit.start for unit in units_of(text)] == [0, 41, 41 + 45 + 7]


def test_counts_entropy_and_switch() -> None:
    one, two = "[fr] b c d e. ", "[en] b c d e. "  # 14 characters, 13 without the space
    answers = [
        (one * 4, "fr"),
        (one + two + one + two, "fr"),
        (two * 2, "fr"),
        ("a b c d e f. " + one, "fr"),
        ("a b c d e f.", "fr"),
        ("", "fr"),
    ]
    assert list(unit_counts(answers, Marked())) == [
        UnitCounts(4, 4, 0.0, None),
        # Half of the characters each: one bit. The second of four units begins after 14 of
        # 56 characters.
        UnitCounts(4, 2, 1.0, 14 / 56),
        UnitCounts(2, 0, 0.0, None),
        # A unit without evidence counts neither way.
        UnitCounts(1, 1, 0.0, None),
        UnitCounts(0, 0, None, None),
        UnitCounts(0, 0, None, None),
    ]


def test_real_text() -> None:
    detector = LangidDetector(["en", "fr", "th"])
    answers = [
        (f"{ENGLISH}\n{FRENCH}", "fr"),
        (f"{FRENCH} {FRENCH}", "fr"),
        # What LCB's lines never judge: Thai, and short lines.
        ("แมวนอนหลับบนโซฟาทั้งวัน", "th"),
        ("Yes\nit is\nso very\nnice", "fr"),
        (f"{FRENCH} Tape `sort the lines of a file` et “enter your name here”.", "fr"),
    ]
    counts = list(unit_counts(answers, detector))
    assert [(own.judged, own.right) for own in counts] == [(2, 1), (2, 2), (1, 1), (1, 0), (1, 1)]
    assert counts[0].first_switch == pytest.approx(41 / 85)
    # 40 and 44 characters: -(40/84 log2 40/84 + 44/84 log2 44/84) = .998.
    assert (len(ENGLISH), len(FRENCH)) == (40, 44)
    assert counts[0].entropy == pytest.approx(0.99836, abs=1e-5)


@pytest.mark.parametrize(
    "text", ["Oui merci.", "Le renard est roux.", "狐狸是红色的", "Oui\n\nnon"]
)
def test_an_answer_of_fewer_than_five_tokens_is_not_judged(text: str) -> None:
    # 2, 4, 6 / 2 and 2 tokens; a verdict on so few is wrong too often to be a pass or a fail.
    counts = list(unit_counts([(text, "fr"), (FRENCH, "fr")], LangidDetector(["en", "fr"])))
    assert counts == [UnitCounts(0, 0, None, None, short=True), UnitCounts(1, 1, 0.0, None)]


@pytest.mark.parametrize(
    ("amounts", "bits"), [([], 0.0), ([7], 0.0), ([1, 1], 1.0), ([2, 1, 1], 1.5), ([3, 0], 0.0)]
)
def test_entropy(amounts: list[float], bits: float) -> None:
    assert entropy(amounts) == bits
