"""YAML files as pydantic models; errors name the line and the field."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from workbench.errors import FileFormatError
from workbench.files import read_text

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
        location = [part for part in first["loc"]]
        field = ".".join(str(part) for part in location) or "the file"
        raise FileFormatError(
            f"{path}, line {_line_of(root, location)}, field '{field}'",
            first["msg"].removeprefix("Value error, "),
            _remedy(first["type"], model),
        ) from None


def required_fields(model: type[BaseModel]) -> list[str]:
    """Names of the fields that have no default."""
    return [name for name, field in model.model_fields.items() if field.is_required()]


def _remedy(problem: str, model: type[BaseModel]) -> str:
    if problem == "extra_forbidden":
        return f"Use one of {', '.join(model.model_fields)}"
    if problem == "missing":
        return "Add the field"
    return "Correct the value"


def _line_of(node: yaml.Node | None, location: Sequence[Any]) -> int:
    """Line (from 1) of a place in a YAML document, or of its nearest parent."""
    line = 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line
