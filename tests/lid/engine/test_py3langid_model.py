"""The engine against the package: the same labels, and scores equal but for rounding."""

from __future__ import annotations

from itertools import islice

import pytest
from py3langid import langid as package

from tests.lid.data import lcb_lines, needs_lcb
from tests.lid.engine.test_langid_model import FIFTEEN
from workbench.lid.engine.py3langid_model import normalised, py3langid_model
from workbench.lid.engine.scorer import Scorer

TEXTS = [
    "The cat sleeps on the warm sofa all day long.",
    "LE CHAT DORT TOUTE LA JOURNÉE",
    "Кошка весь день спит на тёплом диване.",
    "猫整天睡在温暖的沙发上。",
    "القطة تنام على الأريكة الدافئة طوال اليوم",
    "e\u0301te\u0301",
    "Мачка спава цео дан на топлом каучу.",
    "Mushuk kun bo‘yi issiq divanda uxlaydi.",
]


def compare(texts: list[str], languages: list[str] | None) -> None:
    own = package.LanguageIdentifier.from_model_file(package.MODEL_FILE)
    own.set_languages(languages)
    scorer = Scorer(py3langid_model().restricted(languages))
    scores = scorer.score([normalised(text).encode() for text in texts])
    labels = [scorer.model.labels[best] for best in scores.best]
    expected = [own.classify(text) for text in texts]
    assert labels == [label for label, _ in expected]
    assert scores.log_probability.tolist() == pytest.approx([s for _, s in expected], rel=1e-3)


@pytest.mark.parametrize("languages", [None, FIFTEEN, ["sr", "uz", "en"]])
def test_labels_and_scores(languages: list[str] | None) -> None:
    compare(TEXTS, languages)


@needs_lcb
@pytest.mark.parametrize("languages", [None, FIFTEEN])
def test_lines_of_the_benchmark(languages: list[str] | None) -> None:
    compare(list(islice(lcb_lines(), 0, None, 100)), languages)


def test_compiled_and_plain_agree() -> None:
    model = py3langid_model()
    texts = [normalised(text).encode() for text in TEXTS]
    compiled = Scorer(model, backend="numba").score(texts)
    plain = Scorer(model, backend="numpy").score(texts)
    assert compiled.best.tolist() == plain.best.tolist()
    assert compiled.hits.tolist() == plain.hits.tolist()
    assert compiled.confidence == pytest.approx(plain.confidence)
