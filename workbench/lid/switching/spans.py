"""Stretches of words as spans of a text: which of them count, and how sure they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.lid.switching.evidence import Evidence
from workbench.lid.switching.reasons import reason
from workbench.lid.switching.scripts import CASED
from workbench.lid.switching.tracing import Stretch
from workbench.lid.switching.units import CAPITALS, LOWER, SCRIPTS, Unit

SHORTEST = 3
"""Words; less is a loan word, a term or a name."""
LOWER_CASE = 2
"""Words without a capital letter that a span needs: names have fewer."""
CONVINCING = 40.0
"""Margin from which on a list of short terms counts too."""
CONFIDENCE = (1.97, 0.085)
"""Log-odds that a span is foreign: at no margin, and for each nat of margin. Fitted by
``benchmarks/codeswitch.py --tune`` on texts of which half have a splice."""
LOOKED_AT = 60
"""Words of a span that are enough to tell what it is."""
BESIDE = 3
"""Words next to a span that decide on it too: a title goes on where evidence does not."""
_NOUNS_CAPITALISED = frozenset({"de", "lb"})


@dataclass(frozen=True)
class LanguageSpan:
    """A part of a text in another language than the expected one."""

    start: int
    """Offset of its first character in the text."""
    end: int
    """Offset after its last character."""
    language: str
    confidence: float
    """Between 0 and 1."""
    reason: str
    """Why it was marked."""


def span_of(
    stretch: Stretch, words: Sequence[str], units: Sequence[Unit], evidence: Evidence
) -> LanguageSpan | None:
    """The span of a stretch; None where it is a term, a name or a title.

    ``words`` and ``units`` are those of the text.
    """
    language = evidence.languages[stretch.language]
    looked = slice(stretch.begin, min(stretch.end, stretch.begin + LOOKED_AT))
    listed = [language in evidence.lists.languages_of(word) for word in words[looked]]
    counts = _enough(units[looked], listed, evidence, stretch.margin >= CONVINCING)
    if not counts or (language not in _NOUNS_CAPITALISED and _is_title(stretch, units, listed)):
        return None
    own = slice(stretch.begin, stretch.end)
    bias, slope = CONFIDENCE
    return LanguageSpan(
        start=units[stretch.begin].start,
        end=units[stretch.end - 1].end,
        language=language,
        confidence=1.0 / (1.0 + math.exp(-bias - slope * stretch.margin)),
        reason=reason(words[own], units[own], language, evidence),
    )


def _enough(
    units: Sequence[Unit], listed: Sequence[bool], evidence: Evidence, convincing: bool
) -> bool:
    """Whether there are words enough, in lower case enough, and more than a list of terms."""
    total = lower = run = longest = 0.0
    for unit, in_list in zip(units, listed, strict=True):
        letter = unit.end - unit.start == 1 and SCRIPTS[unit.script] in CASED
        # Compounds are one word; letters that are no words number a list.
        size = 0.0 if unit.joined or (letter and not in_list) else evidence.size(unit)
        total += size
        lower += size * _is_small(unit, in_list)
        run = size if unit.pause else run + size
        longest = max(longest, run)
    terms = longest < SHORTEST and not any(listed) and not convincing
    return total >= SHORTEST and lower >= LOWER_CASE and not terms


def _is_title(stretch: Stretch, units: Sequence[Unit], listed: Sequence[bool]) -> bool:
    """Whether it begins and ends with a capital letter, and has small function words only."""
    looked = units[stretch.begin : stretch.begin + len(listed)]
    pairs = zip(looked, listed, strict=True)
    small = [in_list for unit, in_list in pairs if _is_small(unit, in_list)]
    capitals = len(listed) - len(small)
    begin, end = stretch.begin, stretch.end
    while begin and stretch.begin - begin < BESIDE and _goes_on(units, begin - 1, begin):
        begin -= 1
    while end < len(units) and end - stretch.end < BESIDE and _goes_on(units, end, end):
        end += 1
    capitals += (stretch.begin - begin) + (end - stretch.end)
    first = begin < stretch.begin or not _is_small(units[begin], listed[0])
    last = units[end - 1].case != LOWER
    return first and last and all(small) and capitals >= len(small)


def _goes_on(units: Sequence[Unit], added: int, later: int) -> bool:
    """Whether the word ``added`` has a capital letter and no pause before the ``later`` one."""
    return units[added].case != LOWER and not units[later].pause


def _is_small(unit: Unit, listed: bool) -> bool:
    """In lower case; where all is in capitals, function words stand for it."""
    return unit.case == LOWER or (unit.case == CAPITALS and listed)
