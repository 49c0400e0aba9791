"""The comparison's charts of languages, and what they are made of, without any widget."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from workbench.charts import language as charts_language

LANGUAGE_CHARTS = {
    "flow": "Language flow",
    "confusion": "Confusion",
    "passes": "Lines and words",
    "switches": "Where answers switch",
}
"""Charts of languages by name, with their titles."""


def language_figures(results: pd.DataFrame, dark: bool) -> list[go.Figure]:
    """A figure for each of ``LANGUAGE_CHARTS``, in its order."""
    return [
        charts_language.language_flow(results, dark),
        charts_language.confusion_matrix(results, dark),
        charts_language.line_and_word_pass(results, dark),
        charts_language.switch_positions(results, dark),
    ]


def judged_by(results: pd.DataFrame) -> str:
    """Which detectors the charts rest on, and how many answers they have no verdict for."""
    names = sorted({str(name).partition("[")[0] for name in results["detector"].dropna()})
    without = int(results["detector"].isna().sum())
    sentence = f"Languages as identified by {', '.join(names) or 'no detector yet'}."
    return f"{sentence} {without:,} answers are not scored." if without else sentence
