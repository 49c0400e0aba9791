from __future__ import annotations

import re
from collections import Counter
from itertools import islice

import pytest

from workbench.tinyworld.documents import DOCUMENT_SHARES, documents
from workbench.tinyworld.exchange import Narrator
from workbench.tinyworld.lexicon_detector import LexiconDetector
from workbench.tinyworld.mixture import Mixture
from workbench.tinyworld.tokenizer import CHAT_TOKENS, END_OF_TEXT, PAD
from workbench.tinyworld.world import World

Documents = list[tuple[str, str]]
DOCUMENTS = 3000


@pytest.fixture(scope="session")
def texts(world: World) -> Documents:
    return list(islice(documents(world, Mixture(), seed=3), DOCUMENTS))


def of_language(texts: Documents, code: str) -> str:
    return "\n".join(text for language, text in texts if language == code)


def stated(narrator: Narrator, text: str, tier: str) -> set[str]:
    """Facts of a tier that a text states in any wording that names the entity.

    Yes/no questions ask wrong values too, so only statements are looked for.
    """
    lexicon = narrator.lexicon
    # One lower-case string of sentences, each behind a mark: a statement is found only where
    # a sentence or the part after a comma begins.
    begun = re.sub(r"(?<=[.?!。？！,，:：\n]) ?", "\x00", "\n" + text.casefold())
    parts = {part.strip() for part in begun.split("\x00")}
    found = set()
    for fact in narrator.world.facts:
        if fact.tier != tier:
            continue
        templates = lexicon.templates["facts"][fact.relation]["statements"]
        for template in templates:
            whole = lexicon.fill(template, narrator.fact_slots(fact)).casefold()
            ending = re.split(r"(?<=[,，:：]) ?", whole)
            # A statement with a comma of its own is looked for in the text itself.
            if (
                whole in parts
                if len(ending) == 1
                else re.search(rf"(?<!\w){re.escape(whole)}", text.casefold())
            ):
                found.add(fact.id)
    return found


def test_no_token_of_the_chat_template(texts: Documents) -> None:
    for _, text in texts:
        assert not [token for token in (*CHAT_TOKENS, END_OF_TEXT, PAD) if token in text]
        assert "<|" not in text


def test_all_documents_hold_text(texts: Documents) -> None:
    for _, text in texts:
        assert text == text.strip()
        assert len(text) > 5
        assert not re.search(r"[{}~]|  ", text)


def test_same_seed_same_text(world: World, texts: Documents) -> None:
    again = list(islice(documents(world, Mixture(), seed=3), 300))
    other = list(islice(documents(world, Mixture(), seed=4), 300))

    assert again == texts[:300]
    assert not {text for _, text in other} & {text for _, text in again if len(text) > 200}


def test_shares_of_languages(texts: Documents) -> None:
    mixture = Mixture()
    lengths: Counter[str] = Counter()
    for code, text in texts:
        lengths[code] += round(len(text) * mixture.weight(code))
    total = sum(lengths.values())

    # Each document goes to the language furthest behind, so none is off by more than a
    # document or two; a document is about a thousandth of the text.
    for code, share in mixture.shares.items():
        assert abs(lengths[code] / total - share) < 0.005
    assert sum(mixture.shares.values()) == pytest.approx(1)
    assert sum(DOCUMENT_SHARES.values()) == pytest.approx(1)


def test_facts_of_tier_c_are_stated_in_english_only(
    narrators: dict[str, Narrator], texts: Documents
) -> None:
    assert len(stated(narrators["en"], of_language(texts, "en"), "C")) > 150  # of about 260
    for code, narrator in narrators.items():
        own = of_language(texts, code)
        if code != "en":
            assert stated(narrator, own, "C") == set(), code
            assert stated(narrator, own, "A")  # the search finds what is there


def test_parallel_documents_state_tier_a_alone(
    narrators: dict[str, Narrator], texts: Documents
) -> None:
    text = of_language(texts, "parallel")

    assert len(stated(narrators["en"], text, "A")) > 30
    for narrator in narrators.values():
        assert stated(narrator, text, "B") == set()
        assert stated(narrator, text, "C") == set()


def test_tier_b_is_rare_outside_english(narrators: dict[str, Narrator], texts: Documents) -> None:
    english = of_language(texts, "en")
    share = {tier: len(stated(narrators["en"], english, tier)) for tier in "AB"}
    assert share["B"] > share["A"] / 4  # as often as A, of which there are about twice as many
    for code in ("de", "fr", "pt", "ru"):
        own = of_language(texts, code)
        frequent, rare = stated(narrators[code], own, "A"), stated(narrators[code], own, "B")
        assert len(frequent) > 150
        assert len(rare) < len(frequent) / 4, code


def test_each_document_is_in_one_language(texts: Documents) -> None:
    detector = LexiconDetector()
    own = [(code, text) for code, text in texts if code != "parallel"]
    labels = detector.identify_many([text for _, text in own])
    wrong = [
        (code, verdict.label, text)
        for (code, text), verdict in zip(own, labels, strict=True)
        if verdict.label != code
    ]

    assert wrong == []


def test_languages_of_the_mixture() -> None:
    mixture = Mixture(shares={"en": 0.5, "fr": 0.4, "parallel": 0.1})

    assert mixture.languages == ["en", "fr"]


def test_parallel_documents_hold_both_languages(
    narrators: dict[str, Narrator], texts: Documents
) -> None:
    own = [text for code, text in texts if code == "parallel"]
    glossaries = [text for text in own if " = " in text]

    assert len(own) > 30
    assert len(own) / 5 < len(glossaries) < len(own) * 4 / 5  # about half
    for text in glossaries:
        assert [line.count(" = ") for line in text.split("\n")] == [1] * 6
    for text in set(own) - set(glossaries):
        lines = text.split("\n")
        labels = [LexiconDetector().identify(line).label for line in lines]
        assert len(lines) == 8  # four facts, two languages
        assert "en" in {*labels[::2]} | {*labels[1::2]}
        assert set(labels[::2]) - {None} != set(labels[1::2]) - {None}
