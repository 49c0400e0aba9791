"""Fits the temperatures of ``workbench.lid.calibration`` on texts of known language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

import numpy as np
import pandas as pd

from workbench.lid.byte_detector import ByteDetector
from workbench.lid.calibration import (
    Case,
    calibration_error,
    fit_temperature,
    probabilities,
)
from workbench.lid.evaluation.corpus import Labelled, first_words
from workbench.lid.langid_detector import LangidDetector
from workbench.lid.py3langid_detector import Py3langidDetector

DETECTORS: Mapping[str, type[LangidDetector] | type[Py3langidDetector]] = {
    "langid": LangidDetector,
    "py3langid": Py3langidDetector,
}
SIZES = (2, 6, 15, None)
"""Numbers of languages to choose from; None is all that the model knows."""
_WORDS = (1, 2, 3, 5, 10, 20)
_DRAWN = 8


def fit_temperatures(corpus: Sequence[Labelled], seed: int = 0) -> pd.DataFrame:
    """Temperatures by detector and number of languages, fitted on every other text.

    Texts are cut to their first 1 to 20 words; small choices are drawn by ``seed``, and
    asked about texts in their own languages. Columns: ``detector``, ``languages`` (columns
    of the model), ``temperature``, and the expected calibration error over the texts that
    were not fitted on, ``ece_before`` (temperature 1) and ``ece_after``.
    """
    known = sorted({text.language for text in corpus})
    rows = []
    for name, make in DETECTORS.items():
        for size in SIZES:
            fitted, tested, columns = [], [], 0
            for choice in _choices(known, size, seed):
                detector = make(choice)
                columns = len(detector.scorer.model.labels)
                own = [text for text in corpus if choice is None or text.language in choice]
                fitted.append(_case(detector, own[::2]))
                tested.append(_case(detector, own[1::2]))
            temperature = round(fit_temperature(fitted), 2)
            rows.append(
                {
                    "detector": name,
                    "languages": columns,
                    "temperature": temperature,
                    "ece_before": _error(tested, 1.0),
                    "ece_after": _error(tested, temperature),
                }
            )
    return pd.DataFrame(rows)


def _choices(known: list[str], size: int | None, seed: int) -> list[list[str] | None]:
    if size is None:
        return [None]
    if size >= len(known):
        return [known]
    random = Random(seed)
    return [sorted(random.sample(known, size)) for _ in range(_DRAWN)]


def _case(detector: ByteDetector, corpus: Sequence[Labelled]) -> Case:
    """Scores at temperature 1, with features; texts without any are left out."""
    texts = [(first_words(t.text, t.language, n), t.language) for t in corpus for n in _WORDS]
    encoded = [detector.encoded(text) for text, _ in texts]
    labels = detector.scorer.model.labels
    hits = detector.scorer.score(encoded).hits
    scores = detector.scorer.score_table(encoded)
    if detector.scorer.model.saturating:
        scores /= np.sqrt([[max(len(text), 1)] for text in encoded])
    true = np.array([labels.index(language) for _, language in texts])
    return Case(scores[hits > 0], true[hits > 0])


def _error(cases: Sequence[Case], temperature: float) -> float:
    shares = [probabilities(case.scores, temperature) for case in cases]
    sure = np.concatenate([s.max(axis=1) for s in shares])
    right = np.concatenate(
        [s.argmax(axis=1) == case.true for s, case in zip(shares, cases, strict=True)]
    )
    return round(calibration_error(sure, right), 4)
