"""Charts of languages: what was asked for, what was answered, where answers switch.

Each takes results as ``Store.results`` gives, one row a response. Responses without a
verdict are left out, those without evidence of any language are ``undetermined``.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from workbench.charts.rates import LINE_COLOURS, MARKERS, in_order, style
from workbench.languages import display_name
from workbench.lid.detector import UNDETERMINED
from workbench.statistics import rate_table

_RIGHT, _WRONG = "rgba(0,114,178,0.45)", "rgba(213,94,0,0.6)"
_NODE = "rgba(128,128,128,0.9)"
_SHOWN = 20
"""Languages answered that have a column or node of their own; rarer ones are taken together."""
_OTHERS = "others"
_BINS = 10
_GRID: dict[str, Any] = {
    "texttemplate": "%{z:.0%}",
    "colorscale": "Blues",
    "showscale": False,
    "xgap": 2,
    "ygap": 2,
    "hoverongaps": False,
}


def language_flow(results: pd.DataFrame, dark: bool = False) -> go.Figure:
    """A band from each language asked for to each language answered in, as wide as its answers."""
    table = _table(results)
    asked, answered = list(table.index), list(table.columns)
    pairs = [(a, b) for a in asked for b in answered if table.loc[a, b]]
    names = [f"{_name(a)} asked" for a in asked] + [_name(b) for b in answered]
    figure = go.Figure(
        go.Sankey(
            arrangement="snap",
            node={"label": names, "color": _NODE, "pad": 12, "thickness": 14},
            link={
                "source": [asked.index(a) for a, _ in pairs],
                "target": [len(asked) + answered.index(b) for _, b in pairs],
                "value": [int(table.loc[a, b]) for a, b in pairs],
                "color": [_RIGHT if a == b else _WRONG for a, b in pairs],
                "customdata": [f"{table.loc[a, b] / table.loc[a].sum():.1%}" for a, b in pairs],
                "hovertemplate": "%{source.label}, answered in %{target.label}: "
                "%{value} answers, %{customdata} of those asked<extra></extra>",
            },
        )
    )
    style(figure, dark, height=120 + 34 * max(len(asked), len(answered), 6))
    return figure


def confusion_matrix(results: pd.DataFrame, dark: bool = False) -> go.Figure:
    """Share of the answers to each language asked for, by the language they are in."""
    table = _table(results)
    shares = table.div(table.sum(axis=1), axis=0)
    asked, answered = list(table.index), list(table.columns)
    hovers = [
        [
            f"{_name(a)} asked, {_name(b)} answered<br>{table.loc[a, b]:,} of "
            f"{int(table.loc[a].sum()):,} answers"
            for b in answered
        ]
        for a in asked
    ]
    cells = {"customdata": hovers, "hovertemplate": "%{customdata}: %{z:.1%}<extra></extra>"}
    figure = go.Figure(
        go.Heatmap(z=shares.where(table > 0).to_numpy(), **{**_GRID, **cells}, zmin=0, zmax=1)
    )
    _label(figure, [_name(b) for b in answered], [_name(a) for a in asked])
    figure.update_xaxes(title="answered in")
    figure.update_yaxes(title="asked for")
    _finish(figure, dark, len(asked))
    return figure


def line_and_word_pass(results: pd.DataFrame, dark: bool = False, by: str = "row") -> go.Figure:
    """Word pass rate against line pass rate: a point a checkpoint and language.

    Only languages in another script than English have a word pass rate. ``by`` is the
    column that names the checkpoint.
    """
    keys = [by, "language"]
    lines = rate_table(results, "line_pass", keys)
    words = rate_table(results, "word_pass", keys)
    both = lines.merge(words, on=keys, suffixes=("", "_words")).dropna(
        subset=["rate", "rate_words"]
    )
    figure = go.Figure()
    for number, code in enumerate(in_order(both["language"]) if len(both) else []):
        part = both[both["language"] == code]
        figure.add_trace(
            go.Scatter(
                x=part["rate"],
                y=part["rate_words"],
                mode="markers",
                name=_name(code),
                marker={
                    "color": LINE_COLOURS[number % len(LINE_COLOURS)],
                    "symbol": MARKERS[number % len(MARKERS)],
                    "size": 11,
                },
                customdata=part[[by, "n_scored", "n_scored_words"]],
                hovertemplate=f"<b>%{{customdata[0]}}</b>, {_name(code)}<br>lines %{{x:.1%}} of "
                "%{customdata[1]} answers<br>words %{y:.1%} of %{customdata[2]}<extra></extra>",
            )
        )
    axis = {"range": [-0.03, 1.03], "tickformat": ".0%"}
    figure.update_xaxes(title="line pass rate", **axis)
    figure.update_yaxes(title="word pass rate", **axis)
    style(figure, dark, height=420)
    return figure


def switch_positions(results: pd.DataFrame, dark: bool = False) -> go.Figure:
    """Where answers first switch to another language: share of all answers by tenth of the text."""
    tenths = [f"{i * 10}–{(i + 1) * 10}%" for i in range(_BINS)]
    rows: dict[str, tuple[list[int], int]] = {}
    for code in in_order(results["language"]) if len(results) else []:
        part = results.loc[results["language"] == code]
        judged = int(part["entropy"].notna().sum())
        # The end of the text belongs to the last tenth.
        places = part["first_switch"].dropna().astype(float) * _BINS
        bins = places.astype(int).clip(upper=_BINS - 1).value_counts()
        if judged:
            rows[code] = ([int(bins.get(i, 0)) for i in range(_BINS)], judged)
    shares = [[count / judged for count in counts] for counts, judged in rows.values()]
    hovers = [
        [
            f"{_name(code)}, {tenth} of the text<br>{count:,} of {judged:,} answers"
            for tenth, count in zip(tenths, counts, strict=True)
        ]
        for code, (counts, judged) in rows.items()
    ]
    cells = {"customdata": hovers, "hovertemplate": "%{customdata}: %{z:.1%}<extra></extra>"}
    figure = go.Figure(
        go.Heatmap(
            z=[[share or None for share in row] for row in shares],
            **{**_GRID, **cells, "texttemplate": "%{z:.1%}"},
            zmin=0,
            zmax=max((max(row) for row in shares), default=0) or 1,
        )
    )
    _label(figure, tenths, [_name(code) for code in rows])
    figure.update_xaxes(title="place of the first switch in the answer", side="bottom")
    _finish(figure, dark, len(rows))
    return figure


def _label(figure: go.Figure, columns: list[str], rows: list[str]) -> None:
    figure.update_xaxes(tickvals=list(range(len(columns))), ticktext=columns, side="top")
    figure.update_yaxes(tickvals=list(range(len(rows))), ticktext=rows, autorange="reversed")


def _finish(figure: go.Figure, dark: bool, rows: int) -> None:
    style(figure, dark, height=150 + 34 * max(rows, 4))
    figure.update_xaxes(showgrid=False, zeroline=False)
    figure.update_yaxes(showgrid=False, zeroline=False)


def _table(results: pd.DataFrame) -> pd.DataFrame:
    """Answers by language asked for (rows) and answered in (columns), in the charts' order."""
    known = results[results["detector"].notna() & results["missing_reason"].isna()]
    answered = known["detected"].where(known["detected"].notna(), UNDETERMINED).astype(str)
    asked = in_order(known["language"])
    counts = answered.value_counts()
    kept = {*asked, UNDETERMINED, *counts.index[:_SHOWN]}
    answered = answered.where(answered.isin(kept), _OTHERS)
    table = pd.crosstab(known["language"].astype(str), answered)
    foreign = in_order(answered[~answered.isin([*asked, UNDETERMINED, _OTHERS])])
    columns = [*asked, *foreign, _OTHERS, UNDETERMINED]
    return table.reindex(index=asked, columns=[c for c in columns if c in table.columns])


def _name(code: str) -> str:
    return display_name(code)
