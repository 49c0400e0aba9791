"""Parts of an answer that say nothing about its language, by rule.

Code, addresses, formulas, numbers and short quoted terms stand in an answer of any
language. They are found here once, as offsets in the original text, for all that asks
which language the rest is in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Why = Literal["code", "formula", "markup", "address", "path", "quotation", "number"]

QUOTED_WORDS = 6
"""A quotation of more words is text of the answer, in a language of its own."""


@dataclass(frozen=True, order=True)
class Exempt:
    """A part of a text, from character ``start`` up to ``end``, and the rule that exempts it."""

    start: int
    end: int
    why: Why


_COVER = "\ufffc"  # stands for what an earlier rule has taken

_EXTENSION = (
    r"(?:py|js|ts|css|html?|xml|json|ya?ml|csv|tsv|txt|md|pdf|docx?|xlsx?|png|jpe?g|gif|svg"
    r"|mp3|mp4|zip|tar|gz|exe|sh|cpp|java|sql|ipynb)\b"
)
# What is exempt, a sign without which it cannot occur, and its pattern. Signs begin with a
# character that is rare in prose: looking for them is much faster than trying the pattern.
# Repetitions are bounded, so that no text takes time that is quadratic in its length.
_RULES: tuple[tuple[Why, re.Pattern[str], re.Pattern[str]], ...] = (
    (
        "code",
        re.compile("```|~~~"),
        re.compile(r"(```|~~~).*?(?:\1|\Z)", re.DOTALL),  # an answer may be cut within code
    ),
    ("code", re.compile("`"), re.compile(r"``[^\n]+?``|`[^`\n]+`")),
    (
        "formula",
        re.compile(r"\$|\\[(\[b]"),
        re.compile(
            r"\$\$.{1,500}?\$\$|\\\[.{1,500}?\\\]|\\\(.{1,500}?\\\)"
            r"|\\begin\{(\w+\*?)\}.{0,500}?\\end\{\1\}"
            # Of two amounts in dollars the second is followed by a digit.
            r"|\$(?=\S)[^$\n]{1,200}?(?<=\S)\$(?!\d)",
            re.DOTALL,
        ),
    ),
    (
        "markup",
        re.compile("[<&]"),
        re.compile(r"<!--.{0,500}?-->|</?[A-Za-z][^<>\n]{0,300}>|&(?:[A-Za-z]+|#\d+);", re.DOTALL),
    ),
    (
        "address",
        re.compile(r"://|@|[wW]{3}\.|\.(?:com|org|net)\b"),
        re.compile(
            r"(?:https?|ftp)://[\w\-.~:/?#@!$&'()*+,;=%\[\]]*[\w/=#]"
            r"|\bwww\.[\w\-.~:/?#@!$&'()*+,;=%]*[\w/=#]"
            r"|\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
            r"|\b(?:[\w-]{1,63}\.){1,4}(?:com|org|net)\b(?:/[\w\-./?=%&#]*[\w/])?",
            re.ASCII | re.IGNORECASE,
        ),
    ),
    (
        "path",
        re.compile(r"/[\w.-]+/|\\\w", re.ASCII),
        re.compile(
            r"(?<![\w/.])(?:~|\.{1,2})?/[\w.-]+(?:/[\w.-]+)+/?|\b[A-Z]:\\[\w.\-\\]+", re.ASCII
        ),
    ),
    (
        "path",
        re.compile(rf"\.{_EXTENSION}"),
        re.compile(rf"\b[\w-]{{1,100}}\.{_EXTENSION}", re.ASCII),
    ),
)
_ANY_SIGN = re.compile(rf"[`~$\\<&@/]|\.(?:(?<=[wW]{{3}}\.)|(?:com|org|net)\b|{_EXTENSION})")
# Opening and closing marks of one quotation; in a line they are paired from the left, so that
# a long quotation takes its own closing mark with it. Single marks are apostrophes too: there
# the opening one follows no letter, and the closing one is followed by none.
_QUOTATION = re.compile(
    r"„[^„“”\n]*[“”]|“[^“”\n]*”|”[^“”\n]*”|«[^«»\n]*»|»[^«»\n]*«|‹[^‹›\n]*›"
    r"|「[^「」\n]*」|『[^『』\n]*』|《[^《》\n]*》|〈[^〈〉\n]*〉|\"(?<!\d\")[^\"\n]*\""
    r"|‘(?<!\w‘)(?:[^‘’\n]|(?<=\w)’(?=\w))*’(?!\w)|‚[^‚‘\n]*‘"
    r"|'(?<!\w')(?=[^\W\d_])(?:[^'\n]|(?<=\w)'(?=\w))*?(?<=[^\W_])'(?!\w)"
)
_NUMBER = re.compile(
    r"\d(?<![A-Za-z0-9].)\d*+(?:[.,:/٫٬\u00a0\u202f]\d++){0,9}+(?![A-Za-z0-9])"
    r"(?:[ \u00a0\u202f]?(?:%|‰|°[CF]?|[$€£¥₹]))?"
)
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]"
)


def exempt_spans(text: str) -> list[Exempt]:
    """Exempt parts of a text, in order and without overlap.

    Where a quotation holds a link, the quotation covers both.

    >>> [(span.start, span.end, span.why) for span in exempt_spans("Tape « rm -r » ou `ls`.")]
    [(5, 14, 'quotation'), (18, 22, 'code')]
    """
    found: list[Exempt] = []
    rest = text
    if _ANY_SIGN.search(text):
        for why, sign, pattern in _RULES:
            if sign.search(rest):
                own = [Exempt(*match.span(), why) for match in pattern.finditer(rest)]
                rest = _covered(rest, own)
                found += own
    own = [Exempt(*span, "quotation") for span in _quotations(rest)]
    rest = _covered(rest, own)
    found += own
    found += [Exempt(*match.span(), "number") for match in _NUMBER.finditer(rest)]
    return _outermost(found)


def without(text: str, spans: Sequence[Exempt], filler: str = " ") -> str:
    """The text with each exempt part replaced by ``filler``."""
    pieces: list[str] = []
    last = 0
    for span in spans:
        pieces += (text[last : span.start], filler)
        last = span.end
    return "".join((*pieces, text[last:]))


def _quotations(text: str) -> Iterator[tuple[int, int]]:
    for match in _QUOTATION.finditer(text):
        inner = match[0][1:-1]
        # With space inside both marks it is what stands between two quotations; French
        # guillemets alone are set with spaces.
        between = match[0][0] in "\"”'" and inner != inner.strip()
        unspaced = len(_UNSPACED.findall(inner))
        words = len(_UNSPACED.sub(" ", inner).split()) + unspaced / 2
        if inner and not between and words <= QUOTED_WORDS:
            yield match.span()


def _covered(text: str, spans: Sequence[Exempt]) -> str:
    """The text with these parts covered, as long as before."""
    if not spans:
        return text
    pieces: list[str] = []
    last = 0
    for span in spans:
        pieces += (text[last : span.start], _COVER * (span.end - span.start))
        last = span.end
    return "".join((*pieces, text[last:]))


def _outermost(spans: list[Exempt]) -> list[Exempt]:
    kept: list[Exempt] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept
