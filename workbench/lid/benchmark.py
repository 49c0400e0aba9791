"""A file of the Language Confusion Benchmark (LCB), scored without a workspace."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from workbench.importing.lcb_file import COLUMNS, read_answers
from workbench.lid.detector import Detector
from workbench.lid.detectors import make_detector
from workbench.lid.parallel import count_lines
from workbench.lid.passrates import benchmark_table
from workbench.lid.words import WordList

LANGUAGES = (
    "ar", "de", "en", "es", "fr", "hi", "id", "it", "ja", "ko", "pt", "ru", "tr", "vi", "zh",
)  # fmt: skip
"""The fifteen languages of the benchmark."""
_UNRESTRICTED = ("fasttext",)


def benchmark_detector(
    name: str, languages: Sequence[str] | None, answers: pd.DataFrame
) -> Detector:
    """The detector for answers of the benchmark.

    ``languages`` None means what is nearest to the benchmark's own figures: fastText without
    restriction, as its script has it, any other detector restricted to the benchmark's
    fifteen languages and those of the answers. ``["all"]`` means no restriction.
    """
    if languages is not None:
        return make_detector(name, None if list(languages) == ["all"] else languages)
    if name in _UNRESTRICTED:
        return make_detector(name)
    return make_detector(name, sorted({*LANGUAGES, *answers["language"]}))


def read_benchmark(*paths: Path) -> pd.DataFrame:
    """Answers of files: ``task``, ``model``, ``source``, ``language`` and ``completion``."""
    answers = [answer for path in paths for answer in read_answers(path)]
    columns = dict(zip(COLUMNS, zip(*answers, strict=True), strict=True))
    kept = ("task", "model", "source", "language", "completion")
    return pd.DataFrame({name: columns[name] for name in kept})


def benchmark_rates(answers: pd.DataFrame, detector: Detector, words: WordList) -> pd.DataFrame:
    """LCB's rates of answers, in the rows of its script; see ``benchmark_table``."""
    pairs = list(zip(answers["completion"], answers["language"], strict=True))
    counts = count_lines(pairs, detector, words)
    return benchmark_table(
        answers.assign(
            lines_judged=[own.judged for own in counts],
            lines_right=[own.right for own in counts],
            english_words=pd.array([own.english_words for own in counts], dtype="Int64"),
        )
    )
