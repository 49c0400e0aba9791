"""A study of several LoRA cells on one base, against a process for each cell.

    python -m benchmarks.shared_base [--cells 6] [--steps 30]

The same command with the same cells both times, each trained, asked and scored: once as
one study in one process, which imports the libraries, loads the base and tokenises the
data once, and once as studies of one cell, each a process that loads everything. Weights
and answers of every cell are checked equal before the times are printed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from workbench.assets import PROJECT_ROOT
from workbench.workspace import Workspace

KEYS = ["parallel_id", "language"]


def main() -> None:
    """Run both sides, check, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--cells", type=int, default=6)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--repeats", type=int, default=2)
    options = parser.parse_args()
    rates = [round(1e-3 * 1.2**number, 6) for number in range(options.cells)]
    together, apart = [], []
    with tempfile.TemporaryDirectory() as scratch:
        for repeat in range(options.repeats):
            whole, parts = Path(scratch, f"whole-{repeat}"), Path(scratch, f"parts-{repeat}")
            together.append(_run([study(rates, options.steps)], whole))
            apart.append(_run([study([rate], options.steps) for rate in rates], parts))
            _check(rates, whole, parts)
    print(f"{options.cells} cells of {options.steps} steps: equal weights, equal answers")
    (seconds, work), (theirs, their_work) = min(together), min(apart)
    print(f"one study       {seconds:6.1f} s            {work:6.1f} s of processor time")
    print(
        f"a process each  {theirs:6.1f} s   {theirs / seconds:5.2f}x   {their_work:6.1f} s   "
        f"{their_work / work:5.2f}x"
    )


def study(rates: Sequence[float], steps: int) -> dict[str, Any]:
    """LoRA on the tiny base at some learning rates, and a few prompts."""
    return {
        "name": "shared",
        "recipe": {"base": "tiny-base", "data": "tinyworld", "method": "lora", "steps": steps},
        "grid": {"learning_rate": list(rates), "seed": [0]},
        "prompt_sets": [{"name": "tinyworld-test", "limit": 10}],
        "languages": ["en", "fr"],
        "detectors": ["langid"],
    }


def _run(studies: Sequence[Mapping[str, Any]], folder: Path) -> tuple[float, float]:
    """Seconds, and seconds of processor time, of ``workbench run`` for each of the studies."""
    folder.mkdir()
    start, before = time.perf_counter(), _processor_time()
    for number, declared in enumerate(studies):
        file = folder / f"{number}.yaml"
        file.write_text(json.dumps(declared))
        subprocess.run(
            [sys.executable, "-m", "workbench", "run", str(file)]
            + ["--workspace", str(folder / str(number))],
            cwd=PROJECT_ROOT,
            env={**os.environ, "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1")},
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    return time.perf_counter() - start, _processor_time() - before


def _processor_time() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _check(rates: Sequence[float], whole: Path, parts: Path) -> None:
    """Equal weights, to the last bit, and equal answers in each cell."""
    for number, rate in enumerate(rates):
        mine, theirs = whole / "0", parts / str(number)
        (alone,) = (p for p in (theirs / "checkpoints").iterdir() if not p.name.startswith("."))
        first, second = (
            load_file(folder / "checkpoints" / alone.name / "adapter_model.safetensors")
            for folder in (mine, theirs)
        )
        assert first.keys() == second.keys() and first, f"{rate}: other tensors"
        assert all(torch.equal(first[name], second[name]) for name in first), f"{rate}: weights"
        texts = [
            results[results["checkpoint"] == alone.name].set_index(KEYS)["text"].to_dict()
            for results in (Workspace(folder).store.results() for folder in (mine, theirs))
        ]
        assert texts[0] and texts[0] == texts[1], f"{rate}: answers"


if __name__ == "__main__":
    main()
