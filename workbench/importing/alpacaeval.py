"""AlpacaEval's model outputs: a JSON array of ``instruction``, ``output`` and ``generator``.

Files have no ids: a prompt is told by its place among those that a generator answers, so that
translations in the same order share it. What ``workbench export`` writes beside these fields is
taken where it is there: ``language``, ``prompt_set``, ``parallel_id``, ``sample``, ``messages``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from workbench.importing.fields import asks, messages_of
from workbench.importing.reading import Reading
from workbench.importing.records import NO_ANSWER, ImportedResponse
from workbench.prompts import Prompt

PROMPT_SET = "alpacaeval"


def read_alpacaeval(reading: Reading) -> Iterator[ImportedResponse]:
    """The answers of a file."""
    places: dict[tuple[str, int], int] = {}
    seen: Counter[tuple[str, str]] = Counter()
    for place, fields in reading.objects():
        instruction = fields.optional_text("instruction") or ""
        checkpoint = reading.checkpoint(fields.optional_text("generator"))
        # An instruction that a generator answers twice stands for two prompts.
        repeat = seen[checkpoint, instruction]
        seen[checkpoint, instruction] += 1
        number = places.setdefault((instruction, repeat), len(places) + 1)
        messages = asks(instruction)
        if fields.has("messages"):
            messages = messages_of(fields.items("messages"), f"{fields.place}, messages")
        output = fields.optional_text("output")
        said = reading.options.prompt_set or fields.optional_text("prompt_set")
        yield ImportedResponse(
            place,
            checkpoint,
            said or PROMPT_SET,
            Prompt(
                parallel_id=reading.text_of("id", fields, "parallel_id") or str(number),
                language=reading.language_of(fields, "language"),
                messages=messages,
                task=reading.text_of("task", fields, "dataset") or "",
            ),
            output or "",
            fields.count("sample"),
            finish_reason="missing" if output is None else "unknown",
            missing_reason=NO_ANSWER if output is None else None,
        )
