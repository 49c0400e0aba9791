"""The chat as HTML: prompts, and answers with their marks and ratings.

What a model or a user wrote is text; it is escaped here, in ``answer_marks`` and in ``spans``.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from workbench.app.answer_marks import (
    language_chip,
    language_mark,
    rating_list,
    text_block,
    token_count,
)
from workbench.app.chat.conversation import Conversation, Reply, ReplyState, Turn
from workbench.app.chat.options import JudgeChoice
from workbench.app.rendering import render_panel
from workbench.app.spans import legend
from workbench.languages import display_name

_STATES: dict[ReplyState, str] = {
    "waiting": "waiting …",
    "loading": "loading the checkpoint …",
    "running": "answering …",
    "ended": "ended by itself",
    "cut": "cut at the length limit",
    "full": "cut, as the context is full: press Clear to start anew",
    "stopped": "stopped",
    "failed": "failed",
}


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
    """One answer: who gave it, its text, and below it language, mark, facts and ratings."""
    label = reply.verdict.label if reply.verdict else None
    marks = []
    if reply.verdict or reply.judgeable:
        marks.append(language_chip(label, reply.verdict.confidence if reply.verdict else None))
        marks.append(language_mark(reply.text, label, turn.expected))
    marks.append(f'<span class="wb-facts">{" · ".join(_facts(reply))}</span>')
    busy = "true" if reply.running else "false"
    return (
        f'<article class="wb-answer" data-state="{reply.state}" aria-busy="{busy}" '
        f'aria-label="Answer of {_escape(reply.checkpoint)}">{_name(reply)}{_answer(reply, label)}'
        f"{legend(reply.parts, turn.expected)}"
        f'<div class="wb-marks">{"".join(marks)}</div>{_ratings(reply, turn)}</article>'
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
        "Pick one to four checkpoints above, then type a question and press Enter. Under each "
        "answer stands the language it is in and whether that is the language you asked in.",
    )


def render_strength(strength: float, bases: Sequence[tuple[str, str | None]]) -> str:
    """What a strength of tuning means for each checkpoint, given what it was tuned from."""
    if strength == 1:
        return ""
    lines = []
    for checkpoint, base in bases:
        name = f"<bdi>{_escape(checkpoint)}</bdi>"
        if base is None:
            lines.append(f"<li>{name} answers as it is: it has no base here.</li>")
        else:
            lines.append(
                f"<li>{name} answers at {strength:g} of the way from <bdi>{_escape(base)}</bdi> "
                "to what it was tuned to.</li>"
            )
    return f'<ul class="wb-strengths">{"".join(lines)}</ul>'


def _name(reply: Reply) -> str:
    name = f"<bdi>{_escape(reply.checkpoint)}</bdi>"
    if reply.options.strength == 1:
        how = ""
    elif reply.note:
        how = f" · {_escape(reply.note)}"
    else:
        how = f' · <span class="wb-strength">tuning strength {reply.options.strength:g}</span>'
    return f'<div class="wb-name">{name}{how}</div>'


def _answer(reply: Reply, label: str | None) -> str:
    text = text_block(reply.text, label, "wb-text", reply.parts)
    if reply.error is None:
        return text
    why = f"{_escape(reply.error.reason)}. {_escape(reply.error.remedy)}."
    failure = f'<div class="wb-text wb-absent" role="status">No answer: {why}</div>'
    return f"{text}{failure}" if reply.text else failure


def _facts(reply: Reply) -> list[str]:
    if reply.running or reply.state == "failed":
        return [_STATES[reply.state]]
    tokens = "tokens not counted" if reply.new_tokens is None else token_count(reply.new_tokens)
    return [tokens, f"{reply.seconds:.1f} s", _STATES[reply.state]]


def _ratings(reply: Reply, turn: Turn) -> str:
    if (turn.due or turn.judging) and reply.judgeable and not reply.ratings:
        return '<div class="wb-judging" role="status">judging …</div>'
    return rating_list(reply.ratings, judge_name(turn.judge))


def judge_name(choice: JudgeChoice) -> str:
    """Who rates, in a word or two."""
    names = {"reference": "reference facts", "local": choice.checkpoint, "llm": choice.model}
    return names.get(choice.kind, "nobody")


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


def _escape(text: object) -> str:
    return html.escape(str(text), quote=True)
