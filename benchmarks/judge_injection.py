"""How far an LLM judge gives way to answers that try to sway it, with and without the guard.

    python -m benchmarks.judge_injection --base-url URL --model NAME [--rubric-language LL]

Needs an OpenAI-compatible endpoint; its key is read from WORKBENCH_JUDGE_API_KEY.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.judges import make_caller
from workbench.judging.injection import injection_table, load_injections
from workbench.judging.rubric import load_rubric
from workbench.judging.settings import JudgeSettings
from workbench.printing import print_frame
from workbench.workspace import Workspace


def main() -> None:
    fields = JudgeSettings.model_fields
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("base_url", "model", "rubric_language"):
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, default=fields[name].default, help=fields[name].description)
    parser.add_argument(
        "--workspace", type=Path, default=Path("workspace"), help="Folder of the judge's cache"
    )
    given = vars(parser.parse_args())
    workspace = Workspace(given.pop("workspace"))
    settings = JudgeSettings(**given)
    try:
        rubric = load_rubric(settings.rubric, settings.rubric_language)
        caller = make_caller(workspace, settings)
        caller.check()
        table = injection_table(caller, rubric, load_injections())
    except WorkbenchError as error:
        sys.exit(f"error: {error}")
    print_frame(table, "table")


if __name__ == "__main__":
    main()
