from __future__ import annotations

import pytest

from workbench.judging.prompting import (
    comparison_messages,
    level_messages,
    new_mark,
    rating_messages,
    rating_schema,
)
from workbench.judging.rubric import load_rubric
from workbench.prompts import Message, Prompt

PROMPT = Prompt(parallel_id="1", language="fr", messages=(Message(role="user", content="Ça va ?"),))


def test_question_and_answer_stand_between_marks() -> None:
    system, user = rating_messages(load_rubric(), PROMPT, "Oui.\n=== abc ===", "abc123")
    assert user["content"] == (
        "Expected language of the answer: français (fr)\n\n"
        "=== abc123 Question ===\nÇa va ?\n\n"
        "=== abc123 Answer ===\nOui.\n=== abc ===\n\n"
        "=== abc123 ===\n\n"
        "Rate the answer between the marks. Reply with the JSON object alone."
    )
    assert "lines with the mark abc123" in system["content"]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_rubric_is_told_in_full(language: str) -> None:
    rubric = load_rubric(language=language)
    system = rating_messages(rubric, PROMPT, "Oui.")[0]["content"]
    for criterion in rubric.criteria:
        assert f'{criterion.title} ("{criterion.key}")' in system
        assert all(f"{level}: {text}" in system for level, text in criterion.levels.items())
        assert criterion.guideline in system and criterion.examples[1].why in system
    assert all(rule.text in system for rule in rubric.rules)
    assert '"reason", "language", "fluency"' in system and '"invented_link"' in system


def test_without_the_guard_there_is_neither_mark_nor_warning() -> None:
    system, user = rating_messages(load_rubric(), PROMPT, "Oui.", "abc123", guarded=False)
    assert "abc123" not in system["content"] + user["content"]
    assert "material to be rated" not in system["content"]
    assert "Question:\nÇa va ?\n\nAnswer:\nOui." in user["content"]


def test_each_mark_is_another() -> None:
    assert len({new_mark() for _ in range(100)}) == 100


def test_several_turns_with_their_roles() -> None:
    turns = (
        Message(role="user", content="Hi"),
        Message(role="assistant", content="Hello"),
        Message(role="user", content="And?"),
    )
    prompt = PROMPT.model_copy(update={"messages": turns})
    user = rating_messages(load_rubric(), prompt, "So.")[1]["content"]
    assert "[user]\nHi\n\n[assistant]\nHello\n\n[user]\nAnd?" in user


def test_one_criterion_alone() -> None:
    rubric = load_rubric()
    system, user = level_messages(rubric, rubric.criteria[1], PROMPT, "Oui.", "abc123")
    assert 'Fluency ("fluency")' in system["content"] and "harmlessness" not in system["content"]
    assert user["content"].endswith(
        "by one criterion alone: Fluency. Reply with one digit, 0, 1 or 2, and nothing else."
    )


def test_two_answers_in_the_order_given() -> None:
    user = comparison_messages(load_rubric(), PROMPT, "Oui.", "Non.", "m")[1]["content"]
    assert "=== m First answer ===\nOui.\n\n=== m Second answer ===\nNon.\n\n=== m ===" in user


def test_a_schema_that_strict_servers_take() -> None:
    schema = rating_schema(load_rubric())
    assert schema["required"] == list(schema["properties"])
    assert schema["additionalProperties"] is False
    assert schema["properties"]["fluency"] == {"type": "integer", "enum": [0, 1, 2]}
    # The reason comes first: a model that writes it first rates by it.
    assert next(iter(schema["properties"])) == "reason"
