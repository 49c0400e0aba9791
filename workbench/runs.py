"""Runs: generate, score and whole studies, resumable at any point.

Everything that a run has finished is found again in the workspace: trained
checkpoints by their recipe's hash, responses and scores by unique keys. Starting the
same run again therefore goes on where it stopped and repeats nothing.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from workbench.answering import Asking, answer, unanswered
from workbench.assets import asset
from workbench.checkpoints import SHIPPED, Catalogue, CheckpointInfo, load
from workbench.errors import NotFoundError
from workbench.generation.decoding import Decoding
from workbench.lid.detector import Detector
from workbench.lid.detectors import DEFAULT_DETECTOR, make_detector
from workbench.progress import ProgressCallback
from workbench.prompts import PromptSet, content_hash, load_prompt_set
from workbench.scoring import score
from workbench.store.records import RunRecord
from workbench.store.store import Store
from workbench.study import Study
from workbench.training.observing import BetweenUpdates
from workbench.training.trainer import train
from workbench.validation.settings import Validation
from workbench.validation.tracking import make_trackers
from workbench.validation.validator import (
    Validator,
    loss_examples,
    validation_prompts,
    warn_if_shared,
)
from workbench.versions import package_versions
from workbench.workspace import Workspace


def catalogue(workspace: Workspace) -> Catalogue:
    """Shipped checkpoints and those of the workspace."""
    return Catalogue([workspace.checkpoints, SHIPPED])


def find_prompt_set(workspace: Workspace, name: str) -> PromptSet:
    """A prompt set by file path, by its name in ``assets/prompts``, or in the store.

    Of a shipped set the store may hold only what was asked before.
    """
    path = Path(name)
    if path.suffix == ".jsonl" or path.is_file():
        return load_prompt_set(path)
    shipped = asset("prompts", f"{name}.jsonl")
    if shipped.exists():
        return load_prompt_set(shipped)
    stored = list(workspace.store.prompt_sets()["name"])
    if name in stored:
        return workspace.store.prompt_set(name)
    known = sorted({*stored, *(p.stem for p in asset("prompts").glob("*.jsonl"))})
    raise NotFoundError(
        f"Prompt set '{name}'",
        "there is no such file, and neither the store nor assets/prompts has that name",
        f"Name a JSONL file, or one of: {', '.join(known)}",
    )


def generate_responses(
    workspace: Workspace,
    run: str,
    checkpoint: CheckpointInfo,
    prompt_set: PromptSet,
    decoding: Decoding | None = None,
    progress: ProgressCallback | None = None,
) -> int:
    """Answer the prompts that the run has not answered yet; the number answered now.

    See ``workbench.answering.answer``. The checkpoint is loaded only where it is asked.
    """
    if not unanswered(workspace.store, run, checkpoint.name, prompt_set):
        return 0
    loaded = load(checkpoint, catalogue(workspace))
    asking = Asking(decoding, progress=progress)
    return answer(workspace.store, run, loaded, prompt_set, asking)


def run_generation(
    workspace: Workspace,
    checkpoint_name: str,
    prompt_set_name: str,
    languages: Sequence[str] | None = None,
    limit: int | None = None,
    decoding: Decoding | None = None,
    progress: ProgressCallback | None = None,
) -> str:
    """Let one checkpoint answer a prompt set; the name of the run."""
    checkpoint = catalogue(workspace).find(checkpoint_name)
    prompt_set = find_prompt_set(workspace, prompt_set_name).restricted(languages, limit)
    settings = decoding or checkpoint.decoding
    config = {
        "checkpoint": checkpoint.name,
        "prompt_set": prompt_set.name,
        "languages": prompt_set.languages,
        "limit": limit,
        "decoding": settings.model_dump(mode="json"),
    }
    run = f"{checkpoint.name}-{prompt_set.name}-{content_hash(config)[:8]}"
    workspace.store.start_run(RunRecord(run, "generate", config, package_versions()))
    generate_responses(workspace, run, checkpoint, prompt_set, settings, progress)
    workspace.store.finish_run(run, "finished")
    return run


def run_study(study: Study, workspace: Workspace, progress: ProgressCallback | None = None) -> str:
    """Train, generate and score everything a study declares; the name of its run.

    Where the study declares validation, that is a run of its own, which begins before the
    first training and can be looked at while they go on.
    """
    run = study.run_name
    store = workspace.store
    prompt_sets = study_prompts(study, workspace)
    store.start_run(RunRecord(run, "study", study.of_run, package_versions()))
    known = catalogue(workspace)
    checkpoints = [known.find(name) for name in study.checkpoints]
    validator = (
        make_validator(study, study.validation, workspace, progress) if study.validation else None
    )
    between = BetweenUpdates(observe=validator.observe) if validator else None
    for recipe in study.recipes():
        find = partial(find_prompt_set, workspace)
        train(recipe, workspace.checkpoints, progress, known, between, find)
        if validator:
            validator.complete(recipe, known)
        checkpoints.append(known.find(str(workspace.checkpoints / recipe.name)))
    if validator:
        store.finish_run(validator.run, "finished")
    for checkpoint in checkpoints:
        for prompt_set in prompt_sets:
            generate_responses(workspace, run, checkpoint, prompt_set, study.decoding, progress)
    languages = sorted({code for prompt_set in prompt_sets for code in prompt_set.languages})
    for name in study.detectors:
        score(store, run, make_detector(name, languages), progress, study.judges)
    store.finish_run(run, "finished")
    return run


def study_prompts(study: Study, workspace: Workspace) -> list[PromptSet]:
    """What a study asks."""
    return [
        find_prompt_set(workspace, choice.name).restricted(
            choice.languages or study.languages, choice.limit
        )
        for choice in study.prompt_sets
    ]


def make_validator(
    study: Study,
    settings: Validation,
    workspace: Workspace,
    progress: ProgressCallback | None = None,
) -> Validator:
    """Start the validation run of a study, or go on with it.

    Warns where the validation asks what the test asks. Raises InputError for prompts or
    packages that are not there.
    """
    declared = validation_run(study, settings, workspace)
    warn_if_shared(declared.prompts, study_prompts(study, workspace))
    examples = loss_examples(settings, declared.prompts.languages)
    trackers = make_trackers(study.report_to, declared.name, workspace.logs)
    workspace.store.start_run(
        RunRecord(declared.name, "validation", declared.config, package_versions())
    )
    return Validator(
        workspace.store,
        declared.name,
        declared.prompts,
        examples,
        declared.detector,
        settings,
        study.decoding,
        progress,
        trackers,
    )


class ValidationRun(NamedTuple):
    """The run that validation of a study is kept in."""

    name: str
    config: dict[str, Any]
    prompts: PromptSet
    detector: Detector


def validation_run(study: Study, settings: Validation, workspace: Workspace) -> ValidationRun:
    """Name and content of a study's validation run, whether or not it is there yet."""
    found = find_prompt_set(workspace, settings.prompt_set)
    prompts = validation_prompts(settings, found, study.languages)
    detector = make_detector(study.detectors[0], sorted(prompts.languages))
    config = {
        "study_run": study.run_name,
        "validation": settings.of_run,
        "languages": prompts.languages,
        "detector": detector.name,
    }
    name = f"{study.run_name}-validation-{content_hash(config)[:8]}"
    return ValidationRun(name, config, prompts, detector)


def score_run(
    workspace: Workspace,
    run: str,
    detector: str = DEFAULT_DETECTOR,
    languages: Sequence[str] | None = None,
    progress: ProgressCallback | None = None,
) -> None:
    """Score what a run has not scored yet with a detector.

    ``languages`` are those it may choose from: by default the ones the run's prompts
    expect; ``["all"]`` lifts the restriction.
    """
    known_runs(workspace.store, [run])
    if languages is None:
        languages = sorted(workspace.store.results([run])["language"].unique())
    restricted = None if list(languages) == ["all"] else languages
    score(workspace.store, run, make_detector(detector, restricted), progress)


def known_runs(store: Store, runs: Sequence[str] | None) -> list[str]:
    """The runs asked for, or all but those of validation; an error names what does not exist."""
    listed = store.runs()
    names = list(listed["name"])
    for run in runs or []:
        if run not in names:
            close = difflib.get_close_matches(run, names, n=1)
            raise NotFoundError(
                f"Run '{run}'",
                "the workspace has no run of that name",
                f"Did you mean '{close[0]}'?" if close else "See 'workbench runs'",
            )
    return list(runs) if runs else list(listed.loc[listed["kind"] != "validation", "name"])


def checkpoint_frame(known: Catalogue) -> pd.DataFrame:
    """The checkpoints of a catalogue, one row each."""
    rows = [
        {
            "name": info.name,
            "method": info.method,
            "base": info.base or "",
            "learning_rate": (info.recipe or {}).get("learning_rate"),
            "size": (info.recipe or {}).get("size"),
            "languages": "+".join((info.recipe or {}).get("languages", [])),
            "folder": str(info.path),
        }
        for info in known.all()
    ]
    return pd.DataFrame(rows)
