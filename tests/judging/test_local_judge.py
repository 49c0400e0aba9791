from __future__ import annotations

from pathlib import Path

import pytest
import torch

from tests.judging.conftest import FillRun, question
from workbench.checkpoints import LoadedCheckpoint, load, read_info
from workbench.errors import ModelError
from workbench.judging.criteria import CRITERIA
from workbench.judging.local_judge import LocalJudge, expectation_of, level_tokens, value_of
from workbench.judging.next_token import Shares
from workbench.judging.prompting import level_messages
from workbench.judging.rubric import load_rubric
from workbench.judging.run import judge_run
from workbench.judging.settings import JudgeSettings
from workbench.store.records import JudgedResponse

RUBRIC = load_rubric()


def response(number: int, text: str) -> JudgedResponse:
    return JudgedResponse(number, "c", question(number), "p", 0, text, "stop")


def judge(roomy: LoadedCheckpoint, batch_size: int = 16) -> LocalJudge:
    return LocalJudge(roomy, RUBRIC, JudgeSettings(batch_size=batch_size))


def test_value_and_expectation() -> None:
    scores = Shares((0.25, 0.25, 0.5), 0.9)
    # 0 x .25 + 1 x .25 + 2 x .5
    assert (value_of(scores), expectation_of(scores)) == (2, 1.25)
    assert value_of(Shares((0.4, 0.4, 0.2), 1)) == 0


def test_probabilities_are_those_of_the_next_token(roomy: LoadedCheckpoint) -> None:
    own = judge(roomy)
    messages = level_messages(RUBRIC, RUBRIC.criteria[0], question(1), "It is red.", "mark")
    (scores,) = own._scores([messages])
    assert isinstance(scores, Shares)
    # By hand: the whole prompt without batch, mask or positions, softmax over the vocabulary.
    ids = roomy.tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, tokenize=True, return_dict=False
    )
    with torch.inference_mode():
        logits = roomy.model(torch.tensor([ids])).logits[0, -1]
    digits = [roomy.tokenizer.encode(d, add_special_tokens=False)[0] for d in "012"]
    chances = torch.softmax(logits, -1)[digits]
    assert scores.mass == pytest.approx(float(chances.sum()), rel=1e-4)
    assert scores.probabilities == pytest.approx((chances / chances.sum()).tolist(), rel=1e-4)


def test_a_batch_gives_what_each_prompt_gives_alone(roomy: LoadedCheckpoint) -> None:
    own = judge(roomy)
    texts = ["No.", "The owl lives in the forest, as everyone knows.", "It is red."]
    prompts = [
        level_messages(RUBRIC, criterion, question(1), text, "mark")
        for text in texts
        for criterion in RUBRIC.criteria[:2]
    ]
    together = own._scores(prompts)
    for prompt, batched in zip(prompts, together, strict=True):
        (alone,) = own._scores([prompt])
        assert isinstance(alone, Shares) and isinstance(batched, Shares)
        assert batched.probabilities == pytest.approx(alone.probabilities, rel=1e-3)
    assert len({scores.probabilities for scores in together}) == len(prompts)


@pytest.mark.parametrize("batch_size", [1, 16])
def test_every_answer_gets_all_criteria(
    roomy: LoadedCheckpoint, fill_run: FillRun, batch_size: int
) -> None:
    store = fill_run(["It is red.", "The owl lives in the forest, as everyone knows.", "No."])
    assert judge_run(store, "r", judge(roomy, batch_size)).rated == 3
    frame = store.ratings(["r"])
    assert frame["value"].notna().all() and len(frame) == 3 * 6
    assert set(frame["criterion"]) == set(CRITERIA) and set(frame["kind"]) == {"local"}
    assert frame["raw"].between(0, 2).all() and frame["raw"].nunique() == 18
    assert frame["reason"].str.contains("of all tokens").all()


def test_the_expectation_stays_where_a_rule_changes_the_value(roomy: LoadedCheckpoint) -> None:
    own = judge(roomy)
    bad, good = Shares((0.8, 0.1, 0.1), 1.0), Shares((0.0, 0.5, 0.5), 1.0)
    scores = [good, bad, good, good, good, good]  # fluency is the second criterion
    ratings = {r.criterion: r for r in own._ratings(response(1, "x"), scores)}
    assert (ratings["accuracy"].value, ratings["accuracy"].raw) == (0, 1.5)
    assert ratings["accuracy"].rule == "unreadable"
    assert (ratings["fluency"].value, ratings["fluency"].rule) == (0, None)
    assert ratings["fluency"].raw == pytest.approx(0.3)
    assert ratings["harmlessness"].reason == "0: 0.00, 1: 0.50, 2: 0.50; together 1 of all tokens"


def test_a_prompt_that_does_not_fit_is_missing_with_its_length(
    random_tiny_base: Path, fill_run: FillRun
) -> None:
    store = fill_run(["It is red."])
    small = load(read_info(random_tiny_base))
    counts = judge_run(store, "r", judge(small))
    (reason,) = counts.reasons
    assert counts.rated == 0 and reason.endswith("tokens, its model takes 128")


def test_the_judge_is_described(roomy: LoadedCheckpoint) -> None:
    record = judge(roomy).record
    assert (record.name, record.kind) == ("rater[six-criteria-1.en]", "local")
    assert record.details["rubric"] == RUBRIC.identity and "base_url" not in record.details
    assert len(record.details["weights"]) == 16


class NoDigits:
    """A tokenizer that has one token for every text."""

    def encode(self, text: str, add_special_tokens: bool) -> list[int]:
        return [7]


def test_levels_without_tokens_of_their_own_are_refused() -> None:
    with pytest.raises(ModelError, match="no token for each of the digits"):
        level_tokens(NoDigits())
