"""The Chat tab: one to four checkpoints answer side by side, with live marks and ratings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from workbench.app.chat.choices import ChoiceHandlers
from workbench.app.chat.conversation import Conversation
from workbench.app.chat.form import SettingsForm
from workbench.app.chat.handlers import ChatHandlers
from workbench.app.chat.suggestions import suggested_prompts
from workbench.app.chat.view import SIDES, View
from workbench.app.services import Services
from workbench.assets import asset
from workbench.files import read_text
from workbench.languages import LANGUAGES

_REMOTES = "workbench-remote-models"
"""Where a browser keeps the remote models that were added in it: addresses and names."""
_FOCUS = "() => document.querySelector('#chat-prompt textarea').focus()"
_TIPS = {
    "chat-send": "Send the prompt (Enter; Shift+Enter is a new line)",
    "chat-stop": "Stop answering or judging, and keep what is there (Escape)",
    "chat-regenerate": "Answer the last prompt anew, with the settings as they are now",
    "chat-edit": "Put the last prompt back into the box, without its answers",
    "chat-judge": "Rate the last answers by the judge chosen in Settings",
    "chat-clear": "Start a new conversation",
    "chat-undo": "Bring back the conversation that was cleared",
}


def build(services: Services, opened: Sequence[Callable[..., Any]], dark: gr.Checkbox) -> None:
    """The components of the tab and their wiring; ``opened`` are the events of its opening."""
    handlers, choices = ChatHandlers(services), ChoiceHandlers(services.engine)
    conversation = gr.State(Conversation())
    remotes = gr.BrowserState([], storage_key=_REMOTES, secret=_REMOTES)
    with gr.Row(elem_classes="wb-controls"):
        checkpoints = gr.Dropdown(
            [],
            multiselect=True,
            max_choices=SIDES,
            label=f"Checkpoints (up to {SIDES})",
            interactive=True,
            elem_id="chat-checkpoints",
            min_width=280,
            scale=3,
        )
        expected = gr.Dropdown(
            [("as the prompt", ""), *((own.native_name, own.code) for own in LANGUAGES.values())],
            value="",
            label="Expected language",
            interactive=True,
            elem_id="chat-expected",
            min_width=150,
        )
    form = SettingsForm(services.endpoints)
    with gr.Column(elem_id="chat-scroll"), gr.Column(elem_id="chat-thread"):
        history = gr.HTML(elem_id="chat-history", apply_default_css=False)
        with gr.Row(elem_classes="wb-replies"):
            sides = [_side(number) for number in range(1, SIDES + 1)]
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
    with gr.Row(elem_id="chat-actions"):
        regenerate, edit, judge, clear = (
            gr.Button(
                name,
                size="sm",
                interactive=False,
                min_width=80,
                scale=0,
                elem_id=f"chat-{name.lower()}",
            )
            for name in ("Regenerate", "Edit", "Judge", "Clear")
        )
        undo = gr.Button(
            "Undo clear", size="sm", visible=False, min_width=80, scale=0, elem_id="chat-undo"
        )
    gr.HTML(js_on_load=read_text(asset("scripts", "chat.js")), tips=_TIPS, stop="chat-stop")

    answers, strips = [html for html, _ in sides], [plot for _, plot in sides]
    shown = list(
        View.of(
            answers,
            strips,
            prompt=prompt,
            conversation=conversation,
            history=history,
            suggestions=suggestions,
            send=send,
            stop=stop,
            regenerate=regenerate,
            edit=edit,
            judge=judge,
            clear=clear,
            undo=undo,
        )
    )
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    page = [conversation, form.strip, dark]
    choice = [checkpoints, expected, conversation, *form.inputs]

    turns = {"concurrency_id": "model", "concurrency_limit": 1}
    rates = {"concurrency_id": "judge", "concurrency_limit": 4}

    def judged(event: Any) -> list[Any]:
        """Judge what is due; then again, if the expected language was changed meanwhile."""
        first = event.then(handlers.on_judge, [conversation], shown, **rates, **quiet)
        marked = first.then(handlers.on_expected, [expected, *page], shown, **quiet)
        return [first, marked.then(handlers.on_judge, [conversation], shown, **rates, **quiet)]

    asked = [
        gr.on([send.click, prompt.submit], handlers.on_send, [prompt, *choice], shown, **quiet),
        *(b.click(handlers.on_send, [b, *choice], shown, **quiet) for b in offered),
        regenerate.click(handlers.on_regenerate, choice, shown, **quiet),
    ]
    at_work = []
    for event in asked:
        answered = event.then(handlers.on_answer, page, shown, **turns, **quiet)
        marked = answered.then(handlers.on_expected, [expected, *page], shown, **quiet)
        at_work += [answered, *judged(marked)]
    at_work += judged(
        judge.click(handlers.on_judge_now, [conversation, *form.inputs], shown, **quiet)
    )
    at_work += judged(expected.input(handlers.on_expected, [expected, *page], shown, **quiet))
    stop.click(handlers.on_stop, page, shown, **quiet)
    clear.click(handlers.on_clear, [conversation], shown, cancels=at_work, **quiet)
    undo.click(handlers.on_undo, page, shown, **quiet)
    edit.click(handlers.on_edit, page, shown, **quiet).then(None, js=_FOCUS, **quiet)
    form.strip.input(handlers.on_strip, page, strips, **quiet)

    lists = [checkpoints, form.judge_checkpoint, form.remotes]
    gr.on(
        opened,
        choices.on_open,
        [checkpoints, form.judge_checkpoint, remotes, conversation],
        [*lists, history],
        **quiet,
    )
    gr.on(
        [form.remote_add.click, form.remote_model.submit],
        choices.on_add,
        [form.remote_url, form.remote_model, remotes, checkpoints],
        [remotes, form.remotes, checkpoints, form.remote_url, form.remote_model],
        **quiet,
    )
    form.remotes.input(
        choices.on_remotes,
        [form.remotes, checkpoints],
        [remotes, form.remotes, checkpoints],
        **quiet,
    )
    gr.on(
        [form.strength.input, checkpoints.input],
        choices.on_strength,
        [form.strength, checkpoints],
        [form.strength_note],
        trigger_mode="always_last",
        **quiet,
    )
    rows = [form.local_row, form.llm_row]
    form.judge_kind.input(choices.on_judge_kind, [form.judge_kind], rows, **quiet)
    form.reset.click(choices.on_reset, None, [*form.inputs, form.strength_note, *rows], **quiet)


def _side(number: int) -> tuple[gr.HTML, gr.Plot]:
    """The place of one answer: its text and marks, and its language strip below."""
    with gr.Column(elem_id=f"chat-side-{number}", elem_classes="wb-one-side", min_width=200):
        html = gr.HTML(
            "",
            visible="hidden",
            elem_id=f"chat-answer-{number}",
            elem_classes="wb-reply",
            apply_default_css=False,
        )
        plot = gr.Plot(
            show_label=False,
            visible=False,
            container=False,
            elem_id=f"chat-strip-{number}",
            elem_classes="wb-strip",
        )
    return html, plot
