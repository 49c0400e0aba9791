"""Loops over words, compiled by numba; imported only where numba is installed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from workbench.lid.engine.tables import Walk
from workbench.lid.switching.looks import CHARACTERS, UNSPACED, Looks, Table


@njit(cache=True, nogil=True)
def add_gains(data: Any, spaces: Any, walk: Walk, out: Any) -> None:
    """Add to ``out`` (words, columns) what each word gains by itself.

    Words lie between the ``spaces`` (words + 1,) of ``data``; both spaces belong to the word.
    """
    moves, rows, slots, vectors = walk.moves, walk.rows, walk.slots, walk.vectors
    columns = out.shape[1]
    for i in range(spaces.size - 1):
        state = 0
        for k in range(spaces[i], spaces[i + 1] + 1):
            state = moves[rows[state] if rows.size else state, data[k]]
            slot = slots[state]
            if slot >= 0:
                for j in range(columns):
                    out[i, j] += vectors[slot, j]


@njit(cache=True, nogil=True)
def log_odds(looks: Looks, table: Table, gains: Any, listed: Any, out: Any) -> None:
    """Log-odds of languages against the expected one, (words, languages), into ``out``.

    ``gains`` are log-likelihoods, ``listed`` is 1 for function words; shaped as ``out``.
    """
    weights, own = table.weights, table.own
    languages = out.shape[1]
    for i in range(out.shape[0]):
        kind = table.kinds[looks.script[i]]
        writes = table.writes[looks.script[i]]
        log_shares(gains[i], writes, weights.floor, out[i])
        if writes[own]:
            models = weights.ideographic if kind == CHARACTERS else 1.0
            factor = weights.capital if looks.capital[i] else 1.0
            own_share, own_listed = out[i, own], listed[i, own]
            own_missing = (looks.unused[i] & table.sets[own]) != 0
            for j in range(languages):
                missing = (looks.unused[i] & table.sets[j]) != 0
                value = models * (out[i, j] - own_share)
                value += weights.function_word * (listed[i, j] - own_listed)
                value += weights.character_set * (int(own_missing) - int(missing))
                out[i, j] = value * factor if value > 0 else value
                if not writes[j]:
                    out[i, j] = -weights.impossible
        else:
            worth = weights.foreign_capital if looks.capital[i] else weights.foreign
            if looks.length[i] == 1 and kind != CHARACTERS:
                worth = 0.0
            elif kind == UNSPACED:
                worth *= max(weights.unspaced * looks.length[i], 1.0)
            best = out[i].max()
            for j in range(languages):
                value = worth + weights.foreign_function_word * listed[i, j]
                value += weights.among_foreign * (out[i, j] - best)
                out[i, j] = value if writes[j] else -weights.unrelated
        for j in range(languages):
            out[i, j] -= weights.drift


@njit(cache=True, nogil=True)
def log_shares(gains: Any, writes: Any, floor: float, out: Any) -> None:
    """Logarithm of probability plus ``floor``, of the languages that a script allows."""
    top = -np.inf
    for j in range(gains.size):
        if writes[j] and gains[j] > top:
            top = gains[j]
    total = 0.0
    for j in range(gains.size):
        out[j] = np.exp(gains[j] - top) if writes[j] else 0.0
        total += out[j]
    least = np.log(floor)
    for j in range(gains.size):
        out[j] = np.log(out[j] / total + floor) if writes[j] else least


@njit(cache=True, nogil=True)
def trace(odds: Any, breaks: Any, entry: Any, first: int, rows: Any) -> None:
    """See ``tracing.Rows``: fill the rows of words ``first`` on from their ``odds``."""
    inside, since, outside, closed, last = rows
    languages = entry.size
    for k in range(odds.shape[0]):
        t = first + k
        best, best_language = outside[t], -1
        for j in range(languages):
            value, begin = inside[t, j], since[t, j]
            fresh = outside[t] - entry[j]
            if breaks[k] or fresh >= value:
                value, begin = fresh, t
            value += odds[k, j]
            inside[t + 1, j] = value
            since[t + 1, j] = begin
            if value > best:
                best, best_language = value, j
        outside[t + 1] = best
        closed[t + 1] = best_language
        last[t + 1] = last[t] if best_language < 0 else t + 1
