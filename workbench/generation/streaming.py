"""One answer as it is written, for the chat."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Sequence

from workbench.checkpoints import LoadedCheckpoint
from workbench.errors import ModelError
from workbench.generation.decoding import Decoding
from workbench.generation.local import (
    Answer,
    answer_text,
    growing_text,
    prompt_tokens,
    request,
    too_long,
)
from workbench.prompts import Message


def stream(
    loaded: LoadedCheckpoint,
    messages: Sequence[Message],
    decoding: Decoding | None = None,
    stop: threading.Event | None = None,
) -> Generator[str, None, Answer]:
    """The text so far, each time it has grown; the same answer as in a batch.

    Setting ``stop`` or closing the iterator ends it before the next token. The value
    that the generator returns is the whole answer. Raises ModelError where the
    conversation leaves no room in the context.
    """
    from workbench.generation.decoder import decode, end_tokens

    decoding = decoding or loaded.info.decoding
    prompt = prompt_tokens(loaded, messages)
    if reason := too_long(loaded, prompt):
        raise ModelError(
            f"This conversation with {loaded.info.name}", reason, "Shorten it or start a new one"
        )
    asked = request(loaded, prompt, decoding)
    start = time.monotonic()
    ends = end_tokens(loaded)
    written: list[int] = []
    shown = ""
    for tokens in decode(loaded, [asked], decoding):
        written += tokens.values()
        going_on = len(written) < asked.limit and written[-1] not in ends
        text = growing_text(loaded, written) if going_on else answer_text(loaded, written)
        if text != shown:
            shown = text
            yield text
        if stop is not None and stop.is_set():
            break
    return Answer(
        shown,
        "stop" if written and written[-1] in ends else "length",
        len(prompt),
        len(written),
        time.monotonic() - start,
    )
