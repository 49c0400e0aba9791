"""The loops of ``kernels`` in NumPy alone: the same results, more slowly."""

from __future__ import annotations

from typing import Any

import numpy as np

from workbench.lid.engine.plain import visited
from workbench.lid.engine.tables import Floats, Walk
from workbench.lid.switching.looks import CHARACTERS, UNSPACED, Looks, Table


def add_gains(data: Any, spaces: Any, walk: Walk, out: Floats) -> None:
    """See ``kernels.add_gains``."""
    for i, (begin, end) in enumerate(zip(spaces[:-1], spaces[1:], strict=True)):
        _, entered = visited(data[begin : end + 1], walk.moves, walk.rows, walk.slots, 0)
        for state in entered:  # one by one, as compiled code adds them: to the last bit
            out[i] += walk.vectors[walk.slots[state]]


def log_odds(looks: Looks, table: Table, gains: Floats, listed: Any, out: Floats) -> None:
    """See ``kernels.log_odds``."""
    weights, own = table.weights, [table.own]
    writes = table.writes[looks.script]  # (words, languages)
    gains = np.where(writes, gains, -1e300)  # less infinity, less itself, would be no number
    share = np.exp(gains - gains.max(axis=1, keepdims=True)) * writes
    share /= np.maximum(share.sum(axis=1, keepdims=True), 1.0)
    log_share = np.log(share + weights.floor)

    models = log_share - log_share[:, own]
    kind = table.kinds[looks.script]
    models *= np.where(kind == CHARACTERS, weights.ideographic, 1.0)[:, None]
    missing = ((looks.unused[:, None] & table.sets) != 0).astype(np.float64)
    known = listed.astype(np.float64)
    native = models + weights.function_word * (known - known[:, own])
    native += weights.character_set * (missing[:, own] - missing)
    factor = np.where(looks.capital, weights.capital, 1.0)[:, None]
    native = np.where(native > 0, native * factor, native)

    worth = np.where(looks.capital, weights.foreign_capital, weights.foreign)
    worth = np.where((looks.length == 1) & (kind != CHARACTERS), 0.0, worth)
    worth *= np.where(kind == UNSPACED, np.maximum(weights.unspaced * looks.length, 1.0), 1.0)
    foreign = worth[:, None] + weights.foreign_function_word * known
    foreign += weights.among_foreign * (log_share - log_share.max(axis=1, keepdims=True))

    expected_writes = writes[:, own]
    unwritten = np.where(expected_writes, -weights.impossible, -weights.unrelated)
    out[:] = np.where(writes, np.where(expected_writes, native, foreign), unwritten)
    out -= weights.drift


def trace(odds: Floats, breaks: Any, entry: Floats, first: int, rows: Any) -> None:
    """See ``kernels.trace``."""
    inside, since, outside, closed, last = rows
    for t, (gains, breaks_here) in enumerate(zip(odds, breaks, strict=True), start=first):
        fresh = outside[t] - entry
        again = (fresh >= inside[t]) | breaks_here
        inside[t + 1] = np.where(again, fresh, inside[t]) + gains
        since[t + 1] = np.where(again, t, since[t])
        best = int(np.argmax(inside[t + 1]))
        value = inside[t + 1, best]
        open_ = value <= outside[t]
        outside[t + 1] = outside[t] if open_ else value
        closed[t + 1] = -1 if open_ else best
        last[t + 1] = last[t] if open_ else t + 1
