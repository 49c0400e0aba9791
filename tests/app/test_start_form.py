"""The form that starts a study: fields from the schema, texts to values, what is wrong where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from workbench.app.runs.start.fields import form_fields
from workbench.app.runs.start.groups import groups
from workbench.app.runs.start.names import NAMED, offered_names, unknown_names
from workbench.app.runs.start.outlook import outlook
from workbench.app.runs.start.reading import Reading, read_form
from workbench.app.runs.start.rendering import render_outlook
from workbench.app.runs.start.templates import find_template, offered_templates
from workbench.app.runs.start.texts import NotReadableError, read, read_line, shown, shown_line
from workbench.app.runs.start.writing import placed, text_of, written
from workbench.errors import FileFormatError, InputError
from workbench.run_progress import shipped_studies
from workbench.study import Study, load_study
from workbench.study_files import save_study
from workbench.training.fields import recipe_paths
from workbench.workspace import Workspace

MIX = load_study(Path("language-mix"))


def texts(study: Study) -> dict[str, Any]:
    """The form as texts alone, lists within it too."""
    return {path: text_of(form_fields()[path], parts) for path, parts in written(study).items()}


def changed(**values: Any) -> Reading:
    """The language-mix study with some fields written otherwise; ``__`` is a dot."""
    own = {path.replace("__", "."): text for path, text in values.items()}
    assert own.keys() <= form_fields().keys()
    return read_form({**texts(MIX), **own}, placed(MIX))


def test_every_field_of_the_schema_is_in_the_form_once() -> None:
    paths = list(form_fields())
    grouped = [path for group in groups() for path in group.paths]
    assert sorted(grouped) == sorted(paths)
    own = {path.removeprefix("recipe.") for path in paths if path.startswith("recipe.")}
    whole = {"lora", "decoding"}  # their fields are there one by one
    assert own == recipe_paths() - whole
    assert {path.partition(".")[0] for path in paths} == set(Study.model_fields) - {"grid"}
    assert len({field.label for field in form_fields().values()}) == len(paths)
    assert all(field.info.description for field in form_fields().values())


def test_labels_help_and_choices_come_from_the_records() -> None:
    rate = form_fields()["recipe.learning_rate"]
    assert (rate.label, rate.help, rate.default) == ("learning rate", "Peak learning rate", "")
    method = form_fields()["recipe.method"]
    assert method.choices == ("full", "lora")
    assert method.help == "Train all weights, or low-rank adapters (full if left empty)"
    assert form_fields()["recipe.activation_checkpointing"].choices == ("yes", "no")
    assert form_fields()["validation.batch_size"].help.endswith(
        "(64 where others of these are set)"
    )


@pytest.mark.parametrize("name", shipped_studies())
def test_a_study_that_is_left_as_it_is_stays_the_same_run(name: str) -> None:
    study = load_study(Path(name))
    for form in (written(study), texts(study)):
        reading = read_form(form, placed(study))
        assert reading.problems == {}
        assert reading.study == study
        assert reading.study.run_name == study.run_name


def test_several_values_make_a_grid_and_the_old_order_of_names_stays() -> None:
    study = changed(recipe__mix="none\nfr: 0.01, ru: 0.02", recipe__steps="5, 10").study
    assert study is not None
    assert study.grid["mix"] == [{}, {"fr": 0.01, "ru": 0.02}]
    assert list(study.grid) == ["learning_rate", "mix", "seed", "steps"]
    assert study.recipe["size"] == 2000
    # Two mixes, two rates, three seeds and two lengths.
    assert len(study.recipes()) == 24
    one = changed(recipe__seed="7").study
    assert one is not None
    # A field that was part of the names stays so, with a single value too.
    assert one.grid["seed"] == [7]


def test_prompt_sets_share_what_is_written_once() -> None:
    study = changed(prompt_sets__name="a, b", prompt_sets__limit="3").study
    assert study is not None
    assert [(own.name, own.limit) for own in study.prompt_sets] == [("a", 3), ("b", 3)]
    apart = changed(
        prompt_sets__name=["a", "b"],
        prompt_sets__limit="3, none",
        prompt_sets__languages="en, fr\nzh",
    ).study
    assert apart is not None
    assert [own.limit for own in apart.prompt_sets] == [3, None]
    assert [own.languages for own in apart.prompt_sets] == [("en", "fr"), ("zh",)]
    # And back again.
    again = read_form(texts(apart), placed(apart)).study
    assert again == apart


def test_nested_and_listed_fields_are_read() -> None:
    study = changed(
        validation__prompt_set="tinyworld-validation",
        validation__every="50",
        validation__languages=["en", "fr"],
        decoding__temperature="0.5",
        variants="instruction: true\n{interpolation: 0.5}",
        recipe__activation_checkpointing=["yes", "no"],
        recipe__betas="0.9, 0.99",
        recipe__data="tinyworld, more",
        judges=["reference"],
    ).study
    assert study is not None
    assert study.validation is not None
    assert (study.validation.every, study.validation.languages) == (50, ("en", "fr"))
    assert study.decoding is not None
    assert study.decoding.temperature == 0.5
    assert [variant.label for variant in study.variants] == ["instruction", "interpolation=0.5"]
    assert study.grid["activation_checkpointing"] == [True, False]
    assert study.recipe["betas"] == [0.9, 0.99]
    assert study.recipe["data"] == ["tinyworld", "more"]
    assert study.judges == ("reference",)


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("recipe__learning_rate", "1e-4, abc", "'abc': it is no number. Write a number, several"),
        ("recipe__learning_rate", "", "Learning rate: it is needed. Write a number"),
        ("recipe__learning_rate", "-3", "'-3': it should be above 0."),
        ("recipe__steps", "1.5", "'1.5': it is no whole number."),
        ("recipe__method", "lorra", "it should be 'full' or 'lora'. Choose among full, lora."),
        ("recipe__mix", "fr 0.1", "a name stands without its value. Write names with their values"),
        ("recipe__mix", "fr: 2", "'fr: 2': it should be below 1."),
        ("recipe__betas", "0.9", "'0.9': there should be more than 1."),
        ("recipe__base", "[a", "brackets, quotes or colons do not fit together"),
        ("name", "bad name!", "'bad name!': it should begin with a letter or digit"),
        ("name", "", "Name: it is needed. Fill it in."),
        ("prompt_sets__name", "", "Prompt sets: it is needed. Choose at least one."),
        ("prompt_sets__limit", "3, 4", "there are 2 values for 1 prompt set. Write one for all"),
        ("prompt_sets__limit", "0", "'0': it should be at least 1."),
        ("conditions", "learning_rat: 1e-3", "learning_rat is no field of a recipe."),
        ("conditions", "steps: -3", "steps: it should be at least 1. Write one a line, such as"),
        ("variants", "lora_strength: 3", "lora_strength: it should be at most 1.5."),
        ("judges", "ref", "it is none of reference, constraints."),
        ("decoding__temperature", "hot", "'hot': it is no number."),
    ],
)
def test_a_field_says_what_was_given_why_not_and_what_to_do(
    field: str, text: str, says: str
) -> None:
    reading = changed(**{field: text})
    assert reading.study is None
    problem = reading.problems[field.replace("__", ".")]
    assert says in problem
    assert problem.endswith(".")


@pytest.mark.parametrize(
    ("values", "path", "says"),
    [
        ({"conditions": "learning_rate: 1e-3"}, "recipe.learning_rate", "in more than one of"),
        ({"recipe__mix": "fr: 0.1, en: 0.2"}, "recipe.languages", "stands in both"),
        ({"recipe__micro_batch_size": "3"}, "recipe.batch_size", "no multiple of"),
        ({"validation__every": "50"}, "validation.prompt_set", "it is needed"),
        ({"variants": "lora_strength: 0.5"}, "variants", "fits no checkpoint, as all are full"),
    ],
)
def test_fields_that_do_not_go_together_are_named(
    values: dict[str, str], path: str, says: str
) -> None:
    problems = changed(**values).problems
    assert list(problems) == [path]
    assert says in problems[path]


def test_a_study_of_nothing_says_so() -> None:
    nothing = {path: "" for path in form_fields()}
    nothing |= {"name": "n", "prompt_sets.name": "tinyworld-test"}
    problems = read_form(nothing).problems
    assert problems["name"].startswith("This study: name existing checkpoints")


@pytest.mark.parametrize(
    "value", [1e-4, 0.16666, 3, "1e-4", "none", "no", "a, b", "x: y", "it's", ""]
)
def test_values_are_read_as_they_are_shown(value: Any) -> None:
    field = form_fields()["recipe.betas"]
    assert read_line(field, shown_line(field, [value, 2])) == [value, 2]
    assert read(shown(value)) == value


def test_norwegian_is_a_language() -> None:
    study = changed(recipe__languages="no, en", recipe__mix="fr: 0.5", languages="no").study
    assert study is not None
    assert study.recipe["languages"] == ["no", "en"]
    assert changed(recipe__mix="no: 0.5").problems == {}


def test_text_that_is_no_value_is_refused() -> None:
    with pytest.raises(NotReadableError):
        read_line(form_fields()["recipe.languages"], "en, [fr")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "ws")


def test_names_that_are_known_are_offered_and_others_are_marked(workspace: Workspace) -> None:
    offered = offered_names(workspace)
    assert set(offered) == NAMED
    assert ("tiny-base", "tiny-base") in offered["recipe.base"]
    assert ("français (fr)", "fr") in offered["languages"]
    assert [value for _, value in offered["recipe.data"]] == ["tinyworld", "tinyworld-validation"]
    values = {
        "recipe__base": "tiny-bose",
        "checkpoints": ["gone"],
        "detectors": ["longid"],
        "validation__prompt_set": "nowhere",
    }
    study = changed(**values).study
    assert study is not None
    problems = unknown_names(study, workspace)
    assert "Did you mean 'tiny-base'?" in problems["recipe.base"]
    assert "gone" in problems["checkpoints"]
    assert "Did you mean 'langid'?" in problems["detectors"]
    assert "nowhere" in problems["validation.prompt_set"]
    study = changed(languages=["en", "hi"]).study
    assert study is not None
    assert (
        "'hi': no prompt set that is chosen asks in it"
        in (unknown_names(study, workspace)["languages"])
    )


def test_an_outlook_says_what_a_shipped_study_takes(workspace: Workspace) -> None:
    template = find_template(workspace, "learning-rate")
    found = outlook(template.fields, template, workspace)
    assert found.possible
    assert found.command == f"workbench run learning-rate --workspace {workspace.folder}"
    assert found.declared is not None
    assert found.declared.saved
    assert found.declared.text.startswith("# yaml-language-server")
    html = render_outlook(found)
    # Eight conditions and three seeds, each asked 100 prompts in six languages.
    assert "24, 24 to train" in html
    assert "14,400 to come" in html
    # 60 validation prompts in six languages, at three steps of 24 cells.
    assert "25,920 answers to come" in html
    assert "learning-rate-full-lr1e-4-s0" in html


def test_a_changed_study_needs_a_name_of_its_own_and_a_file(workspace: Workspace) -> None:
    template = find_template(workspace, "data-size")
    values = {**template.fields, "recipe.seed": ["0"]}
    found = outlook(values, template, workspace)
    assert not found.possible
    assert "the study that is shipped by this name is another one" in found.problems["name"]
    assert "1 field" not in (html := render_outlook(found))
    assert "One field to correct" in html

    found = outlook({**values, "name": ["mine"]}, template, workspace)
    assert found.possible
    assert found.declared is not None
    assert not found.declared.saved
    assert found.command.startswith(f"workbench run {workspace.folder}/studies/mine.yaml")
    assert "seed: [0]" in found.declared.text
    assert not (workspace.folder / "studies").exists()

    save_study(found.declared.study, workspace)
    other = outlook({**values, "name": ["mine"], "question": ["Other?"]}, template, workspace)
    assert "holds a study of this name" in other.problems["name"]
    own = find_template(workspace, "mine.yaml")
    same = outlook({**own.fields, "question": ["Other?"]}, own, workspace)
    assert same.possible


def test_templates_are_shipped_studies_and_files_of_the_workspace(workspace: Workspace) -> None:
    folder = workspace.folder / "studies"
    folder.mkdir(parents=True)
    (folder / "broken.yaml").write_text("name: [", encoding="utf-8")
    (folder / "notes.txt").write_text("", encoding="utf-8")
    assert [value for _, value in offered_templates(workspace)] == [
        *shipped_studies(),
        "broken.yaml",
    ]
    with pytest.raises(FileFormatError, match="not YAML"):
        find_template(workspace, "broken.yaml")
    for name in ("../broken.yaml", "notes.txt", str(folder / "broken.yaml")):
        with pytest.raises(InputError, match="neither shipped nor"):
            find_template(workspace, name)


def test_what_cannot_be_planned_is_refused_and_shown_as_text(workspace: Workspace) -> None:
    template = find_template(workspace, "data-size")
    values = {**template.fields, "name": ["mine"], "recipe.data": ["<b>gone</b>"]}
    found = outlook(values, template, workspace)
    html = render_outlook(found)
    assert "<b>gone" not in html
    assert "&lt;b&gt;gone" in html
