"""How much each rater has rated of a run, and how much of it others have rated too."""

from __future__ import annotations

import pandas as pd

from workbench.judging.people.raters import rater_of
from workbench.store import Store

COLUMNS = ("rater", "language", "answers", "shared", "ratings", "skipped")
"""Columns of ``rater_progress``: ``answers`` and ``ratings`` (one a criterion) with a value,
``shared`` are answers that another rater has rated too, ``skipped`` answers without a value."""


def rater_progress(store: Store, run: str) -> pd.DataFrame:
    """One row a rater and language; see ``COLUMNS``. NotFoundError where there is no such run."""
    judges = [str(name) for name in store.judges()["name"] if rater_of(str(name)) is not None]
    ratings = store.ratings([run], judges)
    valued = ratings[ratings["value"].notna()]
    raters = valued.groupby("response_id")["judge"].nunique()
    several = set(raters[raters > 1].index)
    rows = []
    for (judge, language), given in ratings.groupby(["judge", "language"], sort=True):
        own = given[given["value"].notna()]
        answers = set(own["response_id"])
        rows.append(
            {
                "rater": rater_of(str(judge)),
                "language": language,
                "answers": len(answers),
                "shared": len(answers & several),
                "ratings": len(own),
                "skipped": len(set(given["response_id"]) - answers),
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))
