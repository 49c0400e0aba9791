"""YAML files as pydantic models; errors name the line and the field."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from workbench.errors import FileFormatError
from workbench.files import read_text
from workbench.value_errors import said

Model = TypeVar("Model", bound=BaseModel)


def load_yaml_model(path: Path, model: type[Model]) -> Model:
    """Read a YAML file as ``model``.

    Raises FileFormatError with line and field where the file is not YAML, or where a
    field is missing, unknown or has a value that cannot be used.
    """
    text = read_text(path)
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise FileFormatError(
            f"{path}, line {line}", f"this is not YAML: {problem}", "Correct the line"
        ) from None
    if not isinstance(data, dict):
        raise FileFormatError(
            str(path),
            "it holds no fields",
            f"Write 'field: value' lines; {', '.join(required_fields(model))} are needed",
        )
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        line, location = _found(root, first["loc"], first["type"] == "missing")
        field = ".".join(str(part) for part in location) or "the file"
        raise FileFormatError(
            f"{path}, line {line}, field '{field}'",
            said(first),
            _remedy(first["type"], model, location),
        ) from None


def required_fields(model: type[BaseModel]) -> list[str]:
    """Names of the fields that have no default."""
    return [name for name, field in model.model_fields.items() if field.is_required()]


def _remedy(problem: str, model: type[BaseModel], location: Sequence[str | int]) -> str:
    if problem == "extra_forbidden":
        top = len(location) == 1
        return f"Use one of {', '.join(model.model_fields)}" if top else "Correct its name"
    if problem == "missing":
        return "Add the field"
    return "Correct the value"


def _found(
    root: yaml.Node | None, location: Sequence[str | int], missing: bool
) -> tuple[int, list[str | int]]:
    """Line (from 1) of a place in a YAML document, or of its nearest parent, and the place.

    Where a field may hold one of several kinds of values, pydantic also names the kind that it
    took a value for; that is no part of the document. ``missing`` says that the last part is no
    part of it either, as it should be.
    """
    line, node, found = 1, root, list[str | int]()
    for number, part in enumerate(location, start=1):
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line + 1
        elif pair := _pair(node, part):
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif not (missing and number == len(location)):
            continue
        found.append(part)
    return line, found


def _pair(node: yaml.Node | None, key: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """Key and value of a mapping; None for what is no mapping, or has no such key."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next(((k, v) for k, v in pairs if k.value == str(key)), None)
