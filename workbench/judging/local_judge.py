"""The local judge: a checkpoint rates by the probabilities of the digits 0, 1 and 2.

Each criterion is asked alone; what is read is the distribution of the next token, so no
reply can fail to parse. The likeliest level is the value, the expectation is kept as raw.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from workbench.errors import ModelError
from workbench.judging.criteria import LEVELS
from workbench.judging.prompting import Chat, level_messages, new_mark, template_prompt
from workbench.judging.readings import all_missing, ratings_of
from workbench.judging.replies import Reading
from workbench.judging.rubric import Rubric
from workbench.judging.settings import JudgeSettings
from workbench.prompts import content_hash
from workbench.store.records import JudgedResponse, JudgeRecord, Rating
from workbench.training.fingerprint import fingerprint

if TYPE_CHECKING:
    from workbench.checkpoints import LoadedCheckpoint


@dataclass(frozen=True)
class LevelScores:
    """What the next token says about one criterion."""

    probabilities: tuple[float, ...]
    """Of the levels, in order; they sum to 1."""
    mass: float
    """Share of all tokens that the levels had, between 0 and 1: low where the model did not
    mean to answer with a level at all."""

    @property
    def value(self) -> int:
        """The likeliest level; of equal ones the lowest."""
        return max(LEVELS, key=lambda level: (self.probabilities[level], -level))

    @property
    def expectation(self) -> float:
        """Mean of the levels by their probabilities."""
        return sum(level * p for level, p in zip(LEVELS, self.probabilities, strict=True))


class LocalJudge:
    """Rates with a loaded checkpoint."""

    def __init__(self, loaded: LoadedCheckpoint, rubric: Rubric, settings: JudgeSettings) -> None:
        self.rubric = rubric
        self._loaded = loaded
        self._batch_size = settings.batch_size
        self._levels = level_tokens(loaded.tokenizer)
        prompts = [
            level_messages(rubric, criterion, template_prompt(), "ANSWER")
            for criterion in rubric.criteria
        ]
        name = loaded.info.name
        self.record = JudgeRecord(
            settings.name or f"{name}[{rubric.name}-{rubric.version}.{rubric.language}]",
            "local",
            {
                "model": name,
                "weights": fingerprint(loaded.info),
                "rubric": rubric.identity,
                "prompt": content_hash(prompts),
                "decoding": {"levels": "probabilities of the next token"},
            },
        )

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

    def _ratings(
        self, response: JudgedResponse, scores: Sequence[LevelScores | str]
    ) -> list[Rating]:
        judge, id = self.record.name, response.response_id
        failure = next((score for score in scores if isinstance(score, str)), None)
        if failure is not None:
            return all_missing(judge, id, self.rubric, failure)
        found = {
            criterion.key: score
            for criterion, score in zip(self.rubric.criteria, scores, strict=True)
            if isinstance(score, LevelScores)
        }
        reading = Reading({key: score.value for key, score in found.items()}, {})
        raw = {key: score.expectation for key, score in found.items()}
        ratings = ratings_of(judge, id, self.rubric, reading, raw)
        return [_with_scores(rating, found[rating.criterion]) for rating in ratings]

    def _scores(self, prompts: Sequence[Chat]) -> list[LevelScores | str]:
        """Scores of each prompt, or why it has none."""
        import torch

        rows = [self._tokens(prompt) for prompt in prompts]
        limit = self._loaded.context_length
        fitting = [i for i, row in enumerate(rows) if len(row) <= limit]
        scores: list[LevelScores | str] = [
            f"the judge's prompt has {len(row)} tokens, its model takes {limit}" for row in rows
        ]
        if not fitting:
            return scores
        width = max(len(rows[i]) for i in fitting)
        pad = self._loaded.tokenizer.pad_token_id
        model: Any = self._loaded.model
        ids = torch.tensor([[pad] * (width - len(rows[i])) + rows[i] for i in fitting])  # (B, T)
        lengths = torch.tensor([len(rows[i]) for i in fitting])
        mask = torch.arange(width)[None, :] >= (width - lengths)[:, None]  # (B, T)
        positions = (mask.long().cumsum(1) - 1).clamp(min=0)
        with self._loaded.lock, torch.inference_mode():
            logits = model(
                input_ids=ids.to(model.device),
                attention_mask=mask.long().to(model.device),
                position_ids=positions.to(model.device),
                logits_to_keep=1,
                use_cache=False,
            ).logits[:, -1]  # (B, V)
        chances = torch.log_softmax(logits.float(), dim=-1).cpu()  # (B, V)
        own = torch.stack([chances[:, list(t)].logsumexp(-1) for t in self._levels], -1)  # (B, 3)
        shares, mass = own.softmax(-1).tolist(), own.logsumexp(-1).exp().tolist()
        for row, i in enumerate(fitting):
            if all(math.isfinite(share) for share in shares[row]):
                scores[i] = LevelScores(tuple(shares[row]), mass[row])
            else:
                scores[i] = "the judge's model gives no probabilities"
        return scores

    def _tokens(self, messages: Chat) -> list[int]:
        return _templated(self._loaded.tokenizer, messages)


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


def _templated(tokenizer: Any, messages: Chat) -> list[int]:
    """Token ids of a chat, ready for the reply; without a system turn where there is none."""
    from jinja2 import TemplateError

    options = {"add_generation_prompt": True, "tokenize": True, "return_dict": False}
    try:
        ids = tokenizer.apply_chat_template(messages, **options)
    except TemplateError:
        joined = "\n\n".join(message["content"] for message in messages)
        ids = tokenizer.apply_chat_template([{"role": "user", "content": joined}], **options)
    return list(ids)


def _with_scores(rating: Rating, scores: LevelScores) -> Rating:
    shares = ", ".join(f"{level}: {scores.probabilities[level]:.2f}" for level in LEVELS)
    return replace(rating, reason=f"{shares}; together {scores.mass:.2g} of all tokens")
