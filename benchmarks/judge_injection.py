"""How far an LLM judge gives way to answers that try to sway it, with and without the guard.

    python -m benchmarks.judge_injection --base-url URL --model NAME [--rubric-language LL]

Needs an OpenAI-compatible endpoint; its key is read from WORKBENCH_JUDGE_API_KEY.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from workbench.judges import make_caller
from workbench.judging.injection import injection_table, load_injections
from workbench.judging.rubric import load_rubric
from workbench.judging.settings import JudgeSettings
from workbench.printing import print_frame
from workbench.workspace import Workspace


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--rubric-language", default="en")
    parser.add_argument("--workspace", type=Path, default=Path("workspace"))
    given = parser.parse_args()
    settings = JudgeSettings(
        base_url=given.base_url, model=given.model, rubric_language=given.rubric_language
    )
    rubric = load_rubric(settings.rubric, settings.rubric_language)
    caller = make_caller(Workspace(given.workspace), settings)
    print_frame(injection_table(caller, rubric, load_injections()), "table")


if __name__ == "__main__":
    main()
