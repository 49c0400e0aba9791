"""``num_items_K``: the answer is to list K options.

What leads in and what closes is no item, and nothing nested is one. Items are looked for in
this order, and the first form found is the one counted:

1. lines with a mark: bullets, numbers, letters or labels such as "Option 1:". The kind of the
   first mark is the kind of the items; further kinds below it are nested;
2. numbers within a line;
3. headings of one level, or lines that begin in bold; rows of a table;
4. one item a line;
5. "a, b and c" in one sentence.

Weak spots: the same item twice counts twice, and two lists count together. Bullets below
headings are the items, also where they describe what the heading names. Items told in
several sentences of prose are no list.
"""

from __future__ import annotations

import re
from itertools import islice

from workbench.judging.constraints.base import Answer, Check, has_words
from workbench.judging.constraints.enumerations import in_a_sentence, numbered_inline
from workbench.judging.constraints.markers import Marker, clean_lines, line_marker, markers
from workbench.judging.constraints.plain_lines import leads_in, one_a_line

# A list that begins in the line of its introduction; line breaks that became spaces.
_LIST_WITHIN = re.compile(
    r"(?<=[:：])\s+(?=[(（]?1[.)）、]|[-*•]\s|①)|(?<=\S)[ ]{2,8}(?=(?:[-*•]|\d{1,2}[.)])[ ])"
)
_ROUND_BULLETS = frozenset("•●▪‣")
_TAG = re.compile(r"(</?[A-Za-z][^<>]*>)")
_HEADING = re.compile(r"\s*(#{1,6})\s+\S")
_BOLD = re.compile(r"\s*(?:\*\*|__)(?=\S)[^*_\n]*\S(?:\*\*|__)")
_ROW = re.compile(r"\s*\|.*\|\s*")
_TABLE_RULE = re.compile(r"\s*\|[\s:|-]*-[\s:|-]*\|\s*")


def check_items(answer: Answer) -> Check:
    """Whether the answer lists as many items as were asked for."""
    if not re.fullmatch("[1-9][0-9]{0,3}", answer.argument):
        return answer.undecided(f"'{answer.argument}' is no number of items")
    asked, found = int(answer.argument), count_items(answer.text)
    if found == asked:
        return answer.kept()
    return answer.broken(f"asked for {asked} items, found {found or 'no list'}")


def count_items(text: str) -> int:
    """Number of items at the top level of the list in a text; 0 where there is no list.

    >>> count_items("Sure! Here are two:\\n1. **Jazz**\\n   - loud\\n2. Blues\\n\\nEnjoy!")
    2
    """
    lines = clean_lines(_LIST_WITHIN.sub("\n", _without_html(text)))
    lines = [part for line in lines for part in _at_bullets(line)]
    found = _marked(lines)
    if found < 2:
        found = max(found, *map(numbered_inline, lines), 0)
    if found:
        return found
    return _sections(lines) or _rows(lines) or one_a_line(lines) or in_a_sentence(lines)


def _without_html(text: str) -> str:
    """An HTML list as one with bullets, nested ones indented."""
    if "<li" not in text.lower():
        return text
    depth = 0
    pieces: list[str] = []
    for piece in _TAG.split(text):
        tag = piece.lower()
        depth += bool(re.match("<[uo]l", tag)) - bool(re.match("</[uo]l", tag))
        pieces.append("\n" + "  " * depth + "- " if re.match("<li", tag) else "")
        pieces.append("" if _TAG.fullmatch(piece) else piece.strip())
    return "".join(pieces)


def _at_bullets(line: str) -> list[str]:
    """Parts of a line of bullets, such as "• jazz • blues"."""
    indent, bullet = line[: len(line) - len(line.lstrip())], line.lstrip()[:1]
    if bullet not in _ROUND_BULLETS:
        return [line]
    return [f"{indent}{bullet} {part}" for part in line.split(bullet)[1:]]


def _marked(lines: list[str]) -> int:
    found = markers(lines)
    if not found:
        return 0
    kind = found[0].kind
    ordered = [m.kind for m in found if m.ordinal is not None]
    if found[0].ordinal is None and len(ordered) > 1 and sum(m.kind == kind for m in found) == 1:
        # A single bullet before numbers introduces them.
        kind = ordered[0]
    own = [marker for marker in found if marker.kind == kind and _has_content(marker, lines)]
    top = min((marker.indent for marker in own), default=0)
    return sum(marker.indent <= top + 1 for marker in own)


def _has_content(marker: Marker, lines: list[str]) -> bool:
    """Whether there is an item behind a mark: in its line or, without a mark, in the next."""
    if has_words(marker.rest):
        return True
    following = next((line for line in islice(lines, marker.line + 1, None) if line.strip()), "")
    return has_words(following) and line_marker(following, 0) is None


def _sections(lines: list[str]) -> int:
    levels = [len(match[1]) for line in lines if (match := _HEADING.match(line))]
    for level in sorted(set(levels)):
        if levels.count(level) > 1:
            return levels.count(level)
    bold = [line for line in lines if _BOLD.match(line) and not leads_in(line)]
    return len(bold) if len(bold) > 1 else 0


def _rows(lines: list[str]) -> int:
    rows = [line for line in lines if _ROW.fullmatch(line)]
    rules = [number for number, line in enumerate(rows) if _TABLE_RULE.fullmatch(line)]
    return len(rows) - rules[0] - 1 if rules else 0
