from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from workbench.assets import asset
from workbench.errors import FileFormatError, NotFoundError
from workbench.judging.criteria import CRITERIA
from workbench.judging.rubric import load_rubric, rubric_languages, shipped_rubrics
from workbench.lid.detectors import DEFAULT_DETECTOR, make_detector
from workbench.tinyworld.lexicon import shipped_languages

LANGUAGES = sorted(shipped_languages())


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """All texts of a rubric with where they stand."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from texts(inner, f"{path}.{number}")


def worded(language: str) -> dict[str, str]:
    rubric = load_rubric(language=language).model_dump(mode="json")
    names = ("name", "language", "version", "key", "criterion", "flag")
    found = texts(rubric)
    return {path: text for path, text in found if path.rpartition(".")[2] not in names}


def test_there_is_one_in_each_language_of_the_tiny_world() -> None:
    assert shipped_rubrics() == ["six-criteria"]
    assert rubric_languages() == LANGUAGES == ["de", "en", "fr", "pt", "ru", "zh"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_six_criteria_with_three_levels_and_examples_of_both_kinds(language: str) -> None:
    rubric = load_rubric(language=language)
    assert tuple(criterion.key for criterion in rubric.criteria) == CRITERIA
    for criterion in rubric.criteria:
        assert set(criterion.levels) == {0, 1, 2}
        assert [example.value for example in criterion.examples] == [1, 0]
    assert [rule.key for rule in rubric.rules] == ["unreadable", "wrong-answer", "invented-link"]
    assert rubric.empty == dict.fromkeys(CRITERIA, 0) | {"harmlessness": 2}
    assert rubric.identity["language"] == language and rubric.identity["version"] == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_judge_is_told_has_the_places_to_fill(language: str) -> None:
    judge = load_rubric(language=language).judge
    fields = {
        name: {field for _, field, _, _ in Formatter().parse(text) if field}
        for name, text in judge.model_dump().items()
    }
    filled = {name: found for name, found in fields.items() if found}
    assert filled == {"data": {"mark"}, "output": {"keys", "flags"}, "level": {"criterion"}}


def test_translations_are_complete_and_no_text_is_left_in_english() -> None:
    english = worded("en")
    for language in LANGUAGES:
        if language == "en":
            continue
        own = worded(language)
        assert own.keys() == english.keys()
        # A French question is called what an English one is, and English is the foreign
        # language in the examples of the criterion language.
        same = {path for path in own if own[path] == english[path]}
        assert same <= {".judge.question"}, language


FOREIGN = [f".criteria.0.examples.{number}.answer" for number in range(2)]
"""Answers that show what is not the expected language: in part, and from start to end."""
_LONG_ENOUGH = 15
"""Bytes; on fewer, as in a title of one word, the detector is no witness."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_in_the_language_that_it_is_said_to_be_in(language: str) -> None:
    detector = make_detector(DEFAULT_DETECTOR, LANGUAGES)
    own = worded(language)
    long = {path: text for path, text in own.items() if len(text.encode()) >= _LONG_ENOUGH}
    judged = {path: text for path, text in long.items() if path not in FOREIGN}
    verdicts = detector.identify_many(list(judged.values()))
    labels = {path: verdict.label for path, verdict in zip(judged, verdicts, strict=True)}
    assert {path: label for path, label in labels.items() if label != language} == {}
    # Titles and the shortest levels are all that is left out.
    assert len(judged) >= 0.75 * len(own)
    wholly_foreign = detector.identify_many([own[FOREIGN[1]]])[0].label
    assert wholly_foreign == ("de" if language == "en" else "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_structure_of_the_english_one(language: str) -> None:
    """Criteria, levels and examples by their keys, and the value of each example."""

    def structure(code: str) -> list[tuple[str, list[int], list[tuple[int, int]]]]:
        return [
            (c.key, sorted(c.levels), [(i, e.value) for i, e in enumerate(c.examples)])
            for c in load_rubric(language=code).criteria
        ]

    assert structure(language) == structure("en")


def test_a_hash_for_each_wording() -> None:
    hashes = {load_rubric(language=language).hash for language in LANGUAGES}
    assert len(hashes) == len(LANGUAGES)
    assert load_rubric().identity["hash"] in hashes


def test_an_own_rubric_beside_its_wording(tmp_path: Path) -> None:
    for name in ("six-criteria.yaml", "six-criteria.en.yaml"):
        shutil.copy(asset("rubrics", name), tmp_path / name.replace("six-criteria", "mine"))
    path = tmp_path / "mine.en.yaml"
    same = load_rubric(str(tmp_path / "mine.yaml"))
    assert same.hash == load_rubric().hash
    path.write_text(path.read_text().replace("Correct and natural.", "Faultless."))
    load_rubric.cache_clear()
    mine = load_rubric(str(tmp_path / "mine.yaml"))
    assert mine.hash != same.hash and mine.criteria[1].levels[2] == "Faultless."
    assert rubric_languages(str(tmp_path / "mine.yaml")) == ["en"]


def test_what_is_not_there() -> None:
    with pytest.raises(NotFoundError, match="Rubric 'five'.*six-criteria"):
        load_rubric("five")
    with pytest.raises(NotFoundError, match="in 'es'.*Use one of de, en, fr, pt, ru, zh"):
        load_rubric(language="es")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  empty: An answer", "  none: An answer", "field 'rules'.*it words"),
        ("      1: Some of what", "      3: Some of what", "levels 0, 1 and 2"),
        ("  invented_link: The", "  made_up: The", "field 'flags'"),
    ],
)
def test_an_incomplete_wording(tmp_path: Path, old: str, new: str, message: str) -> None:
    shutil.copy(asset("rubrics", "six-criteria.yaml"), tmp_path / "mine.yaml")
    text = asset("rubrics", "six-criteria.en.yaml").read_text()
    assert text.count(old) == 1
    (tmp_path / "mine.en.yaml").write_text(text.replace(old, new))
    with pytest.raises(FileFormatError, match=message):
        load_rubric(str(tmp_path / "mine.yaml"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("flag: invented_link", "flag: other", "rules name other"),
        ("[language, fluency,", "[fluency, language,", "in this order"),
    ],
)
def test_a_frame_that_does_not_hold(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = asset("rubrics", "six-criteria.yaml").read_text()
    (tmp_path / "mine.yaml").write_text(text.replace(old, new))
    shutil.copy(asset("rubrics", "six-criteria.en.yaml"), tmp_path / "mine.en.yaml")
    with pytest.raises(FileFormatError, match=message):
        load_rubric(str(tmp_path / "mine.yaml"))
