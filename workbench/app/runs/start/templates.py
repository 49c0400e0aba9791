"""Studies that the form can begin with: shipped ones, and files of the workspace."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.app.runs.start.names import relative
from workbench.app.runs.start.writing import placed, written
from workbench.assets import asset
from workbench.errors import InputError
from workbench.files import read_text
from workbench.run_progress import shipped_studies
from workbench.study import Study, load_study
from workbench.study_files import saved_studies, study_yaml
from workbench.workspace import DEFAULT_WORKSPACE

if TYPE_CHECKING:
    from workbench.workspace import Workspace


@dataclass(frozen=True)
class Template:
    """A study to begin with."""

    name: str
    """Name of a shipped study, or that of a file in the workspace's folder ``studies``."""
    study: Study
    path: Path
    shipped: bool

    @property
    def fields(self) -> dict[str, list[str]]:
        """Entries of the form's fields."""
        return written(self.study)

    @property
    def in_grid(self) -> tuple[str, ...]:
        """Fields of the recipe that stand in its grid."""
        return placed(self.study)

    @property
    def text(self) -> str:
        """The file as it is."""
        return read_text(self.path)


def offered_templates(workspace: Workspace) -> list[tuple[str, str]]:
    """What can be begun with, as a list offers it: own files after the shipped studies."""
    own = [(f"{name} (workspace)", name) for name in saved_studies(workspace)]
    return [*((name, name) for name in shipped_studies()), *own]


def find_template(workspace: Workspace, name: str) -> Template:
    """The study of a name that ``offered_templates`` gives.

    Raises InputError for another name, and what ``load_study`` raises for the file.
    """
    own = saved_studies(workspace)
    if name in own:
        return Template(name, load_study(own[name]), own[name], shipped=False)
    if name in shipped_studies():
        path = asset("studies", f"{name}.yaml")
        return Template(name, load_study(path), path, shipped=True)
    raise InputError(
        f"Study '{name}'",
        "it is neither shipped nor in the folder 'studies' of the workspace",
        "Choose one of the list",
    )


@dataclass(frozen=True)
class Declared:
    """A study as it would be started."""

    study: Study
    text: str
    """Its file."""
    argument: str
    """What ``workbench run`` is given."""
    saved: bool
    """Whether that is there already."""


def declare(study: Study, template: Template, workspace: Workspace) -> Declared:
    """The file and the command of a study that was made from a template."""
    if study == template.study:
        argument = template.name if template.shipped else relative(template.path)
        return Declared(study, template.text, argument, saved=True)
    path = workspace.folder / "studies" / f"{study.name}.yaml"
    return Declared(study, study_yaml(study), relative(path), saved=False)


def command(declared: Declared, workspace: Workspace) -> str:
    """What a terminal would do the same by."""
    place = relative(workspace.folder)
    option = "" if place == str(DEFAULT_WORKSPACE) else f" --workspace {shlex.quote(place)}"
    return f"workbench run {shlex.quote(declared.argument)}{option}"
