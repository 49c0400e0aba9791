"""What happens at the events of the form; values come in the order of ``form_fields``."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr

from workbench.app.feedback import reporting
from workbench.app.runs.start.fields import RECIPE, form_fields
from workbench.app.runs.start.names import NAMED, offered_names
from workbench.app.runs.start.outlook import Outlook, checked, outlook
from workbench.app.runs.start.problems import EXAMPLES
from workbench.app.runs.start.rendering import render_outlook
from workbench.app.runs.start.templates import (
    Declared,
    Template,
    declare,
    find_template,
    offered_templates,
)
from workbench.app.runs.start.texts import Written
from workbench.app.runs.start.writing import text_of
from workbench.errors import InputError
from workbench.run_progress import shipped_studies
from workbench.study_files import save_study
from workbench.training.fields import flattened

if TYPE_CHECKING:
    from workbench.workspace import Workspace


class Preview(NamedTuple):
    """What is shown of a study before it is started."""

    outlook: Any
    file: Any
    command: Any
    save: Any
    go: Any


class StartHandlers:
    """The form over a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @reporting
    def on_template(self, filled: str, name: str) -> tuple[Any, ...]:
        """Fill the form with a study, unless it is the one that it was ``filled`` with.

        A list tells a choice twice; in between someone may have begun to write.
        """
        if name == filled:
            return (gr.skip(),) * (len(form_fields()) + len(Preview._fields) + 2)
        template = find_template(self._workspace, name)
        found = outlook(template.fields, template, self._workspace)
        fields = [
            gr.update(
                value=component_value(path, parts),
                **hint(template, path),
                **mark(path, found.problems),
            )
            for path, parts in template.fields.items()
        ]
        return (*fields, *_preview(found), tuple(found.problems), name)

    @reporting
    def on_open(
        self, shown: bool, marked: Sequence[str], name: str, *values: Written
    ) -> tuple[Any, ...]:
        """Offer what there is by now, where the form is open; what is written stays."""
        if not shown:
            return (gr.skip(),) * (len(form_fields()) + len(Preview._fields) + 2)
        offered = offered_names(self._workspace)
        *fields, outlook, file, command, save, go, now = self.on_change(marked, name, *values)
        fields = [
            {**own, **gr.update(choices=with_empty(path, offered[path]))}
            if path in offered
            else own
            for path, own in zip(form_fields(), fields, strict=True)
        ]
        templates = gr.update(choices=offered_templates(self._workspace))
        return (templates, *fields, outlook, file, command, save, go, now)

    @reporting
    def on_change(self, marked: Sequence[str], name: str, *values: Written) -> tuple[Any, ...]:
        """Say what the study would do as it is now, and mark fields that cannot be used.

        ``marked`` are the paths of those that were marked before.
        """
        template = find_template(self._workspace, name)
        found = outlook(self._by_path(values), template, self._workspace)
        fields = [
            gr.update(**mark(path, found.problems))
            if path in found.problems or path in marked
            else gr.skip()
            for path in form_fields()
        ]
        return (*fields, *_preview(found), tuple(found.problems))

    @reporting
    def on_save(self, name: str, *values: Written) -> tuple[Any, Any]:
        """Keep the study as a file of the workspace, which the form is then filled with."""
        declared = self._declared(name, values)
        template = find_template(self._workspace, name)
        own = None if template.shipped else template.path
        path = save_study(declared.study, self._workspace, replacing=own)
        gr.Info(f"It is in {html.escape(str(path))}.", title="Saved")
        return gr.update(choices=offered_templates(self._workspace), value=path.name), ""

    def start(self, name: str, values: Sequence[Written]) -> str:
        """What ``Jobs.start`` is given for the study in the form; a new one is saved first.

        Raises InputError where fields cannot be used.
        """
        template = find_template(self._workspace, name)
        declared = self._declared(name, values)
        if declared.saved:
            return template.name if template.shipped else str(template.path.absolute())
        own = None if template.shipped else template.path
        return str(save_study(declared.study, self._workspace, replacing=own).absolute())

    def _declared(self, name: str, values: Sequence[Written]) -> Declared:
        template = find_template(self._workspace, name)
        study, problems = checked(self._by_path(values), template, self._workspace)
        if study is None:
            path, text = next(iter(problems.items()))
            raise InputError(
                f"Field '{form_fields()[path].label}'", text, "Correct it, then try again"
            )
        return declare(study, template, self._workspace)

    @staticmethod
    def _by_path(values: Sequence[Written]) -> dict[str, Written]:
        return dict(zip(form_fields(), values, strict=True))


def mark(path: str, problems: Mapping[str, str]) -> dict[str, Any]:
    """What stands at a field: what is wrong with it, else what it means."""
    if path in problems:
        return {"info": problems[path], "elem_classes": ["wb-invalid"]}
    return {"info": form_fields()[path].help, "elem_classes": []}


def first_template(workspace: Workspace) -> Template:
    """The study that the form begins with."""
    return find_template(workspace, shipped_studies()[0])


def hint(template: Template, path: str) -> dict[str, Any]:
    """What an empty text field shows: that its values are elsewhere, an example, or the default."""
    if is_chosen(path):
        return {}
    field = form_fields()[path]
    together = {f"{RECIPE}.{name}" for own in template.study.conditions for name in flattened(own)}
    usual = EXAMPLES.get(path, field.default)
    return {"placeholder": "see the conditions" if path in together else usual}


def with_empty(path: str, choices: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Choices, and that of none where a list gives only one: it could not be taken back."""
    return [("(empty)", ""), *choices] if is_single(path) else list(choices)


def is_chosen(path: str) -> bool:
    """Whether a field's values are chosen from a list."""
    return bool(form_fields()[path].choices) or path in NAMED


def is_single(path: str) -> bool:
    """Whether a field that is chosen from a list has one value."""
    return form_fields()[path].shape == "text"


def component_value(path: str, parts: list[str]) -> Any:
    """Entries of a field as its component holds them."""
    if not is_chosen(path):
        return text_of(form_fields()[path], parts)
    if is_single(path):
        return parts[0] if parts else ""
    return parts


def _preview(found: Outlook) -> Preview:
    declared = found.declared
    return Preview(
        render_outlook(found),
        gr.update(value=declared.text if declared else "", visible=bool(declared)),
        gr.update(value=found.command, visible=bool(declared)),
        gr.update(interactive=bool(declared and not declared.saved)),
        gr.update(interactive=found.possible),
    )
