"""Batches of answers by a checkpoint on this machine."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from workbench.checkpoints import LoadedCheckpoint
from workbench.errors import ModelError
from workbench.generation.decoding import Decoding
from workbench.generation.watching import Watch
from workbench.prompts import Message, content_hash

if TYPE_CHECKING:
    from workbench.generation.decoder import Request


_BROKEN = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True)
class Answer:
    """What a checkpoint answered, or why it could not."""

    text: str
    finish_reason: Literal["stop", "length", "missing"]
    """``stop``: ended by itself; ``length``: cut; ``missing``: see ``missing_reason``."""
    prompt_tokens: int
    new_tokens: int
    """Tokens of the answer, its end token included."""
    seconds: float
    """From the start of its batch to its last token."""
    missing_reason: str | None = None


def prompt_tokens(loaded: LoadedCheckpoint, messages: Sequence[Message]) -> list[int]:
    """A conversation as the tokens after which the checkpoint writes its answer.

    Raises ModelError where its chat template refuses the conversation.
    """
    from jinja2 import TemplateError

    try:
        rendered: Any = loaded.tokenizer.apply_chat_template(
            [message.model_dump() for message in messages],
            add_generation_prompt=True,
            return_dict=True,
            tokenizer_kwargs={"verbose": False},
        )
    except TemplateError as error:
        raise ModelError(
            f"This conversation with {loaded.info.name}",
            f"its chat template refuses it ({error})",
            "Leave out the system message, or let user and assistant take turns",
        ) from None
    return list(rendered["input_ids"])


def too_long(loaded: LoadedCheckpoint, tokens: Sequence[int]) -> str | None:
    """Why a prompt leaves no room for an answer, or ``None`` where there is some."""
    if len(tokens) < loaded.context_length:
        return None
    return f"the prompt has {len(tokens)} tokens and the context {loaded.context_length}"


def answer_text(loaded: LoadedCheckpoint, tokens: Sequence[int]) -> str:
    """Tokens of an answer as text, without special tokens and surrounding space."""
    return str(loaded.tokenizer.decode(list(tokens), skip_special_tokens=True)).strip()


def growing_text(loaded: LoadedCheckpoint, tokens: Sequence[int]) -> str:
    """The text of an answer that goes on.

    A character may need several tokens: what is not whole yet is held back.
    """
    return answer_text(loaded, tokens).rstrip(_BROKEN)


def request(loaded: LoadedCheckpoint, tokens: Sequence[int], decoding: Decoding) -> Request:
    """What the decoding loop is asked; its seed depends on the prompt, not on the batch."""
    from workbench.generation.decoder import Request

    room = loaded.context_length - len(tokens)
    seed = int(content_hash([decoding.seed, list(tokens)])[:15], 16)
    return Request(tokens, min(decoding.max_new_tokens, room), seed)


def generate(
    loaded: LoadedCheckpoint,
    conversations: Sequence[Sequence[Message]],
    decoding: Decoding | None = None,
    batch_size: int = 64,
    watch: Watch | None = None,
) -> Iterator[tuple[int, Answer]]:
    """Answers as they are finished, each with the index of its conversation.

    Conversations of like length are answered together; an answer is the same as if it
    were asked for alone. ``decoding`` is the checkpoint's own unless given. Prompts that
    leave no room in the context are ``missing`` with the reason. ``watch`` sees the answers
    while they are written and may end them: then those that are not finished never come.
    """
    decoding = decoding or loaded.info.decoding
    prompts: dict[int, list[int]] = {}
    for index, messages in enumerate(conversations):
        try:
            prompt = prompt_tokens(loaded, messages)
        except ModelError as error:
            yield index, Answer("", "missing", 0, 0, 0.0, error.reason)
            continue
        if reason := too_long(loaded, prompt):
            yield index, Answer("", "missing", len(prompt), 0, 0.0, reason)
        else:
            prompts[index] = prompt
    fitting = sorted(prompts, key=lambda index: len(prompts[index]))
    for start in range(0, len(fitting), batch_size):
        if watch is not None and watch.stop.is_set():
            return
        chosen = fitting[start : start + batch_size]
        own = watch.numbered(chosen) if watch is not None else None
        batch = [prompts[i] for i in chosen]
        for row, answer in answer_batch(loaded, batch, decoding, watch=own):
            yield chosen[row], answer


def answer_batch(
    loaded: LoadedCheckpoint,
    prompts: Sequence[Sequence[int]],
    decoding: Decoding,
    more_ends: frozenset[int] = frozenset(),
    watch: Watch | None = None,
) -> Iterator[tuple[int, Answer]]:
    """Answers to prompts as tokens, in one batch, each with its row as it is finished.

    ``more_ends`` are tokens that end an answer beside those of the checkpoint; ``watch`` sees
    rows that are not finished.
    """
    from workbench.generation.decoder import decode, end_tokens

    start = time.monotonic()
    ends = end_tokens(loaded) | more_ends
    requests = [replace(request(loaded, prompt, decoding), ends=more_ends) for prompt in prompts]
    written: list[list[int]] = [[] for _ in prompts]
    looked = start
    for tokens in decode(loaded, requests, decoding):
        growing = []
        for row, token in tokens.items():
            written[row].append(token)
            stopped = token in ends
            if not stopped and len(written[row]) < requests[row].limit:
                growing.append(row)
                continue
            yield (
                row,
                Answer(
                    answer_text(loaded, written[row]),
                    "stop" if stopped else "length",
                    len(prompts[row]),
                    len(written[row]),
                    time.monotonic() - start,
                ),
            )
        if watch is None:
            continue
        # Read once: what is set after the last look would leave its rows without one.
        stopping = watch.stop.is_set()
        if stopping or time.monotonic() - looked >= watch.every:
            for row in growing:
                watch.grown(row, growing_text(loaded, written[row]), len(written[row]))
            looked = time.monotonic()
        if stopping:
            return
