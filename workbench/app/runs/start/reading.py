"""What is written in the form as a study, or what is wrong with it, field by field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from workbench.app.runs.start.fields import RECIPE, SETS, FormField, form_fields
from workbench.app.runs.start.problems import NEEDED, problem, reason_of
from workbench.app.runs.start.texts import (
    NotReadableError,
    Written,
    entries,
    read,
    read_line,
    read_record,
)
from workbench.app.runs.start.writing import in_lines
from workbench.generation.variant import Variant
from workbench.study import Study
from workbench.training.fields import flattened, nested

GENERAL = "name"
"""Field at which a problem stands that is of no field alone."""


@dataclass
class Reading:
    """A form that was read."""

    study: Study | None = None
    problems: dict[str, str] = field(default_factory=dict)
    """What is wrong, why, and what to do, by the field's path."""


def read_form(values: Mapping[str, Written], in_grid: tuple[str, ...] = ()) -> Reading:
    """The study that is written in the fields, by path.

    A field of the recipe stands in the grid where it has several values, or where it is one of
    ``in_grid``: there it is part of the names of checkpoints even with a single value.
    """
    reading = Reading()
    fields: dict[str, Any] = {}
    recipe: dict[str, Any] = {}
    grid: dict[str, Any] = {}
    for path, own in form_fields().items():
        parts = entries(values.get(path), lines=in_lines(own))
        if own.shape == "text":
            parts = _single(values.get(path))
        try:
            if path.startswith(f"{RECIPE}."):
                _put(path.removeprefix(f"{RECIPE}."), _values(own, parts), in_grid, recipe, grid)
            elif parts and not path.startswith(f"{SETS}."):
                _set(fields, path, _value(own, parts))
        except NotReadableError as error:
            reading.problems[path] = str(error)
    _add_sets(fields, values, reading)
    order = list(dict.fromkeys((*in_grid, *grid)))
    grid = {name: grid[name] for name in order if name in grid}
    if recipe:
        fields[RECIPE] = nested(recipe)
    if grid:
        fields["grid"] = grid
    _check(fields, reading)
    return reading


def _put(
    name: str,
    values: list[Any],
    in_grid: tuple[str, ...],
    recipe: dict[str, Any],
    grid: dict[str, Any],
) -> None:
    if len(values) > 1 or (values and name in in_grid):
        grid[name] = values
    elif values:
        recipe[name] = values[0]


def _values(own: FormField, parts: list[str]) -> list[Any]:
    """The values of a field of the recipe, each of them checked."""
    return [_checked(own, part) for part in parts]


def _checked(own: FormField, part: str) -> Any:
    try:
        value = read_line(own, part) if own.shape == "alternatives" else _scalar(own, part)
    except NotReadableError as error:
        raise NotReadableError(problem(own, part, str(error))) from None
    try:
        own.adapter.validate_python(value)
    except ValidationError as error:
        raise NotReadableError(problem(own, part, reason_of(error))) from None
    return value


def _scalar(own: FormField, part: str) -> Any:
    if own.choices == ("yes", "no") and part in own.choices:
        return part == "yes"
    # A text of a study, such as its question, is taken as it is written.
    return part if own.shape == "text" and not own.is_number else read(part)


def _set(fields: dict[str, Any], path: str, value: Any) -> None:
    *places, name = path.split(".")
    for place in places:
        fields = fields.setdefault(place, {})
    fields[name] = value


def _single(written: Written) -> list[str]:
    text = ", ".join(written) if isinstance(written, list) else (written or "")
    return [text.strip()] if text.strip() else []


def _value(own: FormField, parts: list[str]) -> Any:
    """The value of a field of the study itself."""
    if own.shape == "records":
        return [_record(own, part) for part in parts]
    if own.shape == "items":
        items = [_item(own, part) for part in parts]
        return items[0] if own.may_be_plain and len(items) == 1 else items
    return _checked(own, parts[0])


def _item(own: FormField, part: str) -> Any:
    if own.choices and part not in own.choices:
        known = ", ".join(own.choices)
        raise NotReadableError(problem(own, part, f"it is none of {known}"))
    return part


def _record(own: FormField, part: str) -> dict[str, Any]:
    """A mapping of a line: a variant, or fields of a recipe that vary together."""
    try:
        record = read_record(part)
        if own.path == "variants":
            Variant.model_validate(record)
        else:
            _check_recipe_fields(record)
    except NotReadableError as error:
        raise NotReadableError(problem(own, part, str(error))) from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        reason = f"{place}: {reason_of(error)}" if place else reason_of(error)
        raise NotReadableError(problem(own, part, reason)) from None
    return record


def _check_recipe_fields(record: dict[str, Any]) -> None:
    for name, value in flattened(record).items():
        own = form_fields().get(f"{RECIPE}.{name}")
        if own is None:
            raise NotReadableError(f"{name} is no field of a recipe")
        try:
            own.adapter.validate_python(value)
        except ValidationError as error:
            raise NotReadableError(f"{name}: {reason_of(error)}") from None


def _add_sets(fields: dict[str, Any], values: Mapping[str, Written], reading: Reading) -> None:
    """Prompt sets, each with its share of the fields that all of them have."""
    names = entries(values.get(f"{SETS}.name"))
    sets: list[dict[str, Any]] = [{"name": name} for name in names]
    for path, own in form_fields().items():
        if own.shape != "aligned":
            continue
        parts = entries(values.get(path), lines=in_lines(own))
        if len(parts) not in (0, 1, len(names)):
            given = ", ".join(parts)
            sets_there = "1 prompt set" if len(names) == 1 else f"{len(names)} prompt sets"
            reason = f"there are {len(parts)} values for {sets_there}"
            reading.problems[path] = problem(own, given, reason, "Write one for all, or one each")
            continue
        try:
            found = [
                _checked(own, part) if own.is_number else read_line(own, part) for part in parts
            ]
        except NotReadableError as error:
            reading.problems[path] = str(error)
            continue
        for number, chosen in enumerate(sets):
            value = found[number % len(found)] if found else None
            if value is not None:
                chosen[path.removeprefix(f"{SETS}.")] = value
    if sets:
        fields[SETS] = sets


def _check(fields: dict[str, Any], reading: Reading) -> None:
    """Make the study, or say at which fields it cannot be made."""
    if not fields.get(SETS):
        own = form_fields()[f"{SETS}.name"]
        reading.problems[own.path] = problem(own, "", NEEDED, "Choose at least one")
    try:
        study = Study.model_validate(fields)
    except ValidationError as error:
        for found in error.errors():
            path = _path_of(found["loc"], found["msg"])
            reading.problems.setdefault(path, _of_whole(form_fields()[path], error, found))
        return
    if not reading.problems:
        reading.study = study


def _of_whole(own: FormField, error: ValidationError, found: Any) -> str:
    """What is wrong with a study of whose fields each is right by itself."""
    reason = reason_of(error, found)
    if reason == NEEDED or found["loc"]:
        given = "" if reason == NEEDED else str(found.get("input", ""))
        return problem(own, given, reason)
    remedy = "Change this field, or the others that are named"
    return problem(own, "" if own.path != GENERAL else "This study", reason, remedy)


def _path_of(location: tuple[int | str, ...], message: str) -> str:
    """The field that an error is of: by its place, else the first one that its text names."""
    known = form_fields()
    names = [part for part in location if isinstance(part, str)]
    for end in range(len(names), 0, -1):
        path = ".".join(names[:end])
        found = next((own for own in known if own == path or own.startswith(f"{path}.")), None)
        if found:
            return found
    words = re.findall(r"[a-z_]+(?:\.[a-z_]+)*", message)
    for word in words:
        for path in (f"{RECIPE}.{word}", word):
            if path in known:
                return path
    return GENERAL
