from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from tests.lid.data import PROMPTS, needs_lcb
from workbench.errors import FileFormatError
from workbench.lid.evaluation.corpus import Labelled, first_words, load_labelled
from workbench.lid.evaluation.table import detector_table, wide
from workbench.lid.evaluation.temperatures import fit_temperatures

CORPUS = [
    Labelled("The cat sleeps on the warm sofa all day long.", "en"),
    Labelled("Le chat dort toute la journée sur le canapé.", "fr"),
    Labelled("猫整天睡在温暖的沙发上。", "zh"),
    Labelled("123 456", "en"),
]


def test_a_row_a_detector_choice_and_length() -> None:
    calls: list[tuple[int, int, str]] = []
    table = detector_table(CORPUS, ["py3langid", "langid"], lambda *call: calls.append(call))
    assert len(table) == 2 * 2 * 7
    assert calls[-1] == (4, 4, "measuring detectors")
    whole = table[(table["words"] == "all") & (table["choice"] == "3")]
    # Three of four are right, the digits are undetermined and count as wrong.
    assert whole["accuracy"].tolist() == [0.75, 0.75]
    assert whole["undetermined"].tolist() == [0.25, 0.25]
    assert (table["texts_per_s"] > 0).all()
    shown = wide(table)
    assert list(shown["choice"]) == ["3", "all", "3", "all"]
    assert list(shown["all"]) == [75.0] * 4


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "one  two three", "one two"),
        ("zh", "猫整天睡在温暖的沙发上", "猫整天"),
        ("ja", "猫は一日中寝ている", "猫は"),
    ],
)
def test_first_words(language: str, text: str, expected: str) -> None:
    assert first_words(text, language, 2) == expected
    assert first_words(text, language, None) == text


def test_prompts_count_in_the_language_they_are_written_in(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    prompt = {
        "parallel_id": "1",
        "language": "fr",
        "messages": [{"role": "user", "content": "Answer in French."}],
        "tags": {"asked_in": "en"},
    }
    path.write_text(json.dumps(prompt))
    assert load_labelled(path) == [Labelled("Answer in French.", "en")]


def test_a_folder_without_texts_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(FileFormatError, match="it holds no text of known language"):
        load_labelled(tmp_path)


@needs_lcb
def test_the_default_detector_on_the_benchmarks_prompts() -> None:
    corpus = load_labelled(PROMPTS)
    table = detector_table(corpus, ["py3langid"]).set_index(["choice", "words"])
    assert len(corpus) == 2400
    assert table.loc[("15", "5"), "accuracy"] >= 0.99
    assert table.loc[("15", "all"), "accuracy"] >= 0.999


@needs_lcb
def test_temperatures_make_confidences_more_honest() -> None:
    fitted = fit_temperatures(load_labelled(PROMPTS)[::8])
    assert (fitted["ece_after"] <= fitted["ece_before"] + 0.005).all()
    assert not fitted["temperature"].map(math.isnan).any()
