"""Charts of ratings by one judge: the six criteria by language, their profile, the gap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench.app.compare.filtering import languages_of, rows_of
from workbench.app.compare.rate_views import Chart
from workbench.app.compare.run_answers import RunAnswers
from workbench.charts import judging as charts
from workbench.grouping import PROMPT
from workbench.judging.criteria import LEVELS
from workbench.judging.means import mean_table
from workbench.statistics.transfer import ENGLISH, transfer_gaps
from workbench.store.rated import UNASKED

MOST, MOST_WIDE = 9, 4
"""Checkpoints that fit into one chart of ratings; and where each has more than ``WIDE`` languages,
so that there is none beside it."""
WIDE = 6
UNRATED = (
    "No judge has rated answers of these runs yet. `workbench judge RUN` does, by an LLM, a local "
    "model or reference facts; people rate in the Rate tab."
)


def criteria_chart(
    name: str, answers: RunAnswers, shown: pd.DataFrame, judge: str, dark: bool
) -> Chart:
    """The chart of a name over the answers that are shown: criteria or profile."""
    if not judge:
        return Chart(None, UNRATED)
    by = ["row", "language"] if name == "criteria" else ["row"]
    wide = name == "criteria" and len(languages_of(shown)) > WIDE
    few, note = _few(shown, MOST_WIDE if wide else MOST)
    means = criteria_means(answers, few, judge, by).rename(columns={"row": "checkpoint"})
    if means.empty:
        return Chart(None, f"{judge} has rated none of the answers that are shown.")
    draw = charts.criteria_heatmap if name == "criteria" else charts.criteria_profile
    sentence = f"Mean ratings by {judge}, 0 to 2, with 95% intervals over prompts."
    return Chart(draw(means, dark=dark), f"{sentence}{note}", means)


def gap_chart(
    answers: RunAnswers, shown: pd.DataFrame, judge: str, checkpoint: str, dark: bool
) -> Chart:
    """What ratings of a checkpoint in other languages lack against their English twins."""
    if not judge:
        return Chart(None, UNRATED)
    own = shown[(shown["row"] == checkpoint).to_numpy()]
    if ENGLISH not in set(own["language"].unique()):
        return Chart(None, "The gap needs answers to the same prompts in English.")
    tables = [
        transfer_gaps(own.assign(value=values), (), float(LEVELS[-1])).assign(criterion=criterion)
        for criterion, values in rated_values(answers, own, judge).items()
    ]
    known = [table for table in tables if table["gap"].notna().any()]
    if not known:
        return Chart(None, f"{judge} has rated no prompt in English and another language.")
    gaps = pd.concat(known, ignore_index=True)
    note = (
        f"{checkpoint}, rated by {judge}: right of 0 the English answer to a prompt is rated "
        "higher. 95% intervals over prompts."
    )
    return Chart(charts.transfer_gap(gaps, dark=dark), note, gaps)


def criteria_means(
    answers: RunAnswers, shown: pd.DataFrame, judge: str, by: Sequence[str]
) -> pd.DataFrame:
    """``judging.means.mean_table`` of a judge's ratings by criterion and the columns ``by``.

    A judge is held to all answers by all the criteria that it has rated; people, who rate a
    part of them, to those that they rated or skipped.
    """
    tables = []
    for criterion, values in rated_values(answers, shown, judge).items():
        own = shown[[*by, *PROMPT]].assign(value=values)
        if answers.judges[judge] == "person":
            own = own[answers.levels(judge)[criterion][shown.index] != UNASKED]
        table = mean_table(own, by)
        table.insert(0, "criterion", criterion)
        tables.append(table)
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def rated_values(
    answers: RunAnswers, shown: pd.DataFrame, judge: str
) -> dict[str, np.typing.NDArray[np.float64]]:
    """Ratings of the answers that are shown, by criterion; NaN where there is none."""
    found = {}
    for criterion, levels in answers.levels(judge).items():
        own = levels[shown.index].astype(np.float64)
        own[own < 0] = np.nan
        found[criterion] = own
    return found


def _few(shown: pd.DataFrame, most: int) -> tuple[pd.DataFrame, str]:
    """The answers of as many checkpoints as fit, and the sentence that says so."""
    rows = rows_of(shown)
    if len(rows) <= most:
        return shown, ""
    note = (
        f" The first {most} of {len(rows)} checkpoints are shown; choose others under Checkpoints "
        "in the filters."
    )
    return shown[shown["row"].isin(rows[:most]).to_numpy()], note
