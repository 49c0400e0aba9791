"""Measures of a report: what each is called, and what it says in a sentence."""

from __future__ import annotations

from typing import NamedTuple


class Measured(NamedTuple):
    """A rate of ``workbench.statistics.VALUES`` as reports show it."""

    key: str
    title: str
    about: str


MEASURES = (
    Measured(
        "right_language",
        "Right language",
        "Share of answers that are, as a whole, in the expected language; an empty answer is not.",
    ),
    Measured(
        "accuracy",
        "Accuracy",
        "Mean accuracy of the answers that reference facts decide.",
    ),
    Measured(
        "right_and_accurate",
        "Right language and accurate",
        "Right language times accuracy; 0 as soon as one of the two is.",
    ),
    Measured(
        "robust_pass",
        "Every part in the right language",
        "Share of answers all of whose sentences are in the expected language, with code, numbers "
        "and quoted words exempt; answers of fewer than five tokens are not judged.",
    ),
    Measured(
        "line_pass",
        "Line pass rate",
        "Share of answers all of whose lines of five tokens and more are in the expected language, "
        "as the Language Confusion Benchmark counts.",
    ),
    Measured(
        "word_pass",
        "Word pass rate",
        "Of answers in another script than English that pass by line, those without an English "
        "word, as the Language Confusion Benchmark counts.",
    ),
    Measured(
        "constraint_kept",
        "Constraint kept",
        "Share of answers that keep what the prompt asks of their form.",
    ),
    Measured(
        "ended",
        "Ended by itself",
        "Share of answers that the checkpoint ended by itself, not the limit of their length.",
    ),
)
