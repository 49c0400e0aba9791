"""Lines of answers counted: what the rates of ``passrates`` are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from workbench.lid.detector import Detector
from workbench.lid.lines import english_words, judged_lines
from workbench.lid.words import WordList


@dataclass(frozen=True, slots=True)
class LineCounts:
    """What LCB's rates need to know of an answer."""

    judged: int
    """Lines that were judged."""
    right: int
    """Judged lines in the expected language."""
    english_words: int | None
    """In the judged lines of an answer without a wrong one; None where not counted."""


def line_counts(
    answers: Sequence[tuple[str, str]], detector: Detector, words: WordList
) -> Iterator[LineCounts]:
    """Counts of answers, given as text and expected language, in order.

    The detector is asked once for all lines.
    """
    lines = [judged_lines(text, language) for text, language in answers]
    verdicts = iter(detector.identify_many([line for own in lines for line in own]))
    for (_, language), own in zip(answers, lines, strict=True):
        right = sum(verdict.label == language for verdict in islice(verdicts, len(own)))
        passed = len(own) > 0 and right == len(own)
        english = english_words(own, language, words) if passed else None
        yield LineCounts(len(own), right, english)
