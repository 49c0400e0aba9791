"""``short`` ("briefly in just a few sentences") and ``long`` ("a detailed answer").

The prompts name no number, so a range is left in which an answer may be called either.

- Brief without doubt: at most 4 sentences and 100 words; too long without doubt: over 10
  sentences or 200 words.
- Detailed without doubt: at least 200 words; too short without doubt: under 50 words.
- Between: where the answer of the same checkpoint to the unmodified prompt is known, its twin,
  the answer must differ from it by a quarter in the direction that was asked for. Elsewhere
  "a few sentences" is at most 6 of them and 150 words, and a detailed answer has more than
  that and at least 80 words.

"A few" begins at three sentences, and 6 is twice that; 25 words are a long sentence of
prose. What is detailed begins low because answers are cut at some number of tokens, which
holds less in some languages: the answers of the Language Confusion Benchmark, all cut alike,
have a median of 85 words in English and 23 in Hindi.

Weak spots: length is no detail, so a long answer that says nothing is kept. Sentences
are counted once each, which an answer that runs in a loop does not get round unless it varies.
Thai and Lao sentences are guessed from the size, and words of scripts without spaces from the
number of characters. A word of Korean or Turkish holds more than an English one, which makes
``short`` easier there and ``long`` harder. An answer that was cut counts as far as it goes.
"""

from __future__ import annotations

from dataclasses import dataclass

from workbench.judging.constraints.base import Answer, Check, has_words
from workbench.judging.constraints.sizes import parts, sentences, words

DIFFERENCE = 1.25
"""Longer length over shorter one, at least, where the twin decides."""


@dataclass(frozen=True)
class Limit:
    """Most sentences and words."""

    sentences: int
    words: int

    def holds(self, count: int, size: float) -> bool:
        """Whether a text of that many sentences and words keeps it."""
        return count <= self.sentences and size <= self.words


SURELY_BRIEF = Limit(4, 100)
A_FEW_SENTENCES = Limit(6, 150)
NEVER_BRIEF = Limit(10, 200)
SURELY_DETAILED = 200
DETAILED = 80
NEVER_DETAILED = 50


def check_short(answer: Answer) -> Check:
    """Whether the answer is a few sentences long."""
    count, size = len(sentences(answer.text)), words(answer.text)
    found = f"asked for a few sentences, found {count} with {size:.0f} words"
    if SURELY_BRIEF.holds(count, size):
        return answer.kept()
    if not NEVER_BRIEF.holds(count, size):
        return answer.broken(found)
    if answer.twin is not None and has_words(answer.twin):
        plain = words(answer.twin)
        if size * DIFFERENCE <= plain:
            return answer.kept()
        return answer.broken(f"{found}; without being asked for it, {plain:.0f} words")
    return answer.kept() if A_FEW_SENTENCES.holds(count, size) else answer.broken(found)


def check_long(answer: Answer) -> Check:
    """Whether the answer is long enough to be a detailed one."""
    # What is said again adds no detail.
    distinct = "\n".join({part.casefold(): part for part in parts(answer.text)}.values())
    count, size = len(sentences(distinct)), words(distinct)
    plural = "" if count == 1 else "s"
    found = f"asked for a detailed answer, found {size:.0f} words in {count} sentence{plural}"
    if size >= SURELY_DETAILED:
        return answer.kept()
    if size < NEVER_DETAILED:
        return answer.broken(found)
    if answer.twin is not None and has_words(answer.twin):
        plain = words(answer.twin)
        if size >= DIFFERENCE * plain:
            return answer.kept()
        return answer.broken(f"{found}; without being asked for it, {plain:.0f} words")
    if size >= DETAILED and not A_FEW_SENTENCES.holds(count, size):
        return answer.kept()
    return answer.broken(found)
