"""Settings of the chat as a form: fields from records, and records from what is filled in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import gradio as gr
from pydantic import ValidationError

from workbench.app.chat.options import JUDGE_KINDS, STRONGEST, JudgeChoice, Options
from workbench.errors import InputError
from workbench.generation.decoding import Decoding
from workbench.generation.remote import KEY_VARIABLE as CHAT_KEY
from workbench.judging.settings import KEY_VARIABLE as JUDGE_KEY

StripWhen = Literal["mixed", "always", "never"]
STRIP_CHOICES: dict[StripWhen, str] = {
    "mixed": "answers in several languages",
    "always": "every answer",
    "never": "no answer",
}
DECODING = tuple(Decoding.model_fields)
"""Fields of the decoding, in the order of the form."""
_SMALLEST = 1e-4
_JUDGES = {
    "none": "none",
    "reference": "reference facts",
    "local": "a checkpoint",
    "llm": "an LLM",
}


@dataclass(frozen=True)
class Settings:
    """What the form says."""

    options: Options = Options()
    judge: JudgeChoice = JudgeChoice()
    strip: StripWhen = "mixed"


class Fields(NamedTuple):
    """Components of the form, or their values; the decoding's fields come behind them."""

    system: Any
    strength: Any
    judge: Any
    live: Any
    judge_checkpoint: Any
    judge_url: Any
    judge_model: Any
    strip: Any


def read(values: Sequence[Any]) -> Settings:
    """What the form says, given its values; InputError for what cannot be used.

    A field of the decoding that is left empty is the checkpoint's own.
    """
    own = Fields(*values[: len(Fields._fields)])
    given = zip(DECODING, values[len(Fields._fields) :], strict=True)
    written = {name: str(text).strip().replace(",", ".") for name, text in given}
    changed = {name: text for name, text in written.items() if text}
    try:
        decoding = Decoding.model_validate(changed)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise InputError(
            f"{label(name)} '{changed[name]}'",
            first["msg"],
            f"{Decoding.model_fields[name].description}; empty is the checkpoint's own",
        ) from None
    judge = JudgeChoice(
        kind=own.judge,
        live=bool(own.live),
        checkpoint=own.judge_checkpoint or "",
        base_url=(own.judge_url or "").strip(),
        model=(own.judge_model or "").strip(),
    )
    options = Options(
        system=(own.system or "").strip(),
        strength=float(own.strength),
        decoding={name: _usable(name, getattr(decoding, name)) for name in changed},
    )
    return Settings(options, judge, own.strip)


def _usable(name: str, value: int | float) -> int | float:
    """The value, where it can be computed with."""
    if math.isfinite(value) and (value == 0 or abs(value) >= _SMALLEST):
        return value
    raise InputError(
        f"{label(name)} '{value:g}'",
        "it is too large or too close to 0 to compute with",
        f"{Decoding.model_fields[name].description}; empty is the checkpoint's own",
    )


def values_of(settings: Settings) -> tuple[Any, ...]:
    """The form's values that say these settings."""
    options, judge = settings.options, settings.judge
    own = Fields(
        options.system,
        options.strength,
        judge.kind,
        judge.live,
        judge.checkpoint or None,
        judge.base_url,
        judge.model,
        settings.strip,
    )
    return (*own, *(str(options.decoding.get(name, "")) for name in DECODING))


def label(name: str) -> str:
    """The name of a field in words."""
    return name.replace("_", " ").capitalize()


class SettingsForm:
    """The components: made once, in the place where they stand."""

    def __init__(self, endpoints: bool = True) -> None:
        """``endpoints``: whether servers may be named, for remote models and as a judge."""
        start = Settings()
        with gr.Accordion("Settings", open=False, elem_id="chat-settings"):
            with gr.Row(elem_classes="wb-settings"):
                with gr.Column(min_width=300):
                    system = gr.Textbox(
                        label="System prompt",
                        info=_help(Options, "system"),
                        lines=2,
                        max_lines=6,
                        elem_id="chat-system",
                    )
                    strength = gr.Slider(
                        0,
                        STRONGEST,
                        value=start.options.strength,
                        step=0.05,
                        label="Tuning strength: 0 = base, 1 = as tuned",
                        info=_help(Options, "strength"),
                        elem_id="chat-strength",
                    )
                    self.strength_note = gr.HTML(
                        elem_id="chat-strength-note", apply_default_css=False
                    )
                with gr.Column(min_width=300), gr.Row():
                    decoding = [_number(name) for name in DECODING]
            kind, live, checkpoint, url, model = self._judge(start.judge, endpoints)
            with gr.Row(elem_classes="wb-settings"):
                strip = gr.Radio(
                    [(text, when) for when, text in STRIP_CHOICES.items()],
                    value=start.strip,
                    label="Language strip under",
                    info="Which language an answer is in from its beginning to its end",
                    elem_id="chat-strip",
                )
            with gr.Row(elem_classes="wb-settings", elem_id="chat-remote", visible=endpoints):
                self.remote_url = gr.Textbox(
                    label="Add remote model: base URL",
                    info=f"OpenAI-compatible; the key in {CHAT_KEY} is sent to it, if there is one",
                    placeholder="http://127.0.0.1:8000/v1",
                    max_lines=1,
                    scale=3,
                    min_width=240,
                    elem_id="chat-remote-url",
                )
                self.remote_model = gr.Textbox(
                    label="Model name",
                    info="As the server lists it",
                    max_lines=1,
                    scale=2,
                    min_width=160,
                    elem_id="chat-remote-model",
                )
                self.remote_add = gr.Button(
                    "Add", size="sm", min_width=80, scale=0, elem_id="chat-remote-add"
                )
            self.remotes = gr.Dropdown(
                [],
                multiselect=True,
                label="Remote models",
                info="Kept in this browser; take one out to forget it",
                visible=False,
                interactive=True,
                elem_id="chat-remotes",
            )
            self.reset = gr.Button("Reset settings", size="sm", elem_id="chat-reset", min_width=120)
        own = Fields(system, strength, kind, live, checkpoint, url, model, strip)
        self.strength, self.strip = strength, strip
        self.judge_checkpoint = own.judge_checkpoint
        self.judge_kind = own.judge
        self.inputs: list[Any] = [*own, *decoding]

    def _judge(self, start: JudgeChoice, endpoints: bool) -> list[Any]:
        with gr.Row(elem_classes="wb-settings"):
            kind = gr.Radio(
                [(_JUDGES[kind], kind) for kind in JUDGE_KINDS if endpoints or kind != "llm"],
                value=start.kind,
                label="Judge",
                info=_help(JudgeChoice, "kind"),
                elem_id="chat-judge-kind",
            )
            live = gr.Checkbox(
                start.live,
                label="Judge live",
                info=_help(JudgeChoice, "live"),
                elem_id="chat-judge-live",
                min_width=200,
            )
        with gr.Row(elem_classes="wb-settings", visible=False) as self.local_row:
            checkpoint = gr.Dropdown(
                [],
                label="Judging checkpoint",
                info=_help(JudgeChoice, "checkpoint"),
                interactive=True,
                elem_id="chat-judge-checkpoint",
            )
        with gr.Row(elem_classes="wb-settings", visible=False) as self.llm_row:
            url = gr.Textbox(
                label="Judge's base URL",
                info=f"{_help(JudgeChoice, 'base_url')}; its key is read from {JUDGE_KEY}",
                max_lines=1,
                elem_id="chat-judge-url",
            )
            model = gr.Textbox(
                label="Judge's model",
                info=_help(JudgeChoice, "model"),
                max_lines=1,
                elem_id="chat-judge-model",
            )
        return [kind, live, checkpoint, url, model]


def _help(record: type[Options] | type[JudgeChoice], name: str) -> str:
    return str(record.model_fields[name].description)


def _number(name: str) -> gr.Textbox:
    """A field of the decoding. A text, as a number cannot be left empty in Gradio."""
    return gr.Textbox(
        "",
        label=label(name),
        info=str(Decoding.model_fields[name].description),
        placeholder="as the checkpoint has it",
        max_lines=1,
        min_width=200,
        elem_id=f"chat-{name.replace('_', '-')}",
    )
