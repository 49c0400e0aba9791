from __future__ import annotations

import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from workbench.app.compare.difference import difference, tokens

FAMILY, COUPLE = "👩‍👩‍👧", "👩‍👧"
ALPHABET = "aé́ क़िा्مٌ狐🇫🇷👩‍👧ไก่ 'x-\u200d\u200c\n" + FAMILY
texts = st.text(st.one_of(st.sampled_from(ALPHABET), st.characters(exclude_categories=["Cs"])))


def only(pairs: list[tuple[str, bool]]) -> list[str]:
    return [text for text, differs in pairs if differs]


@pytest.mark.parametrize(
    ("first", "second", "marked"),
    [
        ("The fox is red.", "The fox was red.", (["is"], ["was"])),
        ("Le renard", "Le petit renard roux", ([], ["petit", "roux"])),
        # a space between two words that differ belongs to them
        ("eats fresh meat.", "eats green leaves.", (["fresh meat"], ["green leaves"])),
        ("狐狸是红色的。", "狐狸是棕色的。", (["红"], ["棕"])),
        ("ร้านนี้", "ร้านนั้น", (["นี้"], ["นั้น"])),
        ("لون الثعلب أحمر.", "لون الثعلب بني.", (["أحمر"], ["بني"])),
        # matras and the virama stay with their consonants
        ("लोमड़ी की क्षमता", "लोमड़ी का क्षमता", (["की"], ["का"])),
        (f"ok {FAMILY}", f"ok {COUPLE}", ([FAMILY], [COUPLE])),
        # composed and decomposed are the same
        ("café", unicodedata.normalize("NFD", "café"), ([], [])),
        ("a  b", "a b", ([], [])),
        ("l'été", "l’été", (["l'été"], ["l’été"])),
        ("", "x", ([], ["x"])),
        ("", "", ([], [])),
    ],
)
def test_what_only_one_text_has(
    first: str, second: str, marked: tuple[list[str], list[str]]
) -> None:
    found = difference(first, second)
    assert (only(found.first), only(found.second)) == marked
    assert found.whole


def test_differences_are_counted_in_words() -> None:
    found = difference("The fox is red .", "A fox is very red !")
    # of 4: "The"; of 5: "A" and "very"; a full stop is marked, but is no word
    assert (found.only_first, found.of_first) == (1, 4)
    assert (found.only_second, found.of_second) == (2, 5)
    assert only(found.first) == ["The", "."]
    chinese = difference("狐狸是红色的。", "狼是灰色的。")
    assert (chinese.only_first, chinese.of_first) == (3, 6)


@given(texts, texts)
def test_nothing_is_lost_and_no_character_is_parted(first: str, second: str) -> None:
    for text in (first, second):
        ends = set()
        place = 0
        for cluster in regex.findall(r"\X", text):
            place += len(cluster)
            ends.add(place)
        place = 0
        for token in tokens(text):
            place += len(token)
            assert place in ends
    found = difference(first, second)
    assert "".join(text for text, _ in found.first) == first
    assert "".join(text for text, _ in found.second) == second
    assert difference(first, first).only_first == 0
    # Neighbours are not of one kind.
    for pairs in (found.first, found.second):
        kinds = [differs for _, differs in pairs]
        assert all(a != b for a, b in zip(kinds, kinds[1:], strict=False))


def test_texts_that_repeat_themselves_take_no_minutes() -> None:
    # Were all of them compared, this test would not end.
    found = difference("a b c. " * 5000, "a b d. " * 5000)
    assert not found.whole
    assert 0 < found.of_first < 20_000
    assert found.only_first < found.of_first
