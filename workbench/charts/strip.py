"""A strip of one answer: which language it is in from its first character to its last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from workbench.charts.rates import style
from workbench.languages import LANGUAGES, display_name
from workbench.lid.codeswitch import Part

SPAN_COLOURS = ("#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Of languages that are not the expected one, in order of appearance; the marks within an
answer have the same (``.wb-colour-N`` in ``assets/styles/theme.css``)."""
_EXPECTED, _NOT_JUDGED = "rgba(128,128,128,0.55)", "rgba(128,128,128,0.2)"
_HEIGHT, _MARGIN = 40, {"l": 6, "r": 12, "t": 4, "b": 20}
"""Pixels: a thin bar above the numbers of its axis."""


class Stretch(NamedTuple):
    """Characters that follow each other in one language."""

    start: int
    end: int
    language: str | None
    """None for what is not judged, such as code."""


def foreign_languages(parts: Sequence[Part]) -> list[str]:
    """Languages of the foreign parts in order of appearance: the places of their colours."""
    return list(dict.fromkeys(p.language for p in parts if p.kind == "foreign" and p.language))


def stretches(parts: Sequence[Part]) -> list[Stretch]:
    """The parts of a text, those of one language taken together.

    What holds no word belongs to the stretch before it, or to the first one.
    """
    found: list[Stretch] = []
    for part in parts:
        if part.kind == "neutral":
            if found:
                found[-1] = found[-1]._replace(end=part.end)
            continue
        if found and found[-1].language == part.language:
            found[-1] = found[-1]._replace(end=part.end)
        else:
            found.append(Stretch(part.start if found else 0, part.end, part.language))
    return found


def is_mixed(parts: Sequence[Part]) -> bool:
    """Whether a text is in more than one language."""
    return len({s.language for s in stretches(parts) if s.language}) > 1


def language_strip(parts: Sequence[Part], dark: bool = False) -> go.Figure:
    """Language over the course of an answer, given its parts; see ``codeswitch.parts``.

    The horizontal axis is the position in the text, in characters; it runs from right to left
    where most of the text does.
    """
    foreign = foreign_languages(parts)
    figure = go.Figure()
    for language, own in _by_language(parts):
        if language is None:
            name, colour = "not judged", _NOT_JUDGED
        elif language in foreign:
            colour = SPAN_COLOURS[foreign.index(language) % len(SPAN_COLOURS)]
            name = display_name(language)
        else:
            name, colour = display_name(language), _EXPECTED
        figure.add_bar(
            orientation="h",
            y=[0] * len(own),
            base=[s.start for s in own],
            x=[s.end - s.start for s in own],
            name=name,
            marker={"color": colour, "line": {"width": 0}},
            customdata=[[s.start + 1, s.end] for s in own],
            hovertemplate=f"{name}, characters %{{customdata[0]}} to %{{customdata[1]}}"
            "<extra></extra>",
        )
    length = parts[-1].end if parts else 0
    style(figure, dark, height=_HEIGHT)
    figure.update_layout(barmode="overlay", bargap=0, showlegend=False, margin=_MARGIN)
    figure.update_xaxes(
        range=[length, 0] if _runs_left(parts) else [0, length],
        automargin=False,
        tickfont={"size": 11},
        nticks=6,
        showgrid=False,
        zeroline=False,
        fixedrange=True,
    )
    figure.update_yaxes(visible=False, automargin=False, range=[-0.5, 0.5], fixedrange=True)
    return figure


def _by_language(parts: Sequence[Part]) -> Iterator[tuple[str | None, list[Stretch]]]:
    found: dict[str | None, list[Stretch]] = {}
    for stretch in stretches(parts):
        found.setdefault(stretch.language, []).append(stretch)
    yield from found.items()


def _runs_left(parts: Sequence[Part]) -> bool:
    """Whether most characters are of languages that are written from right to left."""
    sizes = {"ltr": 0, "rtl": 0}
    for stretch in stretches(parts):
        if stretch.language in LANGUAGES:
            sizes[LANGUAGES[stretch.language].direction] += stretch.end - stretch.start
    return sizes["rtl"] > sizes["ltr"]
