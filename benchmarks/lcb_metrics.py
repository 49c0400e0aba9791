"""All metrics of the Language Confusion Benchmark for its published answers, in one run.

    python -m benchmarks.lcb_metrics [--script PATH]

The workbench's command on all files at once, against the published steps one file a run
(``lcb_steps.py``; with ``--script`` the benchmark's own script, started by you with the
files' names in place of {} in ``--arguments``). Both read the same files with the same
model and word list, start-up included; every cell is checked equal before anything is timed.
"""

from __future__ import annotations

import argparse
import io
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from benchmarks.data import data_folder
from workbench.assets import PROJECT_ROOT

KEYS = ["task", "model", "source", "language"]
RATES = ["lpr", "wpr", "acc"]
MODELS = (
    "command-r-base",
    "command-r-plus-base",
    "command-r",
    "gpt-3.5-turbo",
    "llama-3-instruct",
    "mistral-8x7b",
)
REPEATS = 3


def main() -> None:
    """Check, time, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--script", type=Path, help="the benchmark's own script, to time as well")
    parser.add_argument(
        "--arguments", default="{}", help="arguments of that script; {} is the file of answers"
    )
    options = parser.parse_args()
    folder = data_folder("lcb")
    if folder is None:
        sys.exit("WORKBENCH_DATA has no lcb folder: the benchmark's words and outputs")
    words = folder / "words"
    files = [folder / "outputs" / f"{model}.csv" for model in MODELS]
    steps = PROJECT_ROOT / "benchmarks" / "lcb_steps.py"
    peers = {"published steps": [[str(steps), str(words), str(file)] for file in files]}
    command = "from workbench.cli import main; main()"
    own = ["-c", command, "lid", "passrates", *map(str, files)]
    own += ["--detector", "fasttext", "--words", str(words), "--format", "csv"]
    ours = {"workbench": [own]}
    theirs, mine = (_rates(_run(runs)) for runs in (*peers.values(), *ours.values()))
    _check(mine, theirs)
    print(f"{len(mine)} rows of {', '.join(RATES)}: equal in every cell")
    if options.script:
        arguments = [shlex.split(options.arguments.replace("{}", str(file))) for file in files]
        peers["the script"] = [[str(options.script), *own] for own in arguments]
    seconds = {name: _best(runs) for name, runs in (ours | peers).items()}
    for name, value in seconds.items():
        print(f"{name:<16} {value:6.2f} s   {value / seconds['workbench']:5.1f}x")


def _run(runs: Sequence[Sequence[str]]) -> list[str]:
    """What each run prints."""
    return [
        subprocess.run(
            [sys.executable, *arguments],
            cwd=PROJECT_ROOT,
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ).stdout
        for arguments in runs
    ]


def _rates(outputs: Sequence[str]) -> pd.DataFrame:
    tables = (
        pd.read_csv(io.StringIO(text), keep_default_na=False, na_values=[""]) for text in outputs
    )
    return pd.concat(tables, ignore_index=True)


def _check(mine: pd.DataFrame, theirs: pd.DataFrame) -> None:
    assert mine[KEYS].equals(theirs[KEYS]), "other rows"
    for rate in RATES:
        assert mine[rate].isna().equals(theirs[rate].isna()), f"{rate}: other cells are empty"
        assert (mine[rate] - theirs[rate]).abs().max() < 1e-9, f"{rate} differs"


def _best(runs: Sequence[Sequence[str]]) -> float:
    """Seconds of all runs, one after the other; the best of some repeats."""
    found = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        _run(runs)
        found.append(time.perf_counter() - start)
    return min(found)


if __name__ == "__main__":
    main()
