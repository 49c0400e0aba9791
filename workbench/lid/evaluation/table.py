"""The table of detectors: accuracy by length, abstentions, calibration, speed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import compress

import pandas as pd

from workbench.lid.calibration import calibration_error
from workbench.lid.detector import Detector
from workbench.lid.detectors import make_detector
from workbench.lid.evaluation.corpus import Labelled, first_words
from workbench.progress import ProgressCallback

LENGTHS = (1, 2, 3, 5, 10, 20, None)
"""Numbers of words at which detectors are measured; None is the whole text."""
_REPEATS = 3


def detector_table(
    corpus: Sequence[Labelled],
    detectors: Sequence[str],
    progress: ProgressCallback | None = None,
) -> pd.DataFrame:
    """One row a detector, restriction and length, over texts of known language.

    ``choice`` is the number of languages of the corpus where the detector may choose among
    these alone, or ``all``; ``words`` the length (``all`` for whole texts); ``accuracy`` the
    share of texts whose label is right, undetermined ones counting as wrong;
    ``undetermined`` their share; ``ece`` the expected calibration error of the others
    (all 0 to 1, ``ece`` NaN without confidences); ``n`` the texts; ``texts_per_s`` the best
    of three runs over one process, for this length.
    """
    languages = sorted({text.language for text in corpus})
    jobs = [(name, choice) for name in detectors for choice in (languages, None)]
    rows = []
    cut = {
        length: [first_words(text.text, text.language, length) for text in corpus]
        for length in LENGTHS
    }
    for done, (name, choice) in enumerate(jobs, start=1):
        detector = make_detector(name, choice)
        about = {"detector": name, "choice": "all" if choice is None else str(len(languages))}
        rows += [
            {**about, "words": str(length or "all"), **_measure(detector, texts, corpus)}
            for length, texts in cut.items()
        ]
        if progress is not None:
            progress(done, len(jobs), "measuring detectors")
    return pd.DataFrame(rows)


def wide(table: pd.DataFrame) -> pd.DataFrame:
    """The table with a column a length, as people read it: accuracies in percent."""
    lengths = [str(length or "all") for length in LENGTHS]
    percent = table.assign(accuracy=(100 * table["accuracy"]).round(2))
    key = ["detector", "choice"]
    wide = percent.pivot(index=key, columns="words", values="accuracy")[lengths]
    at_five = percent[percent["words"] == "5"].set_index(key)
    whole = percent[percent["words"] == "all"].set_index(key)
    wide["ece at 5"] = at_five["ece"].round(4)
    wide["undetermined at 1 (%)"] = (
        100 * percent[percent["words"] == "1"].set_index(key)["undetermined"]
    ).round(2)
    wide["texts/s"] = whole["texts_per_s"].round(-2).astype(int)
    order = list(dict.fromkeys(zip(table["detector"], table["choice"], strict=True)))
    return wide.loc[order].reset_index().rename_axis(columns=None)


def _measure(
    detector: Detector, texts: Sequence[str], corpus: Sequence[Labelled]
) -> dict[str, float]:
    seconds = float("inf")
    for _ in range(_REPEATS):
        start = time.perf_counter()
        verdicts = detector.identify_many(texts)
        seconds = min(seconds, time.perf_counter() - start)
    right = [v.label == text.language for v, text in zip(verdicts, corpus, strict=True)]
    sure = [v.confidence is not None for v in verdicts]
    return {
        "n": len(texts),
        "accuracy": sum(right) / len(texts),
        "undetermined": sum(v.label is None for v in verdicts) / len(texts),
        "ece": calibration_error(
            [v.confidence for v in verdicts if v.confidence is not None],
            list(compress(right, sure)),
        ),
        "texts_per_s": len(texts) / seconds,
    }
