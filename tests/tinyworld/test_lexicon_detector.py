from __future__ import annotations

from random import Random

import pytest

from workbench.tinyworld.exchange import Narrator
from workbench.tinyworld.lexicon_detector import LexiconDetector, vocabulary
from workbench.tinyworld.tasks import TASKS, TaskSampler
from workbench.tinyworld.world import World


@pytest.fixture(scope="session")
def detector() -> LexiconDetector:
    return LexiconDetector()


def answers(narrator: Narrator, count: int) -> list[str]:
    sampler = TaskSampler(narrator.world, Random(11), lambda fact: True)
    return [narrator.answer(sampler.item(TASKS[n % len(TASKS)])) for n in range(count)]


def test_right_on_canonical_answers(narrator: Narrator, detector: LexiconDetector) -> None:
    texts = answers(narrator, 1200)
    labels = [verdict.label for verdict in detector.identify_many(texts)]
    right = sum(label == narrator.lexicon.language for label in labels)

    assert right >= 0.995 * len(texts), [
        (text, label)
        for text, label in zip(texts, labels, strict=True)
        if label != narrator.lexicon.language
    ]


def test_right_on_all_statements_of_all_facts(
    narrator: Narrator, detector: LexiconDetector
) -> None:
    texts = [narrator.statement(fact) for fact in narrator.world.facts]
    right = sum(v.label == narrator.lexicon.language for v in detector.identify_many(texts))

    assert right >= 0.995 * len(texts)  # at most 4 of 876


def test_three_sentences_of_one_language_outweigh_one_of_another(
    world: World, narrators: dict[str, Narrator], detector: LexiconDetector
) -> None:
    facts = [fact for fact in world.facts if fact.relation == "object.room"]
    for code, narrator in narrators.items():
        for other, stranger in narrators.items():
            if code == other:
                continue
            # Chinese has a word a character, so the sentences weigh by their words.
            ours = " ".join(narrator.statement(fact) for fact in facts[:3])
            theirs = stranger.statement(facts[3])
            label = detector.identify(f"{ours} {theirs}").label
            assert label in (code, None), (ours, theirs)


def test_halves_of_two_languages_are_undetermined_or_one_of_them(
    world: World, narrators: dict[str, Narrator], detector: LexiconDetector
) -> None:
    fact = next(fact for fact in world.facts if fact.id == "animal.habitat.bear")
    text = f"{narrators['ru'].statement(fact)} {narrators['de'].statement(fact)}"

    # "медведь живёт в горах" and "der Bär lebt im Gebirge": four against five words.
    assert detector.identify(text).label == "de"
    # Four against four: neither has more.
    assert detector.identify("медведь живёт в горах der bär lebt gebirge").label is None


def test_verdict_counts_words_and_their_known_share(detector: LexiconDetector) -> None:
    verdict = detector.identify("The fox is blurple")

    assert verdict.label == "en"
    assert verdict.confidence == 0.75  # three of four words
    assert verdict.evidence == 4


@pytest.mark.parametrize("text", ["", "   ", "123 :-) ...", "👍"])
def test_no_words_no_verdict(detector: LexiconDetector, text: str) -> None:
    verdict = detector.identify(text)

    assert (verdict.label, verdict.confidence, verdict.evidence) == (None, None, 0)


def test_words_of_no_language_are_undetermined(detector: LexiconDetector) -> None:
    verdict = detector.identify("zxqv wvutz brrp")

    assert (verdict.label, verdict.confidence, verdict.evidence) == (None, 0.0, 3)


def test_a_name_that_several_languages_share_is_undetermined(detector: LexiconDetector) -> None:
    assert detector.identify("Paris").label is None
    assert detector.identify("Berlin, Madrid").label is None


def test_restriction_to_languages_of_a_study() -> None:
    restricted = LexiconDetector(["en", "fr"])

    assert restricted.languages == ("en", "fr")
    assert restricted.identify("лиса оранжевая").label is None
    assert restricted.identify("le renard est orange").label == "fr"


def test_case_and_punctuation_do_not_count(detector: LexiconDetector) -> None:
    assert detector.identify("LA VACHE EST BLANCHE!!!").label == "fr"
    assert (
        detector.identify("狐狸是橙色的").label
        == detector.identify("狐狸，是橙色的！").label
        == "zh"
    )


def test_vocabulary_holds_inflected_words_and_chosen_text() -> None:
    assert {"bären", "dem", "schwarzen", "ihn"} <= vocabulary("de")
    assert {"лисой", "увидела", "шесть"} <= vocabulary("ru")
    assert {"situé", "située", "qu", "d"} <= vocabulary("fr")
    assert {"只", "狐"} <= vocabulary("zh")
    assert "fox" not in vocabulary("de")
