"""``workbench checkpoints``: what can be asked, and what is added or given away."""

from __future__ import annotations

from pathlib import Path

from cyclopts import App

from workbench.commands.options import Output, Place

checkpoints_app = App(name="checkpoints", help="Checkpoints: list, add, remove, export.")


@checkpoints_app.default
def list_(*, output: Output | None = None) -> None:
    """List the checkpoints that can be used: shipped, trained here, and added."""
    from workbench.runs import catalogue, checkpoint_frame

    chosen = output or Output()
    chosen.show(checkpoint_frame(catalogue(chosen.open())))


@checkpoints_app.command
def add(source: str, *, name: str = "", place: Place | None = None) -> None:
    """Add a folder or a model of the hub to the workspace, once it is sure it can be used.

    Nothing is copied; a model of the hub is downloaded when it is first asked. Weights must be
    safetensors, and no code of a model is run.

    Parameters
    ----------
    source:
        Folder, or hub id such as OWNER/NAME.
    name:
        What it is called here; the folder's name or the hub id if not given.
    """
    from workbench.added_checkpoints import of_workspace
    from workbench.runs import catalogue

    workspace = (place or Place()).open()
    print(of_workspace(workspace).add(source, catalogue(workspace), name).name)


@checkpoints_app.command
def remove(name: str, *, place: Place | None = None) -> None:
    """Take a checkpoint that was added off the list; its files stay where they are.

    Parameters
    ----------
    name:
        What it is called here.
    """
    from workbench.added_checkpoints import of_workspace

    of_workspace((place or Place()).open()).remove(name)


@checkpoints_app.command
def export(name: str, *, out: Path, license: str | None = None, place: Place | None = None) -> None:
    """Write a checkpoint with its model card and recipe, to be shared or put on the hub.

    The card has the rates by language of the run with most answers of it. Prints where it lies.

    Parameters
    ----------
    name:
        Name of the checkpoint, or NAME@STEP.
    out:
        New folder, or archive if it ends in .zip.
    license:
        SPDX identifier of the licence, such as apache-2.0; left open in the card if not given.
    """
    from workbench.checkpoint_export import export_checkpoint
    from workbench.checkpoint_profiles import Profiles
    from workbench.runs import catalogue

    workspace = (place or Place()).open()
    info = catalogue(workspace).find(name)
    print(export_checkpoint(info, out, Profiles(workspace.store).of(info), license))
