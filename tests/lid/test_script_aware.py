from __future__ import annotations

import pytest

from workbench.languages import LANGUAGES
from workbench.lid.script_aware import ScriptAwareDetector


@pytest.fixture(scope="module")
def detector() -> ScriptAwareDetector:
    return ScriptAwareDetector(tuple(LANGUAGES))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("不，青蛙吃昆虫。", "zh"),
        ("你能告诉我青蛙吃什么吗？", "zh"),
        ("カエルは虫を食べます。", "ja"),
        ("Le renard est de couleur orange.", "fr"),
        ("ما هو لون الثعلب؟", "ar"),
        ("लोमड़ी का रंग क्या है?", "hi"),
    ],
)
def test_short_texts(detector: ScriptAwareDetector, text: str, language: str) -> None:
    assert detector.identify(text).label == language


def test_no_evidence_is_undetermined(detector: ScriptAwareDetector) -> None:
    assert detector.identify("123").label is None
