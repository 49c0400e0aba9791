"""The form that starts a study: a component for each field, and what it would do beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from workbench.app.runs.start.fields import FormField, form_fields
from workbench.app.runs.start.groups import Group, groups
from workbench.app.runs.start.handlers import (
    Preview,
    StartHandlers,
    component_value,
    first_template,
    hint,
    is_chosen,
    is_single,
    mark,
    with_empty,
)
from workbench.app.runs.start.names import NAMED, Offered, offered_names
from workbench.app.runs.start.templates import Template, offered_templates
from workbench.app.runs.start.writing import in_lines
from workbench.run_progress import shipped_studies

if TYPE_CHECKING:
    from workbench.workspace import Workspace

_LONG = ("question",)


@dataclass(frozen=True)
class Form:
    """The parts that the tab wires up."""

    place: gr.Accordion
    is_open: gr.State
    marked: gr.State
    """Paths of the fields that are marked as wrong."""
    filled: gr.State
    """Template that the fields were filled with."""
    template: gr.Dropdown
    fields: list[Any]
    """A component a field, in the order of ``form_fields``."""
    preview: Preview
    handlers: StartHandlers

    @property
    def values(self) -> list[Any]:
        """Inputs of what reads the form."""
        return [self.template, *self.fields]

    @property
    def shown(self) -> list[Any]:
        """Outputs of what fills it or looks at it."""
        return [*self.fields, *self.preview, self.marked]


def build_form(workspace: Workspace) -> Form:
    """The components, with the events that stay within the form."""
    first, offered = first_template(workspace), offered_names(workspace)
    components: dict[str, Any] = {}
    with gr.Accordion("Start a study", open=False, elem_id="runs-start") as place:
        is_open, marked = gr.State(False), gr.State(())
        filled = gr.State(shipped_studies()[0])
        with gr.Row():
            with gr.Column(scale=3, min_width=320):
                template = gr.Dropdown(
                    offered_templates(workspace),
                    value=shipped_studies()[0],
                    label="Begin with",
                    info="A shipped study, or a file in the folder 'studies' of the workspace",
                    elem_id="runs-study",
                    interactive=True,
                )
                for group in groups():
                    components |= _group(group, first, offered)
            with gr.Column(scale=2, min_width=320, elem_id="runs-preview"):
                preview = _preview()
    fields = [components[path] for path in form_fields()]
    parts = (place, is_open, marked, filled, template, fields, preview)
    form = Form(*parts, handlers=StartHandlers(workspace))
    _wire(form)
    return form


def _wire(form: Form) -> None:
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    busy: dict[str, Any] = {
        "show_progress": "minimal",
        "show_progress_on": form.preview.outlook,
        "api_visibility": "private",
    }
    handlers = form.handlers
    form.place.expand(_yes, None, [form.is_open], **quiet).then(
        handlers.on_open,
        [form.is_open, form.marked, *form.values],
        [form.template, *form.shown],
        **busy,
    )
    form.place.collapse(_no, None, [form.is_open], **quiet)
    fill = [form.filled, form.template]
    form.template.input(handlers.on_template, fill, [*form.shown, form.filled], **busy)
    gr.on(
        [component.input for component in form.fields],
        handlers.on_change,
        [form.marked, *form.values],
        form.shown,
        trigger_mode="always_last",
        **busy,
    )
    form.preview.save.click(
        handlers.on_save, form.values, [form.template, form.filled], **quiet
    ).success(handlers.on_template, fill, [*form.shown, form.filled], **busy)


def _group(group: Group, first: Template, offered: Offered) -> dict[str, Any]:
    place = (
        gr.Accordion(group.title, open=False)
        if group.folded
        else gr.Column(elem_classes="wb-group")
    )
    with place:
        if not group.folded:
            gr.HTML(f'<h3 class="wb-sub">{group.title}</h3>', apply_default_css=False)
        if group.note:
            gr.HTML(f'<p class="wb-note">{group.note}</p>', apply_default_css=False)
        with gr.Row(elem_classes="wb-fields"):
            return {
                path: _component(form_fields()[path], first, offered.get(path, []))
                for path in group.paths
            }


def _component(field: FormField, first: Template, offered: list[tuple[str, str]]) -> Any:
    value = component_value(field.path, first.fields[field.path])
    common: dict[str, Any] = {
        "label": field.label[:1].upper() + field.label[1:],
        **mark(field.path, {}),
        "interactive": True,
        "elem_id": f"start-{field.path.replace('.', '-').replace('_', '-')}",
        "min_width": 240,
        **hint(first, field.path),
    }
    if is_chosen(field.path):
        choices = offered or [(choice, choice) for choice in field.choices]
        return gr.Dropdown(
            with_empty(field.path, choices),
            value=value,
            multiselect=not is_single(field.path),
            allow_custom_value=field.path in NAMED,
            **common,
        )
    lines = in_lines(field)
    return gr.Textbox(
        value,
        lines=2 if lines or field.path in _LONG else 1,
        max_lines=12 if lines or field.path in _LONG else 1,
        **common,
    )


def _preview() -> Preview:
    outlook = gr.HTML(elem_id="runs-outlook", apply_default_css=False)
    with gr.Row(elem_classes="wb-acts"):
        go = gr.Button("Start", variant="primary", size="sm", elem_id="runs-go", scale=0)
        save = gr.Button("Save as file", size="sm", elem_id="runs-save", scale=0)
    command = gr.Textbox(
        label="The same as this command",
        interactive=False,
        buttons=["copy"],
        lines=1,
        elem_id="runs-command",
    )
    file = gr.Code(
        label="The study as a file",
        language="yaml",
        interactive=False,
        max_lines=40,
        elem_id="runs-file",
    )
    return Preview(outlook, file, command, save, go)


def _yes() -> bool:
    return True


def _no() -> bool:
    return False
