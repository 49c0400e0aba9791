"""A study of three cells with validation, as a file for the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.validation.test_validator import prompt_set
from workbench.prompts import save_prompt_set


@pytest.fixture
def fields(random_tiny_base: Path, instructions: Path, tmp_path: Path) -> dict[str, Any]:
    """Three trainings of forty steps, each validated four times, and two prompts to answer."""
    save_prompt_set(prompt_set("test", range(2)), tmp_path / "test.jsonl")
    save_prompt_set(prompt_set("validation", range(2, 4)), tmp_path / "validation.jsonl")
    return {
        "name": "small",
        "recipe": {"base": str(random_tiny_base), "data": str(instructions), "steps": 40}
        | {"batch_size": 4, "learning_rate": 3e-3},
        "grid": {"seed": [0, 1, 2]},
        "prompt_sets": [{"name": str(tmp_path / "test.jsonl")}],
        "detectors": ["langid"],
        "validation": {
            "prompt_set": str(tmp_path / "validation.jsonl"),
            "data": str(instructions),
            "every": 10,
        },
    }


@pytest.fixture
def study_file(fields: dict[str, Any], tmp_path: Path) -> Path:
    """The study as a file; JSON is YAML."""
    path = tmp_path / "small.yaml"
    path.write_text(json.dumps(fields))
    return path
