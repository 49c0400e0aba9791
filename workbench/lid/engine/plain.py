"""Scoring in NumPy alone: the same results as ``kernels`` at a fraction of their speed."""

from __future__ import annotations

from typing import Any

import numpy as np

from workbench.lid.engine.tables import Floats, Walk


def visited(data: Any, moves: Any, rows: Any, slots: Any, state: int) -> tuple[int, list[int]]:
    """States entered over bytes from ``state`` on: the last one, and those with features."""
    entered = []
    for byte in data.tolist():
        state = int(moves[rows[state] if len(rows) else state, byte])
        if slots[state] >= 0:
            entered.append(state)
    return state, entered


def advance(data: Any, tables: Any, state: int, sums: Floats) -> tuple[int, int]:
    """See ``kernels.advance``."""
    moves, slots, sizes, vectors = tables
    state, entered = visited(data, moves, (), slots, state)
    if entered:
        sums += vectors[slots[entered]].sum(axis=0)
    return state, int(sizes[entered].sum())


def decide(scores: Floats, folds: Any, temperature: float) -> tuple[int, float]:
    """See ``kernels.decide``."""
    for first, repeated in folds:
        scores[first] = max(scores[first], scores[repeated])
        scores[repeated] = -np.inf
    best = int(np.argmax(scores))
    return best, 1.0 / float(np.exp((scores - scores[best]) / temperature).sum())


def current(
    sums: Floats, prior: Floats, folds: Any, temperature: float
) -> tuple[int, float, float]:
    """See ``kernels.current``."""
    scores = sums + prior
    best, confidence = decide(scores, folds, temperature)
    return best, float(scores[best]), confidence


def total(text: Any, walk: Walk, saturating: bool, sums: Floats) -> int:
    """See ``kernels.total``."""
    sums[:] = 0.0
    if saturating:
        _, entered = visited(text, walk.moves, walk.rows, walk.slots, 0)
        slots, counts = np.unique(walk.slots[entered], return_counts=True)
        sums += np.log1p(counts.astype(np.float64)) @ walk.vectors[slots]
        found = len(entered)
    else:
        found = advance(text, walk.adding, 0, sums)[1]
    sums += walk.prior
    return found


def score_texts(data: Any, layout: Any, walk: Walk, heat: Any, out: Any) -> None:
    """See ``kernels.score_texts``."""
    ends, gap = layout
    best, raw, confidence, hits = out
    sums = np.empty(walk.prior.size)
    start = 0
    for i, end in enumerate(ends):
        text = data[start:end]
        hits[i] = total(text, walk, heat[2], sums)
        best[i], confidence[i] = decide(sums, walk.folds, heat[0] * max(text.size, 1) ** heat[1])
        raw[i] = sums[best[i]]
        start = end + gap


def score_table(data: Any, ends: Any, walk: Walk, saturating: bool, out: Floats) -> None:
    """See ``kernels.score_table``."""
    start = 0
    for i, end in enumerate(ends):
        total(data[start:end], walk, saturating, out[i])
        start = end


def gains(data: Any, ends: Any, walk: Walk, out: Floats) -> None:
    """See ``kernels.gains``."""
    state, start = 0, 0
    for i, end in enumerate(ends):
        state, _ = advance(data[start:end], walk.adding, state, out[i])
        start = end
