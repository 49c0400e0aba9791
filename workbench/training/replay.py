"""Replay: plain pretraining text among the examples of each update, with the loss on all tokens.

Texts are taken as they stand, without chat template or end token, so that where answers end
is learned from answers alone; what is longer than an example may be is cut into pieces.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from workbench.checkpoint_info import CheckpointInfo
from workbench.instructions.texts import read_texts
from workbench.training.recipe import Recipe
from workbench.training.tokenising import TokenisedData, budgeted_order, update_order

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_CHARACTERS = 6
"""Characters read for each token that is needed: enough in any language."""


def replayed_texts(recipe: Recipe, base: CheckpointInfo) -> list[str]:
    """The texts that a recipe replays: as many as its updates take, if there are so many.

    Raises NotFoundError or FileFormatError for texts that are not there.
    """
    if not recipe.replay or recipe.replay_data is None:
        return []
    pretraining = (base.recipe or {}).get("pretraining")
    if recipe.tokens_per_update is None:
        number = math.ceil(recipe.replay * recipe.batch_size * recipe.steps)
        return read_texts(recipe.replay_data, pretraining, number=number)
    tokens = recipe.replay * recipe.tokens_per_update * recipe.steps
    enough = math.ceil(tokens) * _CHARACTERS
    return read_texts(recipe.replay_data, pretraining, characters=enough)


def with_replay(
    recipe: Recipe,
    data: TokenisedData,
    texts: Sequence[str],
    tokenizer: PreTrainedTokenizerBase,
    limit: int,
) -> TokenisedData:
    """The data with texts behind the examples, in pieces of at most ``limit`` tokens."""
    if not texts:
        return data
    if recipe.tokens_per_update is not None:
        limit = min(limit, _tokens(recipe))
    rendered = tokenizer(list(texts), verbose=False)["input_ids"]
    pieces = [
        list(ids[start : start + limit])
        for ids in rendered
        for start in range(0, len(ids), limit)
        # The first token is predicted from nothing: a piece of one has no loss.
        if len(ids) - start > 1
    ]
    return replace(
        data,
        input_ids=[*data.input_ids, *pieces],
        labels=[*data.labels, *pieces],
        texts=len(pieces),
    )


def updates(recipe: Recipe, data: TokenisedData) -> list[list[int]]:
    """Rows of each update: examples, and of what is replayed its share."""
    lengths = [len(ids) for ids in data.input_ids]
    budget, steps, seed = recipe.tokens_per_update, recipe.steps, recipe.seed
    if not data.texts:
        if budget is None:
            return update_order(lengths, steps, recipe.batch_size, seed)
        return budgeted_order(lengths, steps, budget, seed)
    first = len(lengths) - data.texts
    if budget is None:
        counts = [
            math.floor((step + 1) * recipe.replay * recipe.batch_size)
            - math.floor(step * recipe.replay * recipe.batch_size)
            for step in range(steps)
        ]
        examples = _dealt(first, [recipe.batch_size - count for count in counts], Random(seed))
        texts = _dealt(data.texts, counts, Random(seed + 1))
    else:
        own = _tokens(recipe)
        examples = iter(budgeted_order(lengths[:first], steps, budget - own, seed))
        texts = iter(budgeted_order(lengths[first:], steps, own, seed + 1))
    return [
        sorted([*asked, *(first + row for row in plain)], key=lambda row: lengths[row])
        for asked, plain in zip(examples, texts, strict=True)
    ]


def _tokens(recipe: Recipe) -> int:
    """Tokens of text in an update, where tokens are what is counted."""
    return math.floor(recipe.replay * (recipe.tokens_per_update or 0))


def _dealt(rows: int, counts: Sequence[int], rng: Random) -> Iterator[list[int]]:
    """So many rows an update, each once in an epoch, shuffled anew."""

    def endless() -> Iterator[int]:
        while True:
            epoch = list(range(rows))
            rng.shuffle(epoch)
            yield from epoch

    stream = endless()
    for count in counts:
        yield list(itertools.islice(stream, count))
