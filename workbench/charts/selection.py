"""Charts of validation: curves by language over the steps, and English against the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from workbench.charts.bands import LINE_COLOURS, MARKERS, Points, banded_line
from workbench.charts.labels import Labelled, Room, direct_labels
from workbench.charts.rates import in_order, style
from workbench.languages import display_name
from workbench.selection_records import Selection

CRITERIA = {
    "english_loss": ("English loss", "dot"),
    "english": ("English quality", "dash"),
    "multilingual": ("all languages", "solid"),
}
"""How a choice is called in charts, and the line that marks its step."""
_COLUMNS = 3
_PANEL, _GAP, _ABOVE, _BELOW = 220, 84, 54, 50
"""Height of a panel, between two of them, above the first and below the last, in pixels."""
_LINE = 15
"""Height of a name at the end of a line, in pixels."""
_NAMES = 0.45
"""Room for the names of languages, as a share of the axis."""
_GREY = "#8C8C8C"
_BAR = 42


@dataclass(frozen=True)
class CurveLayout:
    """How the panels of ``validation_curves`` are laid out and called."""

    dark: bool = False
    columns: int = _COLUMNS
    """Panels side by side at most."""
    share: bool = True
    """Whether values are shares of 1; others, such as losses, have an axis that fits them."""
    value: str = ""
    """What the values are, for the axis; nothing where the page says it."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """Title of a recipe's panel where it is not the recipe's name."""


def validation_curves(
    rates: pd.DataFrame, selection: Selection | None = None, layout: CurveLayout = CurveLayout()
) -> go.Figure:
    """A panel a recipe: a line a language over the steps, named at its end, English thickest.

    ``rates`` has one row a recipe, step, language and seed: ``recipe``, ``step``,
    ``language``, ``seed``, ``value``. Lines are means over seeds and bands their range; with
    one seed bands are ``low`` to ``high``, where ``rates`` has these columns. Where it has a
    column ``steps``, axes are as long as the training is to be. Upright lines stand at the
    steps that the criteria of ``selection`` take.
    """
    recipes = list(dict.fromkeys(rates["recipe"]))
    columns = min(layout.columns, max(1, len(recipes)))
    rows = max(1, -(-len(recipes) // columns))
    figure = make_subplots(
        rows=rows,
        cols=columns,
        shared_xaxes="all",
        shared_yaxes="all",
        horizontal_spacing=0.04,
        vertical_spacing=_GAP / (rows * _PANEL + (rows - 1) * _GAP),
        subplot_titles=[layout.titles.get(str(recipe), _plain(recipe)) for recipe in recipes],
    )
    languages = in_order(rates["language"])
    first, last = _reach(rates)
    bottom, top = (0.0, 1.0) if layout.share else (0.0, _highest(rates))
    room = Room(bottom, top, (top - bottom) * _LINE / _PANEL, last - first)
    for number, recipe in enumerate(recipes):
        place = {"row": number // columns + 1, "col": number % columns + 1}
        own = rates[rates["recipe"] == recipe]
        ends = []
        for order, code in enumerate(languages):
            for trace in _curve(own[own["language"] == code], code, order, layout.share):
                figure.add_trace(trace, **place)
                if trace.name:
                    colour, english = trace.line.color, code == "en"
                    end = Labelled(trace.name, trace.x[-1], trace.y[-1], colour, english)
                    ends.append(end)
        for trace in direct_labels(ends, room):
            figure.add_trace(trace, **place)
        for text, dash, step in _marks(selection, recipe):
            figure.add_vline(
                x=step,
                line={"dash": dash, "color": _GREY, "width": 1.5},
                annotation={"text": text, "font": {"size": 11}, "textangle": -90},
                annotation_position="bottom left",
                **place,
            )
    for number in range(len(recipes), rows * columns):
        place = {"row": number // columns + 1, "col": number % columns + 1}
        figure.update_xaxes(visible=False, **place)
        figure.update_yaxes(visible=False, **place)
    margin = 0.03 * (top - bottom)
    figure.update_yaxes(range=[bottom - margin, top + margin])
    figure.update_yaxes(tickformat=".0%" if layout.share else None)
    figure.update_yaxes(title=layout.value or None, col=1)
    # Names stand to the right of the lines.
    figure.update_xaxes(range=[first - 0.04 * room.width, last + _NAMES * room.width])
    figure.update_xaxes(showticklabels=True)
    figure.update_xaxes(title={"text": "step", "standoff": 4}, row=rows)
    height = rows * _PANEL + (rows - 1) * _GAP
    style(figure, layout.dark, height=_ABOVE + height + _BELOW)
    figure.update_layout(margin={"t": _ABOVE, "b": _BELOW}, showlegend=False)
    return figure


def pareto_scatter(table: pd.DataFrame, selection: Selection, dark: bool = False) -> go.Figure:
    """English quality against the mean of the other languages, a point a candidate.

    ``table`` is that of ``selection.candidate_table``. The line joins the candidates that
    no other one beats in both; rings mark what the criteria take.
    """
    figure = go.Figure()
    for number, (recipe, own) in enumerate(table.groupby("recipe", sort=False)):
        figure.add_scatter(
            x=list(own["english"]),
            y=list(own["others"]),
            mode="markers",
            name=_plain(recipe),
            marker={
                "size": 9,
                "color": LINE_COLOURS[number % len(LINE_COLOURS)],
                "symbol": MARKERS[number % len(MARKERS)],
            },
            customdata=[[step] for step in own["step"]],
            hovertemplate=f"<b>{_plain(recipe)}</b>, step %{{customdata[0]}}<br>"
            "English %{x:.1%}, others %{y:.1%}<extra></extra>",
        )
    front = sorted(selection.pareto, key=lambda point: point.english)
    figure.add_scatter(
        x=[point.english for point in front],
        y=[point.others for point in front],
        mode="lines",
        line={"color": _GREY, "dash": "dot", "shape": "vh"},
        name="front",
        hoverinfo="skip",
    )
    points = {(row["recipe"], row["step"]): row for row in table.to_dict("records")}
    for size, (name, choice) in zip((16, 22, 28), selection.choices.items(), strict=False):
        point = points[(choice.recipe, choice.step)]
        figure.add_scatter(
            x=[point["english"]],
            y=[point["others"]],
            mode="markers",
            name=f"taken by {CRITERIA[name][0]}",
            marker={
                "size": size,
                "symbol": "circle-open",
                "color": LINE_COLOURS[list(CRITERIA).index(name)],
                "line": {"width": 2},
            },
            hoverinfo="skip",
        )
    figure.update_xaxes(title="English", tickformat=".0%")
    figure.update_yaxes(title="mean of the other languages", tickformat=".0%")
    style(figure, dark, height=460)
    return figure


def cost_bars(selection: Selection, dark: bool = False) -> go.Figure:
    """What the English choices lack in each language, with 95% intervals; beyond 0 is a loss."""
    figure = go.Figure()
    names = [display_name(code) for code in selection.languages]
    costs = {"english_loss": selection.cost_of_english_loss, "english": selection.cost}
    for number, (name, by_language) in enumerate(costs.items()):
        if by_language is None:
            continue
        known = [by_language[code] for code in selection.languages]
        middle = [_number(cost.mean) for cost in known]
        figure.add_scatter(
            x=middle,
            # Beside one another, not on top of each other.
            y=[place + (number - 0.5) * 0.3 for place in range(len(names))],
            mode="markers",
            name=f"taken by {CRITERIA[name][0]}",
            marker={"size": 10, "color": LINE_COLOURS[number], "symbol": MARKERS[number]},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [_number(c.high) - m for c, m in zip(known, middle, strict=True)],
                "arrayminus": [m - _number(c.low) for c, m in zip(known, middle, strict=True)],
                "thickness": 1.5,
                "width": 4,
            },
            customdata=[
                [display_name(code), _number(cost.low), _number(cost.high), cost.n_paired]
                for code, cost in zip(selection.languages, known, strict=True)
            ],
            hovertemplate="<b>%{customdata[0]}</b>: %{x:.1%} lost<br>95% interval "
            "%{customdata[1]:.1%} to %{customdata[2]:.1%}, %{customdata[3]} prompts"
            "<extra></extra>",
        )
    figure.add_vline(x=0, line={"color": _GREY, "width": 1})
    figure.update_xaxes(title="lost", tickformat=".0%")
    places = list(range(len(names)))
    figure.update_yaxes(
        tickmode="array", tickvals=places, ticktext=names, range=[len(names) - 0.5, -0.5]
    )
    style(figure, dark, height=170 + _BAR * len(names))
    return figure


def _curve(points: pd.DataFrame, code: str, number: int, share: bool) -> list[go.Scatter]:
    known = points.dropna(subset=["value"])
    if known.empty:
        return []
    by_step = known.groupby("step")["value"].agg(["mean", "min", "max"])
    spread_of = "seeds" if known["seed"].nunique() > 1 else ""
    if not spread_of and {"low", "high"} <= set(known):
        spread_of = "95% interval"
        by_step[["min", "max"]] = known.groupby("step")[["low", "high"]].mean()
    means, lows, highs = (list(by_step[name]) for name in ("mean", "min", "max"))
    drawn = Points(list(by_step.index), means, lows, highs)
    band, line = banded_line(drawn, code, number, width=4 if code == "en" else 1.8, size=7)
    form = ".1%" if share else ".3f"
    ends = f"<br>{spread_of} %{{customdata[0]:{form}}} to %{{customdata[1]:{form}}}"
    line.customdata = [list(pair) for pair in zip(lows, highs, strict=True)]
    line.hovertemplate = (
        f"<b>{display_name(code)}</b>, step %{{x}}<br>%{{y:{form}}}"
        f"{ends if spread_of else ''}<extra></extra>"
    )
    return [band, line]


def _reach(rates: pd.DataFrame) -> tuple[float, float]:
    """First and last step of the axes."""
    if rates.empty:
        return 0.0, 1.0
    planned = rates["steps"].max() if "steps" in rates else 0
    first, last = float(rates["step"].min()), float(max(rates["step"].max(), planned))
    return (first, last) if last > first else (0.0, last)


def _highest(rates: pd.DataFrame) -> float:
    columns = [name for name in ("value", "high") if name in rates]
    highest = rates[columns].max().max()
    return float(highest) if highest > 0 else 1.0


def _marks(selection: Selection | None, recipe: str) -> list[tuple[str, str, int]]:
    """Text, dash and step of what was chosen of a recipe; one mark a step."""
    chosen: dict[int, list[str]] = {}
    for name, choice in selection.choices.items() if selection else ():
        if choice.recipe == recipe:
            chosen.setdefault(choice.step, []).append(name)
    return [
        (", ".join(CRITERIA[name][0] for name in names), CRITERIA[names[-1]][1], step)
        for step, names in chosen.items()
    ]


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _plain(name: object) -> str:
    """A name that Plotly shows as it is, not as markup."""
    return str(name).replace("&", "&amp;").replace("<", "&lt;")
