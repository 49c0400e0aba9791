"""What the comparison can measure, and why answers may lack a value."""

from __future__ import annotations

from workbench.statistics import VALUES

MEASURES = {
    "right_language": "right language",
    "line_pass": "line pass (LCB)",
    "word_pass": "word pass (LCB)",
    "robust_pass": "all sentences right",
    "accuracy": "accuracy",
    "constraint_kept": "constraint kept",
    "ended": "ended by itself",
}
"""Names of the measures, of those in ``workbench.statistics.VALUES``."""
assert set(MEASURES) <= set(VALUES)

WHY_MISSING = {
    "right_language": "language_missing",
    "line_pass": "no line is long enough to be judged",
    "word_pass": "the language has no word pass rate, or a line is wrong",
    "robust_pass": "the answer is shorter than five words, or its language is not known",
    "accuracy": "accuracy_missing",
    "constraint_kept": "the prompt has no constraint, or no rule decides it",
    "ended": "it is not known how the answer ended",
}
"""Column with the reasons for missing values, or the only reason there is."""
