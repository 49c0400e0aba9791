from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from workbench.elicitation import (
    DEFAULT_LAYOUT,
    ask_tuned,
    elicit,
    elicited_prompts,
    few_shot_text,
    gap_text,
    knowledge_gap,
    page_layout,
)
from workbench.elicitation_settings import Elicitation
from workbench.errors import InputError, NotFoundError
from workbench.instructions import Example
from workbench.prompts import Message, Prompt, PromptSet, Reference, shipped_prompt_set
from workbench.runs import score_run
from workbench.workspace import Workspace


def example(question: str, answer: str, language: str = "fr") -> Example:
    messages = (
        Message(role="user", content=question),
        Message(role="assistant", content=answer),
    )
    return Example(messages=messages, language=language)


def prompt(question: str, language: str = "fr", task: str = "fact") -> Prompt:
    return Prompt(
        parallel_id=question,
        language=language,
        messages=(Message(role="user", content=question),),
        task=task,
        reference=Reference(kind="value", accept=(("x",),)),
    )


def test_the_text_has_examples_and_ends_where_the_answer_begins() -> None:
    examples = [example("Un ?", "1."), example("Deux ?", "2."), example("Trois ?", "3.")]

    assert few_shot_text(prompt("Quatre ?"), examples, 2) == (
        "Q : Un ?\nR : 1.\nQ : Deux ?\nR : 2.\nQ : Quatre ?\nR :"
    )
    # A prompt that is among the examples is not answered for it.
    assert few_shot_text(prompt("Un ?"), examples, 2) == (
        "Q : Deux ?\nR : 2.\nQ : Trois ?\nR : 3.\nQ : Un ?\nR :"
    )
    assert few_shot_text(prompt("Quatre ?"), examples, 0) == "Q : Quatre ?\nR :"


def test_languages_without_pages_of_their_own_take_the_usual_layout() -> None:
    assert page_layout("zh") == "问：{q}\n答：{a}"
    assert page_layout("sw") == DEFAULT_LAYOUT
    assert few_shot_text(prompt("Nani?", "sw"), [], 0) == "Q: Nani?\nA:"


def test_only_prompts_of_the_task_with_a_reference_are_asked() -> None:
    without = prompt("3").model_copy(update={"reference": None})
    asked = PromptSet(name="p", prompts=(prompt("1"), prompt("2", task="story"), without))

    assert [p.parallel_id for p in elicited_prompts(asked, Elicitation()).prompts] == ["1"]
    everything = elicited_prompts(asked, Elicitation(task=""))
    assert [p.parallel_id for p in everything.prompts] == ["1", "2"]
    with pytest.raises(InputError, match="no prompt of task 'riddle'"):
        elicited_prompts(asked, Elicitation(task="riddle"))


def rated(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["language", "parallel_id", "accuracy"])


def test_the_gap_is_parted_into_never_learned_and_not_carried_over() -> None:
    base = rated(
        *[("fr", f"{n}", 1.0) for n in range(6)],
        *[("fr", f"{n}", 0.0) for n in range(6, 10)],
        ("fr", "only-base", 1.0),
        ("ru", "0", float("nan")),
    )
    tuned = rated(
        *[("fr", f"{n}", 1.0) for n in range(4)],  # known and kept
        *[("fr", f"{n}", 0.0) for n in range(4, 9)],  # 4, 5 lost; 6, 7, 8 never learned
        ("fr", "9", 1.0),  # gained
        ("ru", "0", 1.0),
    )

    french, russian = knowledge_gap(base, tuned).to_dict("records")

    assert french["known"] == pytest.approx(0.6)
    assert french["not_carried_over"] == pytest.approx(0.2)
    assert french["never_learned"] == pytest.approx(0.3)
    assert french["gained"] == pytest.approx(0.1)
    assert french["tuned"] == pytest.approx(0.5)
    assert french["never_learned"] + french["not_carried_over"] + french["tuned"] == 1
    assert (french["n_paired"], french["n_total"]) == (10, 11)
    # Two of ten: the standard error is sqrt(.2 * .8 / 10) = .126.
    assert 0 <= french["not_carried_over_low"] < 0.1
    assert 0.3 < french["not_carried_over_high"] <= 0.5
    assert russian["n_paired"] == 0
    assert pd.isna(russian["never_learned"])
    shown = gap_text(knowledge_gap(base, tuned))
    assert shown.loc[0, "known"].startswith("60% (")
    assert shown.loc[1, "tuned"] == "missing"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("elicit"))


HOW = Elicitation(languages=("en", "fr"), limit=12)


def test_the_tiny_base_knows_more_than_it_answers_as_chat(workspace: Workspace) -> None:
    run = elicit(workspace, "tiny-base", HOW)
    chat = ask_tuned(workspace, "tiny-base", HOW)
    for name in (run, chat):
        score_run(workspace, name, "langid")

    results = workspace.store.results([run])
    assert set(results["checkpoint"]) == {"tiny-base (few-shot)"}
    assert len(results) == 24
    assert (results["task"] == "fact").all()
    ended = results["finish_reason"].eq("stop")
    assert ended.mean() > 0.9
    known = results.groupby("language")["accuracy"].mean()
    assert known["en"] >= 0.75
    assert results[results["language"] == "fr"]["right_language"].mean() > 0.9
    as_chat = workspace.store.results([chat])
    assert set(as_chat["checkpoint"]) == {"tiny-base"}
    assert set(as_chat["parallel_id"]) == set(results["parallel_id"])
    # Without tuning it hardly ends an answer, though it knows the facts.
    assert as_chat["finish_reason"].eq("stop").mean() < ended.mean()


def test_asking_again_repeats_nothing(workspace: Workspace) -> None:
    before = elicit(workspace, "tiny-base", HOW)
    seen: list[Any] = []

    assert elicit(workspace, "tiny-base", HOW, lambda *args: seen.append(args)) == before
    assert seen == []
    assert elicit(workspace, "tiny-base", HOW.model_copy(update={"shots": 1})) != before


def test_what_is_not_there_is_said(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="tiny-bose"):
        elicit(workspace, "tiny-bose", HOW)
    with pytest.raises(NotFoundError, match="no-examples"):
        elicit(workspace, "tiny-base", HOW.model_copy(update={"examples": "no-examples"}))
    with pytest.raises(NotFoundError, match="100 are in 'en', and 1001 are needed"):
        elicit(workspace, "tiny-base", HOW.model_copy(update={"shots": 1000}))


def test_examples_are_no_test_prompts() -> None:
    from workbench.elicitation import _examples

    asked = elicited_prompts(shipped_prompt_set("tinyworld-test"), Elicitation())
    examples = _examples(Elicitation(), asked)

    assert {code: len(own) for code, own in examples.items()} == dict.fromkeys(asked.languages, 5)
    questions = {p.messages[0].content for p in asked.prompts}
    assert not questions & {e.messages[0].content for own in examples.values() for e in own}
