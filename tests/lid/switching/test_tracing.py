from __future__ import annotations

from collections.abc import Set

import numpy as np
import pytest

from workbench.lid.switching.tracing import Stretch, Trace, loops

BACKENDS = ("numba", "numpy")


def trace(backend: str, odds: list[list[float]], breaks: Set[int] = frozenset()) -> Trace:
    entry = np.array([3.0, 5.0, np.inf])
    found = Trace(entry, loops(backend))  # type: ignore[arg-type]
    rows = np.array(odds).reshape(-1, 3)
    found.extend(rows, [i in breaks for i in range(len(odds))], 0)
    return found


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_stretch_is_the_best_sum_over_its_entry(backend: str) -> None:
    # Language 0 costs 3: words 1 to 3 sum to 2 + 2 + 1 = 5, a gain of 2; word 4 would lose 4.
    odds = [[-1.0, -9, 0], [2, -9, 0], [2, -9, 0], [1, -9, 0], [-4, -9, 0]]
    assert trace(backend, odds).stretches() == [Stretch(1, 4, 0, 2.0)]
    # One nat less and a break within leave 2 and 3, which do not make up for 3.
    assert trace(backend, odds, breaks={2}).stretches() == []


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_better_language_wins_and_the_expected_one_never(backend: str) -> None:
    # 0: 3 * 2 - 3 = 3; 1: 3 * 3 - 5 = 4; 2 is the expected language.
    assert trace(backend, [[2.0, 3, 50]] * 3).stretches() == [Stretch(0, 3, 1, 4.0)]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_weak_word_within_is_bridged_and_a_strong_one_parts(backend: str) -> None:
    # Bridging costs 1 against 3 for a second entry; 4 is more than 3.
    weak = [[4.0, -9, 0], [-1, -9, 0], [4, -9, 0]]
    assert trace(backend, weak).stretches() == [Stretch(0, 3, 0, 4.0)]
    weak[1][0] = -4.0
    assert trace(backend, weak).stretches() == [Stretch(0, 1, 0, 1.0), Stretch(2, 3, 0, 1.0)]


@pytest.mark.parametrize("backend", BACKENDS)
def test_words_are_taken_back(backend: str) -> None:
    rng = np.random.default_rng(0)
    odds = rng.normal(0, 3, (300, 3))
    whole = trace(backend, odds.tolist())
    other = trace(backend, [])
    for keep, end in ((0, 100), (60, 61), (61, 250), (200, 300)):
        other.extend(odds[keep:end], [False] * (end - keep), keep)
    assert other.stretches() == whole.stretches()
    assert len(whole.stretches()) > 5


def test_both_backends_agree() -> None:
    odds = np.random.default_rng(1).normal(0, 3, (500, 3)).tolist()
    compiled, plain = (trace(b, odds, {50, 51, 300}).stretches() for b in BACKENDS)
    assert [s[:3] for s in compiled] == [s[:3] for s in plain]
    assert [s.margin for s in compiled] == pytest.approx([s.margin for s in plain])
