from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from workbench.generation.variant import AS_IT_IS, Variant


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({}, ""),
        ({"lora_strength": 0.5}, "strength=0.5"),
        ({"lora_strength": 0}, "strength=0"),
        ({"interpolation": 1}, "interpolation=1"),
        ({"instruction": True, "shots": 2}, "instruction+shots=2"),
        ({"shots": 3, "shots_language": "en"}, "shots=3-en"),
        ({"shots": 3, "examples": "my/own.fr.jsonl"}, "shots=3-own.fr"),
        ({"interpolation": 0.25, "instruction": True}, "interpolation=0.25+instruction"),
    ],
)
def test_labels_tell_what_differs(fields: dict[str, Any], label: str) -> None:
    variant = Variant.model_validate(fields)

    assert variant.label == label
    assert variant.named("tiny") == (f"tiny+{label}" if label else "tiny")
    assert (variant == AS_IT_IS) == (label == "")
    assert Variant.model_validate(variant.options) == variant


def test_options_are_those_of_the_command() -> None:
    variant = Variant(lora_strength=0.5, instruction=True, shots=2, shots_language="en")

    assert variant.arguments == "--lora-strength 0.5 --instruction --shots 2 --shots-language en"
    assert AS_IT_IS.arguments == ""


def test_weights_fit_one_method_and_prompts_all() -> None:
    methods = ("base", "full", "lora")
    assert [Variant(lora_strength=0.0).fits(m) for m in methods] == [False, False, True]
    assert [Variant(interpolation=0.0).fits(m) for m in methods] == [False, True, False]
    assert [Variant(instruction=True, shots=1).fits(m) for m in methods] == [True, True, True]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"lora_strength": 1.6}, "less than or equal to 1.5"),
        ({"interpolation": -0.1}, "greater than or equal to 0"),
        ({"lora_strength": 0.5, "interpolation": 0.5}, "of a LoRA and interpolation of a full"),
        ({"shots_language": "en"}, "shots_language without shots"),
        ({"examples": "mine"}, "examples without shots"),
        ({"strength": 0.5}, "Extra inputs are not permitted"),
    ],
)
def test_what_cannot_be_asked_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Variant.model_validate(fields)


def test_every_field_is_described() -> None:
    assert all(field.description for field in Variant.model_fields.values())
