"""Charts of languages: what was asked for, what was answered, where answers switch.

Each takes results as ``Store.results`` gives, one row a response. Responses without a
verdict are left out, those without evidence of any language are ``undetermined``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from workbench.charts.bands import LINE_COLOURS, MARKERS
from workbench.charts.rates import in_order, style
from workbench.languages import display_name
from workbench.lid.detector import UNDETERMINED
from workbench.statistics import rate_table

_RIGHT, _WRONG = "rgba(0,114,178,0.45)", "rgba(213,94,0,0.6)"
_NODE = "rgba(128,128,128,0.9)"
_SHOWN = 20
"""Languages answered that have a column or node of their own; rarer ones are taken together."""
OTHERS = "others"
"""Languages answered in that are rarer than those with a place of their own."""
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
    """Share of the answers to each language asked for, by the language they are in.

    ``customdata`` of a cell is ``[asked, answered, hover text]``.
    """
    table = _table(results)
    shares = table.div(table.sum(axis=1), axis=0)
    asked, answered = list(table.index), list(table.columns)
    hovers = [
        [
            [
                a,
                b,
                f"{_name(a)} asked, {_name(b)} answered<br>{table.loc[a, b]:,} of "
                f"{int(table.loc[a].sum()):,} answers",
            ]
            for b in answered
        ]
        for a in asked
    ]
    cells = {"customdata": hovers, "hovertemplate": "%{customdata[2]}: %{z:.1%}<extra></extra>"}
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
    return pass_points(pass_table(results, by), dark, by)


def pass_table(results: pd.DataFrame, by: str = "row") -> pd.DataFrame:
    """Line and word pass rates (the latter's columns end in ``_words``) by checkpoint and
    language, where there are both."""
    keys = [by, "language"]
    lines = rate_table(results, "line_pass", keys)
    words = rate_table(results, "word_pass", keys)
    both = lines.merge(words, on=keys, suffixes=("", "_words"))
    return both.dropna(subset=["rate", "rate_words"])


def pass_points(both: pd.DataFrame, dark: bool = False, by: str = "row") -> go.Figure:
    """The chart of a ``pass_table``."""
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
    """Where answers first switch to another language: share of all answers by tenth of the text.

    ``customdata`` of a cell is ``[language, tenth from 0, hover text]``.
    """
    tenths = [f"{i * 10}–{(i + 1) * 10}%" for i in range(_BINS)]
    table = switch_table(results)
    rows: dict[str, tuple[list[int], int]] = {
        str(code): (list(own["switches"]), int(own["judged"].iloc[0]))
        for code, own in table.groupby("language", sort=False)
    }
    shares = [[count / judged for count in counts] for counts, judged in rows.values()]
    hovers = [
        [
            [
                code,
                place,
                f"{_name(code)}, {tenths[place]} of the text<br>{count:,} of {judged:,} answers",
            ]
            for place, count in enumerate(counts)
        ]
        for code, (counts, judged) in rows.items()
    ]
    cells = {"customdata": hovers, "hovertemplate": "%{customdata[2]}: %{z:.1%}<extra></extra>"}
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


def switch_table(results: pd.DataFrame) -> pd.DataFrame:
    """How many answers first switch language in each tenth of their text, by expected language.

    Columns: ``language``, ``tenth`` from 0, ``switches``, and of how many answers (``judged``).
    """
    place = (results["first_switch"].astype("float64") * _BINS).to_numpy()
    # The end of the text belongs to the last tenth.
    tenths = np.where(np.isnan(place), -1, np.minimum(place, _BINS - 1)).astype(np.int64)
    judged = results["entropy"].notna().to_numpy()
    rows = []
    for code in in_order(results["language"].drop_duplicates()):
        own = (results["language"] == code).to_numpy()
        counts = np.bincount(tenths[own & (tenths >= 0)], minlength=_BINS)
        if total := int(judged[own].sum()):
            rows += [(code, tenth, int(n), total) for tenth, n in enumerate(counts)]
    return pd.DataFrame(rows, columns=["language", "tenth", "switches", "judged"])


def asked_and_answered(results: pd.DataFrame) -> pd.DataFrame:
    """Number of answers by the language ``asked`` for and the one ``answered`` in."""
    table = _table(results).rename_axis(index="asked")
    return table.reset_index().melt("asked", var_name="answered", value_name="answers")


def _label(figure: go.Figure, columns: list[str], rows: list[str]) -> None:
    figure.update_xaxes(tickvals=list(range(len(columns))), ticktext=columns, side="top")
    figure.update_yaxes(tickvals=list(range(len(rows))), ticktext=rows, autorange="reversed")


def _finish(figure: go.Figure, dark: bool, rows: int) -> None:
    style(figure, dark, height=150 + 34 * max(rows, 4))
    figure.update_xaxes(showgrid=False, zeroline=False)
    figure.update_yaxes(showgrid=False, zeroline=False)


def answered_in(results: pd.DataFrame) -> pd.Series:
    """Language that each answer is in, as the charts name it; its index is that of the answers.

    Answers that no detector has looked at are left out. Its categories are the charts' columns,
    in order: languages asked for, others that are frequent, ``OTHERS`` and ``UNDETERMINED``.
    """
    known = results[results["detector"].notna() & results["missing_reason"].isna()]
    detected = known["detected"].astype("category").cat
    labels = [str(label) for label in detected.categories]
    numbers = np.bincount(detected.codes + 1, minlength=len(labels) + 1)
    counts = dict(zip((UNDETERMINED, *labels), numbers, strict=True))
    asked = in_order(known["language"].drop_duplicates())
    frequent = sorted((name for name in counts if counts[name]), key=lambda name: -counts[name])
    kept = {*asked, UNDETERMINED, *frequent[:_SHOWN]}
    names = [label if label in kept else OTHERS for label in (*labels, UNDETERMINED)]
    foreign = in_order(pd.Series(sorted({*frequent} & kept - {*asked, UNDETERMINED})))
    columns = [name for name in (*asked, *foreign, OTHERS, UNDETERMINED) if name in {*names}]
    places = np.array([columns.index(name) for name in names], dtype=np.int64)
    answered = pd.Categorical.from_codes(places[detected.codes], categories=pd.Index(columns))
    return pd.Series(answered, index=known.index, name="answered")


def _table(results: pd.DataFrame) -> pd.DataFrame:
    """Answers by language asked for (rows) and answered in (columns), in the charts' order."""
    answered = answered_in(results)
    asked = results.loc[answered.index, "language"]
    counts = answered.groupby([asked, answered], observed=True).size()
    table = counts.unstack(fill_value=0)
    rows = in_order(asked.drop_duplicates())
    table = pd.DataFrame(
        table.to_numpy(), index=table.index.astype("str"), columns=table.columns.astype("str")
    )
    return table.reindex(index=rows, columns=[c for c in answered.cat.categories if c in table])


def _name(code: str) -> str:
    return display_name(code)
