"""The transfer gap: what answers in other languages lack against their English twins."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from workbench.errors import NotFoundError
from workbench.resampling import Resampler, interval_of_changes

ENGLISH = "en"
COLUMNS = ("language", "gap", "low", "high", "n_paired", "n_total")
"""Columns of ``transfer_gaps`` after the groups: ``gap`` is the mean in English less that in the
language, over the ``n_paired`` prompts that are scored in both, of ``n_total`` asked in the
language; NaN where there are none. More is worse."""


def transfer_gaps(
    scores: pd.DataFrame, by: Sequence[str] = ("checkpoint",), largest: float = 1.0
) -> pd.DataFrame:
    """The gap to English in each group and language, with a 95% interval; see ``COLUMNS``.

    ``scores`` has a row a response (or rating): ``prompt_set``, ``parallel_id``, ``language``,
    ``value`` (between 0 and ``largest``, or missing) and the columns ``by``. Values of one
    prompt in one language are averaged first. Raises NotFoundError where nothing is English.
    """
    if ENGLISH not in set(scores["language"]):
        raise NotFoundError(
            "The gap to English", "nothing was asked in English", "Ask the same prompts in English"
        )
    prompt = ["prompt_set", "parallel_id"]
    values = scores.assign(value=scores["value"].astype("float64"))
    means = values.groupby([*by, *prompt, "language"])["value"].mean().unstack("language")
    asked = values.groupby([*by, *prompt, "language"]).size().unstack("language").notna()
    resampler, rows = Resampler(), []
    grouped = means.groupby(level=list(range(len(by)))) if by else [((), means)]
    for key, own in grouped:
        names = key if isinstance(key, tuple) else (key,)
        for language in own.columns.drop(ENGLISH, errors="ignore"):
            total = int(asked.loc[own.index, language].sum())
            if not total:
                continue
            gaps = (own[ENGLISH] - own[language]).dropna().to_numpy()
            low, high = interval_of_changes(gaps, resampler, largest)
            gap = float(gaps.mean()) if len(gaps) else float("nan")
            rows.append((*names, language, gap, low, high, len(gaps), total))
    return pd.DataFrame(rows, columns=[*by, *COLUMNS])
