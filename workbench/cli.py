"""The command line: a thin table of commands over the library's functions."""

from __future__ import annotations

import errno
import gc
import os
import sys

from cyclopts import App

from workbench import __version__
from workbench.errors import StoreError, WorkbenchError

COMMANDS = {
    "agreement": "comparison:agreement",
    "app": "workspace:serve",
    "checkpoints": "workspace:checkpoints",
    "compare": "comparison:compare",
    "data": "data:data",
    "elicit": "findings:elicit",
    "generate": "running:generate",
    "import": "workspace:import_",
    "judge": "judge:judge",
    "lid": "lid:lid_app",
    "presets": "data:presets",
    "publish": "study:publish",
    "ratings": "ratings:ratings_app",
    "run": "running:run",
    "runs": "workspace:runs",
    "schema": "study:schema",
    "score": "running:score",
    "select": "study:select",
    "signatures": "findings:signatures",
    "tinyworld": "tinyworld:tinyworld_app",
    "train": "running:train",
}
"""Where in ``workbench.commands`` each command is; imported when it is called."""

app = App(
    name="workbench",
    help="What does an LLM tuned on English instructions do in other languages?",
    version=__version__,
)
for _name, _place in COMMANDS.items():
    app.command(f"workbench.commands.{_place}", name=_name)


def main() -> None:
    """Run the command line; errors for users are printed without a traceback."""
    if sys.argv[1:2] in ([], ["--help"], ["-h"]):
        for name in COMMANDS:
            app[name]  # imports it, so that the list says what it does
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
    finally:
        gc.freeze()  # the process ends: no look for garbage is worth its time


def _report(error: WorkbenchError) -> int:
    print(f"error: {error}", file=sys.stderr)
    return 2
