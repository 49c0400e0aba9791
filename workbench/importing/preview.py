"""What a file would be taken as, before anything of it is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from workbench.importing.records import ImportedRun
from workbench.importing.storing import numbered
from workbench.languages import UNKNOWN_LANGUAGE
from workbench.prompts import PromptSet

ROWS = 5
"""First answers or prompts that are shown."""
_NAMED = 5
_WIDTH = 44


def preview_lines(read: ImportedRun | PromptSet) -> list[str]:
    """What is there, what it would become, and what is missing, a sentence each."""
    if isinstance(read, PromptSet):
        languages = Counter(prompt.language for prompt in read.prompts)
        return [
            f"prompts, for the prompt set '{read.name}'",
            f"{len(read.prompts):,} prompts: {_counted(languages)}",
        ]
    responses = read.responses
    checkpoints = Counter(response.checkpoint for response in responses)
    sets = Counter(response.prompt_set for response in responses)
    languages = Counter(response.prompt.language for response in responses)
    unknown = languages.pop(UNKNOWN_LANGUAGE, 0)
    missing = Counter(r.missing_reason for r in responses if r.missing_reason is not None)
    judges = Counter(rating.judge for r in responses for rating in r.ratings)
    textless = sum(not response.prompt.messages for response in responses)
    lines = [
        f"format {read.format}, for the run '{read.name}'",
        f"{len(responses):,} answers by checkpoint: {_counted(checkpoints)}",
        f"by prompt set: {_counted(sets)}",
    ]
    if languages:
        lines.append(f"by expected language: {_counted(languages)}")
    if unknown:
        lines.append(
            f"missing: the expected language of {unknown:,} answers, which will not be scored for "
            "it; --language CODE gives it"
        )
    lines += [f"missing: {number:,} answers, as {reason}" for reason, number in missing.items()]
    if textless:
        lines.append(
            f"missing: what was asked, for {textless:,} answers, which judges cannot rate then"
        )
    if judges:
        lines.append(f"ratings of accuracy: {_counted(judges)}")
    return [*lines, *read.notes]


def preview_frame(read: ImportedRun | PromptSet) -> pd.DataFrame:
    """The first rows as they would be taken, long texts cut."""
    if isinstance(read, PromptSet):
        rows = [
            {"id": p.parallel_id, "language": p.language, "prompt": _cut(_asked(p.messages))}
            for p in read.prompts[:ROWS]
        ]
        return pd.DataFrame(rows)
    responses = read.responses[:ROWS]
    return pd.DataFrame(
        [
            {
                "checkpoint": _cut(response.checkpoint),
                "id": response.prompt.parallel_id,
                "language": _code(response.prompt.language),
                "sample": sample,
                "prompt": _cut(_asked(response.prompt.messages)),
                "answer": _cut(response.text),
                "missing": _cut(response.missing_reason or ""),
            }
            for response, sample in zip(responses, numbered(responses), strict=True)
        ]
    )


def _asked(messages: Sequence[object]) -> str:
    return str(getattr(messages[-1], "content", "")) if messages else ""


def _counted(counts: Counter[str]) -> str:
    """``en 12, fr 10``, the most common ones first."""
    named = [f"{name} {number:,}" for name, number in counts.most_common(_NAMED)]
    further = len(counts) - len(named)
    return ", ".join([*named, f"and {further:,} more"] if further else named)


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…"


def _code(language: str) -> str:
    return "not given" if language == UNKNOWN_LANGUAGE else language
