from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from workbench.asking import Asked, ask
from workbench.checkpoints import Catalogue, load_tokenizer, read_info
from workbench.errors import InputError
from workbench.generation.variant import AS_IT_IS, Variant
from workbench.planning import plan_study
from workbench.prompts import PromptSet, load_prompt_set
from workbench.runs import run_generation, run_study
from workbench.store.records import RunRecord
from workbench.study import Study
from workbench.training.recipe import Recipe
from workbench.training.trainer import train
from workbench.workspace import Workspace

PROMPTS = [
    {"parallel_id": "1", "language": "en", "messages": [{"role": "user", "content": "Where?"}]},
    {"parallel_id": "1", "language": "fr", "messages": [{"role": "user", "content": "Où ?"}]},
    {"parallel_id": "2", "language": "fr", "messages": [{"role": "user", "content": "Qui ?"}]},
]
TEMPLATE = (
    "{% for m in messages %}{% if m.role == 'user' %}{{ 'Asked: ' + m.content }}"
    "{% else %}{% generation %}{{ m.content + '<|end|>' }}{% endgeneration %}{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}{{ ' Said:' }}{% endif %}"
)


@pytest.fixture(scope="module")
def trained(random_tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``base``, ``full`` and ``lora``."""
    folder = tmp_path_factory.mktemp("asking")
    shutil.copytree(random_tiny_base, folder / "base")
    line = {"prompt": "Where?", "completion": "Here."}
    (folder / "data.jsonl").write_text(json.dumps(line), "utf-8")
    for method, rate in (("full", 0.003), ("lora", 0.05)):
        fields = {"base": "base", "data": str(folder / "data.jsonl"), "steps": 3}
        recipe = {**fields, "name": method, "method": method, "learning_rate": rate}
        train(Recipe.model_validate(recipe), folder)
    return folder


@pytest.fixture
def workspace(trained: Path, tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "ws")
    for name in ("base", "full", "lora"):
        shutil.copytree(trained / name, workspace.checkpoints / name)
    return workspace


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    path = tmp_path / "asked.jsonl"
    path.write_text("".join(json.dumps(p) + "\n" for p in PROMPTS), "utf-8")
    return path


@pytest.fixture
def prompt_set(prompts: Path) -> PromptSet:
    return load_prompt_set(prompts)


def texts(workspace: Workspace, checkpoint: str) -> list[str]:
    results = workspace.store.results()
    return list(results.loc[results["checkpoint"] == checkpoint, "text"])


def test_variants_are_checkpoints_of_their_own(workspace: Workspace, prompt_set: PromptSet) -> None:
    store, known = workspace.store, Catalogue([workspace.checkpoints])
    store.start_run(RunRecord("r", "generate"))
    variants = [
        Variant(interpolation=0.0),
        AS_IT_IS,
        Variant(instruction=True),
        Variant(interpolation=1.0),
    ]
    full, base = (Asked(known.find(name), known) for name in ("full", "base"))

    assert ask(store, "r", full, [prompt_set], variants) == 4 * 3
    assert ask(store, "r", full, [prompt_set], variants) == 0
    ask(store, "r", base, [prompt_set])
    assert texts(workspace, "full+interpolation=0") == texts(workspace, "base")
    assert texts(workspace, "full+interpolation=1") == texts(workspace, "full")
    assert texts(workspace, "full") != texts(workspace, "base")
    results = store.results().set_index(["checkpoint", "language", "parallel_id"])
    asked = results["prompt_tokens"]
    # " Réponds en français." takes tokens of its own; what is stored as prompt is the question.
    assert asked["full+instruction", "fr", "1"] > asked["full", "fr", "1"] + 3
    assert results["prompt"]["full+instruction", "fr", "1"] == "Où ?"
    named = dict(zip(store.results()["checkpoint"], store.results()["variant"], strict=True))
    assert named == {
        "full": None,
        "base": None,
        "full+interpolation=0": "interpolation=0",
        "full+interpolation=1": "interpolation=1",
        "full+instruction": "instruction",
    }
    details = store.checkpoints().set_index("name")["details"]
    assert details["full+interpolation=0"]["derived_from"] == "full"
    assert details["full+interpolation=0"]["options"] == {"interpolation": 0.0}
    assert details["full+interpolation=0"]["recipe"]["learning_rate"] == 0.003
    assert "derived_from" not in details["full"]


def test_strength_zero_answers_as_the_base(workspace: Workspace, prompts: Path) -> None:
    for name, variant in (("lora", Variant(lora_strength=0.0)), ("lora", AS_IT_IS)):
        run_generation(workspace, name, str(prompts), variant=variant)
    run_generation(workspace, "base", str(prompts))

    assert texts(workspace, "lora+strength=0") == texts(workspace, "base")
    assert texts(workspace, "lora") != texts(workspace, "base")
    runs = workspace.store.runs().set_index("name")
    assert sum("variant" in config for config in runs["config"]) == 1


def test_what_does_not_fit_is_refused_before_anything_is_kept(
    workspace: Workspace, prompts: Path
) -> None:
    with pytest.raises(InputError, match="Use interpolation"):
        run_generation(workspace, "full", str(prompts), variant=Variant(lora_strength=0.5))
    assert workspace.store.runs().empty


def study(trained: Path, prompts: Path, **fields: Any) -> Study:
    return Study.model_validate(
        {
            "name": "s",
            "prompt_sets": [{"name": str(prompts)}],
            "variants": [{"lora_strength": 0.5}, {"interpolation": 0.5}, {"instruction": True}],
            **fields,
        }
    )


def test_a_study_asks_each_checkpoint_what_fits_it(
    workspace: Workspace, trained: Path, prompts: Path
) -> None:
    recipe = {"data": str(trained / "data.jsonl"), "base": "base", "steps": 1}
    grid = {"method": ["lora", "full"]}
    made = study(
        trained, prompts, recipe={**recipe, "learning_rate": 1e-3}, grid=grid, checkpoints=["base"]
    )
    expected = [
        *("base", "base+instruction"),
        *("s-lora", "s-lora+strength=0.5", "s-lora+instruction"),
        *("s-full", "s-full+interpolation=0.5", "s-full+instruction"),
    ]

    plan = plan_study(made, workspace)
    assert list(plan.cells["name"]) == expected
    assert list(plan.cells["trained"]) == [
        *("as it is", "derived"),
        *("no", "derived", "derived"),
        *("no", "derived", "derived"),
    ]
    assert set(plan.cells["responses"]) == {3}
    assert plan.record["to_train"] == 2
    run = run_study(made, workspace)
    results = workspace.store.results([run])
    assert sorted(results["checkpoint"].unique()) == sorted(expected)
    assert len(results) == len(expected) * 3
    assert results["right_language"].notna().any()
    assert plan_study(made, workspace).record["responses"] == 0


def test_a_base_without_a_template_is_asked_with_that_of_the_study(
    workspace: Workspace, trained: Path, prompts: Path, tmp_path: Path
) -> None:
    bare = workspace.checkpoints / "base"
    (bare / "chat_template.jinja").unlink()
    own = tmp_path / "own.jinja"
    own.write_text(TEMPLATE, "utf-8")
    data = {"data": str(trained / "data.jsonl"), "base": "base", "steps": 1, "learning_rate": 1e-3}
    templated = study(
        trained,
        prompts,
        recipe={**data, "chat_template": str(own)},
        checkpoints=["base"],
        variants=[],
    )
    run = run_study(templated, workspace)

    results = workspace.store.results([run]).set_index(["checkpoint", "parallel_id", "language"])
    tokenizer = load_tokenizer(read_info(bare))
    wanted = len(tokenizer("Asked: Where? Said:")["input_ids"])
    assert results["prompt_tokens"]["base", "1", "en"] == wanted
    assert results["prompt_tokens"]["s", "1", "en"] == wanted
    # Asked by itself it has the workbench's own template.
    alone = run_generation(workspace, "base", str(prompts))
    tokens = workspace.store.results([alone])["prompt_tokens"].iloc[0]
    assert tokens != wanted
