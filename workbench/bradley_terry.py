"""Bradley-Terry: strengths of checkpoints from which of two answers was preferred, pair by pair.

The odds that one is preferred to another are exp(strength - strength): Bradley and Terry
(1952), Biometrika 39, 324-345.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import InputError
from workbench.resampling import Floats, Ints, Resampler, percentile_interval

OUTCOMES = ("first", "second", "tie")
COLUMNS = ("name", "strength", "low", "high", "wins", "ties", "losses", "n_decided", "n_total")
"""Columns of ``bradley_terry``, the strongest first: ``strength`` is a logarithm of odds whose
mean over all names is 0, ``low`` and ``high`` are the ends of its 95% interval; ``n_decided``
comparisons have an outcome of ``n_total``."""
PRIOR = 0.5
"""Wins that either side of a pair that was compared is given beforehand. Without them a name
that never loses has no strength; half a win makes a logarithm of odds the least biased:
Haldane (1956), Annals of Human Genetics 20, 309-311."""
_TOLERANCE = 1e-9
_ROUNDS = 20_000

Booleans = npt.NDArray[np.bool_]


def bradley_terry(
    comparisons: pd.DataFrame, cluster: str | None = None, prior: float = PRIOR
) -> pd.DataFrame:
    """Strengths with bootstrap intervals; see ``COLUMNS``.

    ``comparisons`` has a row a comparison: ``first``, ``second`` (names) and ``winner`` (one of
    ``OUTCOMES``, or missing). A tie counts as half a win for either. Comparisons with the same
    value in the column ``cluster``, such as the prompt, are resampled together, for they are
    not independent; without it each comparison alone.

    Raises InputError where there is nothing to compare, where a name is held against itself,
    for another outcome, and where the names fall into groups that were never compared.
    """
    _check(comparisons)
    names = sorted({*comparisons["first"], *comparisons["second"]}, key=str)
    decided = comparisons[comparisons["winner"].notna()]
    clusters = decided[cluster] if cluster else pd.Series(range(len(decided)))
    parts = _wins(decided, names, clusters.factorize()[0])  # (clusters, names, names)
    whole = parts.sum(axis=0)
    compared = (whole + whole.T) > 0
    _check_compared(names, compared)
    added = prior * compared
    _check_beaten(names, whole + added)
    drawn = Resampler().sums(parts.reshape(len(parts), -1)).reshape(-1, *whole.shape)
    # Without a prior, names may be undefeated in some resamples.
    usable = drawn[_connected(drawn + added)]
    strengths = fit(np.concatenate([whole[None], usable]) + added)
    rows = []
    for number, name in enumerate(names):
        low, high = percentile_interval(strengths[1:, number], len(parts))
        own = decided[(decided["first"] == name) | (decided["second"] == name)]
        won = int((own["winner"] == np.where(own["first"] == name, "first", "second")).sum())
        ties = int((own["winner"] == "tie").sum())
        asked = int(((comparisons["first"] == name) | (comparisons["second"] == name)).sum())
        counts = (won, ties, len(own) - won - ties, len(own), asked)
        rows.append((name, float(strengths[0, number]), low, high, *counts))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.sort_values("strength", ascending=False, kind="stable", ignore_index=True)


def fit(wins: Floats) -> Floats:
    """Strengths of the greatest likelihood: wins of row over column, (..., names, names), to
    (..., names) with a mean of 0.

    By minorisation-maximisation: Hunter (2004), Annals of Statistics 32, 384-406. Every set of
    wins must be strongly connected: any name beats any other, if through others.
    """
    games = wins + np.swapaxes(wins, -1, -2)
    won = wins.sum(axis=-1)
    skill = np.ones_like(won)
    for _ in range(_ROUNDS):
        shares = games / (skill[..., :, None] + skill[..., None, :])
        new = won / shares.sum(axis=-1)
        new /= np.exp(np.log(new).mean(axis=-1, keepdims=True))
        moved = np.abs(np.log(new / skill)).max(initial=0.0)
        skill = new
        if moved < _TOLERANCE:
            break
    strengths: Floats = np.log(skill)
    return strengths


def win_probability(strength: float, other: float) -> float:
    """Probability that a name of this strength is preferred to one of the other.

    >>> round(win_probability(1.0, 0.0), 3)
    0.731
    """
    return 1 / (1 + math.exp(other - strength))


def _check(comparisons: pd.DataFrame) -> None:
    unknown = set(comparisons["winner"].dropna()) - set(OUTCOMES)
    if unknown:
        raise InputError(
            f"Winner '{sorted(unknown)[0]}'",
            "a comparison is won by the first or the second, or is a tie",
            f"Use {', '.join(OUTCOMES)}, or leave it missing",
        )
    if comparisons["winner"].notna().sum() == 0:
        raise InputError(
            "A ranking", "no comparison has an outcome", "Compare some answers pairwise first"
        )
    alone = comparisons.loc[comparisons["first"] == comparisons["second"], "first"]
    if len(alone):
        raise InputError(
            f"'{alone.iloc[0]}'", "it is compared with itself", "Leave such comparisons out"
        )


def _check_compared(names: list[str], compared: Booleans) -> None:
    groups = _groups(compared)
    if len(groups) > 1:
        parts = "; ".join(", ".join(str(names[i]) for i in sorted(group)) for group in groups)
        raise InputError(
            "A ranking",
            f"these were never compared with one another: {parts}",
            "Compare at least one of each group with one of another",
        )


def _check_beaten(names: list[str], wins: Floats) -> None:
    if not _connected(wins).all():
        raise InputError(
            f"A ranking of {', '.join(map(str, names))}",
            "some of them never lose to the others, so that their strength has no bound",
            "Leave the prior at more than 0",
        )


def _groups(linked: Booleans) -> list[set[int]]:
    """Numbers that are linked, if through others; ``linked`` is symmetric."""
    left, groups = set(range(len(linked))), []
    while left:
        group: set[int] = set()
        new = {left.pop()}
        while new:
            group |= new
            new = {int(j) for i in new for j in np.flatnonzero(linked[i])} - group
        groups.append(group)
        left -= group
    return groups


def _connected(wins: Floats) -> Booleans:
    """Whether any name beats any other, if through others: (..., names, names) to (...). Without
    it no likelihood is greatest: Ford (1957), American Mathematical Monthly 64(8), 28-33."""
    size = wins.shape[-1]
    reached = (wins > 0) | np.eye(size, dtype=bool)
    for _ in range(size.bit_length()):  # each squaring doubles how many may lie between
        reached = reached @ reached
    connected: Booleans = np.asarray(reached.all(axis=(-1, -2)))
    return connected


def _wins(decided: pd.DataFrame, names: Iterable[str], clusters: Ints) -> Floats:
    """Wins of row over column in each cluster, (clusters, names, names)."""
    places = {name: place for place, name in enumerate(names)}
    first = decided["first"].map(places).to_numpy()
    second = decided["second"].map(places).to_numpy()
    share = decided["winner"].map({"first": 1.0, "second": 0.0, "tie": 0.5}).to_numpy()
    wins = np.zeros((int(clusters.max()) + 1, len(places), len(places)))
    np.add.at(wins, (clusters, first, second), share)
    np.add.at(wins, (clusters, second, first), 1 - share)
    return wins
