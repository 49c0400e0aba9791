"""What stands around an answer in every tab: its text, language, and what is right or wrong.

What a model or a user wrote is text: it is escaped here and in ``spans``. Each text finds its
own direction (``dir="auto"``).
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Literal

from workbench.app.spans import marked_text
from workbench.judging.criteria import LEVELS
from workbench.judging.rubric import load_rubric
from workbench.languages import display_name
from workbench.lid.codeswitch import Part
from workbench.store import Rating

Kind = Literal["right", "wrong", "unknown"]
_SYMBOLS: dict[Kind, str] = {"right": "✓", "wrong": "✗", "unknown": "?"}


def text_block(text: str, language: str | None, style: str, parts: Sequence[Part] = ()) -> str:
    """A text in its own direction, with the parts in other languages marked."""
    lang = f' lang="{_escape(language)}"' if language else ""
    return f'<div class="{style}" dir="auto"{lang}>{marked_text(text, parts)}</div>'


def language_chip(label: str | None, confidence: float | None) -> str:
    """The language that was detected, in its own script; None where it is undetermined."""
    if label is None:
        return '<span class="wb-chip" title="Detected language">undetermined</span>'
    sure = "" if confidence is None else f" {_percent(confidence)}"
    return (
        '<span class="wb-chip" title="Detected language and confidence">'
        f'<bdi lang="{_escape(label)}">{_escape(display_name(label))}</bdi>{sure}</span>'
    )


def language_mark(text: str, label: str | None, expected: str | None) -> str:
    """Whether an answer is in the expected language; an empty one is not."""
    if not text.strip():
        return mark("wrong", "empty answer")
    if expected is None or label is None:
        return mark("unknown", "right or wrong cannot be told")
    if label == expected:
        return mark("right", "right language")
    return mark("wrong", f"wrong language, expected {display_name(expected)}")


def mark(kind: Kind, text: str) -> str:
    """A word or two on what is right, wrong or cannot be told."""
    return (
        f'<span class="wb-mark wb-{kind}"><span aria-hidden="true">{_SYMBOLS[kind]}</span> '
        f"{_escape(text)}</span>"
    )


def rating_list(ratings: Sequence[Rating], by: str) -> str:
    """Ratings of an answer, a criterion each; empty where there are none."""
    if not ratings:
        return ""
    titles = {criterion.key: criterion.title for criterion in load_rubric().criteria}
    chips = "".join(_rated(titles.get(r.criterion, r.criterion), r) for r in ratings)
    return f'<ul class="wb-ratings" aria-label="Rated by {_escape(by)}">{chips}</ul>'


def _rated(title: str, rating: Rating) -> str:
    """A criterion with its value; why it has it, or has none, shows on hover and on focus."""
    if rating.value is None:
        value, level, why = "–", "missing", f"missing: {rating.missing_reason}"
    else:
        value = level = str(rating.value)
        why = f"{rating.value} of {max(LEVELS)}"
        why += f": {rating.reason}" if rating.reason else ""
        why += f" (rule: {rating.rule})" if rating.rule else ""
    return (
        f'<li class="wb-rated" data-level="{level}" tabindex="0">{_escape(title)} '
        f'<span class="wb-level" aria-hidden="true">{value}</span><span class="wb-tip" dir="auto">'
        f"{_escape(title)}, {_escape(why)}</span></li>"
    )


def token_count(number: int) -> str:
    """A number of tokens in words."""
    return "1 token" if number == 1 else f"{number} tokens"


def _percent(confidence: float) -> str:
    """Confidence rounded down, so that only certainty shows as 100%."""
    return f"{int(confidence * 100)}%"


def _escape(text: object) -> str:
    return html.escape(str(text), quote=True)
