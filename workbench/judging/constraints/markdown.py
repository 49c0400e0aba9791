"""``markdown_template``: "use Markdown formatting in your answer"."""

from __future__ import annotations

import re
from itertools import pairwise

from workbench.judging.constraints.base import Answer, Check, has_words

# A fence around the whole answer says nothing of the format within.
_WRAPPED = re.compile(r"\s*(```|~~~)[^\n]*\n(.*?)(?:\n[ \t]*\1\s*)?\Z", re.DOTALL)
_FENCE = re.compile(r"^[ \t]*(```|~~~)[^\n`]*\n.*?(?:^[ \t]*\1|\Z)", re.MULTILINE | re.DOTALL)
# Patterns for one line each; repetitions are bounded, so that no text takes long.
_BULLET = re.compile(r"\s{0,12}[-*+]\s+\S")
_NUMBER = re.compile(r"\s{0,12}\d{1,3}[.)]\s+\S", re.ASCII)
_UNDERLINE = re.compile(r" {0,3}(?:={2,}|-{3,})\s*")
_MARKS = tuple(
    re.compile(pattern)
    for pattern in (
        r"^ {0,3}(?:>\s?){0,3}#{1,6}\s+\S",  # heading
        r"(?<![0-9A-Za-z*\\])\*{2,3}(?=[^\s*])[^*]{0,300}[^\s*\\]\*{2,3}(?!\*)",  # bold
        r"(?<![\w\\])__(?=[^\s_]).{0,300}?[^\s_\\]__(?!\w)",
        r"(?<![\w*\\])\*(?=[^\s*])[^*]{0,300}[^\s*\\]\*(?![\w*])",  # italics
        r"(?<![\w\\])_(?=[^\s_])[^_]{0,300}[^\s_\\]_(?!\w)",
        r"(?<![`\\])`[^`]{1,300}`(?!`)",  # code
        r"!?\[[^\]]{1,300}\]\([^)\s]{1,300}[^)]{0,100}\)",  # link, picture
        r"^ {0,3}>\s+\S",  # quotation
        r"^\s*+\|?\s*+:?-{2,}:?\s*+(?:\|\s*+:?-{2,}:?\s*+){1,50}\|?\s*$",  # table
    )
)


def check_markdown(answer: Answer) -> Check:
    """Whether the answer holds marks of Markdown.

    Two bullets make a list. Numbered lines alone decide nothing: they look the same
    in plain text. Signs such as ``•`` are no Markdown.
    """
    text = answer.text
    wrapped = _WRAPPED.fullmatch(text)
    if wrapped:
        text = wrapped[2]
    elif has_words("".join(match[0] for match in _FENCE.finditer(text))):
        return answer.kept()
    lines = text.splitlines()
    underlined = any(
        has_words(line) and _UNDERLINE.fullmatch(below) for line, below in pairwise(lines)
    )
    marked = any(mark.search(line) for line in lines for mark in _MARKS)
    if marked or underlined or sum(map(bool, map(_BULLET.match, lines))) > 1:
        return answer.kept()
    if any(map(_NUMBER.match, lines)):
        return answer.undecided(
            "asked for Markdown, found numbered lines alone, which plain text has too"
        )
    return answer.broken("asked for Markdown, found none of its marks")
