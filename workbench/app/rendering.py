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
    language_chip,
    language_mark,
    mark,
    text_block,
    token_count,
)
from workbench.app.chat.conversation import Conversation, Reply, Turn
from workbench.app.chat.marking import marks as marks_of
from workbench.app.spans import legend
from workbench.languages import display_name
from workbench.lid.detector import UNDETERMINED

_ENDED, _CUT = "ended by itself", "cut at the length limit"
_STATES = {
    "waiting": "waiting …",
    "running": "answering …",
    "ended": _ENDED,
    "cut": _CUT,
    "stopped": "stopped",
}
_FINISHED = {"stop": _ENDED, "length": _CUT}


def render_history(conversation: Conversation) -> str:
    """All turns: earlier ones with their answers, the last one with its prompt only.

    The answers of the last turn have places of their own, where they stream.
    """
    *earlier, last = conversation.turns
    parts = [
        _prompt(turn)
        + f'<div class="wb-replies">{"".join(render_reply(r, turn) for r in turn.replies)}</div>'
        for turn in earlier
    ]
    return "".join([*parts, _prompt(last)])


def render_reply(reply: Reply, turn: Turn) -> str:
    """One answer: who gave it, its text, and below it language, mark and facts."""
    label = reply.verdict.label if reply.verdict else None
    facts = [_STATES[reply.state]]
    if not reply.running:
        facts = [token_count(reply.new_tokens), f"{reply.seconds:.1f} s", *facts]
    marks = []
    if reply.text or not reply.running:
        marks.append(language_chip(label, reply.verdict.confidence if reply.verdict else None))
        marks.append(language_mark(reply.text, label, turn.expected))
    marks.append(f'<span class="wb-facts">{" · ".join(facts)}</span>')
    busy = "true" if reply.running else "false"
    return (
        f'<article class="wb-answer" data-state="{reply.state}" aria-busy="{busy}" '
        f'aria-label="Answer of {_escape(reply.checkpoint)}">'
        f'<div class="wb-name">{_escape(reply.checkpoint)}</div>'
        f"{text_block(reply.text, label, 'wb-text', reply.parts)}"
        f"{legend(reply.parts, turn.expected)}"
        f'<div class="wb-marks">{"".join(marks)}</div></article>'
    )


def render_chat_empty(has_checkpoints: bool) -> str:
    """What the chat shows before the first prompt."""
    if not has_checkpoints:
        return render_panel(
            "No checkpoint yet",
            "The chat needs a checkpoint to answer. This command builds the tiny ones that "
            "come with the workbench, this one trains your own:",
            ["workbench tinyworld build", "workbench train RECIPE.yaml"],
        )
    return render_panel(
        "Ask in any language",
        "Pick one or two checkpoints above, then type a question and press Enter. Under each "
        "answer stands the language it is in and whether that is the language you asked in.",
    )


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
    known = [row["checkpoint"], row["parallel_id"], row["task"], _value(row["tier"])]
    about = " · ".join(_escape(part) for part in known if part)
    prompt = str(row["prompt"] or "")
    if prompt:
        asked = text_block(prompt, row["language"], "wb-asked")
    else:
        asked = '<div class="wb-asked wb-absent">The prompt came without its text.</div>'
    missing = _value(row["missing_reason"])
    facts = [
        _detectors(row),
        _lines(row),
        _accuracy(row),
        f'<span class="wb-facts">{_FINISHED.get(row["finish_reason"], "")}</span>',
    ]
    if missing:
        answer = f'<div class="wb-text wb-absent">No answer: {_escape(missing)}</div>'
        marks = ""
    else:
        text, expected = str(row["text"]).strip(), str(row["language"])
        found = marks_of(text, expected)
        answer = text_block(text, _value(row["detected"]), "wb-text", found) + legend(
            found, expected
        )
        language = language_chip(_value(row["detected"]), _value(row["confidence"]))
        marks = language + _right_or_why(row) + "".join(facts)
    return (
        f'<article class="wb-card"><div class="wb-name">{about}</div>{asked}{answer}'
        f'<div class="wb-marks">{marks}</div></article>'
    )


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
    kind = "right" if right == judged else "wrong"
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


def _prompt(turn: Turn) -> str:
    if turn.expected is None:
        note = "language undetermined: choose the expected one above"
    else:
        how = "chosen" if turn.chosen else "as the prompt"
        name = _escape(display_name(turn.expected))
        note = f'answer expected in <bdi lang="{_escape(turn.expected)}">{name}</bdi>, {how}'
    return (
        '<article class="wb-prompt" aria-label="Your prompt">'
        f"{text_block(turn.prompt, turn.expected, 'wb-text')}"
        f'<div class="wb-facts">{note}</div></article>'
    )


def render_panel(title: str, text: str, commands: Sequence[str] = ()) -> str:
    """A heading, a sentence or two, and commands to copy: what a page shows that is empty."""
    lines = "".join(f"<pre><code>{_escape(command)}</code></pre>" for command in commands)
    return f'<div class="wb-panel"><h2>{_escape(title)}</h2><p>{_escape(text)}</p>{lines}</div>'


def _value(value: Any) -> Any:
    """The value, or None where a DataFrame holds a missing one."""
    return None if pd.isna(value) else value


def _escape(text: object) -> str:
    return html.escape(str(text), quote=True)
