"""How long a text is, in words and sentences, in any script and without a tokenizer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.judging.constraints.base import has_words
from workbench.judging.constraints.markers import clean_lines, without_marker

CHARACTERS_PER_HAN_WORD = 1.8
"""Han characters and kana in a word: jieba makes words of 1.80 out of the Chinese answers in
the Language Confusion Benchmark, fugashi words of 1.78 out of the Japanese ones."""
CHARACTERS_PER_THAI_WORD = 4.0
"""Letters and signs in a word of Thai, Lao, Khmer and Burmese: a rough figure."""
WORDS_PER_SENTENCE = 20
"""How Thai and Lao text is cut, which has no mark between sentences."""
SHORTEST_SENTENCE = 3
"""Words; what is shorter ("Sure!", a heading, an item of a list) is no sentence."""

_HAN = re.compile(
    "[\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\uff66-\uff9d\U00020000-\U0003ffff]"
)
_THAI = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_UNMARKED = re.compile("[\u0e00-\u0eff]")
_PARTS = re.compile(r"[\s\u2013\u2014/]+")

_CLOSING = "[\"'”’»)\\]）】」』*_]*+"
_END = re.compile(
    rf"[。！？｡।॥؟۔։።။។]++{_CLOSING}"
    rf"|(?<![.!?…])[.!?…]++{_CLOSING}(?=\s|$|[\u3040-\u30ff\u4e00-\u9fff])"
)
_NEXT = re.compile(r"\s*\S?")
LONGEST_ABBREVIATION = 8
_ABBREVIATION = re.compile(
    r"(?:^|[\s(«\"'.])(?:[^\W\d_]|mr|mrs|ms|dr|prof|st|sr|sra|jr|mme|vs|approx|ca|fig)\.$",
    re.IGNORECASE,
)


def words(text: str) -> float:
    """Size of a text in words.

    Words stand between spaces; scripts without spaces are counted by characters.
    """
    return sum(map(_size, _PARTS.split(text)))


def sentences(text: str) -> list[str]:
    """Sentences of at least three words, in order; each line of a list is one of its own.

    A full stop ends none after a single letter or a common abbreviation, and none before a
    lower-case letter. Thai and Lao are cut by size.
    """
    return [part for part in parts(text) if words(part) >= SHORTEST_SENTENCE]


def parts(text: str) -> list[str]:
    """Sentences and all that is shorter, such as headings and items of a list, in order."""
    return [part for line in clean_lines(text) for part in line_sentences(without_marker(line))]


def line_sentences(line: str) -> list[str]:
    """All sentences of one line, short ones too."""
    parts: list[str] = []
    start = 0
    for end in [*_ends(line), len(line)]:
        part = line[start:end].strip()
        if has_words(part):
            parts += _by_size(part)
            start = end
    return parts


def ends_a_sentence(line: str) -> bool:
    """Whether a line ends with the mark of a sentence."""
    last = [match.end() for match in _END.finditer(line)][-1:]
    return last == [len(line.rstrip())]


def _size(part: str) -> float:
    han, thai = len(_HAN.findall(part)), len(_THAI.findall(part))
    if not han and not thai:
        return float(has_words(part))
    rest = has_words(_THAI.sub("", _HAN.sub("", part)))
    return han / CHARACTERS_PER_HAN_WORD + thai / CHARACTERS_PER_THAI_WORD + rest


def _ends(line: str) -> Iterator[int]:
    for match in _END.finditer(line):
        following = _NEXT.match(line, match.end())
        if match[0][0] in ".!?…" and following and following[0][-1:].islower():
            continue
        before = line[max(0, match.start() - LONGEST_ABBREVIATION) : match.start() + 1]
        if match[0].startswith(".") and _ABBREVIATION.search(before):
            continue
        yield match.end()


def _by_size(part: str) -> list[str]:
    if 2 * len(_UNMARKED.findall(part)) < len(part):
        return [part]
    pieces = max(1, round(words(part) / WORDS_PER_SENTENCE))
    length = -(-len(part) // pieces)
    return [part[start : start + length] for start in range(0, len(part), length)]
