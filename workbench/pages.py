"""Figures as one HTML file that needs nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import plotly.graph_objects as go

_PAGE = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title></head>
<body style="font-family: system-ui, sans-serif; max-width: 75rem; margin: 1rem auto">
<h1 style="font-size: 1.3rem">{title}</h1>
{figures}
{about}</body>
</html>
"""
_ABOUT = '<footer style="color: #6b7280; font-size: 0.8rem; overflow-wrap: anywhere">{}</footer>\n'


def figures_page(title: str, figures: Sequence[go.Figure], about: Sequence[str] = ()) -> str:
    """A page with the figures below one another; the first brings the script of all.

    ``about`` are lines at its end that say what made it.
    """
    parts = [
        figure.to_html(full_html=False, include_plotlyjs=number == 0)
        for number, figure in enumerate(figures)
    ]
    lines = "".join(f"<div>{escape(line)}</div>" for line in about)
    foot = _ABOUT.format(lines) if about else ""
    return _PAGE.format(title=escape(title), figures="\n".join(parts), about=foot)
