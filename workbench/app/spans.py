"""A text with its languages marked, as HTML.

One element a stretch of one language, each with a direction of its own: an element a word
would turn the order of Arabic words around.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from workbench.charts.strip import SPAN_COLOURS, foreign_languages
from workbench.languages import display_name
from workbench.lid.codeswitch import Part

_EXEMPT = {
    "code": "code",
    "formula": "a formula",
    "markup": "markup",
    "address": "an address",
    "path": "a file path",
    "quotation": "a quoted term",
    "number": "a number",
}


def marked_text(text: str, found: Sequence[Part]) -> str:
    """The text with its foreign parts marked; hovering over one says why."""
    if not any(part.kind in ("foreign", "exempt") for part in found):
        return _escape(text)
    colours = _colours(found)
    return "".join(_part(text[part.start : part.end], part, colours) for part in found)


def legend(found: Sequence[Part], expected: str | None) -> str:
    """What the marks of a text mean; empty where there are none."""
    colours = _colours(found)
    exempt = any(part.kind == "exempt" and part.reason != "number" for part in found)
    if expected is None or not (colours or exempt):
        return ""
    entries = [f'<span class="wb-key">{_name(expected)}</span>']
    for code, colour in colours.items():
        entries.append(
            f'<span class="wb-key"><mark class="wb-foreign wb-colour-{colour}">{_name(code)}</mark>'
            "</span>"
        )
    if exempt:
        entries.append('<span class="wb-key"><span class="wb-exempt">not judged</span></span>')
    return f'<div class="wb-legend" aria-label="Languages in this answer">{"".join(entries)}</div>'


def _part(text: str, part: Part, colours: dict[str, int]) -> str:
    if part.kind == "foreign" and part.language is not None:
        sure = "" if part.confidence is None else f", {int(part.confidence * 100)}%"
        title = _escape(f"{display_name(part.language)}{sure}: {part.reason}")
        return (
            f'<mark class="wb-foreign wb-colour-{colours[part.language]}" title="{title}">'
            f'<bdi dir="auto" lang="{_escape(part.language)}">{_escape(text)}</bdi></mark>'
        )
    if part.kind == "exempt" and part.reason != "number":
        why = _escape(f"Not judged: {_EXEMPT.get(part.reason, part.reason)}")
        return f'<span class="wb-exempt" title="{why}">{_escape(text)}</span>'
    return _escape(text)


def _colours(found: Sequence[Part]) -> dict[str, int]:
    """A colour for each foreign language, in order of appearance."""
    codes = foreign_languages(found)
    return {code: number % len(SPAN_COLOURS) for number, code in enumerate(codes)}


def _name(code: str) -> str:
    return f'<bdi lang="{_escape(code)}">{_escape(display_name(code))}</bdi>'


def _escape(text: object) -> str:
    return html.escape(str(text), quote=True)
