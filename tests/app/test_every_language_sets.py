"""Parallel prompt sets that come with the workbench, from the store, and of a user's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workbench.app.every_language.sets import ParallelSet, ParallelSets, parallel_set
from workbench.app.every_language.translations import (
    LARGEST_FILE,
    pasted_translations,
    translations_from_file,
)
from workbench.errors import FileFormatError, InputError, NotFoundError
from workbench.prompts import Message, Prompt, PromptSet
from workbench.store import Store


def prompt(id: str, code: str, text: str = "Hello") -> Prompt:
    messages = (Message(role="user", content=text),) if text else ()
    return Prompt(parallel_id=id, language=code, messages=messages)


def texts(found: ParallelSet, id: str = "1") -> dict[str, str]:
    return {p.language: p.messages[-1].content for p in found.questions[id].prompts}


def test_shipped_sets_and_those_of_the_store_in_several_languages(store: Store) -> None:
    store.add_prompt_set(PromptSet(name="mine", prompts=(prompt("a", "en"), prompt("a", "fr"))))
    store.add_prompt_set(PromptSet(name="english", prompts=(prompt("a", "en"),)))
    store.add_prompt_set(
        PromptSet(name="apart", prompts=(prompt("a", "en"), prompt("b", "fr"))),
    )
    without_text = (prompt("a", "en", ""), prompt("a", "fr", ""))
    store.add_prompt_set(PromptSet(name="lcb", prompts=without_text))
    # What was asked of a shipped set before does not stand in its place.
    asked = PromptSet(
        name="everyday",
        prompts=ParallelSets(store).find("everyday").questions["blue-sky"].prompts[:2],
    )
    store.add_prompt_set(asked)
    sets = ParallelSets(store)
    assert sets.names() == ["everyday", "tinyworld-test", "tinyworld-validation", "mine"]
    assert len(sets.find("everyday").questions) == 40
    assert len(sets.find("everyday").languages) == 15
    with pytest.raises(NotFoundError):
        sets.find("gone")
    store.add_prompt_set(PromptSet(name="mine", prompts=(prompt("b", "en"), prompt("b", "fr"))))
    assert list(sets.find("mine").questions) == ["a", "b"]


def test_prompts_are_chosen_by_their_english_text(store: Store) -> None:
    sets = ParallelSets(store)
    everyday = sets.find("everyday")
    assert everyday.first == "capital-of-australia"
    assert ("Why do we have seasons?", "seasons") in everyday.choices()
    tiny = sets.find("tinyworld-test")
    assert tiny.first is not None
    first = tiny.questions[tiny.first].prompts[0]
    assert (first.task, first.tags["tier"], first.tags["relation"]) == (
        "fact",
        "A",
        "animal.colour",
    )
    long = parallel_set(
        PromptSet(name="s", prompts=(prompt("a", "fr", "mot " * 60), prompt("a", "de")))
    )
    ((label, id),) = long.choices()
    assert (len(label), label[-1], id) == (100, "…", "a")


def test_a_prompt_in_some_of_its_languages(store: Store) -> None:
    everyday = ParallelSets(store).find("everyday")
    asked = everyday.question("seasons", ["ar", "en"])
    assert asked is not None
    assert asked.languages == ["en", "ar"]
    whole = everyday.question("seasons")
    assert whole is not None
    assert len(whole.prompts) == 15
    assert everyday.question("seasons", ["sv"]) is None
    assert everyday.question("gone") is None


def test_pasted_lines_with_tabs_or_colons() -> None:
    found = pasted_translations(
        "language\tprompt\nen\tWhy: tell me\n\n français : Pourquoi ?\nChinese：为什么？\n"
    )
    assert texts(found) == {"en": "Why: tell me", "fr": "Pourquoi ?", "zh": "为什么？"}
    assert found.name.startswith("own-")
    assert found.name == pasted_translations("en:Why: tell me\nfr:Pourquoi ?\nzh:为什么？").name
    assert found.name != pasted_translations("en:Why\nfr:Pourquoi ?").name


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("", "at least two translations"),
        ("en: Why?", "at least two translations"),
        ("en: Why?\nPourquoi", "line 2: no language stands before"),
        ("en: Why?\nxx: Pourquoi", "line 2: 'xx': it is not in the workbench's table"),
        ("en: Why?\n\nEnglish: Why not?", "line 3: a prompt in 'en' stands there already"),
        ("en: Why?\nfr:", "line 2: the prompt is empty"),
    ],
)
def test_lines_that_cannot_be_used(table: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        pasted_translations(table)


def test_tables_from_files(tmp_path: Path) -> None:
    comma = tmp_path / "a.csv"
    comma.write_text(
        '\ufeffid,Language,prompt\n1,en,"Why, though?"\n1,fr,"Pourquoi,\ndonc ?"\n'
        "2,en,Where?\n2,de,Wo?\n",
        "utf-8",
    )
    found = translations_from_file(comma)
    assert texts(found, "1") == {"en": "Why, though?", "fr": "Pourquoi,\ndonc ?"}
    assert texts(found, "2") == {"en": "Where?", "de": "Wo?"}
    tabs = tmp_path / "a.tsv"
    tabs.write_text("prompt\tlanguage\nWhy?\ten\nPourquoi ?\tfr\n\t\n", "utf-8")
    assert texts(translations_from_file(tabs)) == {"en": "Why?", "fr": "Pourquoi ?"}
    lines = tmp_path / "a.jsonl"
    lines.write_text(
        "".join(f"{prompt('x', code, code).model_dump_json()}\n" for code in ("en", "ar")), "utf-8"
    )
    assert texts(translations_from_file(lines), "x") == {"en": "en", "ar": "ar"}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "id,text\n1,x\n", "a.csv, line 1: the columns language and prompt are absent"),
        ("a.csv", "language,prompt\nen,Hi\nxx,Hi\n", "a.csv, line 3: 'xx'"),
        ("a.csv", "language,prompt\nen,Hi\nen,Hi\n", "a.csv, line 3: a prompt in 'en'"),
        ("a.csv", "", "a.csv, line 1: the columns language and prompt"),
        ("a.csv", f"language,prompt\nen,{'x' * 200_000}\n", "a.csv, line 2: field larger"),
        ("a.jsonl", "{}\n", "a.jsonl, line 1, parallel_id: Field required"),
        ("a.jsonl", json.dumps(prompt("x", "en").model_dump()), "at least two translations"),
    ],
)
def test_files_that_cannot_be_used(tmp_path: Path, name: str, content: str, message: str) -> None:
    path = tmp_path / name
    path.write_text(content, "utf-8")
    with pytest.raises(InputError) as caught:
        translations_from_file(path)
    assert message in str(caught.value)
    # Where the server keeps a file is not told.
    assert str(tmp_path) not in str(caught.value)


def test_a_file_that_is_no_text_or_too_large(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"language,prompt\nen,\xff\xfe")
    with pytest.raises(FileFormatError, match=r"^a.csv, byte 19: it is not UTF-8"):
        translations_from_file(path)
    path.write_bytes(b"x" * (LARGEST_FILE + 1))
    with pytest.raises(FileFormatError, match="larger than 5 MB"):
        translations_from_file(path)
