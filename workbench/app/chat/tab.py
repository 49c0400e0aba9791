"""The Chat tab: one or two checkpoints answer side by side, with live marks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import gradio as gr

from workbench.app.chat.conversation import Conversation, Reply, Turn
from workbench.app.chat.engine import answer_together
from workbench.app.chat.marking import language_of, marks
from workbench.app.chat.suggestions import suggested_prompts
from workbench.app.feedback import reporting, warn
from workbench.app.rendering import render_chat_empty, render_history, render_reply
from workbench.app.services import Services
from workbench.errors import WorkbenchError
from workbench.languages import LANGUAGES

_PREFERRED = ("tiny-full-good", "tiny-full-hot")
_SIDES = 2


class View(NamedTuple):
    """What the chat's components show; the order is that of the outputs."""

    prompt: Any
    conversation: Conversation
    history: Any
    answer_1: Any
    answer_2: Any
    suggestions: Any
    send: Any
    stop: Any


_AS_IT_IS = View(*[gr.skip()] * len(View._fields))


class ChatHandlers:
    """What happens at the events of the chat."""

    def __init__(self, services: Services) -> None:
        self._engine = services.engine
        self._detector = services.detector
        self._stops: dict[str, threading.Event] = {}

    @reporting
    def on_open(
        self, first: str | None, second: str | None, conversation: Conversation
    ) -> tuple[Any, Any, Any]:
        """List the checkpoints that are there now, keeping those that are chosen."""
        names = self._engine.names()
        one = next((n for n in (first, _PREFERRED[0], *names) if n in names), None)
        # At the first opening the two that differ most are side by side.
        fresh = first is None and one == _PREFERRED[0] and _PREFERRED[1] in names
        two = _PREFERRED[1] if fresh else second if second in names else ""
        return (
            gr.update(choices=names, value=one),
            gr.update(choices=[("none", ""), *names], value=two),
            gr.skip() if conversation.turns else render_chat_empty(has_checkpoints=bool(names)),
        )

    @reporting
    def on_send(
        self, text: str, first: str | None, second: str | None, expected: str, past: Conversation
    ) -> View:
        """Take up a prompt: it is shown with its language, the answers are waiting."""
        prompt = text.strip()
        if past.running:
            return _AS_IT_IS
        if not prompt:
            return self.view(past, gr.skip())
        checkpoints = list(dict.fromkeys(name for name in (first, second) if name))
        if not checkpoints:
            gr.Warning("Pick a checkpoint above, then send the prompt again.", title="Chat")
            return self.view(past, gr.skip())
        replies = tuple(Reply(name) for name in checkpoints)
        turn = self._expecting(Turn(prompt, None, False, replies), expected)
        return self.view(past.added(turn), "")

    def on_answer(self, conversation: Conversation) -> Iterator[View]:
        """Let the checkpoints answer the prompt that waits, all at once."""
        if not conversation.running:
            yield self.view(conversation, gr.skip())
            return
        requests = [
            (reply.checkpoint, conversation.messages(reply.checkpoint))
            for reply in conversation.turns[-1].replies
        ]
        key, expected = conversation.turns[-1].key, conversation.turns[-1].expected
        stop = self._stops.setdefault(key, threading.Event())
        try:
            for replies in answer_together(self._engine, self._detector, requests, stop, expected):
                conversation = conversation.answered(replies)
                yield self.view(conversation, gr.skip(), growing=conversation.running)
            if conversation.running:
                yield self.view(conversation.stopped(), gr.skip())
        except WorkbenchError as error:
            warn(error)
            yield self.view(conversation.without_last(), conversation.turns[-1].prompt)
        except Exception:
            # A defect keeps its traceback, but must not leave the chat waiting for ever.
            yield self.view(conversation.stopped(), gr.skip())
            raise
        finally:
            self._stops.pop(key, None)

    def on_stop(self, conversation: Conversation) -> View:
        """Keep what was written so far, and have the generation end itself.

        Cancelling the event instead would leave the session with whatever was on its way
        when the button was pressed: a conversation that is running for ever.
        """
        if conversation.running:
            self._stops.setdefault(conversation.turns[-1].key, threading.Event()).set()
        return self.view(conversation.stopped(), gr.skip())

    def on_clear(self) -> View:
        """Start anew."""
        return self.view(Conversation(), "")

    @reporting
    def on_expected(self, expected: str, conversation: Conversation) -> View:
        """Mark the last answers against another language; at once, or when they are whole.

        It is called again at the end of each answer: while one grows, what this session holds
        of it is older than what is seen.
        """
        if not conversation.turns or conversation.running:
            return _AS_IT_IS
        last = conversation.turns[-1]
        if expected == (last.expected if last.chosen else ""):
            return _AS_IT_IS
        return self.view(conversation.with_last(self._expecting(last, expected)), gr.skip())

    def view(self, conversation: Conversation, prompt: Any, growing: bool = False) -> View:
        """What is to be seen of a conversation; only its answers while they grow."""
        turn = conversation.turns[-1] if conversation.turns else None
        shown = [render_reply(reply, turn) for reply in turn.replies] if turn else []
        one, two = (*shown, "", "")[:_SIDES]
        if growing:
            skip = gr.skip()
            return View(skip, conversation, skip, one, two, skip, skip, skip)
        empty = render_chat_empty(has_checkpoints=bool(self._engine.names())) if not turn else ""
        return View(
            prompt,
            conversation,
            render_history(conversation) if turn else empty,
            gr.update(value=one, visible=True if one else "hidden"),
            gr.update(value=two, visible=True if two else "hidden"),
            gr.update(visible=turn is None),
            gr.update(interactive=not conversation.running),
            gr.update(interactive=conversation.running),
        )

    def _expecting(self, turn: Turn, expected: str) -> Turn:
        language = expected or language_of(turn.prompt, self._detector)
        replies = tuple(replace(r, parts=marks(r.text, language)) for r in turn.replies)
        return replace(turn, expected=language, chosen=bool(expected), replies=replies)


def build(services: Services, opened: Sequence[Callable[..., Any]]) -> None:
    """The components of the tab and their wiring; ``opened`` are the events of its opening."""
    handlers = ChatHandlers(services)
    conversation = gr.State(Conversation())
    with gr.Row(elem_classes="wb-controls"):
        first = gr.Dropdown(
            [], label="Checkpoint", interactive=True, elem_id="chat-checkpoint-1", min_width=150
        )
        second = gr.Dropdown(
            [("none", "")],
            value="",
            label="Second checkpoint",
            interactive=True,
            elem_id="chat-checkpoint-2",
            min_width=150,
        )
        expected = gr.Dropdown(
            [("as the prompt", ""), *((own.native_name, own.code) for own in LANGUAGES.values())],
            value="",
            label="Expected language",
            interactive=True,
            elem_id="chat-expected",
            min_width=150,
        )
    with gr.Column(elem_id="chat-scroll"), gr.Column(elem_id="chat-thread"):
        history = gr.HTML(elem_id="chat-history", apply_default_css=False)
        with gr.Row(elem_classes="wb-replies"):
            answers = [
                gr.HTML(
                    "",
                    visible="hidden",
                    elem_id=f"chat-answer-{side}",
                    elem_classes="wb-reply",
                    apply_default_css=False,
                )
                for side in range(1, _SIDES + 1)
            ]
    with gr.Row(elem_id="chat-suggestions") as suggestions:
        offered = [
            gr.Button(text, size="sm", elem_classes="wb-suggestion")
            for text in suggested_prompts(services.prompts)
        ]
    with gr.Row(elem_id="chat-input"):
        prompt = gr.Textbox(
            label="Prompt",
            show_label=False,
            container=False,
            placeholder="Ask in any language",
            lines=1,
            max_lines=8,
            autofocus=True,
            scale=8,
            min_width=220,
            elem_id="chat-prompt",
        )
        send = gr.Button("Send", variant="primary", min_width=80, elem_id="chat-send")
        stop = gr.Button("Stop", interactive=False, min_width=80, elem_id="chat-stop")
        clear = gr.Button("Clear", min_width=80, elem_id="chat-clear")

    shown = [prompt, conversation, history, *answers, suggestions, send, stop]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    choice = [first, second, expected, conversation]
    answering = []
    taken = gr.on([send.click, prompt.submit], handlers.on_send, [prompt, *choice], shown, **quiet)
    for event in (
        taken,
        *(b.click(handlers.on_send, [b, *choice], shown, **quiet) for b in offered),
    ):
        answered = event.then(
            handlers.on_answer,
            [conversation],
            shown,
            concurrency_id="model",
            concurrency_limit=1,
            **quiet,
        )
        answering.append(answered)
        answered.then(handlers.on_expected, [expected, conversation], shown, **quiet)
    stop.click(handlers.on_stop, [conversation], shown, **quiet)
    clear.click(handlers.on_clear, None, shown, cancels=answering, **quiet)
    expected.input(handlers.on_expected, [expected, conversation], shown, **quiet)
    gr.on(
        opened, handlers.on_open, [first, second, conversation], [first, second, history], **quiet
    )
