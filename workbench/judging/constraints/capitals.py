"""``cap_template``: "capitalize each first letter in the answer".

The prompts do not say of what. It is read as the first letter of each word: the first
letters of sentences are capitals in any answer, so nothing would be asked.
"""

from __future__ import annotations

import re
import unicodedata

from workbench.judging.constraints.base import Answer, Check
from workbench.judging.constraints.markers import clean_lines, line_marker
from workbench.lid.exempt import exempt_spans, without

CAPITALISED = 0.95
"""Least share of words: it leaves room for units, names such as iPhone and one slip in twenty."""

_NO_WORDS = ("code", "formula", "markup", "address", "path")
_WORD = re.compile(r"(?<![\w'’-])[^\W\d_][\w'’-]*")
# French and Italian l'Eau has its capital after the article.
_ELISION = re.compile(r"[^\W\d_]{1,2}['’]([^\W\d_])")


def check_capitals(answer: Answer) -> Check:
    """Whether words begin with a capital, in scripts that have them.

    Words joined by a hyphen count once. Code, addresses and formulas do not count.
    """
    text = unicodedata.normalize("NFC", answer.text)
    spans = [span for span in exempt_spans(text) if span.why in _NO_WORDS]
    found = [word for line in clean_lines(without(text, spans)) for word in _words(line)]
    letters = "".join(character for word in found for character in word if character.isalpha())
    if 2 * sum(map(_has_case, letters)) < len(letters) or not letters:
        return answer.undecided("most of the answer is in a script without capital letters")
    judged = [word for word in found if _has_case(word[0])]
    small = [word for word in judged if not _is_capitalised(word)]
    if len(judged) - len(small) >= CAPITALISED * len(judged):
        return answer.kept()
    return answer.broken(
        f"asked for a capital at the beginning of each word, found {len(small)} of {len(judged)} "
        f"words without one, such as '{small[0]}'"
    )


def _words(line: str) -> list[str]:
    marker = line_marker(line, 0)
    return _WORD.findall(line if marker is None else marker.rest)


def _has_case(letter: str) -> bool:
    # Georgian letters have upper-case forms, but not at the beginning of words.
    return letter.isupper() or letter.istitle() or letter.title() != letter


def _is_capitalised(word: str) -> bool:
    elision = _ELISION.match(word)
    return word[0].isupper() or word[0].istitle() or bool(elision and elision[1].isupper())
