from __future__ import annotations

from pathlib import Path

import pytest

from workbench.assets import asset
from workbench.languages import LANGUAGES
from workbench.prompts import load_prompt_set
from workbench.study import load_study
from workbench.training.recipe import load_recipe
from workbench.yaml_files import load_yaml_model

RECIPES = sorted(p for name in ("recipes", "presets") for p in asset(name).glob("*.yaml"))
STUDIES = sorted(asset("studies").glob("*.yaml"))


def test_the_shipped_files_are_found() -> None:
    # The five tuned tiny checkpoints and the paper's first three experiments.
    assert len([path for path in RECIPES if path.stem.startswith("tiny-")]) >= 5
    assert {"base-without-tuning", "data-size", "learning-rate"} <= {p.stem for p in STUDIES}


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_recipe_parses(path: Path) -> None:
    from workbench.training.recipe import Recipe

    recipe = load_recipe(path)

    assert recipe == load_yaml_model(path, Recipe)
    assert recipe.name == path.stem
    assert set(recipe.languages) <= set(LANGUAGES)
    for code in recipe.languages:
        if recipe.data == "tinyworld":
            assert asset("instructions", f"tinyworld.{code}.jsonl").exists()


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_study_parses_by_path_and_by_name(path: Path) -> None:
    study = load_study(path)

    assert study == load_study(Path(path.stem))
    assert study.name == path.stem
    assert study.question.endswith("?")
    assert set(study.languages or ()) <= set(LANGUAGES)


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_study_expands_to_recipes_with_names_of_their_own(path: Path) -> None:
    study = load_study(path)
    recipes = study.recipes()
    cells = len(study.conditions) or (1 if study.grid else 0)
    for values in study.grid.values():
        cells *= len(values)

    assert len(recipes) == cells
    assert len({recipe.name for recipe in recipes}) == cells
    assert recipes or study.checkpoints


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_study_asks_prompts_that_are_shipped(path: Path) -> None:
    study = load_study(path)
    for choice in study.prompt_sets:
        shipped = load_prompt_set(asset("prompts", f"{choice.name}.jsonl"))
        asked = shipped.restricted(study.languages, choice.limit)

        assert set(asked.languages) == set(study.languages or shipped.languages)
        ids = {
            c: [p.parallel_id for p in asked.prompts if p.language == c] for c in asked.languages
        }
        assert len(set(map(tuple, ids.values()))) == 1
        assert all(len(own) == choice.limit for own in ids.values())
