"""Fields of the form, derived from the records that study files are read by.

Labels are the names of the records' fields, help is their descriptions; nothing is said here
that a record says.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Field, TypeAdapter
from pydantic.fields import FieldInfo

from workbench.study import PromptChoice, Study
from workbench.training.recipe import Recipe

RECIPE, SETS = "recipe", "prompt_sets"
Shape = Literal["text", "values", "alternatives", "items", "records", "aligned"]
"""What is written in a field:

``text`` one value; ``values`` plain values of a recipe's field, several of which make a grid;
``alternatives`` the same where a value is a list or a mapping, one a line; ``items`` a list;
``records`` mappings, one a line; ``aligned`` a value for all prompt sets, or one for each.
"""
_PLACES = {"grid": None, RECIPE: Recipe, SETS: PromptChoice}
"""Fields of a study that have no place of their own: a grid is fields with several values."""
_YES_NO = ("yes", "no")


@dataclass(frozen=True)
class FormField:
    """One field of the form."""

    path: str
    """Where it stands in a study, such as ``recipe.lora.rank``."""
    shape: Shape
    info: FieldInfo
    group: str = ""
    """Record that it is a field of and that may be absent as a whole, such as ``validation``."""

    @property
    def label(self) -> str:
        """Its name in words."""
        own = self.path.replace("prompt_sets.name", SETS)
        name = own.removeprefix(f"{RECIPE}.")
        # A recipe has languages, and a study has others.
        own = own if name.partition(".")[0] in Study.model_fields else name
        return own.replace(".", " ").replace("_", " ")

    @property
    def help(self) -> str:
        """What it means, and what it is where it is left empty."""
        text = str(self.info.description or "")
        default = self.default
        when = "where others of these are set" if self.group else "if left empty"
        return f"{text} ({default} {when})" if default else text

    @property
    def default(self) -> str:
        """The value where it is left empty, where there is one to tell."""
        from workbench.app.runs.start.texts import shown

        value = self.info.get_default(call_default_factory=True) if self.optional else None
        if value is None or isinstance(value, BaseModel) or (not value and value != 0):
            return ""
        if isinstance(value, bool):
            return _YES_NO[not value]
        return ", ".join(map(shown, value)) if isinstance(value, tuple) else shown(value)

    @property
    def optional(self) -> bool:
        """Whether it may be left empty."""
        return not self.info.is_required()

    @property
    def choices(self) -> tuple[str, ...]:
        """All that may be written, where these are few."""
        kind = _plain(self.info.annotation)
        if get_origin(kind) in (tuple, list):
            kind = _plain(get_args(kind)[0])
        if get_origin(kind) is Literal:
            return tuple(str(value) for value in get_args(kind))
        return _YES_NO if kind is bool else ()

    @property
    def is_mapping(self) -> bool:
        """Whether a value has keys, as ``mix`` has."""
        return get_origin(_plain(self.info.annotation)) is dict

    @property
    def is_number(self) -> bool:
        """Whether a value is a number."""
        return _plain(self.info.annotation) in (int, float)

    @property
    def may_be_plain(self) -> bool:
        """Whether a value that may be a list may be a single text as well."""
        return any(_plain(part) is str for part in _parts(self.info.annotation))

    @property
    def adapter(self) -> TypeAdapter[Any]:
        """Checks a single value."""
        return _adapter(self.path)


@cache
def form_fields() -> Mapping[str, FormField]:
    """The fields by path, in the order of the records."""
    return {field.path: field for field in _fields_of_study()}


def _fields_of_study() -> Iterator[FormField]:
    for name, info in Study.model_fields.items():
        if name in _PLACES:
            if model := _PLACES[name]:
                yield from _inner(model, name)
        elif inner := _record(info.annotation):
            yield from _inner(inner, name, name)
        else:
            yield FormField(name, _shape_in_study(info), info)


def _inner(model: type[BaseModel], place: str, group: str = "") -> Iterator[FormField]:
    for name, info in model.model_fields.items():
        path = f"{place}.{name}"
        if path == f"{RECIPE}.name":
            continue  # the study names its checkpoints
        if deeper := _record(info.annotation):
            yield from _inner(deeper, path, path if info.default is None else group)
            continue
        shape: Shape = "items" if _is_collection(info) else "text"
        if place == SETS:
            shape = "items" if name == "name" else "aligned"
        elif path.startswith(f"{RECIPE}."):
            shape = "alternatives" if _is_collection(info) else "values"
        yield FormField(path, shape, info, group)


def _shape_in_study(info: FieldInfo) -> Shape:
    if not _is_collection(info):
        return "text"
    item = _plain(get_args(_plain(info.annotation))[0])
    mapping = get_origin(item) is dict
    return "records" if mapping or _record(item) else "items"


def _is_collection(info: FieldInfo) -> bool:
    return any(get_origin(part) in (tuple, list, dict) for part in _parts(info.annotation))


def _record(annotation: Any) -> type[BaseModel] | None:
    """The record that a field holds, if it does."""
    kind = _plain(annotation)
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _plain(annotation: Any) -> Any:
    """A type without None and without what is annotated; the first of several."""
    parts = _parts(annotation)
    return parts[0] if parts else annotation


def _parts(annotation: Any) -> list[Any]:
    if get_origin(annotation) is Annotated:
        return _parts(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return [part for own in get_args(annotation) for part in _parts(own)]
    return [] if annotation is type(None) else [annotation]


@cache
def _adapter(path: str) -> TypeAdapter[Any]:
    info = form_fields()[path].info
    kind: Any = Annotated[info.annotation, Field(), *info.metadata]
    return TypeAdapter(kind)
