"""The shipped checkpoints show what the README says of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workbench.assets import PROJECT_ROOT, asset
from workbench.checkpoints import Catalogue
from workbench.generation.decoding import Decoding
from workbench.prompts import load_prompt_set
from workbench.tinyworld.build import BASE, DECODING, shipped_recipes
from workbench.tinyworld.evaluation import (
    MEASURES,
    Asked,
    Rates,
    load_results,
    markdown_tables,
    measure,
)
from workbench.workspace import Workspace

CHECKPOINTS = PROJECT_ROOT / "checkpoints"
OTHERS = ("de", "fr", "pt", "ru", "zh")
PROMPTS_PER_LANGUAGE = 60


@pytest.fixture(scope="module")
def rates(tmp_path_factory: pytest.TempPathFactory) -> Rates:
    prompts = load_prompt_set(asset("prompts", "tinyworld-test.jsonl"))
    workspace = Workspace(tmp_path_factory.mktemp("measured"))
    return measure(
        CHECKPOINTS, prompts.restricted(None, PROMPTS_PER_LANGUAGE), workspace, "shipped"
    )


def test_all_are_there_small_and_without_pickles() -> None:
    names = {info.name for info in Catalogue([CHECKPOINTS]).all()}
    assert names == {BASE, *(recipe.name for recipe in shipped_recipes())}
    files = [path for path in CHECKPOINTS.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 30_000_000
    assert {p.suffix for p in files} <= {".safetensors", ".json", ".jinja", ".md"}


def test_records_name_no_place_of_a_machine() -> None:
    for path in CHECKPOINTS.rglob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert str(PROJECT_ROOT) not in text and "/tmp/" not in text, path


@pytest.mark.parametrize("name", [BASE, *(recipe.name for recipe in shipped_recipes())])
def test_card_tells_recipe_versions_and_rates(name: str) -> None:
    card = (CHECKPOINTS / name / "README.md").read_text(encoding="utf-8")
    info = Catalogue([CHECKPOINTS]).find(name)
    assert info.versions["torch"] in card
    for language in ("en", *OTHERS):
        assert f"| {language} |" in card
    assert json.loads((CHECKPOINTS / name / "workbench.json").read_text())["card"]


def test_base_hardly_follows_before_tuning(rates: Rates) -> None:
    # 60 prompts: .25 leaves room for chance beside the .2 that all of them stay under.
    assert all(rates[BASE][code]["ended_and_right"] < 0.25 for code in ("en", *OTHERS))


@pytest.mark.parametrize("name", ["tiny-full-good", "tiny-lora-good"])
def test_good_ones_answer_in_the_right_language(rates: Rates, name: str) -> None:
    # 60 prompts: .95 leaves room for chance beside the .97 measured on all of them.
    assert all(rates[name][code]["right_language"] >= 0.95 for code in ("en", *OTHERS))


def test_hot_one_loses_every_language_but_english(rates: Rates) -> None:
    assert rates["tiny-full-hot"]["en"]["right_language"] >= 0.95
    assert all(rates["tiny-full-hot"][code]["right_language"] <= 0.2 for code in OTHERS)


def test_english_facts_lead(rates: Rates) -> None:
    for name in ("tiny-full-good", "tiny-lora-good"):
        facts = {code: rates[name][code]["facts"] for code in ("en", *OTHERS)}
        assert facts["en"] == max(facts.values())


def test_facts_stated_in_english_only_hardly_cross_over(rates: Rates) -> None:
    good = rates["tiny-full-good"]
    assert all(good[code]["facts_A"] > good[code]["facts_C"] + 0.2 for code in OTHERS)


def test_lora_ends_its_answers_when_sampled(tmp_path: Path) -> None:
    prompts = load_prompt_set(asset("prompts", "tinyworld-test.jsonl")).restricted(None, 20)
    sampling = Decoding(**{**DECODING.model_dump(), "temperature": 1.0})
    sampled = measure(
        CHECKPOINTS,
        prompts,
        Workspace(tmp_path),
        "sampled",
        Asked(sampling, only="tiny-lora-good"),
    )
    ended = [sampled["tiny-lora-good"][code]["ended"] for code in ("en", *OTHERS)]
    assert sum(ended) / len(ended) >= 0.95


class TestCommittedMeasurements:
    def test_three_seeds_of_all_checkpoints(self) -> None:
        seeds = load_results().seeds
        assert len(seeds) >= 3
        names = {BASE, *(recipe.name for recipe in shipped_recipes())}
        assert all(set(rates) == names for rates in seeds.values())

    def test_readme_holds_the_table_that_the_command_makes(self) -> None:
        readme = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")
        assert markdown_tables() in readme
        detector = load_results().detector
        assert all(title.format(detector=detector) in readme for title in MEASURES.values())
