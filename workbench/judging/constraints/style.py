"""Constraints on style and content, which no rule decides: scientific, simple, two tasks in one."""

from __future__ import annotations

from workbench.judging.constraints.base import Answer, Check


def needs_judge(answer: Answer) -> Check:
    """Never decided here."""
    return answer.undecided("needs a judge")
