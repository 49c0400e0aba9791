"""Examples as tokens with labels, in the order in which updates take them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from workbench.errors import InputError, ModelError
from workbench.instructions import Example

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

IGNORED = -100
"""Label of tokens that the loss leaves out."""
_WINDOW = 4
"""Updates whose examples are sorted by length together, so that less is padded."""
_CHUNK = 256


@dataclass(frozen=True)
class TokenisedData:
    """Examples that fit, as tokens, and what was left out."""

    input_ids: list[list[int]]
    labels: list[list[int]]
    """As ``input_ids`` in answers with their end token, ``IGNORED`` elsewhere."""
    too_long: list[int]
    """Lengths in tokens of the examples that were left out."""
    texts: int = 0
    """Rows at the end that are plain text, with all tokens as labels."""

    @property
    def summary(self) -> dict[str, int]:
        """Counts of examples and tokens, and of texts where there are some."""
        examples = len(self.input_ids) - self.texts
        counts = {
            "examples": examples,
            "tokens": sum(map(len, self.input_ids[:examples])),
            "answer_tokens": sum(x != IGNORED for row in self.labels[:examples] for x in row),
            "left_out": len(self.too_long),
            "longest_left_out": max(self.too_long, default=0),
        }
        if self.texts:
            counts |= {"texts": self.texts, "text_tokens": sum(map(len, self.input_ids[examples:]))}
        return counts


def tokenise(
    examples: Sequence[Example], tokenizer: PreTrainedTokenizerBase, max_length: int
) -> TokenisedData:
    """Render examples with the chat template; those over ``max_length`` tokens are left out.

    Raises InputError where none fits.
    """
    data = TokenisedData([], [], [])
    for ids, labels in render(examples, tokenizer):
        if len(ids) > max_length:
            data.too_long.append(len(ids))
        else:
            data.input_ids.append(ids)
            data.labels.append(labels)
    if not data.input_ids:
        raise InputError(
            f"Instruction data of {len(examples)} examples",
            f"the shortest has {min(data.too_long)} tokens, more than max_length {max_length} "
            "or the model's context allow",
            "Raise max_length, or choose a base with a longer context",
        )
    return data


def render(
    examples: Sequence[Example], tokenizer: PreTrainedTokenizerBase
) -> Iterator[tuple[list[int], list[int]]]:
    """Each example as tokens and labels, by a chat template that marks answers.

    Raises ModelError where the template refuses an example.
    """
    from jinja2 import TemplateError

    for start in range(0, len(examples), _CHUNK):
        part = [
            [message.model_dump() for message in example.messages]
            for example in examples[start : start + _CHUNK]
        ]
        try:
            rendered: Any = tokenizer.apply_chat_template(
                part,
                return_dict=True,
                return_assistant_tokens_mask=True,
                # Lengths are checked elsewhere; the tokenizer would warn of them once more.
                tokenizer_kwargs={"verbose": False},
            )
        except TemplateError as error:
            raise ModelError(
                f"Instruction data, examples {start + 1} to {start + len(part)}",
                f"the chat template refuses one of them ({error})",
                "Leave out system messages, or let user and assistant take turns",
            ) from None
        for ids, answers in zip(rendered["input_ids"], rendered["assistant_masks"], strict=True):
            labels = [token if mask else IGNORED for token, mask in zip(ids, answers, strict=True)]
            yield list(ids), labels


def update_order(lengths: Sequence[int], steps: int, batch_size: int, seed: int) -> list[list[int]]:
    """Indices of the ``batch_size`` examples of each update.

    Examples come once in each epoch, shuffled anew; every update has ``batch_size`` of
    them, also where an epoch ends inside it. Within a window of a few updates they are
    dealt out by length, and the updates of the window shuffled.
    """
    rng = Random(seed)
    stream: list[int] = []
    while len(stream) < steps * batch_size:
        stream += _epoch(len(lengths), rng)
    del stream[steps * batch_size :]
    order: list[list[int]] = []
    window = _WINDOW * batch_size
    for start in range(0, len(stream), window):
        part = sorted(stream[start : start + window], key=lambda index: lengths[index])
        updates = [part[i : i + batch_size] for i in range(0, len(part), batch_size)]
        rng.shuffle(updates)
        order += updates
    return order


def budgeted_order(lengths: Sequence[int], steps: int, tokens: int, seed: int) -> list[list[int]]:
    """Indices of the examples of each update, of at most ``tokens`` tokens together.

    Examples come once in each epoch, shuffled anew; an update takes the next ones while
    they fit, and holds them by length.
    """
    rng = Random(seed)
    updates: list[list[int]] = []
    update: list[int] = []
    room = tokens
    while True:
        for index in _epoch(len(lengths), rng):
            if lengths[index] > room and update:
                updates.append(sorted(update, key=lambda i: lengths[i]))
                if len(updates) == steps:
                    return updates
                update, room = [], tokens
            update.append(index)
            room -= lengths[index]


def _epoch(size: int, rng: Random) -> list[int]:
    indices = list(range(size))
    rng.shuffle(indices)
    return indices
