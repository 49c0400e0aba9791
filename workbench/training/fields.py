"""Fields of a recipe by their path, such as ``lora.rank``, for grids and names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, get_args

from pydantic import BaseModel

from workbench.training.recipe import Recipe

_SHORT = {
    "learning_rate": "lr",
    "seed": "s",
    "size": "n",
    "lora.rank": "r",
    "lora.alpha": "a",
    "batch_size": "b",
    "tokens_per_update": "t",
}
_BY_VALUE = {
    "method",
    "languages",
    "base",
    "data",
    "schedule",
    "lora.targets",
    "weights",
    "quantisation",
}
"""Fields whose values say by themselves what they are."""
_UNSET = {"quantisation": "unquantised"}
"""What a name says of fields whose absence does not stand for all there is."""
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._+-]+")


@lru_cache(maxsize=1)
def recipe_paths() -> frozenset[str]:
    """Paths of all fields of a recipe but its name, fields of fields included."""
    paths = set(Recipe.model_fields) - {"name"}
    for name in set(paths):
        paths |= {f"{name}.{inner}" for inner in _inner_fields(name)}
    return frozenset(paths)


def flattened(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields by path: ``{"lora": {"rank": 4}}`` becomes ``{"lora.rank": 4}``."""
    flat: dict[str, Any] = {}
    for name, value in fields.items():
        inner = _inner_fields(name) if name in Recipe.model_fields else ()
        if inner and isinstance(value, Mapping):
            flat |= {f"{name}.{part}": own for part, own in value.items()}
        else:
            flat[name] = value
    return flat


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """The opposite of ``flattened``."""
    fields: dict[str, Any] = {}
    for path, value in flat.items():
        name, _, inner = path.partition(".")
        if inner:
            fields[name] = {**fields.get(name, {}), inner: value}
        else:
            fields[name] = value
    return fields


def label(path: str, value: Any) -> str:
    """How a name tells the value of a field, such as ``lr1e-4``."""
    if value is None and path in _UNSET:
        return _UNSET[path]
    short = "" if path in _BY_VALUE else _SHORT.get(path, path.rpartition(".")[2])
    return _NOT_IN_NAMES.sub("-", f"{short}{_plain(value)}").strip("-")


def _plain(value: Any) -> str:
    if value is None:
        return "all"
    if isinstance(value, Mapping):
        return "+".join(f"{key}{_plain(own)}" for key, own in value.items())
    if isinstance(value, list | tuple):
        return "+".join(_plain(part) for part in value)
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, str) and "/" in value:
        return value.rpartition("/")[2].removesuffix(".jsonl").removesuffix(".json")
    return str(value)


def _inner_fields(name: str) -> tuple[str, ...]:
    annotation = Recipe.model_fields[name].annotation
    for candidate in (annotation, *get_args(annotation)):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return tuple(candidate.model_fields)
    return ()
