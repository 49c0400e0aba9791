"""The local judge: a checkpoint rates by the probabilities of the digits 0, 1 and 2.

Each criterion is asked alone; what is read is the distribution of the next token, so no
reply can fail to parse. The likeliest level is the value, the expectation is kept as raw.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from workbench.errors import ModelError
from workbench.judging.criteria import LEVELS
from workbench.judging.next_token import Shares, chat_tokens, option_shares
from workbench.judging.prompting import Chat, level_messages, new_mark, template_prompt
from workbench.judging.readings import all_missing, ratings_of
from workbench.judging.replies import Reading
from workbench.judging.rubric import Rubric
from workbench.judging.settings import JudgeSettings
from workbench.prompts import Message, content_hash
from workbench.store.records import JudgedResponse, JudgeRecord, Rating
from workbench.training.fingerprint import fingerprint

if TYPE_CHECKING:
    from workbench.checkpoint_info import CheckpointInfo
    from workbench.checkpoints import LoadedCheckpoint


class LocalJudge:
    """Rates with a loaded checkpoint."""

    def __init__(self, loaded: LoadedCheckpoint, rubric: Rubric, settings: JudgeSettings) -> None:
        self.rubric = rubric
        self._loaded = loaded
        self._batch_size = settings.batch_size
        self._levels = level_tokens(loaded.tokenizer)
        self.record = local_record(loaded.info, rubric, settings)

    def rate(self, responses: Sequence[JudgedResponse]) -> Generator[list[Rating], None, None]:
        """Ratings batch by batch, responses of similar length together."""
        ordered = sorted(responses, key=lambda r: len(r.text))
        criteria = len(self.rubric.criteria)
        per_batch = max(1, self._batch_size // criteria)
        for start in range(0, len(ordered), per_batch):
            batch = ordered[start : start + per_batch]
            prompts = [prompt for response in batch for prompt in self._prompts(response)]
            scores = self._scores(prompts)
            yield [
                rating
                for i, response in enumerate(batch)
                for rating in self._ratings(response, scores[i * criteria : (i + 1) * criteria])
            ]

    def _prompts(self, response: JudgedResponse) -> list[Chat]:
        mark = new_mark()
        return [
            level_messages(self.rubric, criterion, response.prompt, response.text, mark)
            for criterion in self.rubric.criteria
        ]

    def _ratings(self, response: JudgedResponse, scores: Sequence[Shares | str]) -> list[Rating]:
        judge, id = self.record.name, response.response_id
        failure = next((score for score in scores if isinstance(score, str)), None)
        if failure is not None:
            return all_missing(judge, id, self.rubric, failure)
        found = {
            criterion.key: score
            for criterion, score in zip(self.rubric.criteria, scores, strict=True)
            if isinstance(score, Shares)
        }
        reading = Reading({key: value_of(score) for key, score in found.items()}, {})
        raw = {key: expectation_of(score) for key, score in found.items()}
        ratings = ratings_of(judge, id, self.rubric, reading, raw)
        return [replace(r, reason=found[r.criterion].text(LEVELS)) for r in ratings]

    def _scores(self, prompts: Sequence[Chat]) -> list[Shares | str]:
        """Shares of the levels for each prompt, or why it has none."""
        rows = [chat_tokens(self._loaded.tokenizer, prompt) for prompt in prompts]
        return option_shares(self._loaded, rows, self._levels)


def local_record(info: CheckpointInfo, rubric: Rubric, settings: JudgeSettings) -> JudgeRecord:
    """How the local judge with a checkpoint is kept, without loading it."""
    prompts = [level_messages(rubric, c, template_prompt(), "ANSWER") for c in rubric.criteria]
    return JudgeRecord(
        settings.name or rubric.judge_name(info.name),
        "local",
        {
            "model": info.name,
            "weights": fingerprint(info),
            "rubric": rubric.identity,
            "prompt": content_hash(prompts),
            "decoding": {"levels": "probabilities of the next token"},
        },
    )


def shortest_prompt(tokenizer: Any, rubric: Rubric) -> int:
    """Tokens that the prompt about the longest criterion has at the least: for an empty answer
    to an empty question."""
    asked = template_prompt()
    empty = asked.model_copy(update={"messages": (Message(role="user", content=""),)})
    prompts = (level_messages(rubric, c, empty, "", new_mark()) for c in rubric.criteria)
    return max(len(chat_tokens(tokenizer, prompt)) for prompt in prompts)


def value_of(shares: Shares) -> int:
    """The likeliest level; of equal ones the lowest."""
    return max(LEVELS, key=lambda level: (shares.probabilities[level], -level))


def expectation_of(shares: Shares) -> float:
    """Mean of the levels by their probabilities."""
    return sum(level * p for level, p in zip(LEVELS, shares.probabilities, strict=True))


def level_tokens(tokenizer: Any) -> list[tuple[int, ...]]:
    """For each level the tokens that a reply with this digit alone begins with.

    A digit may stand behind a space or not, as the tokenizer has it. Raises ModelError where
    a level has no token of its own.
    """
    found: list[tuple[int, ...]] = []
    for level in LEVELS:
        tokens: dict[int, None] = {}
        for text in (str(level), f" {level}"):
            ids = tokenizer.encode(text, add_special_tokens=False)
            # Some tokenizers begin every text with a token for the space before a word.
            ids = ids[1:] if len(ids) == 2 and not tokenizer.decode([ids[0]]).strip() else ids
            if len(ids) == 1:
                tokens[ids[0]] = None
        found.append(tuple(tokens))
    own = {token for tokens in found for token in tokens}
    if not all(found) or len(own) < sum(len(tokens) for tokens in found):
        raise ModelError(
            "The judge's tokenizer",
            "it has no token for each of the digits 0, 1 and 2",
            "Choose another checkpoint as the judge",
        )
    return found
