from __future__ import annotations

import pytest
import torch

from tests.judging.conftest import FillRun, question
from workbench.checkpoints import LoadedCheckpoint
from workbench.errors import ModelError
from workbench.judging.local_pair_judge import BEGUN, LocalPairJudge, likeliest, winner_tokens
from workbench.judging.next_token import Shares
from workbench.judging.pairwise import Pair, compare_pairs, pairs_of
from workbench.judging.prompting import WINNERS
from workbench.judging.rubric import load_rubric
from workbench.judging.run import Choice
from workbench.judging.settings import JudgeSettings
from workbench.store.records import JudgedResponse

RUBRIC = load_rubric()


def judge(loaded: LoadedCheckpoint) -> LocalPairJudge:
    return LocalPairJudge(loaded, RUBRIC, JudgeSettings(batch_size=2))


def response(number: int, text: str) -> JudgedResponse:
    return JudgedResponse(number, "c", question(1), "p", 0, text, "stop")


def test_probabilities_are_those_of_the_winners_first_tokens(
    roomy: LoadedCheckpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.judging.pairwise.new_mark", lambda: "mark")
    pair = Pair(response(1, "It is red."), response(2, "No."), "b")
    (((comparison,)),) = judge(roomy).compare([pair])
    # By hand: the prompt and the begun reply, softmax over the vocabulary.
    asked = roomy.tokenizer.apply_chat_template(
        pair.messages(RUBRIC, "mark"), add_generation_prompt=True, tokenize=True, return_dict=False
    )
    replies = [roomy.tokenizer.encode(BEGUN + w, add_special_tokens=False) for w in WINNERS]
    begun = roomy.tokenizer.encode(BEGUN, add_special_tokens=False)
    assert all(reply[: len(begun)] == begun for reply in replies)
    with torch.inference_mode():
        logits = roomy.model(torch.tensor([asked + begun])).logits[0, -1]
    chances = torch.softmax(logits, -1)[[reply[len(begun)] for reply in replies]]
    first, second, tie = (chances / chances.sum()).tolist()
    assert comparison.reason is not None
    assert comparison.reason.startswith(f"first: {first:.2f}, second: {second:.2f}, tie: {tie:.2f}")
    # Shown first is b.
    winners = {first: "b", second: "a", tie: "tie"}
    assert comparison.winner == winners[max(first, second, tie)]


def test_every_pair_is_compared_in_both_orders(roomy: LoadedCheckpoint, fill_run: FillRun) -> None:
    fill_run(["good 0", "bad 1", "same", None])
    store = fill_run(["bad 0", "good 1", "same ", "good 3"], "other")
    own = judge(roomy)
    pairs = pairs_of(store, "r", ("tuned", "other"), own, Choice())
    counts = compare_pairs(store, own, pairs)
    # Of 8 the two of the same answers are a tie, and the two of an absent one are missing.
    assert (counts.responses, counts.rated) == (8, 6)
    frame = store.comparisons(["r"]).set_index(["parallel_id", "shown_first"])
    assert frame.loc["2", "winner"].tolist() == ["tie", "tie"]
    assert frame.loc["3", "winner"].tolist() == [None, None]
    assert frame.loc["0":"1", "reason"].str.contains("of all tokens").all()
    assert pairs_of(store, "r", ("other", "tuned"), own, Choice()) == []
    details = store.judges().set_index("name").loc["rater[six-criteria-1.en]:pairs"]
    assert (details["kind"], details["details"]["rubric"]) == ("local", RUBRIC.identity)


def test_the_likeliest_wins_and_equal_ones_tie() -> None:
    assert likeliest(Shares((0.5, 0.3, 0.2), 1)) == "first"
    assert likeliest(Shares((0.1, 0.5, 0.4), 1)) == "second"
    assert likeliest(Shares((0.4, 0.4, 0.2), 1)) == "tie"


class Joining:
    """A tokenizer that has one token for the last quotation mark and the letter behind it."""

    def encode(self, text: str, add_special_tokens: bool) -> list[int]:
        return [*map(ord, text[: len(BEGUN) - 1]), 1000 + ord(text[len(BEGUN)])]


def test_the_beginning_ends_where_the_winners_part() -> None:
    begun, options = winner_tokens(Joining())
    assert bytes(begun).decode() == BEGUN.removesuffix('"')
    assert options == [(1000 + ord(letter),) for letter in "fst"]


class Deaf:
    """A tokenizer that has the same tokens for every text."""

    def encode(self, text: str, add_special_tokens: bool) -> list[int]:
        return [7]


def test_winners_without_tokens_of_their_own_are_refused() -> None:
    with pytest.raises(ModelError, match="no token of it tells first, second, tie apart"):
        winner_tokens(Deaf())
