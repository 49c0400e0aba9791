"""The comparison's charts of languages, and what they are made of, without any widget."""

from __future__ import annotations

import pandas as pd

from workbench.app.compare.rate_views import Chart
from workbench.charts import language as charts


def language_chart(name: str, results: pd.DataFrame, dark: bool) -> Chart:
    """The chart of languages of a name: flow, confusion, passes or switches."""
    note = judged_by(results)
    if name == "passes":
        table = charts.pass_table(results)
        return Chart(charts.pass_points(table, dark), note, table)
    if name == "switches":
        return Chart(charts.switch_positions(results, dark), note, charts.switch_table(results))
    draw = {"flow": charts.language_flow, "confusion": charts.confusion_matrix}[name]
    return Chart(draw(results, dark), note, charts.asked_and_answered(results))


def judged_by(results: pd.DataFrame) -> str:
    """Which detectors the charts rest on, and how many answers they have no verdict for."""
    names = sorted({str(name).partition("[")[0] for name in results["detector"].dropna().unique()})
    without = int(results["detector"].isna().sum())
    sentence = f"Languages as identified by {', '.join(names) or 'no detector yet'}."
    return f"{sentence} {without:,} answers are not scored." if without else sentence
