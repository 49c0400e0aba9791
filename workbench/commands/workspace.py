"""``workbench app``, ``runs``, ``checkpoints`` and ``import``: what is in a workspace."""

from __future__ import annotations

from pathlib import Path

from workbench.commands.options import Output, Place


def serve(
    *,
    port: int | None = None,
    browser: bool = True,
    host: str = "127.0.0.1",
    share: bool = False,
    auth: str | None = None,
    place: Place | None = None,
) -> None:
    """Open the app: chat with checkpoints and compare runs, at a local address.

    Parameters
    ----------
    port:
        Port to listen at; the first free one from 7860 on if not given.
    browser:
        Whether to open the page in the browser.
    host:
        Address to listen at; one that others can reach needs --auth.
    share:
        Make a link that can be opened from anywhere, through Gradio's servers; needs --auth.
    auth:
        Name that visitors must give, with the password in WORKBENCH_PASSWORD, which is asked
        for where it is not set.
    """
    from workbench.app.access import Access
    from workbench.app.app import launch

    access = Access(host, port, share, auth, browser)
    launch((place or Place()).open(), access)


def runs(*, output: Output | None = None) -> None:
    """List the runs of the workspace."""
    chosen = output or Output()
    chosen.show(chosen.open().store.runs())


def checkpoints(*, output: Output | None = None) -> None:
    """List the checkpoints that can be used: shipped ones and those of the workspace."""
    from workbench.runs import catalogue, checkpoint_frame

    chosen = output or Output()
    chosen.show(checkpoint_frame(catalogue(chosen.open())))


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
