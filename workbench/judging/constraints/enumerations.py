"""Items in running text: "a, b and c", and "1) a 2) b 3) c" in one line."""

from __future__ import annotations

import re
import unicodedata

from workbench.judging.constraints.base import has_words
from workbench.judging.constraints.plain_lines import is_talk
from workbench.judging.constraints.sizes import ends_a_sentence, line_sentences, words

LONGEST_ITEM = 8
"""Words of an item within a sentence; what is longer is a clause."""
LONGEST_BARE_ITEM = 5
"""The same where nothing but commas, or but "and", says that there is a list."""
CLAUSE_LONGER = 4
"""Words by which the first item is longer than the others where a clause leads in to it."""
SENTENCES_BESIDE = 3
"""Sentences beside the one with the list; in more of them it is prose."""

_SEMICOLONS = re.compile(r"\s+[/|•·]\s+|\s*[;；؛]\s*")
_COMMAS = re.compile(r"\s*(?:[،、，]|,(?!\d))\s*")
_BRACKETED = re.compile(r"\([^()]*\)|（[^（）]*）")
_QUOTED = re.compile(r'"[^"\n]*"|“[^”\n]*”|«[^»\n]*»|„[^“”\n]*[“”]|「[^」\n]*」|《[^》\n]*》')
# "And" and "or" where the word means nothing else in another language: not English "of", which
# is "or" in Dutch, nor "a", "en", "na", "au".
_WORDS = (
    "and or & et ou e y ed und oder sowie и или та або oraz lub nebo och eller ve veya dan atau và "
    "hoặc και ή și és vagy tai और या तथा व एवं এবং বা ও یا اور או أو و 그리고 또는 및 와 과"
)
_SPACED_AND = re.compile(
    rf"(?:^|\s+)(?:{'|'.join(map(re.escape, _WORDS.split()))})\s+(?!a\s)", re.IGNORECASE
)
# These are words of other languages too, and part items only after a comma.
_SHORT_AND = re.compile(r"\s+[oiu]\s+")
_PREFIXED_AND = re.compile(r"(?:^|\s+)[וو](?=\w{2})")
_UNSPACED_AND = re.compile(
    r"以及|还有|還有|或者|または|および|และ|หรือ|[和与與及或]|(?<=\w)[とや](?=\w)"
)
_LEAD_IN_END = re.compile(r"([:：])[*_\s]*\n\s*")
_INLINE_NUMBER = re.compile(
    r"(?<![\w.,])[(（]?(?:(\d{1,2})[.)）、](?!\d)|(\d{1,2})\s?[-:](?=\s))|([①-⑳❶-❿])"
)


def in_a_sentence(lines: list[str]) -> int:
    """Number of items that one sentence of the lines lists; 0 where none does.

    A list after a colon is looked for first; without one, only an answer of a single sentence
    is taken for a list.
    """
    text = _LEAD_IN_END.sub(r"\1 ", "\n".join(lines))
    found = [part for line in text.splitlines() for part in line_sentences(line)]
    after_colon = [
        count for part in found if ":" in part.replace("：", ":") if (count := enumerated(part))
    ]
    said = [part for part in found if not is_talk(part)]
    if after_colon and len(said) <= SENTENCES_BESIDE + 1:
        return after_colon[0]
    return enumerated(said[0]) if len(said) == 1 else 0


def enumerated(sentence: str) -> int:
    """Number of items that a sentence lists; 0 where it lists none.

    After a colon any list counts; elsewhere one that ends with "and" or "or", or one of
    nothing but short items. Commas in brackets and quotations do not part items.
    """
    plain = _QUOTED.sub(lambda match: _COMMAS.sub(" ", match[0]), _BRACKETED.sub(" ", sentence))
    lead, colon, listed = _after_colon(plain)
    items, joined = _items(listed)
    if not colon and _begins_with_clause(items):
        items = items[1:]
    if len(items) < 2:
        return 0
    # What leads in, such as "My favourites are", stands before the first item.
    judged = items if colon else items[1:]
    if max(map(words, judged)) > (LONGEST_ITEM if len(items) > 2 else LONGEST_BARE_ITEM):
        return 0
    if colon or joined:
        return len(items)
    longest = 2 if ends_a_sentence(sentence.strip()) else LONGEST_BARE_ITEM
    return len(items) if max(map(words, items)) <= longest else 0


def numbered_inline(text: str) -> int:
    """How far marks such as ``1)``, ``2)``, ``3)`` or ``①`` count from 1 within lines."""
    count = 0
    for match in _INLINE_NUMBER.finditer(text):
        digits = match[1] or match[2]
        number = int(digits) if digits else _circled(match[3])
        if number == count + 1 and has_words(text[match.end() :]):
            count = number
    return count


def _begins_with_clause(items: list[str]) -> bool:
    """Whether the first item leads in, as in "If you like jazz, you might enjoy A, B and C"."""
    sizes = list(map(words, items))
    return len(sizes) > 3 and sizes[0] >= 3 and sizes[1] >= max(sizes[2:]) + CLAUSE_LONGER


def _after_colon(sentence: str) -> tuple[str, str, str]:
    lead, colon, listed = re.sub("[：]", ":", sentence).rpartition(":")
    return (lead, colon, listed) if has_words(listed) else ("", "", lead or listed)


def _items(listed: str) -> tuple[list[str], bool]:
    """The items, and whether an "and" or "or" joins the last one."""
    separator = _SEMICOLONS if _SEMICOLONS.search(listed) else _COMMAS
    *items, last = [part for part in separator.split(listed) if has_words(part)] or [""]
    for pattern in (_SPACED_AND, _PREFIXED_AND, _UNSPACED_AND, *([_SHORT_AND] if items else [])):
        match = pattern.search(last)
        if match is None:
            continue
        before, after = last[: match.start()], last[match.end() :]
        if not has_words(after):
            continue
        if pattern is _PREFIXED_AND and not items and words(last) > LONGEST_BARE_ITEM:
            continue  # many words begin with that letter
        # After a comma, "and" opens the last item; elsewhere it stands between two.
        return [*items, *([before] if has_words(before) else []), after], True
    return [*items, last] if has_words(last) else items, False


def _circled(character: str) -> int:
    return int(unicodedata.numeric(character))
