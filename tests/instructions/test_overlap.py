from __future__ import annotations

import os
from pathlib import Path

import pytest

from workbench.importing.turns import load_turns
from workbench.instructions import (
    Example,
    find_examples,
    overlap,
    prompt_overlap,
    without_overlap,
)
from workbench.instructions.overlap import words
from workbench.prompts import Message, Prompt, PromptSet

DATA = Path(os.environ.get("WORKBENCH_DATA", "../shared/data"))
LONG = "I would like to bake bread at home without any yeast. What can I use in its place?"


def example(*texts: str) -> Example:
    roles = ("user", "assistant") * len(texts)
    messages = tuple(
        Message(role=role, content=text) for role, text in zip(roles, texts, strict=False)
    )
    return Example(messages=messages, language="en")


def prompts(*texts: str, name: str = "test", language: str = "en") -> PromptSet:
    made = (
        Prompt(
            parallel_id=f"p{number}",
            language=language,
            messages=(Message(role="user", content=text),) if text else (),
        )
        for number, text in enumerate(texts)
    )
    return PromptSet(name=name, prompts=tuple(made))


def test_words_have_one_form() -> None:
    assert words("  ＷＨＯ is  the “Fox”?! ") == ("who", "is", "the", "fox")
    assert words("L'été, où ?") == ("l", "été", "où")
    assert words("e\N{COMBINING ACUTE ACCENT}té") == ("été",)
    # Han and Thai characters stand alone.
    assert words("狐狸 red?") == ("狐", "狸", "red")
    assert words("?!") == ()


def test_exact_but_for_case_space_and_punctuation() -> None:
    report = overlap(
        [example("Who is there?", "I."), example("who  is\nthere", "I."), example("Who?", "I.")],
        [prompts("Where?", "WHO IS THERE?!")],
    )
    found = [(m.index, m.kind, m.contained, m.prompt_set, m.parallel_id) for m in report.matches]
    assert found == [(0, "exact", 1.0, "test", "p1"), (1, "exact", 1.0, "test", "p1")]
    assert report.compared == 3


def test_only_what_the_user_says_counts() -> None:
    assert not overlap([example("Hello.", "Who is there?")], [prompts("Who is there?")]).matches
    later = example("Hello.", "Hi.", "Who is there?", "I.")
    assert overlap([later], [prompts("Who is there?")]).indices("exact") == {0}


def test_a_prompt_with_something_added_is_near() -> None:
    report = overlap([example(f"Hello! {LONG} Please answer in French.", "Soda.")], [prompts(LONG)])
    (match,) = report.matches
    # All runs of the prompt, the shorter one, stand in the example.
    assert (match.kind, match.contained) == ("near", 1.0)
    assert overlap([example(LONG, "Soda.")], [prompts(f"{LONG} Thanks.")]).indices("near") == {0}


def test_a_long_prompt_with_a_word_replaced_is_near() -> None:
    text = " ".join(f"word{n}" for n in range(24))
    other = text.replace("word12", "else")
    (match,) = overlap([example(other, "A.")], [prompts(text)]).matches
    # 24 words have 17 runs of 8; word 12 stands in 8 of them: 9 of 17 are shared, and 23 words.
    assert match.contained == pytest.approx(9 / 17)
    # Of 16 words one is 6%: more than a twentieth.
    short, shorter = (" ".join(t.split()[:16]) for t in (text, other))
    assert not overlap([example(shorter, "A.")], [prompts(short)]).matches


def test_questions_of_one_pattern_about_different_things_do_not_match() -> None:
    pattern = "Can you tell me which of the animals you can find in the {}?"
    examples = [example(pattern.format("forest"), "The owl.")]
    assert not overlap(examples, [prompts(pattern.format("river"))]).matches


def test_chinese_is_compared_by_characters() -> None:
    asked = prompts("请告诉我狐狸住在什么地方？", language="zh")
    assert overlap([example("请告诉我狐狸住在什么地方", "A")], [asked]).indices("exact") == {0}
    added = example("你好。请告诉我狐狸住在什么地方，谢谢！", "A")
    assert overlap([added], [asked]).indices("near") == {0}


def test_what_is_dropped() -> None:
    examples = [example(LONG, "A."), example("Why?", "A."), example(f"Hi. {LONG}", "A.")]
    assert without_overlap(examples, [prompts(LONG)]) == [examples[1]]
    assert without_overlap(examples, []) == examples


def test_the_warning_says_how_many_of_what() -> None:
    examples = [example(LONG, "A."), example("Why?", "A."), example(f"Hi. {LONG}", "A.")]
    warning = overlap(examples, [prompts("Why not?", LONG)]).warning()
    assert warning is not None
    assert warning.startswith("2 of 3 examples repeat prompts of test (1 word for word, 1 nearly):")
    assert "is p1 in en" in warning
    assert overlap(examples, [prompts("Where?")]).warning() is None


def test_prompts_without_text_are_said_not_to_be_compared() -> None:
    report = overlap([example("Why?", "A.")], [prompts("", "Where?", "", name="imported")])
    assert not report.matches
    assert report.warning() == "2 prompts of imported have no text and were not compared"


def test_one_row_a_match() -> None:
    frame = overlap([example("Why?", "A.")], [prompts("Why?"), prompts("why", name="b")]).frame()
    assert list(frame["prompt_set"]) == ["test", "b"]
    assert list(frame.columns) == [
        *("index", "text", "kind", "contained", "prompt_set", "parallel_id", "language")
    ]
    assert list(overlap([], []).frame().columns) == list(frame.columns)


def test_prompt_sets_among_themselves() -> None:
    validation = prompts("Where?", LONG, name="validation")
    report = prompt_overlap(validation, [prompts(LONG.upper(), "Who?")])
    assert [(m.index, m.kind, m.parallel_id) for m in report.matches] == [(1, "exact", "p0")]
    assert str(report.warning("prompts")).startswith("1 of 2 prompts repeat prompts of test")


def test_the_tiny_worlds_validation_is_not_its_test() -> None:
    from workbench.prompts import shipped_prompt_set

    test, validation = map(shipped_prompt_set, ("tinyworld-test", "tinyworld-validation"))
    assert not prompt_overlap(validation, [test]).indices("exact")
    assert not overlap(find_examples("tinyworld"), [test, validation]).indices("exact")


@pytest.mark.skipif(not DATA.exists(), reason=f"{DATA} is not there")
def test_the_papers_files() -> None:
    alpaca = load_turns(DATA / "alpacaeval" / "alpacaeval_test_subset.en.jsonl")
    modified = load_turns(DATA / "alpacaeval" / "modifiers.en.jsonl")
    # The modified prompts are made of the others by adding what the answer is to be like.
    assert len(prompt_overlap(modified, [alpaca]).indices("near")) > 150
    itself = prompt_overlap(alpaca, [alpaca])
    assert len(itself.indices("exact")) == len(itself.matches) == 113
    lima = find_examples(str(DATA / "lima" / "lima.en.jsonl"), ["en"])
    assert not overlap(lima, [alpaca, modified]).matches
