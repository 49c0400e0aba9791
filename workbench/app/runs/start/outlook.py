"""What starting a study would do, before it is started, without any widget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workbench.app.runs.start.fields import form_fields
from workbench.app.runs.start.names import unknown_names
from workbench.app.runs.start.reading import read_form
from workbench.app.runs.start.templates import Declared, Template, command, declare
from workbench.app.runs.start.texts import Written, entries
from workbench.app.runs.start.writing import in_lines, text_of
from workbench.errors import WorkbenchError
from workbench.run_progress import shipped_studies
from workbench.study import Study
from workbench.study_files import saved_studies

if TYPE_CHECKING:
    from workbench.planning import Plan
    from workbench.workspace import Workspace


@dataclass(frozen=True)
class Outlook:
    """A study that may be started, or what stands against it."""

    problems: Mapping[str, str] = field(default_factory=dict)
    """What is wrong with fields, by their path."""
    declared: Declared | None = None
    command: str = ""
    plan: Plan | None = None
    refusal: WorkbenchError | None = None
    """Why no plan can be made of a study that is right by itself."""
    status: str = ""
    """How its run stands where it is there already."""

    @property
    def possible(self) -> bool:
        """Whether it can be started."""
        return self.plan is not None and self.status != "running"


def checked(
    values: Mapping[str, Written], template: Template, workspace: Workspace
) -> tuple[Study | None, dict[str, str]]:
    """The study that is written in the form, and what is wrong with its fields."""
    if same_as_template(values, template):
        return template.study, unknown_names(template.study, workspace)
    reading = read_form(values, template.in_grid)
    if reading.study is None:
        return None, reading.problems
    problems = unknown_names(reading.study, workspace)
    if name := _name_taken(reading.study, template, workspace):
        problems["name"] = name
    return (None if problems else reading.study), problems


def outlook(values: Mapping[str, Written], template: Template, workspace: Workspace) -> Outlook:
    """What the study in the form would do in the workspace; nothing is made or changed."""
    from workbench.planning import plan_study

    study, problems = checked(values, template, workspace)
    if study is None or problems:
        return Outlook(problems)
    declared = declare(study, template, workspace)
    words = command(declared, workspace)
    runs = workspace.store.runs()
    states = dict(zip(runs["name"], runs["status"], strict=True))
    status = str(states.get(study.run_name, ""))
    try:
        plan = plan_study(study, workspace)
    except WorkbenchError as error:
        return Outlook({}, declared, words, None, error, status)
    return Outlook({}, declared, words, plan, None, status)


def same_as_template(values: Mapping[str, Written], template: Template) -> bool:
    """Whether nothing was changed: then the file counts, however it is written."""
    as_it_is = template.fields
    return all(
        entries(values.get(path), in_lines(own))
        == entries(text_of(own, as_it_is[path]), in_lines(own))
        for path, own in form_fields().items()
    )


def _name_taken(study: Study, template: Template, workspace: Workspace) -> str:
    """Why a study may not have its name; empty where it may.

    Another study of a shipped one's name would train checkpoints of the same names.
    """
    if study == template.study:
        return ""
    remedy = "Give this one a name of its own."
    if study.name in shipped_studies():
        return f"'{study.name}': the study that is shipped by this name is another one. {remedy}"
    own = saved_studies(workspace).get(f"{study.name}.yaml")
    if own is not None and (template.shipped or own != template.path):
        return f"'{study.name}': {own} holds a study of this name. {remedy}"
    return ""
