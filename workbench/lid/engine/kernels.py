"""Scoring compiled by numba; imported only where numba is installed.

Compiled code is kept between processes. The loops hold no Python objects and release the
interpreter lock.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from workbench.lid.engine.tables import Walk

_NEGLIGIBLE = -40.0
"""The exponential of less than this is lost beside 1 in double precision."""


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
def meet_two(data: Any, bounds: Any, walk: Walk, met: Any) -> tuple[int, int, int, int]:
    """Walk over two texts from the start, in step: the look-ups of one hide those of the other.

    ``bounds`` is the begin and end of both in ``data``. ``met`` (2, longest) takes the slots
    of the states with features; for each text, how many these are and features found.
    """
    moves, slots, sizes = walk.moves, walk.slots, walk.sizes
    begin, end, other_begin, other_end = bounds
    state, met_here, found = 0, 0, 0
    other, met_there, also_found = 0, 0, 0
    common = min(end - begin, other_end - other_begin)
    for k in range(common):
        state = moves[state, data[begin + k]]
        other = moves[other, data[other_begin + k]]
        # Written in any case and kept only if wanted: a branch could not be foretold.
        met[0, met_here] = slots[state]
        met_here += slots[state] >= 0
        found += sizes[state]
        met[1, met_there] = slots[other]
        met_there += slots[other] >= 0
        also_found += sizes[other]
    for k in range(begin + common, end):
        state = moves[state, data[k]]
        met[0, met_here] = slots[state]
        met_here += slots[state] >= 0
        found += sizes[state]
    for k in range(other_begin + common, other_end):
        other = moves[other, data[k]]
        met[1, met_there] = slots[other]
        met_there += slots[other] >= 0
        also_found += sizes[other]
    return met_here, found, met_there, also_found


@njit(cache=True, nogil=True)
def add_vectors(slots: Any, vectors: Any, sums: Any) -> None:
    """Add the vectors of ``slots`` to ``sums`` (columns,); exact, so in any order."""
    k, columns = 0, sums.size
    while k + 4 <= slots.size:
        first, second = vectors[slots[k]], vectors[slots[k + 1]]
        third, fourth = vectors[slots[k + 2]], vectors[slots[k + 3]]
        for j in range(columns):
            sums[j] += (first[j] + second[j]) + (third[j] + fourth[j])
        k += 4
    while k < slots.size:
        first = vectors[slots[k]]
        for j in range(columns):
            sums[j] += first[j]
        k += 1


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
    best = 0
    for j in range(1, scores.size):
        if scores[j] > scores[best]:
            best = j
    total, least = 0.0, scores[best] + _NEGLIGIBLE * temperature
    for j in range(scores.size):
        if scores[j] >= least:
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
def conclude(i: int, size: int, walk: Walk, heat: Any, sums: Any, out: Any) -> None:
    """Put down what the sums of text ``i``, of ``size`` bytes, say; see ``score_texts``."""
    best, raw, confidence, _ = out
    for j in range(sums.size):
        sums[j] += walk.prior[j]
    temperature = heat[0] * max(size, 1) ** heat[1]
    best[i], confidence[i] = decide(sums, walk.folds, temperature)
    raw[i] = sums[best[i]]


@njit(cache=True, nogil=True)
def score_texts(data: Any, layout: Any, walk: Walk, heat: Any, out: Any) -> None:
    """Score texts that lie in ``data``.

    ``layout`` is ``(ends, gap)``: where each text ends (texts,), and the bytes between two.
    ``heat`` is ``(temperature, exponent, saturating)``, the temperature growing with the
    text's bytes to that exponent. ``out`` has four arrays (texts,): best column, its score,
    its probability, features found.
    """
    if not heat[2]:
        score_adding(data, layout, walk, heat, out)
        return
    ends, gap = layout
    sums = np.empty(walk.prior.size, np.float64)
    counts = np.zeros(walk.vectors.shape[0], np.int32)
    start = 0
    for i in range(ends.size):
        sums[:] = 0.0
        out[3][i] = advance_saturating(data[start : ends[i]], walk, counts, sums)
        conclude(i, ends[i] - start, walk, heat, sums, out)
        start = ends[i] + gap


@njit(cache=True, nogil=True)
def score_adding(data: Any, layout: Any, walk: Walk, heat: Any, out: Any) -> None:
    """``score_texts`` for a model whose features add up: two texts at a time."""
    ends, gap = layout
    sums = np.empty(walk.prior.size, np.float64)
    longest, start = 0, 0
    for end in ends:
        longest, start = max(longest, end - start), end
    # One more than a text can need, as the last slot is written before it is judged.
    met = np.empty((2, longest + 1), np.int32)
    start = 0
    for i in range(0, ends.size, 2):
        end = ends[i]
        two = i + 1 < ends.size
        next_start, next_end = (end + gap, ends[i + 1]) if two else (end, end)
        bounds = (start, end, next_start, next_end)
        here, found, there, also_found = meet_two(data, bounds, walk, met)
        out[3][i] = found
        sums[:] = 0.0
        add_vectors(met[0, :here], walk.vectors, sums)
        conclude(i, end - start, walk, heat, sums, out)
        if two:
            out[3][i + 1] = also_found
            sums[:] = 0.0
            add_vectors(met[1, :there], walk.vectors, sums)
            conclude(i + 1, next_end - next_start, walk, heat, sums, out)
        start = next_end + gap


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
