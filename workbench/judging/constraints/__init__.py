"""Constraint checks: does an answer keep what the paper's modified prompts ask of its form?

Decided by rule, for the types in ``modifiers.LL.types``. What no rule can decide is None
with the reason, never a pass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from workbench.judging.constraints.arrows import check_arrows
from workbench.judging.constraints.base import Answer, Check, has_words
from workbench.judging.constraints.capitals import check_capitals
from workbench.judging.constraints.html_page import check_html
from workbench.judging.constraints.items import check_items, count_items
from workbench.judging.constraints.language import check_language, expected_language
from workbench.judging.constraints.length import check_long, check_short
from workbench.judging.constraints.markdown import check_markdown
from workbench.judging.constraints.style import needs_judge
from workbench.lid.detector import Detector

__all__ = ["CHECKS", "Answer", "Check", "check", "count_items", "expected_language"]

CHECKS: Mapping[str, Callable[[Answer], Check]] = MappingProxyType(
    {
        "short": check_short,
        "long": check_long,
        "num_items_": check_items,
        "lang_": check_language,
        "markdown_template": check_markdown,
        "html_template": check_html,
        "arrow_template": check_arrows,
        "cap_template": check_capitals,
        "scientific_style": needs_judge,
        "simple_style": needs_judge,
        "complex_inst": needs_judge,
    }
)
"""The check of each type; a name that ends with ``_`` stands for a family such as ``lang_fr``."""


def check(
    constraint: str, text: str, *, detector: Detector | None = None, twin: str | None = None
) -> Check:
    """Whether an answer keeps a constraint; an answer without a word keeps none.

    ``detector`` is what ``lang_XX`` needs; ``twin``, the answer to the prompt without the
    constraint, helps ``short`` and ``long``.

    >>> check("num_items_2", "- jazz\\n- swing\\n- blues").reason
    'asked for 2 items, found 3'
    """
    family, argument = constraint, ""
    if family not in CHECKS:
        before, _, argument = constraint.rpartition("_")
        family = f"{before}_"
    if family not in CHECKS or constraint.endswith("_"):
        return Check(constraint, None, f"no check is known for the constraint '{constraint}'")
    if not has_words(text):
        return Check(
            constraint,
            False,
            "the answer is empty" if not text.strip() else "the answer has no words",
        )
    return CHECKS[family](Answer(constraint, text, argument, twin, detector))
