"""The command line: a thin table of commands over the library's functions."""

from __future__ import annotations

import errno
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from workbench import __version__
from workbench.errors import StoreError, WorkbenchError

if TYPE_CHECKING:
    import pandas as pd

    from workbench.workspace import Workspace

app = App(
    name="workbench",
    help="What does an LLM tuned on English instructions do in other languages?",
    version=__version__,
)
tinyworld_app = App(name="tinyworld", help="The built-in tiny world: build it, measure it.")
app.command(tinyworld_app)


@Parameter(name="*")
@dataclass(frozen=True)
class Place:
    """Where results are kept."""

    workspace: Annotated[Path, Parameter(help="Folder of database and trained checkpoints")] = Path(
        "workspace"
    )

    def open(self) -> Workspace:
        """The workspace at that folder."""
        from workbench.workspace import Workspace

        return Workspace(self.workspace)


@Parameter(name="*")
@dataclass(frozen=True)
class Output(Place):
    """Where results are kept, and how they are printed."""

    format: Annotated[
        Literal["table", "csv", "json"], Parameter(help="How results are printed")
    ] = "table"

    def show(self, frame: pd.DataFrame) -> None:
        """Print a result."""
        from workbench.printing import print_frame

        print_frame(frame, self.format)


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
def run(study: Path, *, place: Place | None = None) -> None:
    """Run a study: train, generate and score all that it declares. Resumable.

    Prints the run's name alone on the last line.

    Parameters
    ----------
    study:
        Study file (YAML), or the name of a shipped study: base-without-tuning,
        data-size, learning-rate.
    """
    from workbench.progress import terminal_progress
    from workbench.runs import run_study
    from workbench.study import load_study

    declared = load_study(study)
    with terminal_progress() as progress:
        name = run_study(declared, (place or Place()).open(), progress)
    print(name)


@app.command
def train(recipe: Path, *, place: Place | None = None) -> None:
    """Train one checkpoint from a recipe file. Resumes after a kill.

    Prints the checkpoint's folder on the last line.

    Parameters
    ----------
    recipe:
        Recipe file (YAML).
    """
    from workbench.progress import terminal_progress
    from workbench.training.recipe import load_recipe
    from workbench.training.trainer import train as train_recipe

    declared = load_recipe(recipe)
    with terminal_progress() as progress:
        folder = train_recipe(declared, (place or Place()).open().checkpoints, progress)
    print(folder)


@app.command
def generate(
    checkpoint: str,
    prompts: str,
    *,
    languages: tuple[str, ...] = (),
    limit: int | None = None,
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
            workspace, checkpoint, prompts, split(languages), limit, progress=progress
        )
    print(name)


@app.command
def score(
    run: str,
    *,
    detector: str = "langid",
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
        What identifies languages: langid or lexicon (the tiny world's own).
    languages:
        Languages it may choose from; those of the run's prompts if not given, 'all' for all.
    """
    from workbench.progress import terminal_progress
    from workbench.runs import score_run

    chosen = output or Output()
    workspace = chosen.open()
    with terminal_progress() as progress:
        score_run(workspace, run, detector, split(languages), progress)
    _print_rates(chosen, [run], detector, "right_language")


@app.command
def compare(
    *runs: str,
    measure: Literal["right_language", "line_pass", "accuracy", "ended"] = "right_language",
    by: tuple[str, ...] = ("checkpoint", "language"),
    detector: str = "langid",
    output: Output | None = None,
) -> None:
    """Rates with 95% intervals and counts, over one or more runs.

    Parameters
    ----------
    runs:
        Names of runs; all if not given.
    measure:
        What is compared.
    by:
        Columns to group by, such as checkpoint, language, task, tier, learning_rate, size.
    detector:
        Whose verdicts on language count.
    """
    _print_rates(output or Output(), list(runs) or None, detector, measure, split(by) or [])


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


@tinyworld_app.command(name="build")
def tinyworld_build(
    *,
    out: Path = Path("checkpoints"),
    seed: int = 0,
    assets: bool = False,
) -> None:
    """Build the tiny world's base and tuned checkpoints: about 20 minutes on two idle cores.

    Finished checkpoints in the folder are kept; delete one to have it built anew.

    Parameters
    ----------
    out:
        Folder for the checkpoints.
    seed:
        Decides text and weights; same seed, same weights on the same machine.
    assets:
        Write prompt sets and instruction data anew from the lexicon first.
    """
    from workbench.assets import asset
    from workbench.progress import terminal_progress
    from workbench.tinyworld.build import build
    from workbench.tinyworld.datasets import write_datasets
    from workbench.tinyworld.evaluation import describe
    from workbench.tinyworld.world import load_world
    from workbench.workspace import Workspace

    if assets:
        write_datasets(load_world(), asset())
    with terminal_progress() as progress, TemporaryDirectory() as scratch:
        for folder in build(out, seed, progress=progress):
            print(folder)
        describe(out, Workspace(Path(scratch)), progress)


@tinyworld_app.command(name="evaluate")
def tinyworld_evaluate(*seeds: int, pretrain: bool = False, place: Place | None = None) -> None:
    """Tune and measure the tiny world with several seeds: about ten minutes each.

    The measurements go to assets/tinyworld/results.json, from which
    'workbench tinyworld table' makes the README's table.

    Parameters
    ----------
    seeds:
        Seeds; 0, 1 and 2 if not given.
    pretrain:
        Pretrain a base with each seed too, instead of tuning the shipped one.
    """
    from workbench.assets import asset
    from workbench.checkpoints import SHIPPED
    from workbench.progress import terminal_progress
    from workbench.tinyworld.build import BASE
    from workbench.tinyworld.evaluation import RESULTS, evaluate_seed, save_results

    workspace = (place or Place()).open()
    base = None if pretrain else SHIPPED / BASE
    folder = workspace.folder / ("tinyworld-pretrained" if pretrain else "tinyworld")
    rates = {}
    with terminal_progress() as progress:
        for seed in seeds or (0, 1, 2):
            rates[seed] = evaluate_seed(folder, workspace, seed, base, progress)
    save_results(rates, asset(*RESULTS))


@tinyworld_app.command(name="table")
def tinyworld_table() -> None:
    """Print the tiny world's measurements as the Markdown tables of the README."""
    from workbench.tinyworld.evaluation import markdown_tables

    print(markdown_tables())


def split(values: tuple[str, ...]) -> list[str] | None:
    """Values given one by one or with commas between them; None for no value."""
    parts = [part.strip() for value in values for part in value.split(",") if part.strip()]
    return parts or None


def _print_rates(
    output: Output,
    runs: list[str] | None,
    detector: str,
    measure: str,
    by: list[str] | None = None,
) -> None:
    from workbench.runs import known_runs
    from workbench.statistics import rate_table

    store = output.open().store
    results = store.results(known_runs(store, runs), detector=detector)
    output.show(rate_table(results, measure, by or ["checkpoint", "language"]))


def main() -> None:
    """Run the command line; errors for users are printed without a traceback."""
    try:
        app()
    except WorkbenchError as error:
        sys.exit(_report(error))
    except KeyboardInterrupt:
        print("stopped; the same command goes on from here", file=sys.stderr)
        sys.exit(130)
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
