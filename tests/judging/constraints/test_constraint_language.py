from __future__ import annotations

import pytest

from workbench.judging.constraints import CHECKS, Check, check, expected_language
from workbench.judging.constraints.rating import constraint_rating
from workbench.lid.langid_detector import LangidDetector
from workbench.store.records import PendingResponse, Rating

ANSWERS = {
    "en": "Wash the apples in cold water and cut them into small pieces.",
    "fr": "Lavez les pommes à l'eau froide et coupez-les en petits morceaux.",
    "pt": "Lave as maçãs em água fria e corte-as em pedaços pequenos.",
    "ru": "Вымойте яблоки в холодной воде и нарежьте их маленькими кусочками.",
    "ar": "اغسل التفاح بالماء البارد ثم قطعه إلى قطع صغيرة.",
    "zh": "用冷水把苹果洗干净，然后切成小块。",
    "hi": "सेबों को ठंडे पानी में धोएं और छोटे टुकड़ों में काट लें।",
}


@pytest.fixture(scope="module")
def detector() -> LangidDetector:
    return LangidDetector(sorted(ANSWERS))


@pytest.mark.parametrize("language", ANSWERS)
def test_the_detector_decides(language: str, detector: LangidDetector) -> None:
    other = "fr" if language != "fr" else "en"

    assert check(f"lang_{language}", ANSWERS[language], detector=detector).kept is True
    found = check(f"lang_{other}", ANSWERS[language], detector=detector)
    assert found.kept is False
    assert found.reason == f"asked for an answer in '{other}', found '{language}'"


@pytest.mark.parametrize(
    ("constraint", "text", "reason"),
    [
        ("lang_fr", "123", "undetermined: the text gives no evidence of any language"),
        ("lang_ja", ANSWERS["zh"], "the detector does not know the expected language 'ja'"),
        ("lang_French", ANSWERS["fr"], "'French' is no language code"),
    ],
)
def test_what_cannot_be_decided(
    constraint: str, text: str, reason: str, detector: LangidDetector
) -> None:
    assert check(constraint, text, detector=detector) == Check(constraint, None, reason)


def test_without_a_detector_nothing_is_decided() -> None:
    assert check("lang_fr", ANSWERS["fr"]).reason == "needs a language detector"


@pytest.mark.parametrize(
    ("constraint", "language"),
    [("lang_fr", "fr"), ("lang_yue", "yue"), ("lang_", None), ("lang_FR", None), ("fr", None)],
)
def test_expected_language(constraint: str, language: str | None) -> None:
    assert expected_language(constraint) == language


@pytest.mark.parametrize("constraint", ["scientific_style", "simple_style", "complex_inst"])
def test_style_needs_a_judge(constraint: str) -> None:
    assert check(constraint, ANSWERS["en"]) == Check(constraint, None, "needs a judge")
    assert check(constraint, "").kept is False


@pytest.mark.parametrize(
    "constraint", ["", "_", "shorter", "short_2", "num_items_", "num_items", "lang_", "lang"]
)
def test_unknown_constraints_are_no_pass(constraint: str) -> None:
    for text in ("", ANSWERS["en"]):
        found = check(constraint, text)
        assert found.kept is None
        assert found.reason == f"no check is known for the constraint '{constraint}'"


@pytest.mark.parametrize(
    "constraint", ["num_items_x", "num_items_0", "num_items_-2", "num_items_²"]
)
def test_a_number_of_items_that_is_none(constraint: str) -> None:
    found = check(constraint, "- jazz\n- blues")
    assert found.kept is None
    assert found.reason is not None and found.reason.endswith("is no number of items")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the answer is empty"),
        (" \n", "the answer is empty"),
        ("...", "the answer has no words"),
    ],
)
@pytest.mark.parametrize("name", CHECKS)
def test_nothing_keeps_no_constraint(name: str, text: str, reason: str) -> None:
    constraint = {"num_items_": "num_items_2", "lang_": "lang_fr"}.get(name, name)
    assert check(constraint, text) == Check(constraint, False, reason)


def test_a_check_has_a_reason_exactly_where_it_is_not_kept() -> None:
    assert Check("short", True).reason is None
    for kept, reason in ((True, "why"), (False, None), (None, None)):
        with pytest.raises(ValueError, match="a reason exactly where"):
            Check("short", kept, reason)


def pending(text: str, constraint: str | None, missing: str | None = None) -> PendingResponse:
    return PendingResponse(
        response_id=7,
        text=text,
        language="fr",
        reference=None,
        missing_reason=missing,
        constraint=constraint,
    )


def test_ratings(detector: LangidDetector) -> None:
    def rated(response: PendingResponse) -> Rating:
        return constraint_rating(response, detector)

    def rating(value: int | None, missing: str | None, reason: str | None) -> Rating:
        return Rating(7, "constraints", "constraint", value, missing_reason=missing, reason=reason)

    assert rated(pending(ANSWERS["fr"], "lang_fr")) == rating(2, None, None)
    assert rated(pending(ANSWERS["en"], "lang_fr")) == rating(
        0, None, "asked for an answer in 'fr', found 'en'"
    )
    assert rated(pending("", "short")) == rating(0, None, "the answer is empty")
    assert rated(pending("x", "simple_style")) == rating(None, "needs a judge", None)
    assert rated(pending("x", None)) == rating(None, "the prompt has no constraint", None)
    assert rated(pending("", "short", "out of memory")) == rating(None, "out of memory", None)


def test_the_twin_reaches_the_check() -> None:
    text = " ".join(f"Word{n} follows word after word." for n in range(15))  # 75 words
    assert constraint_rating(pending(text, "long"), None).value == 0
    assert constraint_rating(pending(text, "long"), None, twin="Just a few words.").value == 2
