"""Columns of results: what each is, and how what is derived comes from what is stored."""

from __future__ import annotations

import pandas as pd

# fmt: off
COLUMNS = (
    "response_id", "run", "checkpoint", "prompt_set", "parallel_id", "language", "task",
    "constraint", "tier", "sample", "prompt", "text", "finish_reason", "missing_reason",
    "prompt_tokens", "new_tokens", "seconds", "detector", "detected", "confidence",
    "right_language", "language_missing", "lines_judged", "lines_right", "line_pass",
    "english_words", "word_pass", "units_judged", "units_right", "robust_pass", "entropy",
    "first_switch", "accuracy", "accuracy_missing", "accuracy_reason", "constraint_kept",
    "constraint_reason", "method", "learning_rate", "size", "steps", "seed", "base",
    "variant",
)
"""Columns of the results, in order; a prompt's further tags follow under their own names.

``prompt`` is the text of its last user turn, ``confidence`` lies between 0 and 1,
``right_language``, ``line_pass``, ``word_pass`` and ``robust_pass`` are nullable booleans,
``accuracy`` is 0 to 1 or NaN, texts that may be missing are None there,
``seconds`` is the time the answer took. ``language_missing`` and ``accuracy_missing`` say
why a score is missing, ``accuracy_reason`` why it is what it is. ``constraint_kept`` is a
nullable boolean, ``constraint_reason`` says why it is false or missing. ``method`` to ``base`` come
from the recipe of the checkpoint; ``variant`` says how it was asked, None where as it is.

``line_pass`` and ``word_pass`` (no English word, said of answers without a wrong line) are
those of the Language Confusion Benchmark. ``robust_pass`` is whether all units are in the
expected language, an empty answer failing; it is missing where no unit could be judged.
``entropy`` and ``first_switch`` are explained at ``LanguageScore``.
"""

_NULLABLE_TEXTS = (
    "constraint", "tier", "missing_reason", "detector", "detected", "language_missing",
    "accuracy_missing", "accuracy_reason", "constraint_missing", "constraint_reason", "method",
    "base", "variant",
)
_COUNTS = (
    "sample", "prompt_tokens", "new_tokens", "lines_judged", "lines_right", "english_words",
    "units_judged", "units_right", "size", "steps", "seed",
)
_FLOATS = ("seconds", "confidence", "entropy", "first_switch", "learning_rate", "value")
# fmt: on


def give_types(frame: pd.DataFrame) -> None:
    """Give the columns that the database has filled their types, and add the derived ones.

    Beyond ``COLUMNS`` there are ``value`` (accuracy, 0 to 2), ``constraint_value`` and
    ``constraint_missing``.
    """
    for column in _NULLABLE_TEXTS:
        texts = frame[column].astype("object")
        frame[column] = texts.where(texts.notna(), None)
    for column in _COUNTS:
        frame[column] = pd.to_numeric(frame[column]).astype("Int64")
    for column in _FLOATS:
        frame[column] = pd.to_numeric(frame[column]).astype("float64")
    frame["right_language"] = frame["right_language"].astype("boolean")
    frame["constraint_value"] = pd.to_numeric(frame["constraint_value"]).astype("Int64")
    add_derived(frame)
    reason = frame["constraint_reason"]
    frame["constraint_reason"] = reason.where(reason.notna(), frame["constraint_missing"])


def add_derived(frame: pd.DataFrame) -> None:
    """Add what follows from counts and ratings: passes, accuracy, whether a constraint is kept."""
    all_right = frame["lines_right"] == frame["lines_judged"]
    frame["line_pass"] = all_right.mask(frame["lines_judged"].fillna(0) == 0)
    frame["word_pass"] = frame["english_words"] == 0
    units = frame["units_judged"]
    frame["robust_pass"] = (frame["units_right"] == units) & (units > 0)
    frame["accuracy"] = frame["value"] / 2
    frame["constraint_kept"] = frame["constraint_value"] == 2


def say_why_missing(frame: pd.DataFrame, detector: str | None, judge: str) -> None:
    """Reasons for scores that were never tried; those that failed bring their own."""
    by = f" by {detector}" if detector else ""
    untried = frame["detector"].isna()
    reason = frame["language_missing"].mask(untried, f"not scored{by} yet")
    frame["language_missing"] = reason.where(frame["right_language"].isna(), None)
    reason = frame["accuracy_missing"]
    unrated = reason.isna() & frame["accuracy"].isna()
    has_reference = frame["has_reference"].astype("bool")
    reason = reason.mask(unrated, f"not rated by {judge} yet")
    if judge == "reference":
        reason = reason.mask(unrated & ~has_reference, "the prompt has no reference facts")
    frame["accuracy_missing"] = reason.where(frame["accuracy"].isna(), None)
