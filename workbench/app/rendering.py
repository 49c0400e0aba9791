"""Prompts, answers and their marks as HTML.

What a model or a user wrote is text: everything is escaped here, in ``answer_marks`` and in
``spans``.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from workbench.app.answer_marks import (
    Kind,
    language_chip,
    mark,
    rating_list,
    text_block,
)
from workbench.app.chat.marking import marks as marks_of
from workbench.app.spans import legend
from workbench.languages import display_name
from workbench.lid.detector import UNDETERMINED

_FINISHED = {"stop": "ended by itself", "length": "cut at the length limit"}


def render_compare_empty() -> str:
    """What the comparison shows when the workspace has no answers."""
    return render_panel(
        "No answers to compare yet",
        "Answers come from a study or from an import. Each of these commands brings some:",
        ["workbench run learning-rate", "workbench import FILE.csv"],
    )


def render_note(text: str) -> str:
    """One plain sentence; text in backticks is shown as code."""
    parts = _escape(text).split("`")
    parts[1::2] = [f"<code>{part}</code>" for part in parts[1::2]]
    return f'<p class="wb-note">{"".join(parts)}</p>'


def render_cards(answers: pd.DataFrame) -> str:
    """Answers with their prompts and marks, a card each; rows as ``Store.results`` gives."""
    if answers.empty:
        return render_note("No answer fits this choice.")
    cards = "".join(_card(row) for row in answers.to_dict("records"))
    return f'<div class="wb-cards">{cards}</div>'


def _card(row: Mapping[Any, Any]) -> str:
    known = [row.get("row", row["checkpoint"]), row["parallel_id"], row["task"], row["tier"]]
    about = " · ".join(_escape(part) for part in map(_value, known) if part)
    text, expected = str(row["text"]).strip(), str(row["language"])
    found = marks_of(text, expected)
    answer = text_block(text, _value(row["detected"]), "wb-text", found) + legend(found, expected)
    return (
        f'<article class="wb-card"><div class="wb-name">{about}</div>{render_asked(row)}'
        f"{render_answer(row, answer)}</article>"
    )


def render_asked(row: Mapping[Any, Any]) -> str:
    """The prompt that a row of results answers."""
    prompt = str(row["prompt"] or "")
    if prompt:
        return text_block(prompt, row["language"], "wb-asked")
    return '<div class="wb-asked wb-absent">The prompt came without its text.</div>'


def render_answer(row: Mapping[Any, Any], answer: str) -> str:
    """An answer, as HTML, with its marks and ratings below; or why there is none."""
    if missing := _value(row["missing_reason"]):
        return f'<div class="wb-text wb-absent">No answer: {_escape(missing)}</div>'
    parts = [
        language_chip(_value(row["detected"]), _value(row["confidence"])),
        _right_or_why(row),
        *(_detectors(row), _lines(row), _accuracy(row), _constraint(row)),
        f'<span class="wb-facts">{_FINISHED.get(row["finish_reason"], "")}</span>',
    ]
    ratings = rating_list(row.get("ratings") or [], str(row.get("rated_by", "")))
    return f'{answer}<div class="wb-marks">{"".join(parts)}</div>{ratings}'


def _right_or_why(row: Mapping[Any, Any]) -> str:
    right = _value(row["right_language"])
    expected = display_name(str(row["language"]))
    if right is None:
        return mark("unknown", str(_value(row["language_missing"]) or "language not scored"))
    if right:
        return mark("right", "right language")
    return mark("wrong", f"wrong language, expected {expected}")


def _lines(row: Mapping[Any, Any]) -> str:
    judged, right = _value(row["lines_judged"]), _value(row["lines_right"])
    if not judged or right is None:
        return ""
    kind: Kind = "right" if right == judged else "wrong"
    return mark(kind, f"{int(right)} of {int(judged)} lines in the language")


def _detectors(row: Mapping[Any, Any]) -> str:
    """What each detector says, where they do not say the same."""
    labels = row.get("detectors")
    if not isinstance(labels, Mapping) or len(set(labels.values())) < 2:
        return ""
    names = (f"{name}: {label or UNDETERMINED}" for name, label in labels.items())
    return mark("unknown", f"detectors differ ({', '.join(names)})")


def _accuracy(row: Mapping[Any, Any]) -> str:
    value = _value(row["accuracy"])
    if value is None:
        return ""
    if value in (0, 1):
        return mark("right", "right fact") if value else mark("wrong", "wrong fact")
    return mark("unknown", f"accuracy {value:.0%}")


def _constraint(row: Mapping[Any, Any]) -> str:
    """Whether the prompt's constraint is kept, where it has one that a rule decides."""
    name, kept = _value(row["constraint"]), _value(row["constraint_kept"])
    if name is None or kept is None:
        return ""
    return mark("right" if kept else "wrong", f"{name} {'kept' if kept else 'not kept'}")


def render_panel(title: str, text: str, commands: Sequence[str] = ()) -> str:
    """A heading, a sentence or two, and commands to copy: what a page shows that is empty."""
    lines = "".join(f"<pre><code>{_escape(command)}</code></pre>" for command in commands)
    return f'<div class="wb-panel"><h2>{_escape(title)}</h2><p>{_escape(text)}</p>{lines}</div>'


def _value(value: Any) -> Any:
    """The value, or None where a DataFrame holds a missing one."""
    return None if pd.isna(value) else value


def _escape(text: object) -> str:
    return html.escape(str(text), quote=True)
