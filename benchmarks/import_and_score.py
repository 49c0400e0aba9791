"""Import and scoring of the Language Confusion Benchmark's answers into a new store.

    python -m benchmarks.import_and_score [--detector NAME]

Prints seconds for each part, from the start of Python on, in one process: reading and
storing the files of ``WORKBENCH_DATA``, loading the detector, and scoring language, lines,
sentences and words of each answer.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from benchmarks.data import data_folder

_START = time.perf_counter()


def main() -> None:
    """Import, score, print."""
    from workbench.importing import import_file
    from workbench.lid.benchmark import LANGUAGES
    from workbench.lid.detectors import DEFAULT_DETECTOR, make_detector
    from workbench.scoring import score
    from workbench.workspace import Workspace

    parser = argparse.ArgumentParser()
    parser.add_argument("--detector", default=DEFAULT_DETECTOR)
    name = parser.parse_args().detector
    folder = data_folder("lcb", "outputs")
    if folder is None:
        raise SystemExit("WORKBENCH_DATA has no answers of the benchmark; see its repository")
    times = {"imports": time.perf_counter()}
    with tempfile.TemporaryDirectory() as scratch:
        store = Workspace(Path(scratch)).store
        runs = [import_file(store, path) for path in sorted(folder.glob("*.csv"))]
        times["import"] = time.perf_counter()
        detector = make_detector(name, LANGUAGES)
        times["detector"] = time.perf_counter()
        scored = sum(score(store, run, detector).language for run in runs)
        times["score"] = time.perf_counter()
        total = int(store.runs()["responses"].sum())
    if scored != total:
        raise SystemExit(f"{scored} of {total} answers were scored")
    before = _START
    for part, moment in times.items():
        print(f"  {part:10} {moment - before:6.1f} s")
        before = moment
    print(f"{scored:,} answers imported and scored in {before - _START:.1f} s")


if __name__ == "__main__":
    main()
