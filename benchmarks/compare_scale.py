"""The Compare tab over many answers: seconds from a filter to its charts, and memory.

    python -m benchmarks.compare_scale [--answers 10000 100000 1000000] [--store URL] [--keep DIR]

For each number a store is filled (``benchmarks.large_store``), by default SQLite in a temporary
folder; ``--store`` names an empty database instead, such as one of PostgreSQL, for one number.
With ``--keep`` stores stay in a folder and are used again. On the first one, tables by the fast
path are checked against those by the whole results. Then a process of its own opens the tab and
changes filters and charts, as the handlers of the tab do, up to the JSON that a browser is sent.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.large_store import JUDGE, fill
from workbench.store import Store

ANSWERS = (10_000, 100_000, 1_000_000)
_REPEATS = 3


@dataclass(frozen=True)
class Timing:
    """What one act took."""

    act: str
    first: float
    """Wall seconds of the first time, with whatever is read for it."""
    best: float
    """Wall seconds of the fastest of some times."""
    cpu: float
    """Processor seconds of the one that used the fewest."""


def main() -> None:
    """Fill, check, measure, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--answers", type=int, nargs="+", default=ANSWERS)
    parser.add_argument("--store")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measured(options.measure)))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        for place, number in enumerate(options.answers):
            url = options.store or f"sqlite:///{folder / f'answers-{number}.sqlite'}"
            began = time.perf_counter()
            with Store(url) as store:
                if store.runs().empty:
                    total = fill(store, number)
                    print(f"{total:,} answers written in {time.perf_counter() - began:.0f} s")
                if place == 0:
                    print(f"{check(store)} tables equal by both paths")
            command = [sys.executable, "-m", "benchmarks.compare_scale", "--measure", url]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            show(json.loads(done.stdout))


def check(store: Store) -> int:
    """Hold tables by the fast path against those by whole results; how many are equal.

    Raises AssertionError where one is not.
    """
    from workbench.app.compare.filtering import shown
    from workbench.app.compare.results import Results
    from workbench.app.compare.state import Filters
    from workbench.charts.language import asked_and_answered, switch_table
    from workbench.statistics import rate_table
    from workbench.statistics.rates import VALUES

    reader = Results(store, Path("absent"))
    runs = reader.runs()
    answers, whole = reader.read(runs), store.results(runs)
    whole = whole.assign(row=whole["checkpoint"])
    kept = shown(answers, Filters(languages=("fr", "ru", "ar"), task="fact"))
    parts = [
        (answers.results, whole),
        (kept, whole[whole["language"].isin(["fr", "ru", "ar"]) & (whole["task"] == "fact")]),
    ]
    makers: list[Callable[[pd.DataFrame], pd.DataFrame]] = [asked_and_answered, switch_table]
    for value in VALUES:
        for by in (["row", "language"], ["method", "learning_rate", "language"]):
            makers.append(lambda own, value=value, by=by: rate_table(own, value, by))
    for fast, slow in parts:
        for make in makers:
            pd.testing.assert_frame_equal(
                _plain(make(fast)), _plain(make(slow)), check_dtype=False, rtol=1e-12
            )
    return len(parts) * len(makers)


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """A table without categories, in the order of its keys."""
    texts = table.select_dtypes(["category", "object", "str"]).columns
    plain = table.astype(dict.fromkeys(texts, "str"))
    keys = [name for name in plain if name in texts or name in ("learning_rate", "tenth")]
    return plain.sort_values(keys, kind="stable").reset_index(drop=True)


def measured(url: str) -> dict[str, Any]:
    """Open the tab over a store and use it; seconds by act, and memory in megabytes."""
    from workbench.app.compare.handlers import CompareHandlers
    from workbench.app.compare.parts import Form
    from workbench.app.compare.results import Results
    from workbench.app.compare.state import CHARTS, Pair, Selection

    before = _memory()
    timings: list[Timing] = []
    with Store(url) as store:
        handlers = CompareHandlers(Results(store, Path("absent")))
        runs = handlers.on_all_runs()
        form = Form("right_language", [], "", [], "", "", "", "", "", "", 2, False, JUDGE, None)
        now = Selection(tuple(runs), judge=JUDGE)
        began = time.perf_counter()
        _sent(handlers.on_runs(now, False, runs))
        opened = time.perf_counter() - began
        after_open = _memory()
        for act, changed in {
            "no filter": {},
            "one task": {"task": "fact"},
            "three languages": {"languages": ["fr", "ru", "ar"]},
            "line pass": {"measure": "line_pass"},
            "accuracy": {"measure": "accuracy"},
            "constraint not kept": {"kept": "no"},
            "detectors disagree": {"disagreeing": True},
            "rated low in fluency": {"criterion": "fluency"},
            "search: bicycle": {"search": "bicycle"},
            "search: велосипед": {"search": "ВЕЛОСИПЕД"},
            "search: 自行车": {"search": "自行车"},
        }.items():
            values = form._replace(**changed)
            timings.append(_timed(act, lambda v=values: handlers.on_filter(now, False, *v)))
        for name in CHARTS:
            if name != "selection":
                selection = replace(now, chart=name)
                timings.append(
                    _timed(
                        f"chart: {CHARTS[name].lower()}",
                        lambda s=selection: handlers.on_filter(s, False, *form),
                    )
                )
        reading = replace(now, reading="pair", pair=Pair(differing="right_language"))
        timings.append(_timed("next page", lambda: handlers.on_next(now, False)))
        timings.append(_timed("next pair", lambda: handlers.on_pair_next(reading, False)))
        total = int(store.runs()["responses"].sum())
    return {
        "answers": total,
        "store": url.partition(":")[0],
        "opened": opened,
        "memory": {"before": before, "opened": after_open, "peak": _memory()},
        "timings": [vars(timing) for timing in timings],
    }


def _timed(act: str, handle: Callable[[], Any]) -> Timing:
    walls, cpus = [], []
    for _ in range(_REPEATS):
        wall, cpu = time.perf_counter(), time.process_time()
        _sent(handle())
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return Timing(act, walls[0], min(walls), min(cpus))


def _sent(outputs: Any) -> int:
    """Length of what a browser is sent of the outputs of a handler."""
    length = 0
    for output in outputs:
        value = output.get("value") if isinstance(output, dict) else output
        length += len(value.to_json()) if hasattr(value, "to_json") else len(str(value))
    return length


def _memory() -> float:
    """Peak resident memory of this process so far, in MB.

    Linux says it by process; ``getrusage`` would begin with that of the parent.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    found = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(found["VmHWM"].split()[0]) / 1e3


def show(found: dict[str, Any]) -> None:
    """Print what was measured."""
    memory = found["memory"]
    print(
        f"\n{found['answers']:,} answers in {found['store']}: opened in {found['opened']:.1f} s; "
        f"peak memory {memory['before']:.0f} MB before, {memory['opened']:.0f} MB once open, "
        f"{memory['peak']:.0f} MB in all"
    )
    print(f"  {'act':24} {'first s':>8} {'best s':>8} {'cpu s':>8}")
    for row in found["timings"]:
        print(f"  {row['act']:24} {row['first']:8.2f} {row['best']:8.2f} {row['cpu']:8.2f}")


if __name__ == "__main__":
    main()
