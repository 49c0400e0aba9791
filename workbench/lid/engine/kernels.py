"""Scoring compiled by numba; imported only where numba is installed.

Compiled code is kept between processes. The loops hold no Python objects and release the
interpreter lock.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from workbench.lid.engine.tables import Walk


@njit(cache=True, nogil=True)
def advance(data: Any, tables: Any, state: int, sums: Any) -> tuple[int, int]:
    """Walk over bytes, adding to ``sums`` (columns,); the state reached and features found.

    ``tables`` are moves, slots, sizes and vectors of a walk as a plain tuple: numba takes a
    named one many times more slowly, which counts where it is given one token at a time.
    """
    moves, slots, sizes, vectors = tables
    columns, found = sums.size, 0
    for k in range(data.size):
        state = moves[state, data[k]]
        slot = slots[state]
        if slot >= 0:
            found += sizes[state]
            for j in range(columns):
                sums[j] += vectors[slot, j]
    return state, found


@njit(cache=True, nogil=True)
def advance_saturating(data: Any, walk: Walk, counts: Any, sums: Any) -> int:
    """As ``advance`` from the start, each feature's weight times log(1 + its occurrences).

    ``counts`` (slots,) is scratch space: all zero before and after.
    """
    moves, rows, slots, vectors = walk.moves, walk.rows, walk.slots, walk.vectors
    met = np.empty(data.size, np.int32)
    columns, found, different, state = sums.size, 0, 0, 0
    for k in range(data.size):
        state = moves[rows[state], data[k]]
        slot = slots[state]
        if slot >= 0:
            found += 1
            if counts[slot] == 0:
                met[different] = slot
                different += 1
            counts[slot] += 1
    for k in range(different):
        slot = met[k]
        weight = np.log1p(np.float64(counts[slot]))
        counts[slot] = 0
        for j in range(columns):
            sums[j] += weight * vectors[slot, j]
    return found


@njit(cache=True, nogil=True)
def decide(scores: Any, folds: Any, temperature: float) -> tuple[int, float]:
    """The best column and its probability under a softmax of ``scores / temperature``.

    Columns of one label are folded in place, the better one counting.
    """
    for k in range(folds.shape[0]):
        first, repeated = folds[k, 0], folds[k, 1]
        scores[first] = max(scores[first], scores[repeated])
        scores[repeated] = -np.inf
    best = int(np.argmax(scores))
    total = 0.0
    for j in range(scores.size):
        total += np.exp((scores[j] - scores[best]) / temperature)
    return best, 1.0 / total


@njit(cache=True, nogil=True)
def current(sums: Any, prior: Any, folds: Any, temperature: float) -> tuple[int, float, float]:
    """Best column of sums so far, its score and its probability."""
    scores = sums + prior
    best, confidence = decide(scores, folds, temperature)
    return best, scores[best], confidence


@njit(cache=True, nogil=True)
def total(text: Any, walk: Walk, counts: Any, sums: Any) -> int:
    """All scores of one text in ``sums`` (columns,), the prior included; features found.

    ``counts`` is the scratch space of a saturating model, empty for others.
    """
    sums[:] = 0.0
    if counts.size:
        found = advance_saturating(text, walk, counts, sums)
    else:
        found = advance(text, (walk.moves, walk.slots, walk.sizes, walk.vectors), 0, sums)[1]
    for j in range(sums.size):
        sums[j] += walk.prior[j]
    return found


@njit(cache=True, nogil=True)
def score_texts(data: Any, ends: Any, walk: Walk, heat: Any, out: Any) -> None:
    """Score texts that lie end to end in ``data`` up to ``ends`` (texts,).

    ``heat`` is ``(temperature, exponent, saturating)``, the temperature growing with the
    text's bytes to that exponent. ``out`` has four arrays (texts,): best column, its score,
    its probability, features found.
    """
    best, raw, confidence, hits = out
    sums = np.empty(walk.prior.size, np.float64)
    counts = np.zeros(walk.vectors.shape[0] if heat[2] else 0, np.int32)
    start = 0
    for i in range(ends.size):
        text = data[start : ends[i]]
        hits[i] = total(text, walk, counts, sums)
        temperature = heat[0] * max(text.size, 1) ** heat[1]
        best[i], confidence[i] = decide(sums, walk.folds, temperature)
        raw[i] = sums[best[i]]
        start = ends[i]


@njit(cache=True, nogil=True)
def score_table(data: Any, ends: Any, walk: Walk, saturating: bool, out: Any) -> None:
    """All scores of texts as in ``score_texts``: ``out`` (texts, columns)."""
    counts = np.zeros(walk.vectors.shape[0] if saturating else 0, np.int32)
    start = 0
    for i in range(ends.size):
        total(data[start : ends[i]], walk, counts, out[i])
        start = ends[i]


@njit(cache=True, nogil=True)
def gains(data: Any, ends: Any, walk: Walk, out: Any) -> None:
    """What each stretch of one text adds to the scores: ``out`` (stretches, columns)."""
    tables = (walk.moves, walk.slots, walk.sizes, walk.vectors)
    state, start = 0, 0
    for i in range(ends.size):
        state = advance(data[start : ends[i]], tables, state, out[i])[0]
        start = ends[i]
