"""The command line: a thin table of commands over the library's functions."""

from __future__ import annotations

import errno
import os
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from workbench import __version__
from workbench.commands.comparison import agreement, compare
from workbench.commands.data import data, presets
from workbench.commands.execution import Execution
from workbench.commands.findings import elicit, signatures
from workbench.commands.judge import judge
from workbench.commands.lid import lid_app
from workbench.commands.options import Output, Place, print_rates, split
from workbench.commands.ratings import ratings_app
from workbench.commands.study import publish, schema, select, show_plan
from workbench.commands.tinyworld import tinyworld_app
from workbench.errors import StoreError, WorkbenchError
from workbench.generation.variant import Variant
from workbench.lid.detectors import DEFAULT_DETECTOR

app = App(
    name="workbench",
    help="What does an LLM tuned on English instructions do in other languages?",
    version=__version__,
)
app.command(lid_app)
app.command(tinyworld_app)
app.command(agreement)
app.command(compare)
app.command(data)
app.command(presets)
app.command(ratings_app)
app.command(publish)
app.command(elicit)
app.command(judge)
app.command(schema)
app.command(select)
app.command(signatures)


@app.command(name="app")
def serve(
    *,
    port: int | None = None,
    browser: bool = True,
    place: Place | None = None,
) -> None:
    """Open the app: chat with checkpoints and compare runs, at a local address.

    Parameters
    ----------
    port:
        Port to listen at; the first free one from 7860 on if not given.
    browser:
        Whether to open the page in the browser.
    """
    from workbench.app.app import launch

    launch((place or Place()).workspace, port=port, browser=browser)


@app.command
def run(
    study: Path,
    *,
    dry_run: bool = False,
    execution: Execution | None = None,
    output: Output | None = None,
) -> None:
    """Run a study: train, generate and score all that it declares. Resumable.

    Prints the run's name alone on the last line.

    Parameters
    ----------
    study:
        Study file (YAML), or the name of a shipped study: architecture, base-without-tuning,
        data-size, language-mix, learning-rate, mitigation.
    dry_run:
        Print the cells instead, with what each would take; nothing is made.
    """
    from workbench.progress import terminal_progress
    from workbench.runs import run_study
    from workbench.study import load_study

    declared, chosen = load_study(study), output or Output()
    if dry_run:
        show_plan(declared, chosen)
        return
    executor = (execution or Execution()).make()
    with terminal_progress() as progress:
        name = run_study(declared, chosen.open(), progress, executor)
    print(name)


@app.command
def train(recipe: Path, *, processes: int = 1, place: Place | None = None) -> None:
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
    from workbench.runs import find_prompt_set
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
            Sources(prompt_sets=partial(find_prompt_set, workspace)),
        )
    if is_first():
        print(folder)


@app.command
def generate(
    checkpoint: str,
    prompts: str,
    *,
    languages: tuple[str, ...] = (),
    limit: int | None = None,
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


@app.command
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


@app.command
def runs(*, output: Output | None = None) -> None:
    """List the runs of the workspace."""
    chosen = output or Output()
    chosen.show(chosen.open().store.runs())


@app.command
def checkpoints(*, output: Output | None = None) -> None:
    """List the checkpoints that can be used: shipped ones and those of the workspace."""
    from workbench.runs import catalogue, checkpoint_frame

    chosen = output or Output()
    chosen.show(checkpoint_frame(catalogue(chosen.open())))


@app.command(name="import")
def import_(file: Path, *, place: Place | None = None) -> None:
    """Import answers (LCB CSV) or prompts (the paper's files, prompt JSONL).

    Prints the name of the run, or of the prompt set, alone on the last line.

    Parameters
    ----------
    file:
        File to import.
    """
    from workbench.importing import import_file

    print(import_file((place or Place()).open().store, file))


def main() -> None:
    """Run the command line; errors for users are printed without a traceback."""
    try:
        app()
    except WorkbenchError as error:
        sys.exit(_report(error))
    except KeyboardInterrupt:
        print("stopped; the same command goes on from here", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read the output, such as 'head', has had enough; nor can it be flushed at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        sys.exit(
            _report(
                StoreError(
                    "Writing to disk",
                    "no space is left on the device",
                    "Free some space, then give the same command again: it goes on from here",
                )
            )
        )


def _report(error: WorkbenchError) -> int:
    print(f"error: {error}", file=sys.stderr)
    return 2
