"""Cuts a growing text where no exempt part can reach across.

A block ends with a line, unless a block of code, a formula or a comment is open there. The
cut depends on the text before it alone, so that it is the same however the text arrives.
"""

from __future__ import annotations

import re

SHORTEST = 200
"""Characters; a block takes in further lines until it is as long."""
LONGEST = 4000
"""Characters; a line without end is cut after the next space or mark all the same."""

_FENCE = re.compile(r"(```|~~~)(?:.*?\1|(.*))", re.DOTALL)
# Further exempt parts that may span lines, and how far they may.
_REACH = 2010
_PAIRS = (("\\[", "\\]"), ("\\(", "\\)"), ("\\begin{", "\\end{"), ("<!--", "-->"))
_ANYWHERE = re.compile(r"[\s。！？，、；：]")


def block_end(text: str, start: int) -> int | None:
    """Where the block that begins at ``start`` ends; None while that is not known.

    >>> block_end("short\\n" + "x" * 300 + "\\ny", 0)
    307
    """
    position = start + SHORTEST - 1
    while (cut := _next_cut(text, position, start + LONGEST)) is not None:
        block = text[start : cut + 1]
        marker = open_fence(block)
        if marker is not None:
            closing = text.find(marker, cut + 1)
            if closing < 0:
                return None
            position = closing + len(marker)
        elif cut < start + LONGEST and _open_pair(block):
            position = cut + 1
        else:
            return cut + 1
    return None


def _next_cut(text: str, position: int, anywhere: int) -> int | None:
    """The next end of a line, or from ``anywhere`` on the next space or mark."""
    line = text.find("\n", position)
    if 0 <= line < anywhere:
        return line
    match = _ANYWHERE.search(text, max(position, anywhere))
    return match.start() if match else None


def open_fence(block: str) -> str | None:
    """The marker of the block of code that is open at the end, None where none is.

    >>> open_fence("```x``` and ```y"), open_fence("```x```")
    ('```', None)
    """
    marker = None
    if "```" in block or "~~~" in block:
        for match in _FENCE.finditer(block):
            marker = match[1] if match[2] is not None else None
    return marker


def _open_pair(block: str) -> bool:
    end = block[-_REACH:]
    if "\\" not in end and "<" not in end and "$" not in end:
        return False
    if block.count("$$") % 2 and "$$" in end:
        return True
    return any(end.rfind(opening) > end.rfind(closing) for opening, closing in _PAIRS)
