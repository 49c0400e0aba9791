from __future__ import annotations

import re

import pytest

from workbench.app.chat.marking import GrowingMarks, language_of, marks
from workbench.app.spans import legend, marked_text
from workbench.lid.codeswitch import Part
from workbench.lid.detectors import make_detector

FRENCH = "Bien sûr, voici la recette que vous avez demandée hier soir. "
ENGLISH = "Then you should put the chicken in the oven for about an hour. "
ARABIC = "بالطبع، هذه هي الوصفة التي طلبتها مني مساء أمس. "


def plain(markup: str) -> str:
    """The text that a page shows for some markup."""
    shown = re.sub(r"<[^>]*>", "", markup)
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'")):
        shown = shown.replace(entity, character)
    return shown.replace("&amp;", "&")


@pytest.mark.parametrize(("text", "expected"), [(FRENCH, "fr"), (ARABIC, "ar")])
def test_english_inside_another_language_is_one_mark(text: str, expected: str) -> None:
    mixed = text + ENGLISH + text
    found = marks(mixed, expected)
    markup = marked_text(mixed, found)
    assert plain(markup) == mixed
    assert markup.count("<mark") == markup.count('<bdi dir="auto" lang="en">') == 1
    inside = re.search(r"<bdi[^>]*>(.*?)</bdi>", markup)
    assert inside is not None
    assert "you should put the chicken in the oven" in inside[1]
    assert re.search(r'title="English, \d+%: [^"]+"', markup)
    assert 'wb-colour-0">' in legend(found, expected)


def test_an_answer_in_its_language_has_no_mark_and_no_legend() -> None:
    found = marks(FRENCH, "fr")
    assert marked_text(FRENCH, found) == FRENCH
    assert legend(found, "fr") == ""


def test_markup_in_answers_is_shown_as_text() -> None:
    text = f"{FRENCH}<script>alert('x')</script> <img src=x onerror=\"alert(1)\"> {ENGLISH}&amp;"
    for expected in ("fr", "en", "ru", None):
        markup = marked_text(text, marks(text, expected))
        assert plain(markup) == text
        assert set(re.findall(r"<(\w+)", markup)) <= {"mark", "bdi", "span"}


def test_attributes_are_escaped() -> None:
    part = Part(0, 1, "foreign", 'x"><b>', 0.5, '"><script>')
    assert "<script>" not in marked_text("a", [part])
    assert "<b>" not in marked_text("a", [part])


def test_code_and_addresses_are_said_not_to_be_judged() -> None:
    text = f"{FRENCH} https://example.org/the-page-of-the-day `for item in the_list: pass`"
    found = marks(text, "fr")
    assert "Not judged: an address" in marked_text(text, found)
    assert "Not judged: code" in marked_text(text, found)
    assert "not judged" in legend(found, "fr")


def test_a_growing_answer_is_marked_as_the_whole_is() -> None:
    text = FRENCH + ENGLISH + FRENCH
    growing = GrowingMarks("fr")
    for end in range(0, len(text), 3):
        growing.of(text[:end])
    assert growing.of(text) == marks(text, "fr")
    # The last look may have lost its surrounding space.
    assert growing.of(text.strip()) == marks(text.strip(), "fr")
    assert growing.of("") == ()


def test_nothing_is_marked_where_nothing_is_expected() -> None:
    assert GrowingMarks(None).of(ENGLISH) == ()
    assert marks(ENGLISH, None) == ()
    assert marks(ENGLISH, "xx") == ()


def test_a_close_language_counts_as_the_one_that_is_offered() -> None:
    detector = make_detector("py3langid", ["en", "zh"])
    assert detector.identify("佢哋喺邊度食咗飯呀？我哋唔知道喎。").label == "yue"
    assert language_of("佢哋喺邊度食咗飯呀？我哋唔知道喎。", detector) == "zh"
    assert language_of("123", detector) is None
