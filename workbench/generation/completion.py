"""Texts continued to the end of their line, as a base model does: no chat template."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from workbench.checkpoints import LoadedCheckpoint
from workbench.generation.decoding import Decoding
from workbench.generation.local import Answer, answer_batch, too_long


def complete_lines(
    loaded: LoadedCheckpoint, texts: Sequence[str], decoding: Decoding, batch_size: int = 64
) -> Iterator[tuple[int, Answer]]:
    """The rest of the line behind each text, as it is finished, with the index of the text.

    A line that comes to its end is finished by ``stop``. Texts that leave no room in the
    context are ``missing`` with the reason.
    """
    ends = line_ends(loaded)
    prompts = {i: list(loaded.tokenizer(text)["input_ids"]) for i, text in enumerate(texts)}
    for index, prompt in prompts.items():
        if reason := too_long(loaded, prompt):
            yield index, Answer("", "missing", len(prompt), 0, 0.0, reason)
    fitting = [i for i in prompts if not too_long(loaded, prompts[i])]
    fitting.sort(key=lambda index: len(prompts[index]))
    for start in range(0, len(fitting), batch_size):
        chosen = fitting[start : start + batch_size]
        for row, answer in answer_batch(loaded, [prompts[i] for i in chosen], decoding, ends):
            line = answer.text.partition("\n")[0].strip()
            yield chosen[row], replace(answer, text=line)


def line_ends(loaded: LoadedCheckpoint) -> frozenset[int]:
    """Tokens that hold a line break, and special ones: a document may end there."""
    tokenizer = loaded.tokenizer
    texts = tokenizer.batch_decode([[token] for token in range(len(tokenizer))])
    breaks = {token for token, text in enumerate(texts) if "\n" in text}
    added = tokenizer.added_tokens_decoder.items()
    return frozenset(breaks.union(token for token, entry in added if entry.special))
