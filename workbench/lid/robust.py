"""Rates of answers in the right language without a free pass.

The Language Confusion Benchmark (``passrates``) judges lines of five tokens alone, so that
an answer without any passes, and takes a line of Thai or Khmer for one token. Here an answer
is cut into sentences, in any script; short ones are judged together with the next. An empty
answer does not pass; one of fewer than five tokens in all is too short for a verdict to be
trusted, so that its rate is missing. Code, addresses, numbers and quoted terms are left out
(``exempt``).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from workbench.lid.detector import Detector, Verdict
from workbench.lid.exempt import Exempt, exempt_spans

MINIMUM_TOKENS = 5
"""A unit has at least so many tokens; an answer that has fewer is not judged."""

_SENTENCE_END = re.compile(r"\n|[.!?…؟।॥](?=\s)|[。！？]")
_WORD = re.compile(r"[^\W\d_]+")
# Scripts without spaces: two Chinese characters or kana make a word on average, four signs of
# Thai, Lao, Burmese or Khmer.
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_UNSPACED_SIGNS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff]")


class Unit(NamedTuple):
    """A part of an answer that is judged on its own."""

    start: int
    """Offset in the answer."""
    end: int
    text: str
    """What the detector is asked: exempt parts left out, white space made single."""
    short: bool
    """Whether it has fewer than five tokens: then it is all there is."""


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """Languages of an answer's units. Units without evidence of a language are left out."""

    judged: int
    right: int
    """Judged units in the expected language."""
    entropy: float | None
    """Of the languages over the characters of judged units, in bits; None without any."""
    first_switch: float | None
    """Where the first unit begins that is in another language than the one before it.

    From 0, the start of the answer, to 1, its end; None where there is no such unit.
    """
    short: bool = False
    """Whether the answer has fewer than five tokens, so that no unit is judged."""


def unit_counts(answers: Sequence[tuple[str, str]], detector: Detector) -> Iterator[UnitCounts]:
    """Counts of answers, given as text and expected language, in order.

    The detector is asked once for all units.
    """
    units = [units_of(text) for text, _ in answers]
    asked = [[unit for unit in own if not unit.short] for own in units]
    verdicts = iter(detector.identify_many([unit.text for own in asked for unit in own]))
    for (text, language), own, judged in zip(answers, units, asked, strict=True):
        if len(judged) < len(own):
            yield UnitCounts(0, 0, None, None, short=True)
        else:
            yield _counts(own, list(islice(verdicts, len(own))), len(text), language)


def units_of(text: str) -> list[Unit]:
    """Sentences of a text, joined until they have at least five tokens.

    What is left over at the end joins the unit before it. A text that is all code, numbers
    and the like is judged by these.

    >>> [unit.text for unit in units_of("Un chat. Il dort bien `ls` sur le lit ! Voilà.")]
    ['Un chat. Il dort bien sur le lit ! Voilà.']
    """
    own = _blanked(text, exempt_spans(text))
    if not _WORD.search(own):
        own = text
    ends = [match.end() for match in _SENTENCE_END.finditer(own)]
    if not ends or ends[-1] < len(own):
        ends.append(len(own))
    bounds: list[tuple[int, int]] = []
    count = _count_words if _UNSPACED.search(own) is None else _count_tokens
    start = sentence = 0
    tokens = 0.0
    for end in ends:
        tokens += count(own[sentence:end])
        sentence = end
        if tokens >= MINIMUM_TOKENS:
            bounds.append((start, end))
            start, tokens = end, 0.0
    if tokens and bounds:
        bounds[-1] = (bounds[-1][0], len(own))
    short = bool(tokens and not bounds)
    if short:
        bounds.append((0, len(own)))
    return [_unit(own, start, end, short) for start, end in bounds]


def _unit(text: str, start: int, end: int, short: bool) -> Unit:
    part = text[start:end]
    words = part.split()
    return Unit(start + part.index(words[0]), end, " ".join(words), short)


def _count_words(sentence: str) -> float:
    return len(sentence.split())


def _count_tokens(sentence: str) -> float:
    ideographs, signs = len(_IDEOGRAPHS.findall(sentence)), len(_UNSPACED_SIGNS.findall(sentence))
    spaced = len(_WORD.findall(_UNSPACED.sub(" ", sentence)))
    return spaced + ideographs / 2 + signs / 4


def _blanked(text: str, spans: Sequence[Exempt]) -> str:
    """The text, as long as before, with spaces for exempt parts; code still ends a line."""
    if not spans:
        return text
    pieces: list[str] = []
    last = 0
    for span in spans:
        filler = "\n" if "\n" in text[span.start : span.end] else " "
        pieces += (text[last : span.start], filler * (span.end - span.start))
        last = span.end
    return "".join((*pieces, text[last:]))


def _counts(
    units: Sequence[Unit], verdicts: Sequence[Verdict], length: int, language: str
) -> UnitCounts:
    characters: Counter[str] = Counter()
    right = judged = 0
    previous: str | None = None
    switch: float | None = None
    for unit, verdict in zip(units, verdicts, strict=True):
        label = verdict.label
        if label is None:
            continue
        judged += 1
        right += label == language
        characters[label] += len(unit.text)
        if switch is None and previous not in (None, label):
            switch = unit.start / length
        previous = label
    return UnitCounts(judged, right, entropy(characters.values()) if judged else None, switch)


def entropy(amounts: Iterable[float]) -> float:
    """Shannon entropy of shares that are proportional to the amounts, in bits.

    >>> entropy([10, 10])
    1.0
    """
    kept = [amount for amount in amounts if amount > 0]
    total = sum(kept)
    return max(0.0, -sum(a / total * math.log2(a / total) for a in kept))
