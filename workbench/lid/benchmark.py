"""A file of the Language Confusion Benchmark (LCB), scored without a workspace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.importing.lcb_file import Answer, read_answers
from workbench.lid.collection import without_collection
from workbench.lid.detector import Detector
from workbench.lid.detectors import make_detector
from workbench.lid.parallel import count_lines
from workbench.lid.words import WordList

if TYPE_CHECKING:
    import pandas as pd

    from workbench.lid.line_counts import LineCounts

LANGUAGES = (
    "ar", "de", "en", "es", "fr", "hi", "id", "it", "ja", "ko", "pt", "ru", "tr", "vi", "zh",
)  # fmt: skip
"""The fifteen languages of the benchmark."""
_UNRESTRICTED = ("fasttext",)
_GROUPS = ("model", "task", "source", "language")
_TABLES = "workbench.lid.passrates"
"""Imported late: pandas takes half a second, in which another process can count."""


def benchmark_detector(
    name: str, languages: Sequence[str] | None, expected: Iterable[str]
) -> Detector:
    """The detector for answers of the benchmark, which are ``expected`` in some languages.

    ``languages`` None means what is nearest to the benchmark's own figures: fastText without
    restriction, as its script has it, any other detector restricted to the benchmark's
    fifteen languages and those of the answers. ``["all"]`` means no restriction.
    """
    if languages is not None:
        return make_detector(name, None if list(languages) == ["all"] else languages)
    if name in _UNRESTRICTED:
        return make_detector(name)
    return make_detector(name, sorted({*LANGUAGES, *expected}))


def rates_of_files(
    paths: Sequence[Path], detector: str, languages: Sequence[str] | None, words: WordList
) -> pd.DataFrame:
    """LCB's rates of the answers of files; for ``languages`` see ``benchmark_detector``."""
    with without_collection():
        answers = [answer for path in paths for answer in read_answers(path)]
        chosen = benchmark_detector(detector, languages, {answer.language for answer in answers})
        pairs = [(answer.completion, answer.language) for answer in answers]
        counts = count_lines(pairs, chosen, words, meanwhile=lambda: import_module(_TABLES))
        return _rates(_frame(answers, _GROUPS), counts)


def read_benchmark(*paths: Path) -> pd.DataFrame:
    """Answers of files: ``task``, ``model``, ``source``, ``language`` and ``completion``."""
    answers = [answer for path in paths for answer in read_answers(path)]
    return _frame(answers, (*_GROUPS, "completion"))


def benchmark_rates(answers: pd.DataFrame, detector: Detector, words: WordList) -> pd.DataFrame:
    """LCB's rates of answers, in the rows of its script; see ``passrates.benchmark_table``."""
    pairs = list(zip(answers["completion"], answers["language"], strict=True))
    return _rates(answers, count_lines(pairs, detector, words))


def _frame(answers: Sequence[Answer], columns: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({name: [getattr(own, name) for own in answers] for name in columns})


def _rates(answers: pd.DataFrame, counts: Sequence[LineCounts]) -> pd.DataFrame:
    import pandas as pd

    from workbench.lid.passrates import benchmark_table

    return benchmark_table(
        answers.assign(
            lines_judged=[own.judged for own in counts],
            lines_right=[own.right for own in counts],
            english_words=pd.array([own.english_words for own in counts], dtype="Int64"),
        )
    )
