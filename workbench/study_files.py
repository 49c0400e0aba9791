"""Study files of a workspace: those that users save, and what each run was started by."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from workbench.errors import InputError, WorkbenchError
from workbench.files import read_text, write_atomically
from workbench.study import Study, load_study
from workbench.workspace import Workspace

SUFFIXES = (".yaml", ".yml")
_WIDTH = 96
_SHORT = 76
"""Longest list or mapping, in characters, that is written in one line."""


class _Dumper(yaml.SafeDumper):
    """YAML as people write it: short lists and mappings in one line, blocks indented."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)


class _Fields(dict[str, Any]):
    """The fields of a file, each on a line of its own."""


def _collection(dumper: yaml.SafeDumper, value: Any) -> yaml.Node:
    mapping = isinstance(value, Mapping)
    node = dumper.represent_dict(value) if mapping else dumper.represent_list(value)
    short = len(flow(value)) <= _SHORT if not isinstance(value, _Fields) else False
    node.flow_style = short
    return node


for _kind in (dict, list, _Fields):
    _Dumper.add_representer(_kind, _collection)


def flow(value: Any) -> str:
    """A value as YAML in one line, such as ``{fr: 0.01, ru: 0.01}``."""
    text = yaml.safe_dump(
        value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=1_000_000
    )
    return text.removesuffix("\n").removesuffix("\n...")


def study_yaml(study: Study) -> str:
    """A study as its file may be written: the fields that are set, in the order of the record.

    Reading it back gives an equal study, and so the same run.
    """
    fields = study.model_dump(mode="json", exclude_unset=True)
    return as_yaml({name: fields[name] for name in Study.model_fields if name in fields})


def as_yaml(fields: Mapping[str, Any]) -> str:
    """Fields as the YAML of a file, a line or a block each."""
    own = _Fields(fields)
    return yaml.dump(own, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH)


def saved_studies(workspace: Workspace) -> dict[str, Path]:
    """Files in the folder ``studies`` of a workspace, by their names in it."""
    folder = _folder(workspace)
    files = (path for path in folder.glob("*") if path.suffix in SUFFIXES and path.is_file())
    return {path.name: path for path in sorted(files)}


def save_study(study: Study, workspace: Workspace, replacing: Path | None = None) -> Path:
    """Write a study into the workspace as ``studies/NAME.yaml``; the file.

    Raises InputError where another study lies there, unless it is the one to be replaced.
    """
    workspace.check_writable(f"Study '{study.name}'")
    path = _folder(workspace) / f"{study.name}.yaml"
    if path.exists() and path != replacing and not _holds(path, study):
        raise InputError(
            f"Study '{study.name}'",
            f"{path} holds another study of that name",
            "Give this one another name, or start from that file to change it",
        )
    if not (path.exists() and _holds(path, study)):
        write_atomically(path, study_yaml(study))
    return path


def note_study(study: Study, workspace: Workspace) -> Path:
    """Write down what a run was started by, so that it can be gone on with from anywhere."""
    path = _of_run(workspace, study.run_name)
    write_atomically(path, study_yaml(study))
    return path


def noted_study(workspace: Workspace, run: str) -> Path | None:
    """The file of ``note_study`` where it is there, and makes that very run."""
    path = _of_run(workspace, run)
    try:
        return path if path.is_file() and load_study(path).run_name == run else None
    except WorkbenchError:
        return None


def _folder(workspace: Workspace) -> Path:
    return workspace.folder / "studies"


def _of_run(workspace: Workspace, run: str) -> Path:
    return workspace.folder / "jobs" / run / "study.yaml"


def _holds(path: Path, study: Study) -> bool:
    try:
        return load_study(path) == study
    except WorkbenchError:
        return read_text(path) == study_yaml(study)
