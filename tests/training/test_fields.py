from __future__ import annotations

import pytest

from workbench.training.fields import flattened, label, nested, recipe_paths


def test_paths_reach_into_fields_and_leave_out_the_name() -> None:
    assert {"seed", "lora", "lora.rank", "decoding.max_new_tokens"} <= recipe_paths()
    assert "name" not in recipe_paths()
    assert not any(path.startswith("mix.") for path in recipe_paths())


def test_flattened_and_back() -> None:
    fields = {"steps": 3, "lora": {"rank": 4, "alpha": 8}, "mix": {"fr": 0.1}}
    flat = {"steps": 3, "lora.rank": 4, "lora.alpha": 8, "mix": {"fr": 0.1}}
    assert flattened(fields) == flat
    assert nested(flat) == fields


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("learning_rate", 1e-4, "lr0.0001"),
        ("learning_rate", "1e-4", "lr1e-4"),
        ("seed", 3, "s3"),
        ("size", None, "nall"),
        ("quantisation", None, "unquantised"),
        ("quantisation", "nf4", "nf4"),
        ("lora.rank", 16, "r16"),
        ("lora.targets", ["q_proj", "v_proj"], "q_proj+v_proj"),
        ("method", "lora", "lora"),
        ("languages", ["en", "fr"], "en+fr"),
        ("mix", {"fr": 0.01, "ru": 0.02}, "mixfr0.01+ru0.02"),
        ("base", "mistralai/Mistral-7B-v0.3", "Mistral-7B-v0.3"),
        ("data", "../shared/dolly.en.jsonl", "dolly.en"),
        ("data", ["a b.jsonl", "c:train"], "a-b.jsonl+c-train"),
        ("weight_decay", 0.1, "weight_decay0.1"),
        ("decoding.temperature", 1.0, "temperature1"),
    ],
)
def test_labels_tell_values_in_names(path: str, value: object, expected: str) -> None:
    assert label(path, value) == expected
