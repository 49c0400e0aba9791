"""Charts of rates: the heat map of checkpoints by languages, and curves over what varies."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd
import plotly.graph_objects as go

from workbench.app.compare.filtering import rows_of
from workbench.app.compare.measures import WHY_MISSING
from workbench.charts import rates as charts
from workbench.statistics import rate_table, scores_of

_FACTORS = {"method": "method", "size": "data size", "steps": "steps", "seed": "seed"}


@dataclass(frozen=True)
class Chart:
    """A figure, or where there is nothing to draw, the sentence that says what it needs."""

    figure: go.Figure | None
    note: str = ""
    table: pd.DataFrame = field(default_factory=pd.DataFrame)
    """What the figure is drawn from."""


def heat_map(results: pd.DataFrame, measure: str, dark: bool) -> Chart:
    """Checkpoint by language; the note says how many answers are scored."""
    table = rate_table(results, measure, ["row", "language"])
    order = {row: number for number, row in enumerate(rows_of(results))}
    table = table.sort_values("row", key=lambda rows: rows.map(order).astype(int), kind="stable")
    figure = charts.heatmap(table, rows="row", dark=dark)
    return Chart(figure, coverage(results, measure), table)


def coverage(results: pd.DataFrame, measure: str) -> str:
    """How many of the answers are scored, and why most of the others are not."""
    scored = scores_of(results, measure).notna()
    sentence = f"{int(scored.sum()):,} of {len(results):,} answers are scored"
    if scored.all():
        return f"{sentence}."
    why = WHY_MISSING[measure]
    if why in results:
        why = str(results.loc[~scored, why].value_counts().index[0])
    return f"{sentence}; most of the others are not because: {why}."


def learning_rates(results: pd.DataFrame, measure: str, languages: list[str], dark: bool) -> Chart:
    """Rate against learning rate, where the checkpoints differ in it."""
    tuned = _tuned(results)
    if tuned["learning_rate"].nunique() < 2:
        return Chart(
            None,
            "The learning-rate curve needs checkpoints trained at different learning rates. "
            "`workbench run learning-rate` makes them.",
        )
    table = rate_table(tuned, measure, ["method", "learning_rate", "language"])
    figure = charts.learning_rate_curve(table, dark=dark, languages=languages)
    return Chart(figure, _averaged(tuned, "learning_rate"), table)


def data_sizes(results: pd.DataFrame, measure: str, languages: list[str], dark: bool) -> Chart:
    """Rate against the number of instruction examples, where the checkpoints differ in it."""
    tuned = _tuned(results)
    if tuned["size"].nunique(dropna=False) < 2:
        return Chart(
            None,
            "The data-size curve needs checkpoints trained on different numbers of examples. "
            "`workbench run data-size` makes them.",
        )
    table = rate_table(tuned, measure, ["method", "size", "language"])
    figure = charts.data_size_curve(table, dark=dark, languages=languages)
    return Chart(figure, _averaged(tuned, "size"), table)


def _tuned(results: pd.DataFrame) -> pd.DataFrame:
    known = results["learning_rate"].notna()
    return results if known.all() else results[known]


def _averaged(results: pd.DataFrame, along: str) -> str:
    """Says over what else each point of a curve averages."""
    varied = {"learning_rate": "learning rate", **_FACTORS}
    counts = {
        label: results[column].nunique(dropna=False)
        for column, label in varied.items()
        if column not in (along, "method")
    }
    parts = [f"{number} {label}s" for label, number in counts.items() if number > 1]
    bands = "Bands are 95% intervals over prompts."
    return f"Each point averages over {' and '.join(parts)}. {bands}" if parts else bands
