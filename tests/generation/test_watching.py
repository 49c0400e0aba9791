"""Answers of a batch seen while they are written, and ended before they are."""

from __future__ import annotations

import threading
from collections import defaultdict
from pathlib import Path

import pytest

from workbench.checkpoints import LoadedCheckpoint, load, read_info
from workbench.generation.decoding import Decoding
from workbench.generation.local import generate
from workbench.generation.watching import Watch
from workbench.prompts import Message

QUESTIONS = ["What colour is the fox?", "Где живёт сова?", "Name two animals. " * 3, "?"]
GREEDY = Decoding(max_new_tokens=20, repetition_penalty=1.2)


@pytest.fixture(scope="module")
def loaded(random_tiny_base: Path) -> LoadedCheckpoint:
    return load(read_info(random_tiny_base))


def conversations() -> list[list[Message]]:
    return [[Message(role="user", content=question)] for question in QUESTIONS]


@pytest.mark.parametrize("batch_size", [2, 64])
def test_each_look_is_the_beginning_of_the_answer(
    loaded: LoadedCheckpoint, batch_size: int
) -> None:
    seen: dict[int, list[tuple[str, int]]] = defaultdict(list)
    watch = Watch(lambda index, text, tokens: seen[index].append((text, tokens)), every=0)
    watched = dict(generate(loaded, conversations(), GREEDY, batch_size, watch))
    plain = dict(generate(loaded, conversations(), GREEDY, batch_size))
    assert {i: (a.text, a.new_tokens, a.finish_reason) for i, a in watched.items()} == {
        i: (a.text, a.new_tokens, a.finish_reason) for i, a in plain.items()
    }
    assert sorted(seen) == [0, 1, 2, 3]
    for index, looks in seen.items():
        # One look a token, but for the last one, with which the answer is whole.
        assert [tokens for _, tokens in looks] == list(range(1, plain[index].new_tokens))
        assert all(plain[index].text.startswith(text) for text, _ in looks)


def test_looks_are_rare_where_they_are_to_be(loaded: LoadedCheckpoint) -> None:
    looks: list[int] = []
    watch = Watch(lambda index, text, tokens: looks.append(index), every=60)
    assert len(dict(generate(loaded, conversations(), GREEDY, watch=watch))) == 4
    assert looks == []


def test_stopping_ends_the_batch_and_begins_no_other(loaded: LoadedCheckpoint) -> None:
    seen: dict[int, int] = {}
    stop = threading.Event()

    def grown(index: int, text: str, tokens: int) -> None:
        seen[index] = tokens
        if tokens == 5:
            stop.set()

    answers = dict(generate(loaded, conversations(), GREEDY, 2, Watch(grown, stop, every=0)))
    assert answers == {}
    # Set while its rows were looked at after five tokens: one token more, and none of the others.
    assert len(seen) == 2
    assert set(seen.values()) == {6}


def test_nothing_begins_where_it_was_stopped_before(loaded: LoadedCheckpoint) -> None:
    stop = threading.Event()
    stop.set()
    watch = Watch(lambda index, text, tokens: pytest.fail("it was stopped"), stop)
    assert list(generate(loaded, conversations(), GREEDY, watch=watch)) == []
