from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from workbench.errors import FileFormatError
from workbench.importing import import_file
from workbench.importing.turns import load_turns
from workbench.prompts import Message, Prompt, PromptSet, save_prompt_set
from workbench.store import Store

ALPACAEVAL = Path(os.environ.get("WORKBENCH_DATA", "../shared/data")) / "alpacaeval"


def write(path: Path, *chats: list[dict[str, str]]) -> Path:
    path.write_text("".join(json.dumps(chat) + "\n" for chat in chats), encoding="utf-8")
    return path


def asks(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


def test_two_languages_of_a_set_are_parallel_by_line(store: Store, tmp_path: Path) -> None:
    assert import_file(store, write(tmp_path / "q.en.jsonl", asks("Why?"), asks("How?"))) == "q"
    assert import_file(store, write(tmp_path / "q.fr.jsonl", asks("Pourquoi ?"))) == "q"
    found = [
        (prompt.parallel_id, prompt.language, prompt.messages[0].content)
        for prompt in store.prompt_set("q").prompts
    ]
    assert found == [("1", "en", "Why?"), ("2", "en", "How?"), ("1", "fr", "Pourquoi ?")]


def test_types_are_constraints_and_set_the_answer_language(tmp_path: Path) -> None:
    path = write(tmp_path / "m.en.jsonl", asks("a"), asks("b in French"))
    (tmp_path / "m.en.types").write_text("short\nlang_fr\n")
    short, in_french = load_turns(path).prompts
    assert (short.parallel_id, short.language, short.constraint) == ("1", "en", "short")
    assert (in_french.language, in_french.constraint) == ("fr", "lang_fr")
    assert (in_french.parallel_id, in_french.tags) == ("2-en", {"asked_in": "en"})


def test_chats_of_several_turns_are_kept(tmp_path: Path) -> None:
    chat = [*asks("Hi"), {"role": "assistant", "content": "Hello"}, *asks("And?")]
    (prompt,) = load_turns(write(tmp_path / "c.en.jsonl", chat)).prompts
    assert [message.role for message in prompt.messages] == ["user", "assistant", "user"]


def test_a_prompt_set_of_our_own(store: Store, tmp_path: Path) -> None:
    own = PromptSet(
        name="own",
        prompts=(
            Prompt(
                parallel_id="x", language="en", messages=(Message(role="user", content="Why?"),)
            ),
        ),
    )
    save_prompt_set(own, tmp_path / "own.jsonl")
    assert import_file(store, tmp_path / "own.jsonl") == "own"
    assert store.prompt_set("own") == own


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("q.en.jsonl", "", "it is empty"),
        ("q.en.jsonl", "\n \n", "it is empty"),
        ("q.en.jsonl", "nonsense\n", "line 1: this is not JSON"),
        ("q.en.jsonl", "[" * 100_000, "line 1: this is not JSON"),
        ("q.en.jsonl", "[]\n", "line 1: the last turn is not a user's"),
        ("q.en.jsonl", '[{"role": "user", "content": " "}]', "last turn"),
        ("q.en.jsonl", '\n[{"role": "robot", "content": "a"}]', "line 2: Input should be"),
        ("q.en.jsonl", '[{"role": "user", "content": "a"}]\n{}', "line 2: Input should be"),
        ("q.jsonl", '[{"role": "user", "content": "a"}]', "does not say which language"),
        ("q.zz.jsonl", '[{"role": "user", "content": "a"}]', "does not say which language"),
        ("q.en.jsonl", '{"messages": []}', "line 1, parallel_id"),
    ],
)
def test_bad_files_are_named_and_leave_nothing(
    store: Store, tmp_path: Path, name: str, content: str, message: str
) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(FileFormatError, match=message):
        import_file(store, tmp_path / name)
    assert store.prompt_sets().empty


def test_types_that_do_not_fit(tmp_path: Path) -> None:
    path = write(tmp_path / "m.en.jsonl", asks("a"))
    (tmp_path / "m.en.types").write_text("short\nlong\n")
    with pytest.raises(FileFormatError, match="it has 2 lines, m.en.jsonl has 1"):
        load_turns(path)


@pytest.mark.skipif(not ALPACAEVAL.is_dir(), reason="the prompt files are not in WORKBENCH_DATA")
def test_all_prompts_of_the_papers_files(store: Store) -> None:
    for path in sorted(ALPACAEVAL.glob("*.jsonl")):
        import_file(store, path)
    counts = store.prompt_sets().set_index("name")["prompts"].to_dict()
    # 113 prompts in four languages, 251 modified ones in two.
    assert counts == {"alpacaeval_test_subset": 452, "modifiers": 502}
    modified = store.prompt_set("modifiers").prompts
    asked = Counter(p.tags["asked_in"] for p in modified if "asked_in" in p.tags)
    assert asked == {"en": 100, "fr": 100}
    assert all(p.constraint for p in modified)
