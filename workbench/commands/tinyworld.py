"""``workbench tinyworld``: build the built-in tiny world, measure it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from workbench.commands.options import Place
from workbench.tinyworld.architecture import Architecture

tinyworld_app = App(name="tinyworld", help="The built-in tiny world: build it, measure it.")


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


@tinyworld_app.command(name="base")
def tinyworld_base(
    name: str,
    *,
    architecture: Architecture = "llama",
    steps: Annotated[int, Parameter(validator=Number(gte=1))] = 700,
    seed: int = 0,
    place: Place | None = None,
) -> None:
    """Pretrain a base of the tiny world in the workspace: about 4 minutes on two idle cores.

    It reads the text that the shipped one has read, less of it by default. A base of this
    name that is there already is left as it is. Prints its folder on the last line.

    Parameters
    ----------
    name:
        Name of the checkpoint, such as tiny-gpt2.
    architecture:
        Family of the model; all have about as many parameters.
    steps:
        Updates of 4,096 tokens; the shipped base has had 2,000.
    seed:
        Decides text and weights.
    """
    from workbench.progress import terminal_progress
    from workbench.tinyworld.build import build_base
    from workbench.tinyworld.pretraining import PretrainingRecipe

    recipe = PretrainingRecipe(architecture=architecture, steps=steps, seed=seed)
    folder = (place or Place()).open().checkpoints / name
    with terminal_progress() as progress:
        build_base(folder, recipe, progress)
    print(folder)


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
