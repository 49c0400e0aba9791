"""Pairs compared by a checkpoint: by the probabilities of *first*, *second* and *tie*.

The beginning of the reply is written for the model, up to where it has to name the winner;
what is read is the distribution of the next token, so no reply can fail to parse.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any

from workbench.errors import ModelError
from workbench.judging.next_token import Shares, chat_tokens, option_shares
from workbench.judging.pairwise import Pair, common_messages, pair_judge_name
from workbench.judging.prompting import WINNERS
from workbench.judging.rubric import Rubric
from workbench.judging.settings import JudgeSettings
from workbench.prompts import content_hash
from workbench.store.records import Comparison, JudgeRecord
from workbench.training.fingerprint import fingerprint

if TYPE_CHECKING:
    from workbench.checkpoints import LoadedCheckpoint

BEGUN = '{"winner": "'
"""How the reply begins."""


class LocalPairJudge:
    """Compares with a loaded checkpoint; see ``workbench.judging.pairwise.PairJudge``."""

    def __init__(self, loaded: LoadedCheckpoint, rubric: Rubric, settings: JudgeSettings) -> None:
        self.rubric = rubric
        self._loaded = loaded
        self._batch_size = settings.batch_size
        self._begun, self._options = winner_tokens(loaded.tokenizer)
        info = loaded.info
        self.record = JudgeRecord(
            settings.name or pair_judge_name(rubric.judge_name(info.name)),
            "local",
            {
                "model": info.name,
                "weights": fingerprint(info),
                "rubric": rubric.identity,
                "prompt": content_hash([common_messages(rubric), BEGUN]),
                "decoding": {"winner": "probabilities of the next token"},
            },
        )

    def compare(self, pairs: Sequence[Pair]) -> Generator[list[Comparison], None, None]:
        """Comparisons batch by batch, pairs of similar length together."""
        ordered = sorted(pairs, key=lambda pair: len(pair.a.text) + len(pair.b.text))
        for start in range(0, len(ordered), self._batch_size):
            batch = ordered[start : start + self._batch_size]
            rows = [
                chat_tokens(self._loaded.tokenizer, pair.messages(self.rubric)) + self._begun
                for pair in batch
            ]
            shares = option_shares(self._loaded, rows, self._options)
            yield [self._comparison(*found) for found in zip(batch, shares, strict=True)]

    def _comparison(self, pair: Pair, shares: Shares | str) -> Comparison:
        judge = self.record.name
        if isinstance(shares, str):
            return pair.comparison(judge, None, shares)
        winner = pair.winner(likeliest(shares))
        return pair.comparison(judge, winner, reason=shares.text(WINNERS))


def likeliest(shares: Shares) -> str:
    """The likeliest of first, second and tie; of equal ones a tie."""
    most = max(shares.probabilities)
    (*named,) = (w for w, p in zip(WINNERS, shares.probabilities, strict=True) if p == most)
    return named[0] if len(named) == 1 else "tie"


def winner_tokens(tokenizer: Any) -> tuple[list[int], list[tuple[int, ...]]]:
    """The tokens of the reply's beginning, and for each winner the one that goes on with it.

    A tokenizer may join the last quotation mark with what follows; the beginning then ends
    before it. Raises ModelError where no token tells the winners apart.
    """
    replies = [tokenizer.encode(BEGUN + w, add_special_tokens=False) for w in WINNERS]
    begun = os.path.commonprefix(replies)
    following = [tuple(reply[len(begun) : len(begun) + 1]) for reply in replies]
    if not all(following) or len(set(following)) < len(WINNERS):
        raise ModelError(
            "The judge's tokenizer",
            f"no token of it tells {', '.join(WINNERS)} apart",
            "Choose another checkpoint as the judge",
        )
    return list(begun), following
