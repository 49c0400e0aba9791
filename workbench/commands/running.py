"""``workbench run``, ``train``, ``generate`` and ``score``: from a file to scored answers."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from workbench.commands.execution import Execution
from workbench.commands.options import Output, Place, print_rates, split
from workbench.commands.study import show_plan
from workbench.generation.variant import Variant
from workbench.lid.detectors import DEFAULT_DETECTOR


def run(
    study: Path,
    *,
    dry_run: bool = False,
    execution: Execution | None = None,
    output: Output | None = None,
) -> None:
    """Run a study: train, generate, score and judge all that it declares. Resumable.

    Prints the run's name alone on the last line.

    Parameters
    ----------
    study:
        Study file (YAML), or the name of a shipped study: architecture, base-without-tuning,
        data-size, language-mix, learning-rate, mitigation.
    dry_run:
        Print the cells instead, with what each would take, and what judging would cost;
        nothing is made, nothing is sent.
    """
    from workbench.progress import terminal_progress
    from workbench.runs import run_study
    from workbench.study import load_study

    declared, chosen = load_study(study), output or Output()
    if dry_run:
        show_plan(declared, chosen)
        return
    executor = (execution or Execution()).make()
    told: list[str] = []
    try:
        with terminal_progress() as progress:
            name = run_study(declared, chosen.open(), progress, executor, told.append)
    finally:
        for line in told:
            print(line, file=sys.stderr)
    print(name)


def train(
    recipe: Path,
    *,
    processes: Annotated[int, Parameter(validator=Number(gte=1))] = 1,
    place: Place | None = None,
) -> None:
    """Train one checkpoint from a recipe file. Resumes after a kill.

    Prints the checkpoint's folder on the last line.

    Parameters
    ----------
    recipe:
        Recipe file (YAML), or the name of a shipped recipe or of one that 'workbench
        presets' lists.
    processes:
        Processes that train it together, each on a GPU of its own where there are some, as
        torchrun starts them.
    """
    from workbench.executors.torchrun import launch
    from workbench.progress import terminal_progress
    from workbench.runs import catalogue, find_prompt_set
    from workbench.training.recipe import load_recipe
    from workbench.training.sources import Sources
    from workbench.training.team import is_first
    from workbench.training.trainer import train as train_recipe

    declared, chosen = load_recipe(recipe), place or Place()
    if processes > 1:
        sys.exit(launch(processes, ["train", str(recipe), "--workspace", str(chosen.workspace)]))
    workspace = chosen.open()
    with terminal_progress() as progress:
        folder = train_recipe(
            declared,
            workspace.checkpoints,
            progress,
            Sources(catalogue(workspace), partial(find_prompt_set, workspace)),
        )
    if is_first():
        print(folder)


def generate(
    checkpoint: str,
    prompts: str,
    *,
    languages: tuple[str, ...] = (),
    limit: Annotated[int | None, Parameter(validator=Number(gte=1))] = None,
    variant: Annotated[Variant | None, Parameter(name="*")] = None,
    place: Place | None = None,
) -> None:
    """Let a checkpoint answer a prompt set. A killed run resumes and repeats nothing.

    Prints the run's name alone on the last line.

    Parameters
    ----------
    checkpoint:
        Name of a checkpoint, a folder, or a hub id.
    prompts:
        Prompt set: a JSONL file, or a name in the store or in assets/prompts.
    languages:
        Only these languages.
    limit:
        At most this many prompts of each language, evenly spaced.
    """
    from workbench.progress import terminal_progress
    from workbench.runs import run_generation

    workspace = (place or Place()).open()
    with terminal_progress() as progress:
        name = run_generation(
            workspace,
            checkpoint,
            prompts,
            split(languages),
            limit,
            progress=progress,
            variant=variant or Variant(),
        )
    print(name)


def score(
    run: str,
    *,
    detector: str = DEFAULT_DETECTOR,
    languages: tuple[str, ...] = (),
    output: Output | None = None,
) -> None:
    """Score a run: language of each response, line pass rate, reference accuracy.

    Only what has no score yet is scored. Prints the rates by checkpoint and language.

    Parameters
    ----------
    run:
        Name of the run.
    detector:
        What identifies languages: py3langid, langid, fasttext, lingua, or lexicon (the tiny
        world's own).
    languages:
        Languages it may choose from; those of the run's prompts if not given, 'all' for all.
    """
    from workbench.progress import terminal_progress
    from workbench.runs import score_run

    chosen = output or Output()
    workspace = chosen.open()
    with terminal_progress() as progress:
        score_run(workspace, run, detector, split(languages), progress)
    print_rates(chosen, [run], detector, "right_language")
