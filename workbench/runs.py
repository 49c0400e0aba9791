"""Runs: generate, score and whole studies, resumable at any point.

Everything that a run has finished is found again in the workspace: trained
checkpoints by their recipe's hash, responses and scores by unique keys. Starting the
same run again therefore goes on where it stopped and repeats nothing.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import pandas as pd

from workbench.added_checkpoints import FILE as ADDED
from workbench.answering import Asking
from workbench.asking import Asked, ask, check_variant
from workbench.checkpoints import SHIPPED, Catalogue, CheckpointInfo
from workbench.errors import NotFoundError
from workbench.executing import executing
from workbench.executors.executor import Executor, Task, raise_failures
from workbench.executors.local import LocalExecutor
from workbench.generation.decoding import Decoding
from workbench.generation.variant import AS_IT_IS, Variant
from workbench.languages import UNKNOWN_LANGUAGE
from workbench.lid.detector import Detector
from workbench.lid.detectors import DEFAULT_DETECTOR, make_detector
from workbench.memory import Memory
from workbench.progress import ProgressCallback
from workbench.prompts import (
    PROMPT_SETS,
    PromptSet,
    content_hash,
    languages_of,
    load_prompt_set,
)
from workbench.scoring import score
from workbench.store.records import RunRecord
from workbench.store.store import Store
from workbench.study import Study
from workbench.study_files import note_study
from workbench.study_judges import Tell, check_judges, judge_study, ready_judges
from workbench.training.observing import BetweenUpdates
from workbench.training.preparing import BASE
from workbench.training.sources import Sources
from workbench.training.trainer import train
from workbench.validation.settings import Validation
from workbench.validation.tracking import check_trackers, make_trackers
from workbench.validation.validator import (
    Validator,
    loss_examples,
    validation_prompts,
    warn_if_shared,
)
from workbench.versions import package_versions
from workbench.workspace import Workspace


def catalogue(workspace: Workspace) -> Catalogue:
    """Shipped checkpoints, those of the workspace, and those that were added to it."""
    return Catalogue([workspace.checkpoints, SHIPPED], workspace.folder / ADDED)


def find_prompt_set(workspace: Workspace, name: str) -> PromptSet:
    """A prompt set by file path, by its name in ``assets/prompts``, or in the store.

    Of a shipped set the store may hold only what was asked before.
    """
    path = PROMPT_SETS.find(name)
    if path is None or not path.is_file():
        stored = list(workspace.store.prompt_sets()["name"])
        if name in stored:
            return workspace.store.prompt_set(name)
        if path is None:
            raise PROMPT_SETS.unknown(name, stored)
    return load_prompt_set(path)


def generate_responses(
    workspace: Workspace,
    run: str,
    checkpoint: CheckpointInfo,
    prompt_set: PromptSet,
    decoding: Decoding | None = None,
    progress: ProgressCallback | None = None,
) -> int:
    """Answer the prompts that the run has not answered yet; the number answered now.

    See ``workbench.asking.ask``, which also asks checkpoints as variants. The checkpoint is
    loaded only where it is asked.
    """
    asked, asking = Asked(checkpoint, catalogue(workspace)), Asking(decoding, progress=progress)
    return ask(workspace.store, run, asked, [prompt_set], asking=asking)


def run_generation(
    workspace: Workspace,
    checkpoint_name: str,
    prompt_set_name: str,
    languages: Sequence[str] | None = None,
    limit: int | None = None,
    decoding: Decoding | None = None,
    progress: ProgressCallback | None = None,
    variant: Variant = AS_IT_IS,
) -> str:
    """Let one checkpoint answer a prompt set, as it is or as a variant; the name of the run."""
    known = catalogue(workspace)
    checkpoint = known.find(checkpoint_name)
    check_variant(checkpoint, variant)
    found = find_prompt_set(workspace, prompt_set_name)
    found.check_languages(languages or ())
    prompt_set = found.restricted(languages, limit)
    settings = decoding or checkpoint.decoding
    config = {
        "checkpoint": checkpoint.name,
        "prompt_set": prompt_set.name,
        "languages": prompt_set.languages,
        "limit": limit,
        "decoding": settings.model_dump(mode="json"),
        **({} if variant == AS_IT_IS else {"variant": variant.options}),
    }
    asked, asking = Asked(checkpoint, known), Asking(settings, progress=progress)
    name = variant.named(checkpoint.name)
    run = f"{name}-{prompt_set.name}-{content_hash(config)[:8]}"
    workspace.store.start_run(RunRecord(run, "generate", config, package_versions()))
    with executing(workspace.store, run):
        ask(workspace.store, run, asked, [prompt_set], [variant], asking)
    workspace.store.finish_run(run, "finished")
    return run


def run_study(
    study: Study,
    workspace: Workspace,
    progress: ProgressCallback | None = None,
    executor: Executor | None = None,
    tell: Tell | None = None,
) -> str:
    """Train, generate, score and judge everything a study declares; the name of its run.

    Where the study declares validation, that is a run of its own, which begins before the
    first training and can be looked at while they go on. Cells are trained, and checkpoints
    asked, by ``executor``, one after the other in this process if ``None``. ``tell`` is given
    lines on what judges that ask models did.

    Raises StudyError where cells or judges failed, after all that the others need is done;
    what would stop a judge in the end is an error before anything is trained.
    """
    run = study.run_name
    store = workspace.store
    prompt_sets = study_prompts(study, workspace)
    languages = languages_of(prompt_sets)
    judges = ready_judges(study, workspace, languages)
    if not _finished(store, run):
        check_judges(judges, workspace)
    note_study(study, workspace)
    store.start_run(RunRecord(run, "study", study.of_run, package_versions()))
    with ExitStack() as ends:
        ends.enter_context(executing(store, run))
        known = catalogue(workspace)
        ready = [str(known.find(name).path) for name in study.checkpoints]
        validation = None
        if study.validation:
            validation = start_validation(study, study.validation, workspace)
            ends.enter_context(executing(store, validation.name))
        does = executor or LocalExecutor()
        cells = [recipe.name for recipe in study.recipes()]
        errors = does.run(
            [Task(name, partial(train_cell, study, name, workspace)) for name in cells], progress
        )
        trained = [str(workspace.checkpoints / name) for name in cells if name not in errors]
        if validation and not errors:
            store.finish_run(validation.name, "finished")
        asked = [*ready, *trained]
        errors |= does.run(
            [Task(path, partial(answer_cell, study, path, workspace)) for path in asked], progress
        )
        for name in study.detectors:
            score(store, run, make_detector(name, languages), progress, study.rules)
        failed = judge_study(run, judges, workspace, progress, tell)
        raise_failures(study.name, errors | failed, "cells and judges" if failed else "cells")
    store.finish_run(run, "finished")
    return run


def _finished(store: Store, run: str) -> bool:
    runs = store.runs()
    return bool((runs["status"][runs["name"] == run] == "finished").any())


def train_cell(
    study: Study, name: str, workspace: Workspace, progress: ProgressCallback, memory: Memory
) -> None:
    """Train a recipe of a study, by its name, and validate what it keeps."""
    (recipe,) = (recipe for recipe in study.recipes() if recipe.name == name)
    known = catalogue(workspace)
    validator = None
    if study.validation:
        made = memory.recall(
            "validator", study.run_name, partial(make_validator, study, study.validation, workspace)
        )
        validator = replace(made, progress=progress)
    between = BetweenUpdates(observe=validator.observe if validator else None)
    sources = Sources(known, partial(find_prompt_set, workspace), memory)
    train(recipe, workspace.checkpoints, progress, sources, between)
    if validator:
        validator.complete(recipe, known)


def answer_cell(
    study: Study, checkpoint: str, workspace: Workspace, progress: ProgressCallback, memory: Memory
) -> None:
    """Let a checkpoint, by its folder, answer all that a study asks."""
    # What cells were trained on is needed no longer, and may take half of a GPU.
    memory.forget(BASE)
    known = catalogue(workspace)
    info = known.find(checkpoint)
    asked = Asked(info, known, study.chat_template)
    prompt_sets, variants = study_prompts(study, workspace), study.variants_of(info.method)
    asking = Asking(study.decoding, progress=progress)
    ask(workspace.store, study.run_name, asked, prompt_sets, variants, asking)


def study_prompts(study: Study, workspace: Workspace) -> list[PromptSet]:
    """What a study asks; InputError for a prompt set that has none in its languages.

    A set may lack languages of the study, as long as it has one of them.
    """
    chosen = []
    for choice in study.prompt_sets:
        found = find_prompt_set(workspace, choice.name)
        found.check_languages(choice.languages or ())
        restricted = found.restricted(choice.languages or study.languages, choice.limit)
        if not restricted.prompts:
            found.check_languages(study.languages or ())
        chosen.append(restricted)
    return chosen


def start_validation(study: Study, settings: Validation, workspace: Workspace) -> ValidationRun:
    """Start the validation run of a study, or go on with it.

    Warns where the validation asks what the test asks. Raises InputError for prompts or
    packages that are not there.
    """
    declared = validation_run(study, settings, workspace)
    warn_if_shared(declared.prompts, study_prompts(study, workspace))
    loss_examples(settings, declared.prompts.languages)
    check_trackers(study.report_to)
    workspace.store.start_run(
        RunRecord(declared.name, "validation", declared.config, package_versions())
    )
    return declared


def make_validator(study: Study, settings: Validation, workspace: Workspace) -> Validator:
    """What validates the cells of a study in this process; its run has been started."""
    declared = validation_run(study, settings, workspace)
    return Validator(
        workspace.store,
        declared.name,
        declared.prompts,
        loss_examples(settings, declared.prompts.languages),
        declared.detector,
        settings,
        study.decoding,
        trackers=make_trackers(study.report_to, declared.name, workspace.logs),
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
        expected = set(workspace.store.results([run])["language"]) - {UNKNOWN_LANGUAGE}
        # Where no prompt states one, a detector may choose from all that it knows.
        languages = sorted(expected) or ["all"]
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
