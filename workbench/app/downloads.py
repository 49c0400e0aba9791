"""Files that the browser fetches: written when asked for, and gone once it has them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from workbench.app.feedback import warn
from workbench.errors import WorkbenchError


def offered(write: Callable[[Path], Path]) -> Iterator[Any]:
    """Updates of a download for the file that ``write`` makes in a folder that it is given.

    A WorkbenchError is shown as a warning, and nothing is offered.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            path = write(Path(folder))
        except WorkbenchError as error:
            warn(error)
            yield gr.update(value=None)
            return
        # While this is shown the server makes a copy of its own.
        yield gr.update(value=str(path))
