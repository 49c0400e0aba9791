"""The shipped prompt set ``everyday``: the same 40 prompts in 15 languages, our own wording."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import pytest

from workbench.judging import reference
from workbench.judging.constraints import CHECKS
from workbench.languages import language
from workbench.lid.detectors import DEFAULT_DETECTOR, make_detector
from workbench.prompts import Prompt, PromptSet, shipped_names, shipped_prompt_set

LANGUAGES = [
    *("en", "fr", "de", "es", "pt", "it", "ru", "ar"),
    *("hi", "zh", "ja", "ko", "tr", "id", "vi"),
]
READ_AS_MALAY = {"who-is-shortest", "inflation-for-a-child", "yellow-leaves"}
"""Indonesian prompts whose words are Malay as well: nothing in them is wrong."""
SCRIPTS = {
    "Latn": {"LATIN"},
    "Cyrl": {"CYRILLIC"},
    "Arab": {"ARABIC"},
    "Deva": {"DEVANAGARI"},
    "Hans": {"CJK"},
    "Jpan": {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"},
    "Kore": {"HANGUL"},
}
ANSWERS = {
    # A right answer and a wrong one as people write them, to each fact in some languages.
    ("capital-of-australia", "ko"): ("호주의 수도는 캔버라입니다.", "시드니입니다."),
    ("capital-of-australia", "tr"): ("Canberra'dır.", "Sidney'dir."),
    ("days-in-leap-february", "zh"): ("闰年的二月有29天。", "有28天。"),
    ("days-in-leap-february", "ko"): ("2월은 29일까지 있습니다.", "28일까지 있습니다."),
    ("legs-of-a-spider", "ar"): ("للعنكبوت ثماني أرجل.", "للعنكبوت ست أرجل."),
    ("legs-of-a-spider", "hi"): ("मकड़ी के आठ पैर होते हैं।", "मकड़ी के छह पैर होते हैं।"),
    ("planet-nearest-the-sun", "ru"): ("Это Меркурий.", "Это Венера."),
    ("planet-nearest-the-sun", "vi"): ("Đó là Sao Thủy.", "Đó là Sao Kim."),
    ("ocean-to-america", "de"): ("Der Atlantische Ozean.", "Der Pazifische Ozean."),
    ("minutes-in-two-and-a-half-hours", "fr"): ("Cent cinquante minutes.", "Cent vingt."),
    ("minutes-in-two-and-a-half-hours", "ko"): ("150분이에요.", "120분이에요."),
    # 14:20 and 1 h 55 min: 15:20 after an hour, 16:15 after 55 minutes more.
    ("arrival-of-the-train", "en"): ("It arrives at 4:15 p.m.", "It arrives at 3:15 p.m."),
    ("arrival-of-the-train", "ja"): ("到着は16時15分です。", "到着は15時15分です。"),
    ("arrival-of-the-train", "vi"): ("Tàu đến lúc 16 giờ 15.", "Tàu đến lúc 14 giờ 15."),
    # 50 - 3 * 12
    ("change-for-three-books", "it"): ("Il resto è di 14 euro.", "Il resto è di 36 euro."),
    ("change-for-three-books", "id"): ("Kembaliannya empat belas euro.", "Kembaliannya 24 euro."),
}


@pytest.fixture(scope="module")
def everyday() -> PromptSet:
    return shipped_prompt_set("everyday")


def text(prompt: Prompt) -> str:
    (message,) = prompt.messages
    assert message.role == "user"
    return message.content


def test_it_is_among_the_sets_that_come_with_the_workbench() -> None:
    assert shipped_names() == ["everyday", "tinyworld-test", "tinyworld-validation"]


def test_every_prompt_stands_in_every_language(everyday: PromptSet) -> None:
    assert everyday.languages == LANGUAGES
    ids = [prompt.parallel_id for prompt in everyday.prompts if prompt.language == "en"]
    assert len(set(ids)) == 40
    for code in LANGUAGES:
        assert [p.parallel_id for p in everyday.prompts if p.language == code] == ids


def test_tasks_and_constraints_are_the_same_in_every_language(everyday: PromptSet) -> None:
    kinds = {(p.parallel_id, p.task, p.constraint) for p in everyday.prompts}
    assert len(kinds) == 40
    tasks = Counter(task for _, task, _ in kinds)
    assert set(tasks) == {"fact", "reasoning", "explanation", "advice", "writing", "list"}
    assert min(tasks.values()) >= 5
    constraints = {constraint for _, _, constraint in kinds if constraint}
    assert all(c in CHECKS or f"{c.rpartition('_')[0]}_" in CHECKS for c in constraints)
    assert constraints == {"short", "num_items_3", "num_items_4", "num_items_5", "num_items_7"}


def test_no_text_occurs_twice_and_all_are_clean(everyday: PromptSet) -> None:
    texts = [text(prompt) for prompt in everyday.prompts]
    assert len(set(texts)) == 600
    for own in texts:
        assert unicodedata.normalize("NFC", own) == own
        assert own == " ".join(own.split())
        assert own[-1] in ".?。？؟।"


def test_letters_are_of_the_language_s_script(everyday: PromptSet) -> None:
    for prompt in everyday.prompts:
        own = SCRIPTS[language(prompt.language).script]
        letters = [c for c in text(prompt) if c.isalpha()]
        others = {c for c in letters if unicodedata.name(c).split()[0] not in own}
        assert not others, (prompt.language, prompt.parallel_id, others)


def test_punctuation_is_the_language_s_own(everyday: PromptSet) -> None:
    for prompt in everyday.prompts:
        own, code = text(prompt), prompt.language
        if code in ("zh", "ja"):
            assert not re.search("[?!,;:]", own), own
        elif code == "ar":
            assert not re.search("[?,;]", own), own
        elif code == "hi":
            assert own[-1] in "।?", own
        elif code == "fr":
            assert not re.search(r"\S[?!;:](?!\d)", own), own
        elif code == "es":
            assert own.count("?") == own.count("¿"), own


def test_the_default_detector_tells_each_language(everyday: PromptSet) -> None:
    detector = make_detector(DEFAULT_DETECTOR, LANGUAGES)
    wrong = {
        (p.parallel_id, p.language, detector.identify(text(p)).label)
        for p in everyday.prompts
        if detector.identify(text(p)).label != p.language
    }
    assert wrong == {(id, "id", "ms") for id in READ_AS_MALAY}


def test_facts_have_their_words_in_every_language(everyday: PromptSet) -> None:
    with_facts = [prompt for prompt in everyday.prompts if prompt.reference is not None]
    assert len(with_facts) == 8 * 15
    for prompt in with_facts:
        assert prompt.reference is not None
        (group,) = prompt.reference.accept
        for wording in group:
            assert unicodedata.normalize("NFC", wording) == wording
            assert reference.rate(wording, prompt.reference, prompt.language).value == 2
        # What is asked does not give its own answer away.
        assert reference.rate(text(prompt), prompt.reference, prompt.language).value == 0


@pytest.mark.parametrize("asked", ANSWERS, ids=lambda asked: "-".join(asked))
def test_facts_tell_right_from_wrong_answers(everyday: PromptSet, asked: tuple[str, str]) -> None:
    (prompt,) = (p for p in everyday.prompts if (p.parallel_id, p.language) == asked)
    assert prompt.reference is not None
    right, wrong = ANSWERS[asked]
    assert reference.rate(right, prompt.reference, prompt.language).value == 2
    assert reference.rate(wrong, prompt.reference, prompt.language).value == 0
