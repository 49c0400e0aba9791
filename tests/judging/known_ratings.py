"""Ratings as the store gives them, made up: judges and people, criteria and languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

Values = Sequence[int | None]


def ratings(
    given: Mapping[str, Values], criterion: str = "fluency", language: str = "fr"
) -> pd.DataFrame:
    """A row a rating: what each judge gave to answers 0, 1, ...; people are ``person:NAME``."""
    rows = [
        {
            "run": "r",
            "checkpoint": "tuned",
            "prompt_set": "set",
            "parallel_id": str(number),
            "language": language,
            "sample": 0,
            "response_id": number,
            "judge": judge,
            "kind": "person" if judge.startswith("person:") or judge == "adjudication" else "llm",
            "criterion": criterion,
            "value": value,
            "missing_reason": None if value is not None else "skipped",
        }
        for judge, values in given.items()
        for number, value in enumerate(values)
    ]
    return pd.DataFrame(rows).astype({"value": "Int64"})


def rated_alike(
    answers: int, raters: int, noise: float, shares: Sequence[float], seed: int
) -> np.ndarray:
    """(answers, raters): a level an answer, which a rater in a share ``noise`` of cases does
    not look at but draws anew."""
    rng = np.random.default_rng(seed)
    levels = rng.choice(3, size=(answers, 1), p=shares)
    drawn = rng.choice(3, size=(answers, raters), p=shares)
    return np.where(rng.random((answers, raters)) < noise, drawn, levels).astype(float)
