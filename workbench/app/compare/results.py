"""The runs that can be compared, and their answers, read once as long as nothing is written."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from workbench.app.compare.run_answers import ExampleAnswers, RunAnswers, StoredAnswers
from workbench.store.compact import compact_results
from workbench.store.values import unknown

if TYPE_CHECKING:
    from workbench.store import Store

EXAMPLE = "example (shipped)"
_KEPT_ROWS = 3_000_000
"""Answers kept in memory beyond those read last: 120 MB a million."""
_KEPT_AT_ONCE = 4


@dataclass(frozen=True)
class _Read:
    mark: str
    answers: RunAnswers


class Results:
    """Answers by runs; those read last are kept until the database has changed."""

    def __init__(self, store: Store, example: Path) -> None:
        self.store = store
        self._example = example
        self._lock, self._loading = threading.Lock(), threading.Lock()
        self._kept: OrderedDict[tuple[str, ...], _Read] = OrderedDict()

    def runs(self) -> list[str]:
        """Names of the runs with answers, the latest first; the example if there are none."""
        runs = self.store.runs()
        shown = runs[(runs["responses"] > 0) & (runs["kind"] != "validation")]
        names = [str(name) for name in shown["name"]]
        return names or ([EXAMPLE] if self._example.exists() else [])

    def validated(self, runs: Sequence[str]) -> list[str]:
        """Those of the runs whose checkpoints were validated while they were trained."""
        known = self.store.runs()
        configs = known.loc[known["kind"] == "validation", "config"]
        studies = {str(config["study_run"]) for config in configs}
        return [run for run in runs if run in studies]

    def read(self, runs: Sequence[str], fresh: bool = False) -> RunAnswers:
        """Answers of these runs; with ``fresh`` what was written since counts too.

        Raises NotFoundError for a run that is not there.
        """
        key = tuple(sorted(runs))
        if (answers := self._known(key, fresh)) is not None:
            return answers
        # One at a time: reading a million answers takes seconds, and memory.
        with self._loading:
            if (answers := self._known(key, fresh)) is not None:
                return answers
            mark = self.store.database.mark()
            answers = self._load(key)
            self._keep(key, _Read(mark, answers))
            return answers

    def _known(self, key: tuple[str, ...], fresh: bool) -> RunAnswers | None:
        """What is kept of these runs, unless it may be out of date."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or (fresh and kept.mark != self.store.database.mark()):
                return None
            self._kept.move_to_end(key)
            return kept.answers

    def _keep(self, key: tuple[str, ...], read: _Read) -> None:
        """Keep what was read, and forget what was read longest ago until the rest may stay."""
        with self._lock:
            self._kept[key] = read
            self._kept.move_to_end(key)
            while len(self._kept) > 1 and self._too_much():
                self._kept.popitem(last=False)

    def _too_much(self) -> bool:
        rows = sum(len(one.answers.results) for one in self._kept.values())
        return len(self._kept) > _KEPT_AT_ONCE or rows > _KEPT_ROWS

    def _load(self, runs: tuple[str, ...]) -> RunAnswers:
        if runs == (EXAMPLE,):
            return ExampleAnswers(pd.read_parquet(self._example))
        known = [str(name) for name in self.store.runs()["name"]]
        for run in runs:
            if run not in known:
                raise unknown("Run", run, known)
        return StoredAnswers(self.store.database, compact_results(self.store.database, runs))
