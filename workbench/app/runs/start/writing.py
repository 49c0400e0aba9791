"""A study as it is written into the fields of the form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from workbench.app.runs.start.fields import RECIPE, SETS, FormField, form_fields
from workbench.app.runs.start.texts import joined, shown, shown_line
from workbench.study import Study
from workbench.study_files import flow
from workbench.training.fields import flattened


def written(study: Study) -> dict[str, list[str]]:
    """The entries of each field by path; a field that the study does not set has none."""
    fields = study.model_dump(mode="json", exclude_unset=True)
    recipe = flattened(fields.pop(RECIPE, {}))
    grid = flattened(fields.pop("grid", {}))
    sets = fields.pop(SETS)
    found: dict[str, list[str]] = {}
    for path, field in form_fields().items():
        place, _, name = path.partition(".")
        if place == RECIPE:
            values = grid[name] if name in grid else [recipe[name]] if name in recipe else []
            found[path] = [_entry(field, value) for value in values]
        elif place == SETS:
            found[path] = _of_sets(field, [own.get(name) for own in sets])
        else:
            found[path] = _of_study(field, _at(fields, path))
    return found


def placed(study: Study) -> tuple[str, ...]:
    """Fields of the recipe that stand in the study's grid, in its order."""
    return tuple(flattened(study.grid))


def text_of(field: FormField, parts: Iterable[str]) -> str:
    """Entries as one text."""
    return joined(list(parts), lines=in_lines(field))


def in_lines(field: FormField) -> bool:
    """Whether each entry of a field has a line of its own."""
    return field.shape in ("alternatives", "records") or (
        field.shape == "aligned" and not field.is_number
    )


def _entry(field: FormField, value: Any) -> str:
    return shown_line(field, value) if field.shape == "alternatives" else shown(value)


def _of_sets(field: FormField, values: list[Any]) -> list[str]:
    """What prompt sets have in a field: once where it is the same for all of them."""
    if field.shape == "items":
        return [shown(value) for value in values]
    parts = [shown(v) if field.is_number else shown_line(field, v) for v in values]
    if len(set(parts)) == 1:
        return [] if values[0] is None else parts[:1]
    return parts


def _of_study(field: FormField, value: Any) -> list[str]:
    if value is None:
        return []
    if field.shape == "records":
        return [flow(record) for record in value]
    if field.shape == "items":
        values = [value] if isinstance(value, str) else value
        return [shown(own) for own in values]
    return [str(value)] if isinstance(value, str) else [shown(value)]


def _at(fields: Mapping[str, Any], path: str) -> Any:
    value: Any = fields
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
