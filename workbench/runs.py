"""Runs: generate, score and whole studies, resumable at any point.

Everything that a run has finished is found again in the workspace: trained
checkpoints by their recipe's hash, responses and scores by unique keys. Starting the
same run again therefore goes on where it stopped and repeats nothing.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from workbench.assets import asset
from workbench.checkpoints import SHIPPED, Catalogue, CheckpointInfo, load
from workbench.errors import InputError, NotFoundError
from workbench.generation.decoding import Decoding
from workbench.generation.local import generate
from workbench.lid.detectors import make_detector
from workbench.progress import ProgressCallback
from workbench.prompts import Prompt, PromptSet, content_hash, load_prompt_set
from workbench.scoring import score
from workbench.store.records import ResponseRecord, RunRecord
from workbench.store.store import Store
from workbench.study import Study
from workbench.training.trainer import train
from workbench.versions import package_versions
from workbench.workspace import Workspace

SAVE_EVERY = 64
"""Responses written in one transaction: what a kill can lose."""


def catalogue(workspace: Workspace) -> Catalogue:
    """Shipped checkpoints and those of the workspace."""
    return Catalogue([workspace.checkpoints, SHIPPED])


def find_prompt_set(workspace: Workspace, name: str) -> PromptSet:
    """A prompt set by file path, by its name in the store, or in ``assets/prompts``."""
    path = Path(name)
    if path.suffix == ".jsonl" or path.is_file():
        return load_prompt_set(path)
    stored = list(workspace.store.prompt_sets()["name"])
    if name in stored:
        return workspace.store.prompt_set(name)
    shipped = asset("prompts", f"{name}.jsonl")
    if shipped.exists():
        return load_prompt_set(shipped)
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

    Answers are stored every ``SAVE_EVERY``, so a killed run loses no more than those.
    """
    store = workspace.store
    answered = store.answered(run, checkpoint.name, prompt_set.name)
    todo = [p for p in prompt_set.prompts if (p.parallel_id, p.language, 0) not in answered]
    if not todo:
        return 0
    _refuse_empty(prompt_set, todo)
    store.add_prompt_set(prompt_set)
    recipe = checkpoint.recipe or {}
    details = {"method": checkpoint.method, "base": checkpoint.base, "recipe": recipe}
    store.add_checkpoint(checkpoint.name, content_hash(details), details)
    chosen = decoding or checkpoint.decoding
    loaded = load(checkpoint, catalogue(workspace))
    waiting: list[ResponseRecord] = []
    label = f"{checkpoint.name}: answering"
    for done, (index, answer) in enumerate(
        generate(loaded, [prompt.messages for prompt in todo], chosen), start=1
    ):
        waiting.append(
            ResponseRecord(
                parallel_id=todo[index].parallel_id,
                language=todo[index].language,
                sample=0,
                text=answer.text,
                finish_reason=answer.finish_reason,
                prompt_tokens=answer.prompt_tokens,
                new_tokens=answer.new_tokens,
                seconds=answer.seconds,
                decoding=chosen.model_dump(mode="json"),
                missing_reason=answer.missing_reason,
            )
        )
        if len(waiting) >= SAVE_EVERY or done == len(todo):
            store.add_responses(run, checkpoint.name, prompt_set.name, waiting)
            waiting = []
            if progress:
                progress(done, len(todo), label)
    return len(todo)


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
    """Train, generate and score everything a study declares; the name of its run."""
    run = study.run_name
    store = workspace.store
    prompt_sets = [
        find_prompt_set(workspace, choice.name).restricted(study.languages, choice.limit)
        for choice in study.prompt_sets
    ]
    config = study.model_dump(mode="json")
    store.start_run(RunRecord(run, "study", config, package_versions()))
    known = catalogue(workspace)
    checkpoints = [known.find(name) for name in study.checkpoints]
    for recipe in study.recipes():
        folder = train(recipe, workspace.checkpoints, progress)
        checkpoints.append(catalogue(workspace).find(str(folder)))
    for checkpoint in checkpoints:
        for prompt_set in prompt_sets:
            generate_responses(workspace, run, checkpoint, prompt_set, study.decoding, progress)
    languages = sorted({code for prompt_set in prompt_sets for code in prompt_set.languages})
    for name in study.detectors:
        score(store, run, make_detector(name, languages), progress)
    store.finish_run(run, "finished")
    return run


def score_run(
    workspace: Workspace,
    run: str,
    detector: str = "langid",
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
    """The runs asked for, or all; an error names those that do not exist."""
    names = list(store.runs()["name"])
    for run in runs or []:
        if run not in names:
            close = difflib.get_close_matches(run, names, n=1)
            raise NotFoundError(
                f"Run '{run}'",
                "the workspace has no run of that name",
                f"Did you mean '{close[0]}'?" if close else "See 'workbench runs'",
            )
    return list(runs) if runs else names


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


def _refuse_empty(prompt_set: PromptSet, prompts: Sequence[Prompt]) -> None:
    without = [p.parallel_id for p in prompts if not p.messages]
    if without:
        raise InputError(
            f"Prompt set '{prompt_set.name}'",
            f"{len(without)} of its prompts have no text, '{without[0]}' for one",
            "Choose a prompt set with texts; sets that came with imported answers have none",
        )
