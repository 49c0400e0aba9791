"""The command line: a thin table of commands over the library's functions."""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from workbench import __version__
from workbench.errors import StoreError, WorkbenchError

COMMANDS = {
    "agreement": "comparison:agreement",
    "app": "workspace:serve",
    "checkpoints": "checkpoints:checkpoints_app",
    "compare": "comparison:compare",
    "data": "data:data",
    "elicit": "findings:elicit",
    "export": "exchange:export_app",
    "generate": "running:generate",
    "import": "exchange:import_",
    "judge": "judge:judge",
    "lid": "lid:lid_app",
    "presets": "data:presets",
    "publish": "study:publish",
    "ratings": "ratings:ratings_app",
    "report": "report:report",
    "run": "running:run",
    "runs": "runs:runs_app",
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
    """Run the command line of this process."""
    try:
        give(sys.argv[1:])
    finally:
        gc.freeze()  # the process ends: no look for garbage is worth its time


def give(arguments: Sequence[str]) -> None:
    """Give a command; SystemExit where it fails, with errors for users printed in one line."""
    if not arguments or arguments[0] in ("--help", "-h"):
        for name in COMMANDS:
            app[name]  # imports it, so that the list says what it does
    try:
        app(arguments, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        from workbench.commands.refusals import refusal

        sys.exit(_report(refusal(error)))
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


def _report(error: WorkbenchError | str) -> int:
    print(f"error: {error}", file=sys.stderr)
    return 2
