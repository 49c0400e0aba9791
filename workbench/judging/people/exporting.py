"""Ratings by people as a CSV file that any workspace with the same answers can import."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from workbench.files import write_atomically
from workbench.judging.people.raters import ADJUDICATION, rater_of
from workbench.judging.people.rating_rows import COLUMNS, rubric_text
from workbench.prompts import content_hash
from workbench.store import Store


def people_ratings(store: Store, run: str) -> pd.DataFrame:
    """The ratings of a run by people and by adjudication, in ``COLUMNS``.

    Adjudication stands under ``rater`` like a person. Raises NotFoundError where there is no
    such run.
    """
    known = store.judges().set_index("name")["details"]
    judges = [name for name in known.index if name == ADJUDICATION or rater_of(name)]
    ratings = store.ratings([run], judges)
    results = store.results([run])[["response_id", "text"]]
    hashes = {id: answer_hash(text) for id, text in results.itertuples(index=False)}
    return ratings.assign(
        rater=[rater_of(judge) or judge for judge in ratings["judge"]],
        raw=ratings["raw"].round().astype("Int64"),
        rubric=[rubric_text(known[judge]) for judge in ratings["judge"]],
        answer_hash=ratings["response_id"].map(hashes),
    )[list(COLUMNS)]


def export_ratings(store: Store, run: str, path: Path) -> int:
    """Write the ratings of a run by people to a CSV file; how many these were.

    The file is written whole or not at all.
    """
    ratings = people_ratings(store, run)
    write_atomically(path, ratings.to_csv(index=False))
    return len(ratings)


def answer_hash(text: str) -> str:
    """First 16 hex digits of SHA-256 over the text of an answer."""
    return content_hash(text)
