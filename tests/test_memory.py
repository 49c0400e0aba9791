from __future__ import annotations

from workbench.memory import Memory


def test_the_last_thing_of_each_kind_is_kept() -> None:
    memory, made = Memory(), []

    def recall(kind: str, key: object) -> str:
        return memory.recall(kind, key, lambda: made.append((kind, key)) or f"{kind} {key}")

    assert [recall("base", 1), recall("tokens", 1), recall("base", 1)] == [
        "base 1",
        "tokens 1",
        "base 1",
    ]
    assert made == [("base", 1), ("tokens", 1)]
    recall("base", 2)
    recall("base", 1)  # no longer there
    assert made[2:] == [("base", 2), ("base", 1)]
    recall("tokens", 1)
    assert len(made) == 4


def test_what_is_forgotten_is_made_anew() -> None:
    memory = Memory()
    first = memory.recall("base", None, list)
    assert memory.recall("base", None, list) is first
    memory.forget("base")
    memory.forget("never there")
    assert memory.recall("base", None, list) is not first
