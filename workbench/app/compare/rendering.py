"""What the comparison shows as HTML: two answers side by side, and what is chosen, in words.

What a model or a user wrote is text: everything is escaped here and in ``app.rendering``.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.app.compare.answer_pages import Paired
from workbench.app.compare.difference import Difference, Stretch, difference
from workbench.app.rendering import render_answer, render_asked, render_note

_LEGEND = (
    '<p class="wb-note"><mark class="wb-differs">Marked and underlined</mark> is what only this '
    "one of the two answers has.</p>"
)


def render_sides(paired: Paired) -> str:
    """The prompt and, side by side, both answers with what differs marked."""
    if not paired.total:
        return render_note(paired.note)
    rows = paired.answers.to_dict("records")
    if len(rows) < 2:
        return render_note("One of these answers is gone; open the tab again.")
    found = _marked_where_shared(*(str(row["text"]).strip() for row in rows))
    sides = (
        _side(row, stretches, only, of)
        for row, stretches, only, of in zip(
            rows,
            (found.first, found.second),
            (found.only_first, found.only_second),
            (found.of_first, found.of_second),
            strict=True,
        )
    )
    first = rows[0]
    known = (first["parallel_id"], first["task"], first["tier"])
    about = " · ".join(html.escape(str(part)) for part in known if isinstance(part, str) and part)
    return (
        f'<div class="wb-pair"><div class="wb-name">{about}</div>{render_asked(first)}'
        f'<div class="wb-sides">{"".join(sides)}</div>{_legend(found)}</div>'
    )


def render_summary(shown: int, total: int, filters: Sequence[str]) -> str:
    """How many answers the filters leave, and which filters these are."""
    number = f"{shown:,} of {total:,} answers" if filters else f"{total:,} answers"
    chips = "".join(f'<li dir="auto">{html.escape(text)}</li>' for text in filters)
    chosen = f'<ul class="wb-chosen" aria-label="Filters">{chips}</ul>' if chips else ""
    return f'<div class="wb-found" role="status"><span>{number}</span>{chosen}</div>'


def _side(row: Mapping[Any, Any], stretches: Sequence[Stretch], only: int, of: int) -> str:
    name = html.escape(str(row["row"]))
    share = f"{only:,} of {of:,} words only here" if only else "no word only here"
    detected = row["detected"]
    lang = f' lang="{html.escape(detected)}"' if isinstance(detected, str) else ""
    answer = f'<div class="wb-text" dir="auto"{lang}>{_marked(stretches)}</div>'
    return (
        f'<article class="wb-card" aria-label="Answer of {name}"><div class="wb-name">'
        f'<bdi>{name}</bdi> <span class="wb-facts">{share}</span></div>'
        f"{render_answer(row, answer)}</article>"
    )


def _marked(stretches: Sequence[Stretch]) -> str:
    """A text with what differs marked; marks are inline, so that they change no direction."""
    return "".join(
        f'<mark class="wb-differs">{html.escape(text)}</mark>' if differs else html.escape(text)
        for text, differs in stretches
    )


def _marked_where_shared(first: str, second: str) -> Difference:
    """The difference; texts without a word in common are not marked, as all of them would be."""
    found = difference(first, second)
    if _share_nothing(found):
        plain = [Stretch(first, False)], [Stretch(second, False)]
        return found._replace(first=plain[0], second=plain[1])
    return found


def _share_nothing(found: Difference) -> bool:
    shared = found.of_first - found.only_first + found.of_second - found.only_second
    return not shared and found.of_first > 0 and found.of_second > 0


def _legend(found: Difference) -> str:
    if _share_nothing(found):
        return render_note("These answers have no word in common, so none is marked.")
    if not any(differs for _, differs in (*found.first, *found.second)):
        return render_note("These answers are the same, word for word.")
    part = (
        ""
        if found.whole
        else render_note(
            f"These answers repeat themselves so much that only their first {found.of_first:,} and "
            f"{found.of_second:,} words are compared."
        )
    )
    return f"{_LEGEND}{part}"
