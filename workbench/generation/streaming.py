"""One answer as it is written, for the chat."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

from workbench.checkpoints import LoadedCheckpoint
from workbench.errors import ModelError
from workbench.generation.decoding import Decoding
from workbench.generation.local import answer_text, prompt_tokens, too_long
from workbench.prompts import Message

_BROKEN = "\N{REPLACEMENT CHARACTER}"


def stream(
    loaded: LoadedCheckpoint,
    messages: Sequence[Message],
    decoding: Decoding | None = None,
    stop: threading.Event | None = None,
) -> Iterator[str]:
    """The text so far, each time it has grown; the same answer as in a batch.

    Setting ``stop`` or closing the iterator ends it before the next token. Raises
    ModelError where the conversation leaves no room in the context.
    """
    from workbench.generation.decoder import Request, decode

    decoding = decoding or loaded.info.decoding
    prompt = prompt_tokens(loaded, messages)
    if reason := too_long(loaded, prompt):
        raise ModelError(
            f"This conversation with {loaded.info.name}", reason, "Shorten it or start a new one"
        )
    limit = min(decoding.max_new_tokens, loaded.context_length - len(prompt))
    written: list[int] = []
    shown = ""
    for tokens in decode(loaded, [Request(prompt, limit, decoding.seed)], decoding):
        written += tokens.values()
        text = answer_text(loaded, written)
        if len(written) < limit:
            # A character may need several tokens: what is not whole yet is held back.
            text = text.rstrip(_BROKEN)
        if text != shown:
            shown = text
            yield text
        if stop is not None and stop.is_set():
            return
