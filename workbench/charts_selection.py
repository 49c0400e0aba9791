"""Charts of validation: curves by language over the steps, and English against the others."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from workbench.charts import LINE_COLOURS, MARKERS, in_order, style
from workbench.languages import display_name
from workbench.selection_records import Selection

CRITERIA = {
    "english_loss": ("English loss", "dot"),
    "english": ("English quality", "dash"),
    "multilingual": ("all languages", "solid"),
}
"""How a choice is called in charts, and the line that marks its step."""
_COLUMNS = 3
_PANEL = 260
_GREY = "#8C8C8C"


def validation_curves(
    rates: pd.DataFrame, selection: Selection | None = None, dark: bool = False
) -> go.Figure:
    """A panel a recipe: the rate in each language over the steps, with what was chosen.

    ``rates`` has one row a recipe, step, language and seed: ``recipe``, ``step``,
    ``language``, ``seed``, ``value`` (0 to 1). Lines are means over seeds, bands their
    range. Upright lines stand at the steps that the criteria of ``selection`` take.
    """
    recipes = list(dict.fromkeys(rates["recipe"]))
    columns = min(_COLUMNS, max(1, len(recipes)))
    rows = max(1, -(-len(recipes) // columns))
    figure = make_subplots(
        rows=rows,
        cols=columns,
        shared_xaxes="all",
        shared_yaxes="all",
        horizontal_spacing=0.04,
        vertical_spacing=0.35 / rows if rows > 1 else 0.1,
        subplot_titles=[_plain(recipe) for recipe in recipes],
    )
    languages = in_order(rates["language"])
    for number, recipe in enumerate(recipes):
        place = {"row": number // columns + 1, "col": number % columns + 1}
        own = rates[rates["recipe"] == recipe]
        for order, code in enumerate(languages):
            for trace in _curve(own[own["language"] == code], code, order):
                trace.showlegend = bool(trace.showlegend) and number == 0
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
    figure.update_yaxes(range=[-0.03, 1.03], tickformat=".0%")
    figure.update_xaxes(title="step", row=rows)
    style(figure, dark, height=120 + _PANEL * rows)
    figure.update_layout(margin={"t": 50})
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


def _curve(points: pd.DataFrame, code: str, number: int) -> list[go.Scatter]:
    by_step = points.groupby("step")["value"].agg(["mean", "min", "max"]).dropna()
    if by_step.empty:
        return []
    colour = LINE_COLOURS[number % len(LINE_COLOURS)]
    steps = list(by_step.index)
    band = go.Scatter(
        x=steps + steps[::-1],
        y=list(by_step["max"]) + list(by_step["min"])[::-1],
        mode="lines",
        fill="toself",
        fillcolor=colour,
        opacity=0.15,
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
        legendgroup=code,
    )
    line = go.Scatter(
        x=steps,
        y=list(by_step["mean"]),
        name=display_name(code),
        legendgroup=code,
        mode="lines+markers",
        line={"color": colour, "width": 2.5 if code == "en" else 2},
        marker={"symbol": MARKERS[number % len(MARKERS)], "size": 7},
        customdata=[[low, high] for low, high in zip(by_step["min"], by_step["max"], strict=True)],
        hovertemplate=f"<b>{display_name(code)}</b>, step %{{x}}<br>%{{y:.1%}}"
        "<br>seeds %{customdata[0]:.1%} to %{customdata[1]:.1%}<extra></extra>",
        showlegend=True,
    )
    return [band, line]


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


def _plain(name: object) -> str:
    """A name that Plotly shows as it is, not as markup."""
    return str(name).replace("&", "&amp;").replace("<", "&lt;")
