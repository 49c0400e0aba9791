"""Tests of differences paired by prompt, and their correction for how many there are."""

from __future__ import annotations

import math

import numpy as np

from workbench.resampling import Floats
from workbench.student import two_sided_p

EXACT_DISCORDANT = 25
"""Prompts on which two checkpoints differ, below which McNemar's test is the exact one: beyond
them the chi-squared approximation holds (Siegel and Castellan 1988, Nonparametric statistics,
section 5.1), and the exact one would reject a true null more rarely than its level says."""
EXACT_SIGNS = 14
"""Differences that are not 0, up to which all assignments of signs are counted."""
DRAWS = 9999
_SEED = 0
_BLOCK = 1_000_000  # signs held at once
_SAME = 1e-9  # sums closer than this are taken for equal


def mcnemar_p(won: int, lost: int) -> float:
    """Two-sided p of McNemar's test: prompts that only the first, or only the second, got right.

    Exact (binomial) where they are fewer than ``EXACT_DISCORDANT``, chi-squared without
    continuity correction else: McNemar (1947), Psychometrika 12, 153-157; Fagerland, Lydersen
    and Laake (2013), BMC Medical Research Methodology 13:91.
    """
    n = won + lost
    if n == 0:
        return 1.0
    if n < EXACT_DISCORDANT:
        tail = sum(math.comb(n, k) for k in range(min(won, lost) + 1))
        return min(1.0, math.ldexp(tail, 1 - n))
    # The root of a chi-squared variable with one degree of freedom is normal.
    return two_sided_p((won - lost) / math.sqrt(n), math.inf)


def permutation_p(differences: Floats) -> float:
    """Two-sided p of the paired permutation test of a mean of 0; ``differences``: (prompts,).

    If the two checkpoints do not differ, each difference might as well have the other sign:
    Fisher (1935), The design of experiments, section 21. All assignments of signs are
    counted where up to ``EXACT_SIGNS`` differences are not 0; else ``DRAWS`` are drawn and
    the observed one counts as one more (Phipson and Smyth 2010, Statistical Applications in
    Genetics and Molecular Biology 9:39), so that p is never 0.
    """
    moved = np.abs(differences[np.abs(differences) > _SAME])
    observed = abs(float(differences.sum()))
    if not len(moved):
        return 1.0
    if len(moved) <= EXACT_SIGNS:
        signs = 1 - 2 * ((np.arange(2 ** len(moved))[:, None] >> np.arange(len(moved))) & 1)
        return float((np.abs(signs @ moved) >= observed - _SAME).mean())
    # Equal differences need one draw together: how many of them are positive.
    sizes, counts = np.unique(moved.round(12), return_counts=True)
    rng = np.random.default_rng(_SEED)
    extreme = 1
    for done in range(0, DRAWS, rows := max(1, _BLOCK // len(sizes))):
        shape = (min(rows, DRAWS - done), len(sizes))
        positive = rng.binomial(counts, 0.5, size=shape)
        sums = (2 * positive - counts) @ sizes
        extreme += int((np.abs(sums) >= observed - _SAME).sum())
    return extreme / (DRAWS + 1)


def paired_p(first: Floats, second: Floats) -> tuple[float, str]:
    """p of values by prompt, and the test: ``mcnemar`` for 0 and 1, ``permutation`` else."""
    changes = first - second
    if np.isin([first, second], (0.0, 1.0)).all():
        return mcnemar_p(int((changes > 0).sum()), int((changes < 0).sum())), "mcnemar"
    return permutation_p(changes), "permutation"


def holm(p_values: Floats) -> Floats:
    """p-values adjusted for the family that they make up; NaN stays NaN and does not count.

    Holm (1979), Scandinavian Journal of Statistics 6, 65-70: the smallest of m is multiplied
    by m, the next by m - 1, and none may be below the one before.
    """
    adjusted = np.full(len(p_values), np.nan)
    known = np.flatnonzero(~np.isnan(p_values))
    order = known[np.argsort(p_values[known], kind="stable")]
    raised = p_values[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(raised))
    return adjusted
