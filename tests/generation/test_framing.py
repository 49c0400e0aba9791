from __future__ import annotations

import json
from pathlib import Path

import pytest

from workbench.errors import InputError, NotFoundError
from workbench.generation.framing import Framing, language_instructions, make_framing
from workbench.generation.variant import AS_IT_IS, Variant
from workbench.languages import LANGUAGES
from workbench.lid.detectors import make_detector
from workbench.prompts import Message, Prompt, PromptSet

BENCHMARK = ("ar", "de", "en", "es", "fr", "hi", "id", "it", "ja", "ko", "pt", "ru", "tr", "vi")
"""Languages of the Language Confusion Benchmark, but for Chinese."""


def prompt(text: str, language: str, *earlier: Message) -> Prompt:
    messages = (*earlier, Message(role="user", content=text))
    return Prompt(parallel_id=text, language=language, messages=messages)


def prompts(*asked: Prompt) -> PromptSet:
    return PromptSet(name="asked", prompts=asked)


@pytest.fixture
def examples(tmp_path: Path) -> str:
    """Four French and two English exchanges, and one of two turns."""
    exchanges = [("fr", f"Question {n} ?", f"Réponse {n}.") for n in range(4)]
    exchanges += [("en", "Question one?", "One."), ("en", "Question two?", "Two.")]
    lines = [
        {
            "messages": [
                {"role": "user", "content": question},
                {"role": "assistant", "content": answer},
            ],
            "language": language,
        }
        for language, question, answer in exchanges
    ]
    turns = [*lines[0]["messages"], *lines[1]["messages"]]
    lines.insert(0, {"messages": turns, "language": "fr"})
    path = tmp_path / "shots.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return str(path)


def contents(messages: tuple[Message, ...]) -> list[tuple[str, str]]:
    return [(message.role, message.content) for message in messages]


def test_there_is_an_instruction_in_every_language() -> None:
    texts = language_instructions(list(LANGUAGES))

    assert set(texts) == set(LANGUAGES) >= {*BENCHMARK, "zh"}
    assert len(set(texts.values())) == len(texts)
    assert texts["fr"] == "Réponds en français."


def test_instructions_are_in_the_language_that_they_name() -> None:
    detector = make_detector("py3langid", sorted([*BENCHMARK, "zh"]))
    texts = language_instructions([*BENCHMARK, "zh"])
    found = {code: detector.identify(text).label for code, text in texts.items()}

    # So short that a detector may miss a neighbour, but not the script or the family.
    assert sum(found[code] == code for code in texts) >= 13
    assert all(found[code] == code for code in ("ar", "hi", "ja", "ko", "ru", "zh", "fr", "de"))


def test_the_instruction_follows_the_question() -> None:
    asked = prompt("Où vit le renard ?", "fr", Message(role="system", content="Be brief."))
    framing = make_framing(Variant(instruction=True), [prompts(asked)])

    assert contents(framing.framed(asked)) == [
        ("system", "Be brief."),
        ("user", "Où vit le renard ?\nRéponds en français."),
    ]


def test_as_it_is_changes_nothing() -> None:
    asked = prompt("Where?", "xx")
    framing = make_framing(AS_IT_IS, [prompts(asked)])

    assert framing == Framing()
    assert framing.framed(asked) == asked.messages


def test_shots_stand_between_system_message_and_question(examples: str) -> None:
    asked = prompt("Où ?", "fr", Message(role="system", content="Be brief."))
    framing = make_framing(Variant(shots=2, examples=examples), [prompts(asked)])

    # Of four exchanges the first and the third; the one of two turns is none.
    assert contents(framing.framed(asked)) == [
        ("system", "Be brief."),
        ("user", "Question 0 ?"),
        ("assistant", "Réponse 0."),
        ("user", "Question 2 ?"),
        ("assistant", "Réponse 2."),
        ("user", "Où ?"),
    ]


def test_shots_may_be_in_one_language_for_all(examples: str) -> None:
    asked = [prompt("Où ?", "fr"), prompt("Where?", "en")]
    variant = Variant(shots=1, shots_language="en", examples=examples)
    framing = make_framing(variant, [prompts(*asked)])

    for own in asked:
        assert contents(framing.framed(own))[:2] == [
            ("user", "Question one?"),
            ("assistant", "One."),
        ]


def test_an_example_that_is_a_prompt_is_passed_over(examples: str) -> None:
    asked = [prompt("question 0?", "fr"), prompt("QUESTION 2 ?", "fr")]
    framing = make_framing(Variant(shots=2, examples=examples), [prompts(*asked)])

    shots = [content for role, content in contents(framing.shots["fr"]) if role == "user"]
    assert shots == ["Question 1 ?", "Question 3 ?"]
    with pytest.raises(NotFoundError, match="2 in 'fr' are one question .* and 3 are needed"):
        make_framing(Variant(shots=3, examples=examples), [prompts(*asked)])


def test_a_language_without_an_instruction_is_refused() -> None:
    with pytest.raises(
        InputError, match="answer in 'xx': there is none in this language. Add it to"
    ):
        make_framing(Variant(instruction=True), [prompts(prompt("?", "xx"))])


def test_the_hash_tells_framings_apart(examples: str) -> None:
    asked = prompts(prompt("Où ?", "fr"))
    variants = (Variant(instruction=True), *(Variant(shots=n, examples=examples) for n in (1, 2)))
    hashes = {make_framing(variant, [asked]).hash for variant in (AS_IT_IS, *variants)}

    assert len(hashes) == 4
    assert make_framing(variants[1], [asked]).hash in hashes
