from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from workbench.errors import FileFormatError, InputError, NotFoundError
from workbench.instructions import (
    Example,
    data_hash,
    find_examples,
    load_instructions,
    read_examples,
    subset,
)
from workbench.prompts import Message

LIMA = Path(os.environ.get("WORKBENCH_DATA", "../shared/data")) / "lima" / "lima.en.jsonl"


def lines(path: Path, *records: object) -> Path:
    path.write_text("\n".join(json.dumps(r) for r in records), "utf-8")
    return path


def many(language: str, count: int) -> list[Example]:
    return [
        Example(
            messages=(
                Message(role="user", content=f"question {number}"),
                Message(role="assistant", content=f"answer {number}"),
            ),
            language=language,
        )
        for number in range(count)
    ]


def test_the_three_shapes_of_a_line(tmp_path: Path) -> None:
    chat = {
        "messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}],
        "language": "fr",
        "task": "fact",
    }
    pair = {"prompt": "Q", "completion": "A"}
    lima = {"conversations": ["Q", "A", "Q2", "A2", "Q3"], "source": "x"}
    chatted, paired, turns = read_examples(lines(tmp_path / "a.jsonl", chat, pair, lima), "en")
    assert (chatted.language, chatted.task) == ("fr", "fact")
    assert paired.language == "en"
    assert [m.role for m in paired.messages] == ["user", "assistant"]
    assert paired.messages == chatted.messages
    assert [(m.role, m.content) for m in turns.messages] == [
        ("user", "Q"),
        ("assistant", "A"),
        ("user", "Q2"),
        ("assistant", "A2"),
        ("user", "Q3"),
    ]


def test_language_comes_from_the_file_name(tmp_path: Path) -> None:
    path = lines(tmp_path / "own.pt.jsonl", {"prompt": "Q", "completion": "A"})
    assert read_examples(path, "en")[0].language == "pt"


def test_a_stem_finds_its_languages(tmp_path: Path) -> None:
    for code in ("en", "de", "fr"):
        lines(tmp_path / f"own.{code}.jsonl", {"prompt": code, "completion": "A"})
    found = find_examples(str(tmp_path / "own"), ["en", "fr"])
    assert [e.messages[0].content for e in found] == ["en", "fr"]


def test_shipped_data_by_name() -> None:
    found = load_instructions("tinyworld", ["en", "zh"], 10)
    assert Counter(example.language for example in found) == {"en": 5, "zh": 5}


def test_smaller_subsets_are_contained_in_larger_ones() -> None:
    examples = many("en", 1500)
    small, large = (subset(examples, ["en"], size, seed=3) for size in (100, 1000))
    assert (len(small), len(large)) == (100, 1000)
    assert large[:100] == small
    assert small != examples[:100]


def test_seeds_draw_different_subsets() -> None:
    examples = many("en", 200)
    first, second, again = (subset(examples, ["en"], 50, seed) for seed in (0, 1, 0))
    assert first == again
    assert data_hash(first) == data_hash(again) != data_hash(second)


def test_mixes_are_balanced_over_languages_and_nested() -> None:
    examples = [*many("en", 300), *many("fr", 50), *many("ru", 80)]
    mix = subset(examples, ["en", "fr", "ru"], 100, seed=0)
    # 100 = 3 * 33 + 1: the language named first gets the odd one.
    assert Counter(e.language for e in mix) == {"en": 34, "fr": 33, "ru": 33}
    assert subset(examples, ["en", "fr", "ru"], 31, seed=0) == mix[:31]
    everything = subset(examples, ["en", "fr", "ru"], None, seed=0)
    assert Counter(e.language for e in everything) == {"en": 300, "fr": 50, "ru": 80}


def test_too_large_a_size_names_the_language_and_the_largest_size() -> None:
    with pytest.raises(InputError, match=r"'fr' has 20 examples and 25 are needed.* at most 40"):
        subset([*many("en", 90), *many("fr", 20)], ["en", "fr"], 50, seed=0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it holds no example"),
        ("\n \n", "it holds no example"),
        ('{"prompt": "Q", "completion": "A"}\n{"prompt": ', "line 2: this is not JSON"),
        ("[1]", "line 1: it is no JSON object"),
        ('{"text": "A"}', "line 1: it has none of the known shapes"),
        ('{"prompt": "Q", "completion": 3}', r"line 1, messages.1.content"),
        ('{"prompt": "Q", "completion": " "}', "line 1: it has no answer to learn from"),
        ('{"conversations": ["Q"]}', "line 1, messages"),
    ],
)
def test_bad_lines_are_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(text, "utf-8")
    with pytest.raises(FileFormatError, match=message):
        read_examples(path, "en")


def test_text_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "latin.jsonl"
    path.write_bytes('{"prompt": "où", "completion": "là"}'.encode("latin-1"))
    with pytest.raises(FileFormatError, match="byte 13: it is not UTF-8"):
        read_examples(path, "fr")


def test_unknown_language_of_a_line(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", {"prompt": "Q", "completion": "A"})
    with pytest.raises(FileFormatError, match="its language is not known"):
        find_examples(str(path), ["en", "fr"])


def test_language_without_examples(instructions: Path) -> None:
    with pytest.raises(NotFoundError, match=r"no example in language 'pt'.*en, fr, ru"):
        find_examples(str(instructions), ["en", "pt"])


def test_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(NotFoundError, match=r"'tinywrld'.*tinyworld"):
        find_examples("tinywrld", ["en"])


@pytest.mark.skipif(not LIMA.exists(), reason=f"{LIMA} is not there")
def test_lima_is_read_whole() -> None:
    examples = load_instructions(str(LIMA), ["en"])
    assert len(examples) == 1030
    # 1,000 of two turns, 15 of four, 10 of six, 3 of eight, one of twenty, one of five.
    turns = Counter(len(example.messages) for example in examples)
    assert turns == {2: 1000, 4: 15, 6: 10, 8: 3, 20: 1, 5: 1}
