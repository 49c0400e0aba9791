"""What is to be seen of a conversation: a value for each component of the chat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import gradio as gr

from workbench.app.chat.conversation import Conversation, Reply, Turn
from workbench.app.chat.form import StripWhen
from workbench.app.chat.rendering import render_chat_empty, render_history, render_reply

SIDES = 4
"""Checkpoints that answer side by side at most."""


class View(NamedTuple):
    """Values of the components; the order is that of the outputs."""

    prompt: Any
    conversation: Any
    history: Any
    answer_1: Any
    answer_2: Any
    answer_3: Any
    answer_4: Any
    strip_1: Any
    strip_2: Any
    strip_3: Any
    strip_4: Any
    suggestions: Any
    send: Any
    stop: Any
    regenerate: Any
    edit: Any
    judge: Any
    clear: Any
    undo: Any

    @classmethod
    def of(cls, answers: Sequence[Any], strips: Sequence[Any], **others: Any) -> View:
        """With these in their places; what is not named stays as it is."""
        sides = {f"answer_{side}": value for side, value in enumerate(answers, start=1)}
        sides |= {f"strip_{side}": value for side, value in enumerate(strips, start=1)}
        return AS_IT_IS._replace(**sides, **others)

    @property
    def answers(self) -> tuple[Any, ...]:
        """Of the sides in order."""
        return self.answer_1, self.answer_2, self.answer_3, self.answer_4

    @property
    def strips(self) -> tuple[Any, ...]:
        """Of the sides in order."""
        return self.strip_1, self.strip_2, self.strip_3, self.strip_4


AS_IT_IS = View(*[gr.skip()] * len(View._fields))
"""Nothing is changed."""


class Look(NamedTuple):
    """How the page looks."""

    strip: StripWhen = "mixed"
    dark: bool = False


def view(
    conversation: Conversation, prompt: Any, has_checkpoints: bool = True, look: Look | None = None
) -> View:
    """All of a conversation; ``prompt`` is for the box, and without a ``look`` strips stay."""
    turn = conversation.turns[-1] if conversation.turns else None
    idle = turn is not None and not conversation.busy
    return View.of(
        [gr.update(value=html, visible=True if html else "hidden") for html in _answers(turn)],
        strips_of(turn, look) if look else (),
        prompt=prompt,
        conversation=conversation,
        history=render_history(conversation) if turn else render_chat_empty(has_checkpoints),
        suggestions=gr.update(visible=turn is None),
        send=gr.update(interactive=not conversation.busy),
        stop=gr.update(interactive=conversation.busy),
        regenerate=gr.update(interactive=idle),
        edit=gr.update(interactive=idle),
        judge=gr.update(interactive=idle),
        clear=gr.update(interactive=turn is not None),
        undo=gr.update(visible=bool(conversation.cleared)),
    )


def growing(conversation: Conversation) -> View:
    """The answers of the last turn alone, which is all that changes while they grow."""
    turn = conversation.turns[-1]
    shown = [render_reply(reply, turn) for reply in turn.replies]
    return View.of(shown, (), conversation=conversation)


def strips_of(turn: Turn | None, look: Look) -> list[Any]:
    """Language strips of the last answers, where there is something to see."""
    replies = turn.replies if turn else ()
    shown = [_strip(reply, look) for reply in replies]
    return [*shown, *[gr.update(value=None, visible=False)] * (SIDES - len(shown))]


def _strip(reply: Reply, look: Look) -> Any:
    from workbench.charts.strip import is_mixed, language_strip

    wanted = look.strip == "always" or (look.strip == "mixed" and is_mixed(reply.parts))
    if not wanted or reply.running or not reply.parts:
        return gr.update(value=None, visible=False)
    return gr.update(value=language_strip(reply.parts, look.dark), visible=True)


def _answers(turn: Turn | None) -> Sequence[str]:
    shown = [render_reply(reply, turn) for reply in turn.replies] if turn else []
    return [*shown, *[""] * (SIDES - len(shown))]
