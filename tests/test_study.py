from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from workbench.study import Study

RECIPE = {"base": "tiny-base", "data": "tinyworld", "learning_rate": 1e-4, "steps": 10}
PROMPTS = [{"name": "tinyworld-test", "limit": 5}]


def study(**fields: Any) -> Study:
    return Study.model_validate({"name": "s", "prompt_sets": PROMPTS, **fields})


def without(*names: str) -> dict[str, Any]:
    return {key: value for key, value in RECIPE.items() if key not in names}


def names(made: Study) -> list[str]:
    return [recipe.name for recipe in made.recipes()]


def test_a_grid_varies_everything_that_a_recipe_has() -> None:
    made = study(
        recipe={"steps": 10},
        grid={
            "base": ["tiny-base", "org/Big-7B"],
            "data": ["tinyworld"],
            "mix": [{}, {"fr": 0.1}],
            "method": ["lora"],
            "lora.rank": [4, 16],
            "lora.alpha": [8],
            "lora.targets": ["all-linear"],
            "learning_rate": [1e-3],
            "schedule": ["cosine"],
            "seed": [0],
        },
    )
    recipes = made.recipes()

    assert len(recipes) == 2 * 2 * 2
    first, last = recipes[0], recipes[-1]
    assert first.name == "s-tiny-base-tinyworld-mix-lora-r4-a8-all-linear-lr0.001-cosine-s0"
    assert last.name == "s-Big-7B-tinyworld-mixfr0.1-lora-r16-a8-all-linear-lr0.001-cosine-s0"
    assert (last.base, last.lora.rank, last.lora.alpha, last.mix) == (
        "org/Big-7B",
        16,
        8,
        {"fr": 0.1},
    )


def test_fields_within_a_field_join_those_that_stay_the_same() -> None:
    made = study(
        recipe={**RECIPE, "method": "lora", "lora": {"alpha": 32}}, grid={"lora.rank": [2, 4]}
    )

    assert [(r.lora.rank, r.lora.alpha) for r in made.recipes()] == [(2, 32), (4, 32)]
    assert names(made) == ["s-r2", "s-r4"]


def test_full_fine_tuning_occurs_once_beside_several_ranks() -> None:
    made = study(recipe=RECIPE, grid={"method": ["full", "lora"], "lora.rank": [2, 4]})

    assert names(made) == ["s-full", "s-lora-r2", "s-lora-r4"]


def test_values_that_look_alike_in_names_get_names_of_their_own() -> None:
    made = study(recipe=without("data"), grid={"data": ["a/x.jsonl", "b/x.jsonl"]})

    first, second = names(made)
    assert first == "s-x"
    assert second.startswith("s-x-") and len(second) == len("s-x-") + 4
    assert [recipe.data for recipe in made.recipes()] == ["a/x.jsonl", "b/x.jsonl"]


def test_validation_keeps_the_steps_that_it_looks_at() -> None:
    made = study(recipe=RECIPE, validation={"prompt_set": "tinyworld-validation", "every": 4})
    assert [recipe.kept_steps for recipe in made.recipes()] == [[4, 8]]
    only_last = study(recipe=RECIPE, validation={"prompt_set": "tinyworld-validation"})
    assert [recipe.kept_steps for recipe in only_last.recipes()] == [[]]
    as_recipe = study(
        recipe={**RECIPE, "save_every": 5}, validation={"prompt_set": "tinyworld-validation"}
    )
    # The last step is no step kept on the way.
    assert [recipe.kept_steps for recipe in as_recipe.recipes()] == [[5]]


def test_the_run_is_that_of_older_studies() -> None:
    # The name this study had before there was validation, judges or languages of a set.
    older = Study.model_validate(
        {
            "name": "learning-rate",
            "question": "At which learning rates does English-only tuning carry over to the other "
            "languages?",
            "recipe": {
                "base": "tiny-base",
                "data": "tinyworld",
                "languages": ["en"],
                "method": "full",
                "steps": 200,
            },
            "grid": {
                "learning_rate": ["3e-5", "1e-4", "3e-4", "1e-3", "3e-3"],
                "seed": [0, 1],
            },
            "prompt_sets": [{"name": "tinyworld-test", "limit": 100}],
            "languages": ["en", "de", "fr", "pt", "ru", "zh"],
            "detectors": ["langid"],
        }
    )
    assert older.run_name == "learning-rate-9af6fc71"


def test_validation_and_reports_do_not_change_the_run_but_what_is_asked_does() -> None:
    plain = study(recipe=RECIPE)
    validated = study(
        recipe=RECIPE,
        validation={"prompt_set": "tinyworld-validation"},
        report_to=["tensorboard"],
        judges=["reference", "constraints"],
    )
    other = study(
        recipe=RECIPE, prompt_sets=[{"name": "tinyworld-test", "limit": 5, "languages": ["fr"]}]
    )

    assert plain.run_name == validated.run_name
    assert plain.of_run == validated.of_run
    assert other.run_name != plain.run_name


def test_variants_are_for_the_checkpoints_that_they_fit() -> None:
    made = study(
        recipe=RECIPE,
        grid={"method": ["full", "lora"]},
        variants=[{"lora_strength": 0.5}, {"interpolation": 0.5}, {"shots": 2}],
    )

    labels = {m: [v.label for v in made.variants_of(m)] for m in ("base", "full", "lora")}
    assert labels == {
        "base": ["", "shots=2"],
        "full": ["", "interpolation=0.5", "shots=2"],
        "lora": ["", "strength=0.5", "shots=2"],
    }
    assert made.run_name != study(recipe=RECIPE, grid={"method": ["full", "lora"]}).run_name


def test_the_template_of_a_study_is_that_of_its_recipes() -> None:
    assert study(recipe=RECIPE).chat_template is None
    assert study(recipe={**RECIPE, "chat_template": "chatml"}).chat_template == "chatml"
    both = study(recipe=RECIPE, grid={"chat_template": ["chatml", "mistral"]})
    assert both.chat_template is None
    assert study(checkpoints=["tiny-base"]).chat_template is None


def test_cells_tell_what_varies() -> None:
    made = study(recipe=without("learning_rate"), grid={"learning_rate": [1e-3], "seed": [0, 1]})

    assert [(recipe.name, told) for recipe, told in made.cells()] == [
        ("s-lr0.001-s0", {"learning_rate": 1e-3, "seed": 0}),
        ("s-lr0.001-s1", {"learning_rate": 1e-3, "seed": 1}),
    ]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"recipe": RECIPE, "grid": {"lora.rnk": [1]}}, "lora.rnk: not a field of a recipe"),
        ({"recipe": {**RECIPE, "name": "mine"}}, "name: not a field of a recipe"),
        (
            {"recipe": {**RECIPE, "lora": {"rank": 2}}, "grid": {"lora.rank": [4]}},
            "lora.rank stands in more than one",
        ),
        ({"recipe": RECIPE, "grid": {"seed": []}}, "at least 1 item"),
        ({"recipe": without("steps")}, "steps: Field required"),
        (
            {"recipe": RECIPE, "grid": {"lora.rank": [0]}},
            "lora.rank: Input should be greater than or equal to 1",
        ),
        (
            {"recipe": {**RECIPE, "save_every": 2}, "validation": {"prompt_set": "p", "every": 2}},
            "save_every of the recipe, or every of validation",
        ),
        (
            {"checkpoints": ["tiny-base"], "validation": {"prompt_set": "p"}},
            "the study trains nothing",
        ),
        ({}, "name existing checkpoints, or a recipe to train"),
        ({"recipe": RECIPE, "judges": ["oracle"]}, "judges"),
        ({"recipe": RECIPE, "report_to": ["paper"]}, "report_to"),
        ({"recipe": RECIPE, "variants": [{}]}, "variants: one of them changes nothing"),
        (
            {"recipe": RECIPE, "variants": [{"shots": 1}, {"shots": 1}]},
            "variants: shots=1 is there twice",
        ),
        (
            {"recipe": RECIPE, "variants": [{"lora_strength": 0.5}]},
            "variants: strength=0.5 fits no checkpoint, as all are full",
        ),
        ({"recipe": RECIPE, "validation": {"prompt_set": "p", "objective": "best"}}, "objective"),
    ],
)
def test_what_cannot_be_run_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message.replace(".", r"\.")):
        study(**fields)


def test_every_field_is_described() -> None:
    from workbench.study import PromptChoice
    from workbench.validation.settings import Validation

    for model in (Study, PromptChoice, Validation):
        assert all(field.description for field in model.model_fields.values())
