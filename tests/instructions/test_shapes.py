from __future__ import annotations

from typing import Any

import pytest

from workbench.errors import FileFormatError
from workbench.instructions import Example, parse_example
from workbench.instructions.shapes import SHAPES

QA = [("user", "Q"), ("assistant", "A")]


def turns(record: Any, language: str | None = "en") -> list[tuple[str, str]]:
    example = parse_example(record, "here", language)
    return [(message.role, message.content) for message in example.messages]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (
            {
                "messages": [
                    {"role": "system", "content": "Be brief."},
                    {"role": "user", "content": "Q"},
                    {"role": "assistant", "content": "A"},
                ]
            },
            [("system", "Be brief."), *QA],
        ),
        ({"prompt": "Q", "completion": "A"}, QA),
        (
            {"conversations": ["Q", "A", "Q2", "A2", "Q3"], "source": "x"},
            [*QA, ("user", "Q2"), ("assistant", "A2"), ("user", "Q3")],
        ),
        ({"instruction": "Q", "input": "", "output": "A"}, QA),
        (
            {"instruction": "Add.", "input": "1, 2", "output": "3", "text": "Below is ..."},
            [("user", "Add.\n\n1, 2"), ("assistant", "3")],
        ),
        ({"instruction": "Q", "context": "", "response": "A", "category": "open_qa"}, QA),
        (
            {"instruction": "Who?", "context": "The fox ran.", "response": "The fox."},
            [("user", "Who?\n\nThe fox ran."), ("assistant", "The fox.")],
        ),
        (
            {
                "id": "7",
                "conversations": [
                    {"from": "system", "value": "Be brief."},
                    {"from": "human", "value": "Q"},
                    {"from": "gpt", "value": "A"},
                ],
            },
            [("system", "Be brief."), *QA],
        ),
    ],
)
def test_shapes(record: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert turns(record) == expected
    # One shape alone knows it, whatever the order in which they are tried.
    assert sum(shape.matches(record) for shape in SHAPES) == 1


def test_rows_of_a_table_have_null_for_what_they_lack() -> None:
    message = {"content": "Q", "role": "user", "tool_calls": None}
    row = {
        "messages": [message, {"content": "A", "role": "assistant", "tool_calls": None}],
        "prompt": None,
        "completion": None,
        "language": None,
    }
    assert turns(row) == QA
    assert turns({"messages": None, "prompt": "Q", "completion": "A", "output": None}) == QA


def test_language_and_task_of_a_record() -> None:
    record = {"prompt": "Q", "completion": "A", "language": "fr", "task": "fact"}
    example = parse_example(record, "here", "en")
    assert (example.language, example.task) == ("fr", "fact")
    dolly = {"instruction": "Q", "context": "", "response": "A", "category": "open_qa"}
    assert parse_example(dolly, "here", "en").task == "open_qa"
    assert isinstance(example, Example)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ([1], "here: it is no JSON object but of type list"),
        ("Q", "here: it is no JSON object but of type str"),
        (
            {"text": "A", "url": "B"},
            "its fields are 'text', 'url'. Give it 'messages', or 'prompt'",
        ),
        ({"text": None}, "its fields are none"),
        ({"instruction": "Q", "answer": "A"}, "its fields are 'instruction', 'answer'"),
        ({"conversations": [1, 2]}, "its fields are 'conversations'"),
        ({"prompt": "Q", "completion": 3}, r"here, messages.1.content"),
        ({"prompt": "Q", "completion": " "}, "it has no answer to learn from"),
        ({"conversations": ["Q"]}, "here: it has no answer to learn from"),
        ({"messages": "Q"}, "here, messages"),
        ({"messages": [{"role": "user", "content": "Q", "name": "Ann"}] * 2}, "messages.0.name"),
        (
            {"conversations": [{"from": "human", "value": "Q"}, {"from": "judge", "value": "A"}]},
            "here, messages.1.role",
        ),
        ({"instruction": ["Q"], "input": "x", "output": "A"}, "here, messages.0.content"),
    ],
)
def test_what_is_wrong_is_named(record: Any, message: str) -> None:
    with pytest.raises(FileFormatError, match=message):
        parse_example(record, "here", "en")


def test_a_language_is_never_guessed() -> None:
    with pytest.raises(FileFormatError, match="its language is not known.*DATA@LL"):
        parse_example({"prompt": "Q", "completion": "A"}, "here", None)
