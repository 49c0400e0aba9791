"""The reference judge over all six criteria."""

from __future__ import annotations

import pytest

from workbench.assets import asset
from workbench.judging.reference_judge import ReferenceJudge
from workbench.judging.rubric import load_rubric
from workbench.judging.run import judge_run, without_judge
from workbench.languages import UNKNOWN_LANGUAGE
from workbench.prompts import Message, Prompt, PromptSet, load_prompt_set
from workbench.store import ResponseRecord, RunRecord, Store
from workbench.store.records import FinishReason, JudgedResponse, Rating

JUDGE = ReferenceJudge(load_rubric())
PROMPTS = {
    (p.parallel_id, p.language): p
    for p in load_prompt_set(asset("prompts", "tinyworld-test.jsonl")).prompts
}


def rated(
    prompt: Prompt, text: str, finish_reason: FinishReason = "stop"
) -> dict[str, tuple[int | None, str | None]]:
    """Value and reason by criterion."""
    response = JudgedResponse(1, "c", prompt, "p", 0, text, finish_reason)
    (ratings,) = JUDGE.rate([response])
    return {r.criterion: (r.value, r.missing_reason or r.reason) for r in ratings}


def first(task: str, language: str) -> Prompt:
    return next(p for p in PROMPTS.values() if (p.task, p.language) == (task, language))


FACT = PROMPTS[("fact-001", "en")]  # Can you tell me the size of the frog? It is tiny.


def test_a_right_answer() -> None:
    found = rated(FACT, "The frog is tiny.")
    assert {key: value for key, (value, _) in found.items()} == {
        "language": 2,
        "fluency": None,
        "helpfulness": 2,
        "accuracy": 2,
        "coherence": None,
        "harmlessness": None,
    }
    assert found["coherence"][1] == "reference facts do not decide it"
    assert found["accuracy"][1] == "it agrees with the facts"


def test_a_wrong_answer_helps_nobody() -> None:
    found = rated(FACT, "The frog is huge.")
    assert (found["accuracy"][0], found["helpfulness"][0], found["language"][0]) == (0, 0, 2)


def test_a_right_answer_that_does_not_end() -> None:
    found = rated(FACT, "The frog is tiny. The frog is tiny. The frog", "length")
    assert (found["accuracy"][0], found["helpfulness"][0]) == (2, 1)


def test_part_of_a_list() -> None:
    prompt = first("list", "en")
    assert prompt.reference is not None and prompt.reference.count >= 2
    names = [group[0] for group in prompt.reference.accept]
    count = prompt.reference.count
    assert rated(prompt, ", ".join(names[:count]))["helpfulness"][0] == 2
    assert rated(prompt, ", ".join(names[: count - 1]))["helpfulness"][0] == 1
    assert rated(prompt, "I do not know.")["helpfulness"][0] == 0


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "The frog is tiny.", 2),
        ("en", "The frog is winzig.", 1),  # one of four words is German alone
        ("en", "Der Frosch ist winzig.", 0),
        ("de", "Der Frosch ist winzig.", 2),
        ("ru", "The frog is tiny.", 0),
        ("zh", "青蛙很小。", 2),
        ("en", "The frog is blorptious.", 2),  # what no language knows tells nothing
        ("en", "blorptious", None),
        ("en", "12 34", None),
    ],
)
def test_language_by_closed_word_lists(language: str, text: str, value: int | None) -> None:
    assert rated(PROMPTS[("fact-001", language)], text)["language"][0] == value


def test_words_are_known_completely_in_the_tiny_world_alone() -> None:
    asked = Message(role="user", content="Who wrote the Iliad?")
    prompt = Prompt(parallel_id="1", language="en", messages=(asked,))
    assert rated(prompt, "The frog is tiny.")["language"] == (
        None,
        "only the tiny world's words are known completely",
    )
    assert rated(prompt, "Homer.")["accuracy"] == (None, "the prompt has no reference facts")
    swahili = prompt.model_copy(update={"language": "sw"})
    assert rated(swahili, "Homer.")["language"] == (None, "the tiny world has no language 'sw'")


def test_the_reference_answers_of_every_task_get_the_best_ratings() -> None:
    """The judge is exact: what the world's own references accept is rated 2."""
    wrong = []
    for prompt in PROMPTS.values():
        if prompt.task != "fact" or prompt.reference is None:
            continue
        text = f"{prompt.reference.accept[0][0]}."
        found = rated(prompt, text)
        if (found["accuracy"][0], found["helpfulness"][0], found["language"][0]) != (2, 2, 2):
            wrong.append((prompt.parallel_id, prompt.language, text, found["language"]))
    assert wrong == []


def test_ratings_of_accuracy_that_are_there_stay(store: Store) -> None:
    store.add_prompt_set(PromptSet(name="w", prompts=(FACT,)))
    store.add_checkpoint("c", "c", {})
    store.start_run(RunRecord("r", "generate"))
    store.add_responses("r", "c", "w", [ResponseRecord("fact-001", "en", 0, "It is tiny.", "stop")])
    id = int(store.results()["response_id"].iloc[0])
    # As 'workbench score' leaves it.
    store.add_ratings([Rating(id, "reference", "accuracy", 2)])
    assert judge_run(store, "r", JUDGE).responses == 1
    frame = store.ratings(["r"]).set_index("criterion")
    assert frame["value"].drop(["fluency", "coherence", "harmlessness"]).tolist() == [2, 2, 2]
    assert frame.loc["accuracy", "reason"] is None
    assert judge_run(store, "r", JUDGE).responses == 0


def test_an_empty_answer_is_rated_by_rule() -> None:
    response = JudgedResponse(1, "c", FACT, "p", 0, "  ", "stop")
    ratings = without_judge(JUDGE, response)
    assert ratings is not None
    assert [r.value for r in ratings] == [0, 0, 0, 0, 0, 2]


def test_an_answer_without_an_expected_language_is_missing_by_rule() -> None:
    prompt = FACT.model_copy(update={"language": UNKNOWN_LANGUAGE})
    response = JudgedResponse(1, "c", prompt, "p", 0, "The frog is tiny.", "stop")
    ratings = without_judge(JUDGE, response)
    assert ratings is not None and len(ratings) == 6
    reason = "the expected language of the prompt is not known"
    assert {(r.value, r.missing_reason) for r in ratings} == {(None, reason)}
