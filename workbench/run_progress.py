"""How far a run is: answers it has, answers it is to have, and answers that are scored."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from workbench.elicitation import elicited_prompts
from workbench.elicitation_settings import Elicitation
from workbench.errors import WorkbenchError
from workbench.generation.variant import Variant
from workbench.runs import catalogue, find_prompt_set, study_prompts
from workbench.store.store import Store
from workbench.store.validations import validations
from workbench.study import STUDIES, Study, load_study
from workbench.validation.settings import Validation
from workbench.validation.validator import validation_prompts
from workbench.workspace import Workspace

_FIRST = "learning-rate"


def answers_to_come(workspace: Workspace, name: str, config: Mapping[str, Any]) -> int | None:
    """Number of answers that a finished run of this configuration has.

    None where that cannot be told: an import has as many as its file; of a validation it
    is known once a step is kept; prompts or a study's fields may be gone since.
    """
    try:
        if "study_run" in config:
            return _of_validation(workspace, name, config)
        if "shots" in config or "task" in config:
            asked = Elicitation(
                task=config["task"], languages=config["languages"], limit=config["limit"]
            )
            prompts = find_prompt_set(workspace, config["prompt_set"])
            return len(elicited_prompts(prompts, asked).prompts)
        if "parallel_id" in config:  # one prompt, asked in every language
            return len(config["checkpoints"]) * len(config["languages"])
        if "prompt_set" in config:
            prompts = find_prompt_set(workspace, config["prompt_set"])
            return len(prompts.restricted(config["languages"], config["limit"]).prompts)
        if "prompt_sets" in config:
            return _of_study(workspace, Study.model_validate(config))
    except (ValidationError, WorkbenchError, KeyError):
        return None
    return None


def shipped_studies() -> list[str]:
    """Names of the studies that come with the workbench, the one to begin with first."""
    return sorted(STUDIES.files(), key=lambda name: (name != _FIRST, name))


def command_of(name: str, kind: str, config: Mapping[str, Any]) -> str:
    """The command that makes a run, or goes on with it; files are named by what they hold."""
    if kind == "study":
        for shipped in shipped_studies():
            if load_study(Path(shipped)).run_name == name:
                return f"workbench run {shipped}"
        return f"workbench run {config.get('name', 'STUDY')}.yaml"
    if kind == "import":
        return "workbench import FILE"
    if "checkpoint" not in config:
        return ""
    if "shots" in config:
        verb = f"elicit {config['checkpoint']} --prompts {config['prompt_set']}"
    elif "task" in config:
        verb = f"elicit BASE --tuned {config['checkpoint']} --prompts {config['prompt_set']}"
    else:
        verb = f"generate {config['checkpoint']} {config['prompt_set']}"
    limit = f" --limit {config['limit']}" if config.get("limit") else ""
    options = Variant.model_validate(config.get("variant", {})).arguments
    return f"workbench {verb}{limit} {options}".rstrip()


def _of_study(workspace: Workspace, study: Study) -> int:
    """Prompts times checkpoints, each as all the variants that fit it."""
    asked_of_each = sum(len(prompt_set.prompts) for prompt_set in study_prompts(study, workspace))
    known = catalogue(workspace)
    methods = [known.find(name).method for name in study.checkpoints]
    methods += [recipe.method for recipe in study.recipes()]
    return asked_of_each * sum(len(study.variants_of(method)) for method in methods)


def _of_validation(workspace: Workspace, name: str, config: Mapping[str, Any]) -> int | None:
    """Prompts times the steps of all recipes; how often steps are kept, the first one tells."""
    settings = Validation.model_validate(config["validation"])
    found = find_prompt_set(workspace, settings.prompt_set)
    prompts = validation_prompts(settings, found, config["languages"]).prompts
    study = _study_of(workspace.store, config["study_run"])
    kept = validations(workspace.store, name)
    if study is None or kept.empty:
        return None
    every = kept["recipe"].iloc[0].get("save_every")
    recipes = [recipe.model_copy(update={"save_every": every}) for recipe in study.recipes()]
    return len(prompts) * sum(len(recipe.kept_steps) + 1 for recipe in recipes)


def _study_of(store: Store, run: str) -> Study | None:
    runs = store.runs()
    configs = list(runs.loc[runs["name"] == run, "config"])
    return Study.model_validate(configs[0]) if configs else None
