"""Errors for users as warnings in the app, with everything else left as it was."""

from __future__ import annotations

import functools
import html
from collections.abc import Callable
from typing import Any, ParamSpec

import gradio as gr

from workbench.errors import WorkbenchError

P = ParamSpec("P")


def warn(error: WorkbenchError) -> None:
    """Show what was given, why it cannot work and what to do."""
    # Gradio takes a title, but shows the kind of the message in its place.
    gr.Warning(html.escape(str(error)), title=html.escape(error.given), duration=20)


def reporting(handler: Callable[P, Any]) -> Callable[P, Any]:
    """The handler, showing a WorkbenchError as a warning and then changing nothing."""

    @functools.wraps(handler)
    def reported(*args: P.args, **kwargs: P.kwargs) -> Any:
        try:
            return handler(*args, **kwargs)
        except WorkbenchError as error:
            warn(error)
            return gr.skip()

    return reported
