from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from workbench.assets import asset
from workbench.schemas import Kind, schema, schema_text

FILES: dict[Kind, list[Path]] = {
    "study": sorted(asset("studies").glob("*.yaml")),
    "recipe": sorted(asset("recipes").glob("*.yaml")),
}


class Yaml12(yaml.SafeLoader):
    """As editors read YAML: 1e-4 is a number, which YAML 1.1 takes for a text."""


Yaml12.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?\d+(\.\d*)?[eE][-+]?\d+$"), list("-+0123456789")
)


def problems(kind: Kind, text: str) -> list[str]:
    data = yaml.load(text, Yaml12)
    return [error.message for error in Draft202012Validator(schema(kind)).iter_errors(data)]


@pytest.mark.parametrize("kind", ["study", "recipe"])
def test_the_committed_schema_is_current(kind: Kind) -> None:
    # After a change of the fields: `workbench schema study > assets/schemas/study.json`.
    assert asset("schemas", f"{kind}.json").read_text("utf-8") == schema_text(kind)
    Draft202012Validator.check_schema(schema(kind))


@pytest.mark.parametrize("kind", ["study", "recipe"])
def test_shipped_files_fit_and_name_their_schema(kind: Kind) -> None:
    assert FILES[kind]
    for path in FILES[kind]:
        text = path.read_text("utf-8")
        assert problems(kind, text) == [], path
        first = text.splitlines()[0]
        assert first == f"# yaml-language-server: $schema=../schemas/{kind}.json"
        assert (path.parent / first.partition("=")[2]).resolve() == asset("schemas", f"{kind}.json")


STUDY: dict[str, Any] = {
    "name": "s",
    "recipe": {"base": "b", "data": "d", "steps": 5},
    "grid": {"lora.rank": [4, 8], "learning_rate": [1e-4]},
    "prompt_sets": [{"name": "p"}],
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"grid": {"lora.rnk": [4]}}, ["'lora.rnk' was unexpected"]),
        ({"grid": {"lora.rank": ["four"]}}, ["'four' is not of type 'integer'"]),
        ({"grid": {"seed": []}}, ["[] should be non-empty"]),
        ({"recipe": {"stepz": 3}}, ["'stepz' was unexpected"]),
        ({"conditions": [{"size": 0}]}, ["0 is not valid under any of the given schemas"]),
        ({"validation": {"prompt_set": "p", "objective": "best"}}, ["best"]),
        ({"languagess": ["en"]}, ["'languagess' was unexpected"]),
    ],
)
def test_the_editor_knows_fields_of_recipes_within_a_study(
    change: dict[str, Any], expected: list[str]
) -> None:
    found = problems("study", json.dumps({**STUDY, **change}))

    assert len(found) == len(expected)
    assert all(part in message for part, message in zip(expected, found, strict=True))
