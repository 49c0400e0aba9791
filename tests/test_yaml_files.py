from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field, model_validator

from workbench.errors import FileFormatError, NotFoundError
from workbench.yaml_files import load_yaml_model, required_fields


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    limit: int | None = Field(default=None, ge=1)


class Plan(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    steps: int
    rate: float = 0.1
    parts: list[Part] = []

    @model_validator(mode="after")
    def _short(self) -> Plan:
        if self.steps > 100:
            raise ValueError("more than 100 steps take too long")
        return self


def load(tmp_path: Path, text: str) -> Plan:
    path = tmp_path / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    return load_yaml_model(path, Plan)


def error(tmp_path: Path, text: str) -> FileFormatError:
    with pytest.raises(FileFormatError) as caught:
        load(tmp_path, text)
    return caught.value


def test_reads_fields_with_numbers_in_scientific_notation(tmp_path: Path) -> None:
    # YAML 1.1 takes 3e-4, which has no dot, for a string.
    plan = load(tmp_path, "name: a\nsteps: 5\nrate: 3e-4\nparts: [{name: x, limit: 2}]\n")

    assert plan == Plan(name="a", steps=5, rate=0.0003, parts=[Part(name="x", limit=2)])


def test_a_wrong_value_names_line_and_field(tmp_path: Path) -> None:
    wrong = error(tmp_path, "# a comment\nname: a\n\nsteps: many\n")

    assert wrong.given == f"{tmp_path / 'plan.yaml'}, line 4, field 'steps'"
    assert "integer" in wrong.reason
    assert wrong.remedy == "Correct the value"


def test_an_unknown_field_names_the_known_ones(tmp_path: Path) -> None:
    wrong = error(tmp_path, "name: a\nsteps: 5\nlerning_rate: 1\n")

    assert "line 3, field 'lerning_rate'" in wrong.given
    assert wrong.remedy == "Use one of name, steps, rate, parts"


def test_a_missing_field_is_named(tmp_path: Path) -> None:
    wrong = error(tmp_path, "name: a\n")

    assert "field 'steps'" in wrong.given
    assert wrong.remedy == "Add the field"


def test_a_wrong_value_inside_a_list_names_its_own_line(tmp_path: Path) -> None:
    text = "name: a\nsteps: 5\nparts:\n  - name: x\n  - name: y\n    limit: 0\n"

    # Entry 1 of parts, counted from 0, has its limit in line 6.
    assert "line 6, field 'parts.1.limit'" in error(tmp_path, text).given


def test_a_missing_field_inside_a_list_names_the_entry_s_line(tmp_path: Path) -> None:
    text = "name: a\nsteps: 5\nparts:\n  - name: x\n  - limit: 3\n"

    assert "line 5, field 'parts.1.name'" in error(tmp_path, text).given


def test_what_fields_say_together_is_told_in_its_own_words(tmp_path: Path) -> None:
    wrong = error(tmp_path, "name: a\nsteps: 500\n")

    assert wrong.reason == "more than 100 steps take too long"
    assert "the file" in wrong.given


def test_broken_yaml_names_the_line(tmp_path: Path) -> None:
    wrong = error(tmp_path, "name: a\nsteps: [1, 2\nrate: 1\n")

    assert "line 3" in wrong.given
    assert "not YAML" in wrong.reason


def test_a_tab_as_indentation_is_named(tmp_path: Path) -> None:
    assert "line 2" in error(tmp_path, "name: a\n\tsteps: 5\n").given


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n- b\n", "just words\n"])
def test_a_file_without_fields_names_the_needed_ones(tmp_path: Path, text: str) -> None:
    wrong = error(tmp_path, text)

    assert wrong.reason == "it holds no fields"
    assert "name, steps are needed" in wrong.remedy


def test_no_python_object_is_ever_made(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    error(tmp_path, f"name: !!python/object/apply:os.mkdir ['{mark}']\nsteps: 1\n")

    assert not mark.exists()


def test_text_that_is_not_utf_8_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes(b"name: \xff\n")
    with pytest.raises(FileFormatError, match="not UTF-8"):
        load_yaml_model(path, Plan)
    with pytest.raises(NotFoundError, match="no such file"):
        load_yaml_model(tmp_path / "other.yaml", Plan)


def test_fields_without_a_default() -> None:
    assert required_fields(Plan) == ["name", "steps"]
