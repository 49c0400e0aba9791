"""``workbench runs``: the runs of a workspace, and the trash."""

from __future__ import annotations

import sys

from cyclopts import App

from workbench.commands.options import Output, Place

runs_app = App(name="runs", help="The runs of a workspace: list, delete, restore.")


@runs_app.default
def list_(*, output: Output | None = None) -> None:
    """List the runs of the workspace."""
    from workbench.jobs import Jobs

    chosen = output or Output()
    workspace = chosen.open()
    Jobs(workspace).settle()
    chosen.show(workspace.store.runs())


@runs_app.command
def delete(
    run: str, *, yes: bool = False, checkpoints: bool = False, place: Place | None = None
) -> None:
    """Move a run to the trash of the workspace, with its answers, ratings and log.

    It says what goes and asks for the run's name first; 'workbench runs restore' brings it back.

    Parameters
    ----------
    run:
        Name of the run.
    yes:
        Do not ask.
    checkpoints:
        Move the checkpoints that it trained as well, unless another run asks them.
    """
    from workbench.trash import Trash

    trash = Trash((place or Place()).open())
    found = trash.contents(run)
    if not yes:
        print(f"{run} goes to the trash with {found.words}.")
        if found.checkpoints:
            what = "go, too" if checkpoints else "stay; --checkpoints moves them as well"
            print(f"{found.checkpoint_words} {what}.")
        _confirm(run, "--yes")
    trash.delete(run, checkpoints)
    print(f"{run} is in the trash; 'workbench runs restore {run}' brings it back")


@runs_app.command
def restore(run: str, *, place: Place | None = None) -> None:
    """Bring a run back from the trash, with all that went with it.

    Parameters
    ----------
    run:
        Name of the run; of several that had this name, the one deleted last.
    """
    from workbench.trash import Trash

    deleted = Trash((place or Place()).open()).restore(run)
    print(f"{deleted.run} is back with {deleted.words}")


@runs_app.command
def stopped(run: str, *, place: Place | None = None) -> None:
    """Call a run stopped that went on on a machine that is gone.

    A run of this machine is looked at, so that it needs no such command.

    Parameters
    ----------
    run:
        Name of the run.
    """
    from workbench.jobs import Jobs

    Jobs((place or Place()).open()).call_stopped(run)


@runs_app.command(name="trash")
def trash_(*, empty: bool = False, yes: bool = False, output: Output | None = None) -> None:
    """List the runs in the trash, or delete them for good.

    Parameters
    ----------
    empty:
        Delete all of them for good.
    yes:
        Do not ask.
    """
    import pandas as pd

    from workbench.trash import Trash

    chosen = output or Output()
    trash = Trash(chosen.open())
    deleted = trash.all()
    if not empty:
        columns = ["run", "when", "responses", "by_people", "by_judges", "with_checkpoints"]
        rows = [one.model_dump(include=set(columns)) for one in deleted]
        chosen.show(pd.DataFrame(rows, columns=columns))
        return
    if deleted and not yes:
        print(f"{len(deleted)} runs are deleted for good, with their answers and ratings.")
        _confirm("empty", "--yes")
    for one in deleted:
        trash.remove(one.name)
    print(f"{len(deleted)} runs deleted for good")


def _confirm(word: str, option: str) -> None:
    """Wait for a word to be typed; InputError where something else is, or nobody is there."""
    from workbench.errors import InputError

    if not sys.stdin.isatty():
        raise InputError(
            "Deleting", "nobody is there to be asked", f"Add {option} to do it without asking"
        )
    if input(f"Type '{word}' to go on: ").strip() != word:
        raise InputError("Deleting", "that was not the word", "Nothing was changed")
