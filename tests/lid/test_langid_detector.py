from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langid.langid import LanguageIdentifier, model

from workbench.errors import NotFoundError
from workbench.lid.detectors import DETECTORS, make_detector
from workbench.lid.langid_detector import LangidDetector

TEXTS = [
    "The cat sleeps on the warm sofa all day long.",
    "Le chat dort toute la journée sur le canapé.",
    "Кошка весь день спит на тёплом диване.",
    "猫整天睡在温暖的沙发上。",
    "القطة تنام على الأريكة الدافئة طوال اليوم",
    "one word",
    "lone \ud800 surrogate",
]
WIDE = LangidDetector()
TEN_LANGUAGES = ["ar", "de", "en", "es", "fr", "hi", "ja", "pt", "ru", "zh"]


@pytest.mark.parametrize("languages", [None, TEN_LANGUAGES, ["fr", "en"]])
def test_verdicts_are_the_packages_own_bit_for_bit(languages: list[str] | None) -> None:
    package = LanguageIdentifier.from_modelstring(model)
    package.set_languages(languages)
    detector = LangidDetector(languages)
    rng = random.Random(0)
    spliced = [" ".join(rng.sample(TEXTS[:6], 3))[rng.randrange(20) :] for _ in range(200)]
    for text, verdict in zip(TEXTS + spliced, detector.identify_many(TEXTS + spliced), strict=True):
        raw = text.encode("utf-8", "replace")
        assert (verdict.label, verdict.log_probability) == package.classify(raw)
        assert verdict.evidence == package.instance2fv(raw).sum()


ODD = st.text(st.sampled_from("ab cé猫\n\0\ud800"), max_size=12)


@given(st.lists(ODD, max_size=7))
def test_texts_in_company_get_the_verdicts_of_each_alone(texts: list[str]) -> None:
    assert WIDE.identify_many(texts) == [WIDE.identify(text) for text in texts]
    assert WIDE.identify_many(texts) == WIDE.identify_bytes([WIDE.encoded(t) for t in texts])


def test_confidences_are_softened_the_more_the_more_languages_there_are() -> None:
    package = LanguageIdentifier.from_modelstring(model, norm_probs=True)
    sure = package.classify(TEXTS[5])[1]
    confidence = LangidDetector().identify(TEXTS[5]).confidence
    assert confidence is not None
    assert 1 / 97 < confidence < sure


@pytest.mark.parametrize("text", ["", " \n", "123", "!?", "a\0b\x7f\t", "1.\n2.\n3."])
def test_without_evidence_it_abstains(text: str) -> None:
    verdict = LangidDetector(["en", "fr"]).identify(text)
    assert (verdict.label, verdict.confidence, verdict.evidence) == (None, None, 0)


def test_a_restricted_detector_answers_within_its_languages() -> None:
    russian = TEXTS[2]
    assert LangidDetector().identify(russian).label == "ru"
    assert LangidDetector(["en", "zh"]).identify(russian).label in ("en", "zh")


def test_the_name_tells_the_restriction_whatever_its_order() -> None:
    assert LangidDetector().name == "langid"
    assert len(LangidDetector().languages) == 97
    detector = LangidDetector(["fr", "en", "fr"])
    assert (detector.name, detector.languages) == ("langid[en,fr]", ("en", "fr"))


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(NotFoundError, match="Language 'xx'.*af, am"):
        LangidDetector(["en", "xx"])


def test_every_detector_can_be_made_by_name() -> None:
    for name in DETECTORS:
        detector = make_detector(name, ["en", "fr"])
        assert detector.name.startswith(name)
        assert detector.languages is not None and set(detector.languages) == {"en", "fr"}
        assert detector.identify_many([]) == []


def test_a_near_name_is_proposed() -> None:
    with pytest.raises(NotFoundError, match="Did you mean 'langid'"):
        make_detector("langit")
    with pytest.raises(NotFoundError, match="Use one of py3langid, langid"):
        make_detector("zzz")
