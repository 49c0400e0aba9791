"""A report as one HTML page that needs nothing from elsewhere; it can be read on a phone, and
printed."""

from __future__ import annotations

import json
from functools import lru_cache

import plotly.graph_objects as go
import plotly.io as pio
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from plotly.offline import get_plotlyjs

from workbench.assets import asset
from workbench.files import read_text
from workbench.languages import display_name, english_name
from workbench.reporting.records import Chart, Report

_FOLDER = "reporting"
_LOOKS = {"light": "plotly_white", "dark": "plotly_dark"}


def report_page(report: Report) -> str:
    """The page, with the script that draws its charts in it once."""
    template = _environment().get_template("report.html.jinja")
    looks = {look: pio.templates[name].to_plotly_json() for look, name in _LOOKS.items()}
    return template.render(
        report=report,
        style=read_text(asset(_FOLDER, "report.css")),
        script=read_text(asset(_FOLDER, "report.js")),
        plotly=get_plotlyjs() if report.charts else "",
        templates=_inert(json.dumps(looks)),
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    loader = FileSystemLoader(asset(_FOLDER))
    made = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["native"] = display_name
    made.filters["english"] = english_name
    made.filters["chart_json"] = _chart_json
    return made


def _chart_json(chart: Chart) -> str:
    """The figure without its template, which all figures share; made inert, as entities would not
    be read within a script."""
    figure = go.Figure(chart.figure)
    figure.layout.template = None
    return _inert(str(figure.to_json()))


def _inert(text: str) -> str:
    """JSON that cannot end the script element that it stands in."""
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
