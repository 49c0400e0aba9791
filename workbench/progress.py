"""Progress of long work."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

ProgressCallback = Callable[[int, int, str], None]
"""Called with the number done, the total, and what is being done.

A label's part before its first comma names the work; the rest may change as it goes on,
as in ``training tiny-full, loss 0.41``.
"""

_SECONDS_BETWEEN_LINES = 10.0


@contextmanager
def terminal_progress(stream: IO[str] | None = None) -> Iterator[ProgressCallback]:
    """A callback that shows bars with rate and time left on ``stream`` (standard error).

    Where that is no terminal, as in a log, a line is written every ten seconds and at the
    end of each piece of work.
    """
    from rich.console import Console

    console = Console(file=stream or sys.stderr)
    if not console.is_terminal:
        yield _line_writer(console.file)
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TaskID,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class RateColumn(ProgressColumn):
        def render(self, task: Task) -> Text:
            rate = task.finished_speed or task.speed
            return Text(f"{rate:.1f}/s" if rate else "")

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        RateColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bars:
        tasks: dict[str, TaskID] = {}

        def show(done: int, total: int, label: str) -> None:
            work = label.split(",")[0]
            if work not in tasks:
                tasks[work] = bars.add_task(label, total=total)
            bars.update(tasks[work], completed=done, total=total, description=label)

        yield show


def _line_writer(stream: IO[str]) -> ProgressCallback:
    started: dict[str, float] = {}
    written: dict[str, float] = {}

    def show(done: int, total: int, label: str) -> None:
        work, now = label.split(",")[0], time.monotonic()
        begin = started.setdefault(work, now)
        last = written.setdefault(work, now)
        if done < total and now - last < _SECONDS_BETWEEN_LINES:
            return
        written[work] = now
        rate = done / (now - begin) if now > begin else 0.0
        left = f", {(total - done) / rate:.0f} s left" if rate and done < total else ""
        print(f"{label}: {done}/{total}, {rate:.1f}/s{left}", file=stream, flush=True)

    return show
