"""Results by language and criterion: a chart and a table each, with intervals and counts."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from workbench.charts import judging as judging_charts
from workbench.charts.grid import criteria_in_order
from workbench.charts.language import confusion_matrix
from workbench.charts.rates import data_size_curve, heatmap, learning_rate_curve
from workbench.judging.means import ENOUGH, mean_table, with_unrated
from workbench.judging.people.raters import ADJUDICATION
from workbench.reporting import records
from workbench.reporting.answers import HIGHEST
from workbench.reporting.language_tables import LanguageTable
from workbench.reporting.material import ROW, Material, map_width
from workbench.reporting.measures import MEASURES, Measured
from workbench.reporting.records import Cell, Chart, Part, Section, Table
from workbench.statistics import rate_table
from workbench.study_pages import means, spread

_FEW, _HEAD, _LINE = 4, 150, 34
"""Rows from which on a heat map is as high as it is elsewhere; pixels of its head and of a row."""
Row = Mapping[Hashable, Any]


def results_section(material: Material, tables: Mapping[str, pd.DataFrame]) -> Section:
    """The results; ``tables`` is what ``rate_tables`` gives."""
    parts = [
        _measure_part(material, measure, tables[measure.key])
        for measure in MEASURES
        if measure.key in tables
    ]
    parts += [*_answered_in(material), *criteria_parts(material)]
    missing = "" if parts else "no answer is scored yet. Score them with 'workbench score'."
    return Section("results", "Results by language", tuple(parts), missing)


def rate_tables(material: Material) -> dict[str, pd.DataFrame]:
    """Rates by row and language of each measure that some answer is scored for."""
    found = {}
    for measure in MEASURES:
        table = rate_table(material.results, measure.key, [ROW, "language"])
        if int(table["n_scored"].sum()):
            order = {name: place for place, name in enumerate(material.rows)}
            found[measure.key] = table.sort_values(
                ROW, key=lambda rows: rows.map(order), kind="stable"
            )
    if "accuracy" not in found:
        # Of answers that nobody could rate it would know those in a wrong language alone.
        found.pop("right_and_accurate", None)
    return found


def findings(material: Material, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """What the main measures come to, English beside the other languages."""
    told = []
    for measure in MEASURES[:3]:
        if measure.key not in tables:
            continue
        known = tables[measure.key].dropna(subset=["rate"])
        by_row = known[known["language"] != "en"].groupby(ROW, sort=False)["rate"].mean()
        others = {str(name): float(rate) for name, rate in by_row.items()}
        english = known.loc[known["language"] == "en", "rate"]
        if len(english) and others:
            told.append(spread(measure.title, list(english), others))
        elif others:
            told.append(f"{measure.title}: mean over the languages {means(others)}.")
    return told


def _measure_part(material: Material, measure: Measured, table: pd.DataFrame) -> Part:
    charts = [
        Chart(
            f"{measure.key.replace('_', '-')}-map",
            f"{measure.title} by checkpoint and language",
            _map(table),
            map_width(len(material.languages)),
        )
    ]
    if measure.key in ("right_language", "accuracy", "right_and_accurate"):
        charts += _curves(material, measure)
    shown = _table(
        measure.title, material, {(r[ROW], r["language"]): _rate(r) for r in _rows(table)}
    )
    return Part(measure.title, (measure.about,), tuple(charts), (shown,))


def _map(table: pd.DataFrame) -> go.Figure:
    figure = heatmap(table, rows=ROW)
    rows = table[ROW].nunique()
    if rows < _FEW:
        figure.update_layout(height=_HEAD + _LINE * rows)
    return figure


def _curves(material: Material, measure: Measured) -> Iterator[Chart]:
    """The measure over what was varied, where that is the learning rate or the size of the data."""
    results = material.results
    plain = results[results["variant"].isna()]
    for column, draw in (("learning_rate", learning_rate_curve), ("size", data_size_curve)):
        if plain[column].nunique() > 1:
            by = [*(["method"] if column == "learning_rate" else []), column, "language"]
            table = rate_table(plain, measure.key, by)
            figure = draw(table)
            figure.update_yaxes(range=[-0.03, 1.03])
            yield Chart(
                f"{measure.key.replace('_', '-')}-by-{column.replace('_', '-')}",
                f"{measure.title} by {column.replace('_', ' ')}",
                figure,
                300 * (plain["method"].nunique() if column == "learning_rate" else 1),
            )


def _answered_in(material: Material) -> Iterator[Part]:
    if material.results["detector"].notna().any():
        figure = confusion_matrix(material.results)
        columns = len(figure.data[0].z[0]) if len(figure.data[0].z) else 1
        chart = Chart(
            "asked-and-answered",
            "Language asked for and language answered in",
            figure,
            map_width(columns),
        )
        about = "Of all answers together, by the detector named under Design."
        yield Part("Which language was answered in", (about,), (chart,))


def criteria_parts(material: Material) -> list[Part]:
    """Ratings on the six criteria: a part a judge that is no rule, and one for all people."""
    ratings = material.ratings[material.ratings["judge"] != ADJUDICATION]
    parts: list[Part] = []
    for judge in dict.fromkeys(ratings.loc[ratings["kind"].isin(["llm", "local"]), "judge"]):
        own = with_unrated(ratings[ratings["judge"] == judge], material.results)
        parts.append(_criteria_part(material, f"Ratings by {judge}", f"judge-{len(parts)}", own))
    people = ratings[ratings["kind"] == "person"]
    if len(people):
        raters = people["judge"].nunique()
        who = f"{raters} people" if raters > 1 else "one person"
        parts.append(_criteria_part(material, f"Ratings by {who}", "people", people))
    return parts


def _criteria_part(material: Material, title: str, key: str, ratings: pd.DataFrame) -> Part:
    named = ratings.assign(checkpoint=ratings[ROW])
    by_language = mean_table(named, ["checkpoint", "criterion", "language"])
    by_row = mean_table(named, ["checkpoint", "criterion"])
    languages = len(material.languages)
    charts = (
        Chart(
            f"{key}-criteria",
            f"{title}: mean by criterion and language",
            judging_charts.criteria_heatmap(by_language),
            map_width(languages * min(3, len(material.rows))),
        ),
        Chart(f"{key}-profile", f"{title}: profile", judging_charts.criteria_profile(by_row), 330),
    )
    tables = []
    for criterion in criteria_in_order(by_language):
        own = by_language[by_language["criterion"] == criterion]
        cells = {(row["checkpoint"], row["language"]): _mean(row) for row in _rows(own)}
        tables.append(_table(f"{title}: {criterion}, 0 to {HIGHEST}", material, cells))
    about = (
        f"Means on the scale of 0 to {HIGHEST}. One over less than {ENOUGH:.0%} of the answers is "
        "grey in the chart."
    )
    return Part(title, (about,), charts, tuple(tables))


def _table(title: str, material: Material, cells: Mapping[tuple[Any, Any], Cell]) -> Table:
    note = "95% interval in brackets, by a bootstrap over prompts; n scored / n total below."
    if material.seeds > 1:
        note += f" Answers of all seeds ({material.seeds}) together."
    table = LanguageTable(title, "checkpoint", material.rows, material.languages, note)
    return table.filled(cells)


def _rate(row: Row) -> Cell:
    counts = f"{int(row['n_scored']):,}/{int(row['n_total']):,}"
    if records.is_missing(row["rate"]):
        return Cell("–", "number", counts=counts)
    interval = f"{100 * row['low']:.0f}–{100 * row['high']:.0f}"
    return Cell(f"{100 * row['rate']:.0f}%", "number", interval, counts, float(row["rate"]))


def _mean(row: Row) -> Cell:
    counts = f"{int(row['n_rated']):,}/{int(row['n_total']):,}"
    if records.is_missing(row["mean"]):
        return Cell("–", "number", counts=counts)
    interval = f"{row['low']:.2f}–{row['high']:.2f}"
    share = float(row["mean"]) / HIGHEST if row["enough"] else None
    return replace(Cell(f"{row['mean']:.2f}", "number", interval, counts), share=share)


def _rows(table: pd.DataFrame) -> list[dict[Hashable, Any]]:
    return table.to_dict("records")
