from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest

from workbench.lid.detector import Verdict
from workbench.lid.line_counts import LineCounts, line_counts
from workbench.lid.passrates import benchmark_table, pass_rates
from workbench.lid.words import WordList

WORDS = WordList.of(["house"])


class FirstWord:
    """Calls a text by its first word; counts how often it is asked."""

    name = "first word"
    languages = None

    def __init__(self) -> None:
        self.calls = 0

    def identify(self, text: str) -> Verdict:
        return Verdict(text.split()[0] if text.split() else None, 1.0, None)

    def identify_many(self, texts: Sequence[str]) -> list[Verdict]:
        self.calls += 1
        return [self.identify(text) for text in texts]


def answers(rows: list[tuple[str, str, str, int, int, int | None]]) -> pd.DataFrame:
    """Task, source and language, then lines judged, lines right and English words."""
    names = ["task", "source", "language", "lines_judged", "lines_right", "english_words"]
    frame = pd.DataFrame(rows, columns=names).assign(model="m")
    return frame.astype({name: "Int64" for name in names[3:]})


def test_counts_of_answers() -> None:
    detector = FirstWord()
    texts = [
        ("ru a b c house\nru a b c d\nshort", "ru"),
        ("ru a b c house\nen a b c d", "ru"),
        ("short", "ru"),
        ("fr a b c house", "fr"),
    ]
    assert list(line_counts(texts, detector, WORDS)) == [
        LineCounts(2, 2, 1),
        # A wrong line: its English words say nothing that the line does not.
        LineCounts(2, 1, None),
        LineCounts(0, 0, None),
        LineCounts(1, 1, None),
    ]
    assert detector.calls == 1


def test_rates_by_group() -> None:
    frame = answers(
        [
            ("t", "a", "ru", 2, 1, None),
            ("t", "a", "ru", 1, 1, 0),
            ("t", "a", "ru", 4, 4, 3),
            ("t", "a", "ru", 0, 0, None),
            ("t", "b", "ru", 0, 0, None),
            ("t", "c", "fr", 1, 1, None),
            ("t", "c", "fr", 1, 0, None),
            ("t", "d", "ru", 1, 0, None),
        ]
    )
    table = pass_rates(frame, ["source"]).set_index("source")
    # a: of three answers with a judged line two pass, one of these without an English word;
    # lines (1/2 + 1 + 1) / 3. b has no judged line: no rate, not 100%.
    assert table.loc["a"].to_dict() == {
        "lpr": pytest.approx(2 / 3),
        "wpr": 0.5,
        "acc": pytest.approx(2.5 / 3),
        "n_judged": 3,
        "n_words": 2,
        "n_total": 4,
    }
    assert table.loc["b", ["lpr", "wpr", "acc"]].isna().all()
    assert table.loc["b", ["n_judged", "n_words", "n_total"]].tolist() == [0, 0, 1]
    # c: English words are not counted in French.
    assert table.loc["c", ["lpr", "acc", "n_judged"]].tolist() == [0.5, 0.5, 2]
    assert pd.isna(table.loc["c", "wpr"])
    # d: no answer passes by lines, so that none holds an English word: the script's rule.
    assert table.loc["d", ["lpr", "wpr", "n_words"]].tolist() == [0.0, 1.0, 0]


def test_rows_and_means_of_the_script() -> None:
    frame = answers(
        [
            ("mono", "s1", "ru", 1, 1, 0),
            ("mono", "s1", "fr", 1, 0, None),
            ("mono", "s2", "ru", 1, 0, None),
            ("mono", "s2", "ru", 1, 1, 5),
            ("cross", "s1", "ru", 1, 1, 0),
        ]
    )
    table = benchmark_table(frame)
    assert list(table.columns[:7]) == ["task", "model", "source", "language", "lpr", "wpr", "acc"]
    mono = table[table["task"] == "mono"]
    found = [
        (row.source, row.language, row.lpr, None if pd.isna(row.wpr) else row.wpr, row.n_judged)
        for row in mono.itertuples()
    ]
    assert found == [
        ("s1", "fr", 0.0, None, 1),
        ("s1", "ru", 1.0, 1.0, 1),
        # One of two answers passes; it holds English words.
        ("s2", "ru", 0.5, 0.0, 2),
        # Means over languages: (0 + 1) / 2, not over answers; wpr where there is one.
        ("s1", "all", 0.5, 1.0, 2),
        ("s2", "all", 0.5, 0.0, 2),
        # Means over sources, languages in order of first appearance: ru (1 + .5) / 2.
        ("all", "fr", 0.0, None, 1),
        ("all", "ru", 0.75, 0.5, 3),
        # The mean over languages of these: (0 + .75) / 2.
        ("all", "all", 0.375, 0.5, 4),
    ]
    # Tasks in alphabetical order within a model, as the script's groups come.
    assert table["task"].drop_duplicates().tolist() == ["cross", "mono"]
