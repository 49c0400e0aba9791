"""Checkpoints against a baseline, paired by prompt: difference, interval, test, and power.

A checkpoint is compared with the baseline on the prompts that both have scored. Where the
baseline is a recipe that was trained with several seeds, recipes are compared: over the
same prompts, and over seeds as well as prompts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import InputError, NotFoundError
from workbench.resampling import Floats, Interval, Ints, Resampler, interval_of_changes
from workbench.statistics.power import LEVEL, Spread, minimal_detectable, more_prompts
from workbench.statistics.seeds import TwoWay, two_way
from workbench.statistics.significance import holm, paired_p
from workbench.student import t_quantile, two_sided_p

COLUMNS = (
    "difference",
    "low",
    "high",
    "p",
    "p_holm",
    "test",
    "n_paired",
    "n_total",
    "minimal_detectable",
    "more_prompts",
    "verdict",
)
"""Columns of ``paired_table`` after ``checkpoint``, the groups and ``baseline``.

``difference`` is the checkpoint's mean less the baseline's over the ``n_paired`` prompts that
both have scored, of ``n_total`` that either was asked; NaN where there are none. ``low`` and
``high`` are the ends of its 95% interval. ``p_holm`` is ``p`` adjusted for all rows of the
table. ``minimal_detectable`` is the difference that so many tests on so many prompts find four
times out of five, missing where none is large enough; ``more_prompts`` how many more it would
take to find the one seen: 0 where it is found, missing where no number is enough. ``test`` is
mcnemar, permutation or seeds.
"""
_RESAMPLES = 4000
"""More than for rates: ends of these intervals are held against 0."""
_PROMPT = ["prompt_set", "parallel_id"]
_TRANSLATION = [*_PROMPT, "language"]


@dataclass(frozen=True)
class _Estimate:
    """A difference with what is known of its spread."""

    difference: float
    interval: Interval
    p: float
    test: str
    spread: Spread


def paired_table(
    results: pd.DataFrame, baseline: str, by: Sequence[str] = ("language",), largest: float = 1.0
) -> pd.DataFrame:
    """Every checkpoint against a baseline in each group; see ``COLUMNS``.

    ``results`` has a row a response: ``checkpoint``, ``prompt_set``, ``parallel_id``,
    ``language``, ``value`` (between 0 and ``largest``, or missing), the columns ``by``, and
    ``seed`` where recipes are repeated. ``baseline`` is a checkpoint, or the name that
    checkpoints of several seeds share. Answers of a checkpoint to the same prompt are averaged
    first, then translations of a prompt, so that a prompt counts once.

    Raises NotFoundError for an unknown baseline or column, and InputError for a column that
    tells checkpoints apart: there the baseline has no part.
    """
    named = results.assign(condition=_conditions(results, baseline))
    _check_groups(named, by)
    others = [name for name in dict.fromkeys(named["condition"]) if name != baseline]
    members = named.groupby("condition", sort=False)["checkpoint"].unique()
    grouped = named.groupby(list(by), dropna=False, sort=True) if by else [((), named)]
    resampler = Resampler(_RESAMPLES)
    found: list[tuple[dict[str, Any], _Estimate | None]] = []
    for key, own in grouped:
        answered = _answered(own)
        for name in others:
            first, second, total = _pair(answered, members[name], members[baseline])
            row = {"checkpoint": name, **dict(zip(by, key, strict=True)), "baseline": baseline}
            estimate = _estimate(first, second, resampler, largest) if len(first) else None
            found.append(({**row, "n_paired": len(first), "n_total": total}, estimate))
    order = {name: number for number, name in enumerate(others)}
    found.sort(key=lambda pair: order[pair[0]["checkpoint"]])
    return _table(found, ["checkpoint", *by, "baseline"], largest)


def _conditions(results: pd.DataFrame, baseline: str) -> pd.Series:
    """What is compared: checkpoints, or recipes where the baseline is one of several seeds."""
    checkpoints = results["checkpoint"].astype("str")
    if baseline in set(checkpoints):
        return checkpoints
    recipes = checkpoints
    if "seed" in results:
        recipes = pd.Series(
            [
                name if pd.isna(seed) else _without_seed(name, int(seed))
                for name, seed in zip(checkpoints, results["seed"], strict=True)
            ],
            index=results.index,
            dtype="str",
        )
    if baseline not in set(recipes):
        known = ", ".join(dict.fromkeys([*checkpoints, *recipes]))
        raise NotFoundError(
            f"Baseline '{baseline}'",
            "no checkpoint and no recipe of these results has that name"
            if known
            else "there are no results to compare",
            f"Use one of {known}" if known else "Run a study, or let checkpoints answer, first",
        )
    return recipes


def _without_seed(name: str, seed: int) -> str:
    """Name of a checkpoint without the part for its seed, as studies name it: lr1e-3-s0."""
    return "-".join(part for part in name.split("-") if part != f"s{seed}")


def _check_groups(results: pd.DataFrame, by: Sequence[str]) -> None:
    for column in by:
        if column not in results:
            raise NotFoundError(
                f"Column '{column}'",
                "the results do not have it",
                f"Group by some of {', '.join(map(str, results.columns))}",
            )
        values = results.groupby(_TRANSLATION)[column].nunique(dropna=False)
        if values.max() > 1:
            raise InputError(
                f"Column '{column}'",
                "it tells checkpoints apart, and a comparison with a baseline is within prompts",
                "Group by columns of prompts, such as language, task or tier",
            )


@dataclass(frozen=True)
class _Answered:
    """What checkpoints scored on the prompts of a group."""

    values: Floats
    """(translations, checkpoints): mean over the answers to a prompt in one language."""
    asked: npt.NDArray[np.bool_]
    """Of the same shape: whether there are answers, scored or not."""
    prompts: Ints
    """(translations,): number of the prompt that each is of."""
    places: dict[str, int]
    """Column of each checkpoint."""

    def of(self, checkpoints: Iterable[str]) -> list[int]:
        """Columns of those checkpoints that have answers."""
        return [self.places[name] for name in checkpoints if name in self.places]


def _answered(results: pd.DataFrame) -> _Answered:
    translations = results.groupby(_TRANSLATION, sort=False).ngroup().to_numpy()
    prompts = results.groupby(_PROMPT, sort=False).ngroup().to_numpy()
    columns, names = pd.factorize(results["checkpoint"])
    shape = (int(translations.max()) + 1, len(names))
    cells = np.ravel_multi_index((translations, columns), shape)
    values = results["value"].to_numpy(dtype=np.float64, na_value=np.nan)
    scored = ~np.isnan(values)
    counts = np.bincount(cells[scored], minlength=shape[0] * shape[1])
    sums = np.bincount(cells[scored], weights=values[scored], minlength=len(counts))
    means = np.divide(sums, counts, out=np.full(len(counts), np.nan), where=counts > 0)
    of_translation = np.zeros(shape[0], dtype=np.int64)
    of_translation[translations] = prompts
    return _Answered(
        means.reshape(shape),
        (np.bincount(cells, minlength=len(counts)) > 0).reshape(shape),
        of_translation,
        {str(name): place for place, name in enumerate(names)},
    )


def _pair(
    answered: _Answered, first: Iterable[str], second: Iterable[str]
) -> tuple[Floats, Floats, int]:
    """Values of two conditions on the prompts scored in all their checkpoints, (prompts, seeds)
    each, and how many prompts either was asked."""
    sides = answered.of(first), answered.of(second)
    own = answered.values[:, sides[0] + sides[1]]
    asked = answered.asked[:, sides[0] + sides[1]].any(axis=1)
    total = len(np.unique(answered.prompts[asked]))
    complete = ~np.isnan(own).any(axis=1)
    if not all(sides) or not complete.any():
        return np.empty((0, 1)), np.empty((0, 1)), total
    _, places, counts = np.unique(
        answered.prompts[complete], return_inverse=True, return_counts=True
    )
    by_prompt = np.zeros((len(counts), own.shape[1]))
    np.add.at(by_prompt, places, own[complete])
    by_prompt /= counts[:, None]
    return by_prompt[:, : len(sides[0])], by_prompt[:, len(sides[0]) :], total


def _estimate(first: Floats, second: Floats, resampler: Resampler, largest: float) -> _Estimate:
    if max(first.shape[1], second.shape[1]) > 1 and len(first) > 1:
        layout = two_way(first, second)
        if layout.variance > 0:
            return _over_seeds(layout, len(first), largest)
    means = first.mean(axis=1), second.mean(axis=1)
    changes, n = means[0] - means[1], len(first)
    sizes = np.abs(changes[changes != 0])
    spread = Spread(
        n=n,
        error=float(changes.std(ddof=1)) / math.sqrt(n) if n > 1 else math.nan,
        step=float(sizes.min()) if len(sizes) else largest,
    )
    interval = interval_of_changes(changes, resampler, largest)
    return _Estimate(float(changes.mean()), interval, *paired_p(*means), spread)


def _over_seeds(layout: TwoWay, n: int, largest: float) -> _Estimate:
    difference, error = layout.difference, math.sqrt(layout.variance)
    margin = t_quantile(1 - LEVEL / 2, layout.df) * error
    return _Estimate(
        difference,
        Interval(max(-largest, difference - margin), min(largest, difference + margin)),
        two_sided_p(difference / error, layout.df),
        "seeds",
        Spread(n, error, layout.fixed, layout.df),
    )


def _table(
    found: Sequence[tuple[dict[str, Any], _Estimate | None]],
    keys: Sequence[str],
    largest: float,
) -> pd.DataFrame:
    tests = max(1, sum(estimate is not None for _, estimate in found))
    p_values = np.array([math.nan if e is None else e.p for _, e in found], dtype=np.float64)
    rows = []
    for (row, estimate), adjusted in zip(found, holm(p_values), strict=True):
        if estimate is None:
            rows.append({**row, "verdict": "no prompt is scored in both"})
            continue
        told = adjusted < LEVEL
        detectable = minimal_detectable(estimate.spread, tests)
        needed = more_prompts(estimate.difference, estimate.spread, tests)
        # The exact tests ask for a little more than the formula.
        more = 0.0 if told else max(1.0, needed)
        rows.append(
            {
                **row,
                "difference": estimate.difference,
                "low": estimate.interval.low,
                "high": estimate.interval.high,
                "p": estimate.p,
                "p_holm": adjusted,
                "test": estimate.test,
                "minimal_detectable": detectable if detectable <= largest else None,
                "more_prompts": more if math.isfinite(more) else None,
                "verdict": _verdict(estimate, told, more),
            }
        )
    table = pd.DataFrame(rows, columns=[*keys, *COLUMNS])
    numbers = ["difference", "low", "high", "p", "p_holm", "minimal_detectable"]
    table[numbers] = table[numbers].astype("float64")
    return table.astype({"more_prompts": "Int64"})


def _verdict(estimate: _Estimate, told: bool, more: float) -> str:
    if told:
        return "higher" if estimate.difference > 0 else "lower"
    if estimate.difference == 0:
        return "no difference seen"
    if math.isinf(more):
        return "not told apart: only more seeds would tell"
    prompts = "1 more prompt" if more == 1 else f"{int(more):,} more prompts"
    return f"not told apart: {prompts} would tell"
