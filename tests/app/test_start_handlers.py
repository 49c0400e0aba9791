"""The form's events, as functions; see test_browser_start for a study that it starts."""

from __future__ import annotations

from typing import Any

import gradio as gr
import pytest

from workbench.app.runs.start.fields import form_fields
from workbench.app.runs.start.handlers import Preview, StartHandlers, component_value
from workbench.app.runs.start.templates import find_template
from workbench.study import load_study
from workbench.workspace import Workspace

FIELDS = len(form_fields())
SHORT = {
    "name": "short",
    "recipe.steps": "2",
    "recipe.seed": "0",
    "recipe.size": "20",
    "conditions": "",
    "prompt_sets.limit": "1",
    "languages": ["en", "fr"],
    "detectors": ["py3langid"],
}


@pytest.fixture
def handlers(workspace: Workspace) -> StartHandlers:
    return StartHandlers(workspace)


def values_of(workspace: Workspace, template: str, **changes: Any) -> list[Any]:
    """What the components hold of a study, some of them changed."""
    fields = find_template(workspace, template).fields
    held = {path: component_value(path, parts) for path, parts in fields.items()}
    return list((held | changes).values())


def parts(outputs: tuple[Any, ...]) -> tuple[dict[str, Any], Preview, tuple[str, ...]]:
    """Outputs by what they are of: fields, preview, and the fields that are marked."""
    assert len(outputs) == FIELDS + len(Preview._fields) + 1
    fields = dict(zip(form_fields(), outputs, strict=False))
    return fields, Preview(*outputs[FIELDS:-1]), outputs[-1]


def test_a_template_fills_the_form(handlers: StartHandlers) -> None:
    *outputs, filled = handlers.on_template("", "data-size")
    fields, preview, marked = parts(tuple(outputs))
    assert filled == "data-size"
    assert fields["name"]["value"] == "data-size"
    assert fields["recipe.base"]["value"] == ["tiny-base"]
    assert fields["recipe.seed"]["value"] == "0, 1, 2"
    assert fields["conditions"]["value"].splitlines()[0] == "{size: 20, steps: 6}"
    # What varies in the conditions is said to stand there.
    assert fields["recipe.size"]["placeholder"] == "see the conditions"
    assert fields["validation.objective"]["value"] == ""
    assert preview.command["value"].startswith("workbench run data-size")
    assert preview.go["interactive"] is True
    assert preview.save["interactive"] is False
    assert marked == ()
    # A list tells a choice twice; in between someone may have begun to write.
    assert set(map(str, handlers.on_template("data-size", "data-size"))) == {str(gr.skip())}


def test_a_change_marks_what_is_wrong_and_later_unmarks_it(
    handlers: StartHandlers, workspace: Workspace
) -> None:
    wrong = values_of(workspace, "data-size", **{"recipe.seed": "0, x"})
    fields, preview, marked = parts(handlers.on_change((), "data-size", *wrong))
    assert marked == ("recipe.seed",)
    assert "'x': it is no whole number" in fields["recipe.seed"]["info"]
    assert fields["recipe.seed"]["elem_classes"] == ["wb-invalid"]
    # Nothing is sent to fields that stay as they are: someone may be writing there.
    assert [path for path, own in fields.items() if own != gr.skip()] == ["recipe.seed"]
    assert preview.go["interactive"] is preview.command["visible"] is False

    right = values_of(workspace, "data-size")
    fields, preview, marked = parts(handlers.on_change(marked, "data-size", *right))
    assert marked == ()
    assert fields["recipe.seed"]["info"].startswith("Seed of the data's subset")
    assert preview.go["interactive"] is True


def test_opening_offers_what_is_there_by_now(handlers: StartHandlers, workspace: Workspace) -> None:
    values = values_of(workspace, "data-size")
    assert set(map(str, handlers.on_open(False, (), "data-size", *values))) == {str(gr.skip())}
    folder = workspace.checkpoints / "mine"
    folder.mkdir()
    (folder / "config.json").write_text("{}", encoding="utf-8")
    templates, *rest = handlers.on_open(True, (), "data-size", *values)
    fields, preview, _ = parts(tuple(rest))
    assert ("mine", "mine") in fields["recipe.base"]["choices"]
    assert "value" not in fields["recipe.base"]
    assert ("data-size", "data-size") in templates["choices"]
    assert preview.go["interactive"] is True


def test_saving_makes_a_file_that_the_form_then_begins_with(
    handlers: StartHandlers, workspace: Workspace
) -> None:
    values = values_of(workspace, "data-size", **SHORT)
    template, filled = handlers.on_save("data-size", *values)
    assert (chosen := template["value"]) == "short.yaml"
    study = load_study(workspace.folder / "studies" / "short.yaml")
    assert (study.name, len(study.recipes())) == ("short", 1)
    fields, preview, _ = parts(handlers.on_template(filled, chosen)[:-1])
    assert fields["name"]["value"] == "short"
    assert preview.save["interactive"] is False
    # It is changed in place, but never over another study.
    again = values_of(workspace, chosen, question="Why?")
    handlers.on_save(chosen, *again)
    assert load_study(workspace.folder / "studies" / "short.yaml").question == "Why?"
    other = values_of(workspace, "data-size", **{**SHORT, "recipe.steps": "3"})
    with pytest.warns(UserWarning, match="Give this one a name of its own"):
        assert handlers.on_save("data-size", *other) == gr.skip()
