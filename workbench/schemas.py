"""JSON schemas of study and recipe files, for editors that complete and check YAML.

The committed ones are ``assets/schemas/*.json``, made by ``workbench schema``.
"""

from __future__ import annotations

import json
from typing import Any, Literal

from workbench.study import Study
from workbench.training.fields import recipe_paths
from workbench.training.recipe import Recipe

Kind = Literal["study", "recipe"]
Schema = dict[str, Any]


def schema(kind: Kind) -> Schema:
    """The schema of a kind of file.

    In a study's ``recipe``, ``grid`` and ``conditions`` the fields of a recipe are known by
    name, those within a field with a dot.
    """
    if kind == "recipe":
        return {**_DIALECT, **Recipe.model_json_schema()}
    study = Study.model_json_schema()
    recipe = Recipe.model_json_schema()
    definitions = {**study.get("$defs", {}), **recipe["$defs"]}
    fields = {path: _field(path, recipe, definitions) for path in sorted(recipe_paths())}
    some = {"type": "object", "properties": fields, "additionalProperties": False}
    lists = {
        path: {"type": "array", "minItems": 1, "items": field} for path, field in fields.items()
    }
    properties = study["properties"]
    properties["recipe"] |= some
    properties["grid"] |= {**some, "properties": lists}
    properties["conditions"]["items"] = some
    return {**_DIALECT, **study, "$defs": definitions}


def schema_text(kind: Kind) -> str:
    """The schema as it is committed."""
    return json.dumps(schema(kind), indent=2, ensure_ascii=False) + "\n"


_DIALECT = {"$schema": "https://json-schema.org/draft/2020-12/schema"}


def _field(path: str, recipe: Schema, definitions: Schema) -> Schema:
    name, _, inner = path.partition(".")
    field: Schema = recipe["properties"][name]
    if not inner:
        return field
    options = [field, *field.get("anyOf", ()), *field.get("allOf", ())]
    reference = next(option["$ref"] for option in options if "$ref" in option)
    found: Schema = definitions[reference.rpartition("/")[2]]["properties"][inner]
    return found
