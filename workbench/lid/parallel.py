"""LCB's counts of many answers, on several processor cores at once."""

from __future__ import annotations

import multiprocessing
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection

from workbench.lid.collection import without_collection
from workbench.lid.detector import Detector
from workbench.lid.line_counts import LineCounts, line_counts
from workbench.lid.words import WordList

_WORTHWHILE = 4000
"""Fewer answers are counted before another process could help."""
_DICTIONARY = 6_500_000
"""Characters that are counted in the time that jieba takes to load its dictionary."""
_TABLES = 1_500_000
"""Characters that are counted while the first process prepares what the counts go into."""

Answers = Sequence[tuple[str, str]]


def count_lines(
    answers: Answers,
    detector: Detector,
    words: WordList,
    processes: int | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> list[LineCounts]:
    """``line_counts`` of answers, by as many processes as there are cores where it pays.

    ``meanwhile`` is called in this process while others count: what it loads is ready then.
    """
    number = _cores() if processes is None else processes
    with without_collection():
        if number < 2 or len(answers) < _WORTHWHILE:
            return list(line_counts(answers, detector, words))
        return _together(answers, detector, words, number, meanwhile)


def _together(
    answers: Answers,
    detector: Detector,
    words: WordList,
    number: int,
    meanwhile: Callable[[], object] | None,
) -> list[LineCounts]:
    own, *others = shares(answers, number, busy=meanwhile is not None)
    workers = [_Worker([answers[i] for i in share], detector, words) for share in others]
    if meanwhile is not None:
        meanwhile()
    counted = [list(line_counts([answers[i] for i in own], detector, words))]
    counted += [worker.result() for worker in workers]
    positions = [position for share in (own, *others) for position in share]
    by_position = dict(zip(positions, (c for part in counted for c in part), strict=True))
    return [by_position[position] for position in range(len(answers))]


def shares(answers: Answers, number: int, busy: bool = False) -> list[list[int]]:
    """Positions of the answers in ``number`` parts of about equal work.

    Chinese is in the last ones, so that not all processes load its dictionary; ``busy``: the
    first part is of a process that has other work as well.
    """
    chinese = [i for i, (_, language) in enumerate(answers) if language == "zh"]
    others = [i for i, (_, language) in enumerate(answers) if language != "zh"]
    work = sum(len(text) for text, _ in answers)
    # The first part begins late, the last one ends early.
    done = _TABLES if busy else 0
    each = (done + work + (_DICTIONARY if chinese else 0)) / number
    parts: list[list[int]] = [[] for _ in range(number)]
    for position in (*others, *chinese):
        parts[min(number - 1, int(done / each))].append(position)
        done += len(answers[position][0])
    return parts


class _Worker:
    """Another process that counts some of the answers."""

    def __init__(self, answers: Answers, detector: Detector, words: WordList) -> None:
        self._task = (answers, detector, words)
        context = multiprocessing.get_context("fork")
        self._receiver, sender = context.Pipe(duplex=False)
        with warnings.catch_warnings():
            # Said of any library that has threads; those here hold no lock while one forks.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process = context.Process(target=_count, args=(sender, *self._task), daemon=True)
            self._process.start()
        sender.close()

    def result(self) -> list[LineCounts]:
        """The counts; where the process has died, they are made here."""
        with self._receiver:
            try:
                found: list[LineCounts] = self._receiver.recv()
            except EOFError:
                found = list(line_counts(*self._task))
        self._process.join()
        return found


def _count(sender: Connection, answers: Answers, detector: Detector, words: WordList) -> None:
    sender.send(list(line_counts(answers, detector, words)))
    sender.close()


def _cores() -> int:
    # Elsewhere a fork is not safe, or there is none.
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
