"""Pairwise comparisons as figures: win rates with intervals, position bias, a ranking."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.bradley_terry import COLUMNS, bradley_terry
from workbench.resampling import Resampler, clustered_mean, wilson

_PAIR = ["judge", "response_a", "response_b"]
_OF_FIRST = {"first": 1.0, "second": 0.0, "tie": 0.5}


def as_shown(comparisons: pd.DataFrame) -> pd.DataFrame:
    """Comparisons by what was shown first, as ``bradley_terry`` takes them.

    ``comparisons`` is what ``Store.comparisons`` gives. Adds ``first`` and ``second`` (names of
    checkpoints) and ``prompt``, and turns ``winner`` into first, second, tie or None.
    """
    judged = comparisons.copy()
    a_first = judged["shown_first"] == "a"
    names = judged["checkpoint_a"], judged["checkpoint_b"]
    judged["first"] = names[0].where(a_first, names[1])
    judged["second"] = names[1].where(a_first, names[0])
    won_by_first = judged["winner"] == judged["shown_first"]
    shown = pd.Series(np.where(won_by_first, "first", "second"), index=judged.index)
    shown = shown.where(judged["winner"] != "tie", "tie").astype("object")
    judged["winner"] = shown.where(judged["winner"].notna(), None)
    judged["prompt"] = judged["prompt_set"] + "/" + judged["parallel_id"]
    return judged.reset_index(drop=True)


def ranking(comparisons: pd.DataFrame) -> pd.DataFrame:
    """Bradley-Terry strengths of all checkpoints that were compared, by ``judge``.

    See ``workbench.bradley_terry``; all comparisons of a prompt are resampled together. A judge
    without any outcome is left out.
    """
    shown = as_shown(comparisons)
    tables = {
        judge: bradley_terry(own, cluster="prompt")
        for judge, own in shown.groupby("judge", sort=True)
        if own["winner"].notna().any()
    }
    if not tables:
        return pd.DataFrame(columns=["judge", *COLUMNS])
    return pd.concat(tables, names=["judge"]).reset_index("judge").reset_index(drop=True)


def win_rates(comparisons: pd.DataFrame, by: tuple[str, ...] = ("language",)) -> pd.DataFrame:
    """How often each checkpoint's answer is the better one, a tie counting half.

    Both orders of a pair are averaged, so that a liking for a position cancels out; a pair
    with one order alone is left out. Columns: ``judge``, ``checkpoint``, ``against``, ``by``,
    ``win_rate`` with its 95% interval ``low`` and ``high`` (bootstrap over prompts; NaN where
    there is no pair), ``n_pairs`` of ``n_total``. Each two checkpoints stand in one row, in
    alphabetical order.
    """
    pairs = _pairs(comparisons)
    resampler = Resampler()
    rows = []
    columns = ["judge", "checkpoint", "against", *by]
    for key, own in pairs.groupby(columns, sort=True):
        whole = own.dropna(subset=["score"])
        numbers = whole.groupby(["prompt_set", "parallel_id"]).ngroup()
        clusters = np.asarray(numbers, dtype=np.int64)
        mean, interval = clustered_mean(whole["score"].to_numpy(float), clusters, resampler)
        rows.append((*key, mean, *interval, len(whole), len(own)))
    figures = ["win_rate", "low", "high", "n_pairs", "n_total"]
    return pd.DataFrame(rows, columns=[*columns, *figures])


def position_bias(comparisons: pd.DataFrame) -> pd.DataFrame:
    """How far each judge goes by the order in which answers are shown.

    Columns: ``judge``; ``first_wins``, the share of comparisons with a winner that the answer
    shown first won, .5 for a judge without bias, with Wilson's 95% interval ``low`` and
    ``high``; ``n_decided``; ``consistent``, the share of pairs with the same winner in both
    orders; ``n_pairs``; ``n_missing``, comparisons without a result.
    """
    shown, pairs = as_shown(comparisons), _pairs(comparisons)
    rows = []
    for judge, own in comparisons.groupby("judge", sort=True):
        decided = shown[(shown["judge"] == judge) & shown["winner"].isin(["first", "second"])]
        wins = int((decided["winner"] == "first").sum())
        share = wins / len(decided) if len(decided) else float("nan")
        whole = pairs[pairs["judge"] == judge].dropna(subset=["score"])
        consistent = float(whole["consistent"].mean()) if len(whole) else float("nan")
        missing = int(own["winner"].isna().sum())
        interval = wilson(wins, len(decided))
        rows.append((judge, share, *interval, len(decided), consistent, len(whole), missing))
    # fmt: off
    columns = ["judge", "first_wins", "low", "high", "n_decided", "consistent", "n_pairs",
               "n_missing"]
    # fmt: on
    return pd.DataFrame(rows, columns=columns)


def _pairs(comparisons: pd.DataFrame) -> pd.DataFrame:
    """One row a pair: ``score`` of ``checkpoint`` over both orders, NaN without both."""
    shown = as_shown(comparisons).dropna(subset=["winner"])
    score = shown["winner"].map(_OF_FIRST).astype("float64")
    # The pair's checkpoint is the one whose name comes first, wherever it was shown.
    leads = shown["first"] <= shown["second"]
    shown["score"] = score.where(leads, 1 - score)
    grouped = shown.groupby(_PAIR)["score"].agg(["mean", "size", "nunique"])
    pairs = comparisons.drop_duplicates(_PAIR).merge(grouped.reset_index(), on=_PAIR, how="left")
    names = pairs[["checkpoint_a", "checkpoint_b"]].to_numpy()
    pairs["checkpoint"], pairs["against"] = np.sort(names, axis=1).T if len(pairs) else ([], [])
    both = pairs["size"] == 2
    pairs["score"] = pairs["mean"].where(both)
    pairs["consistent"] = (pairs["nunique"] == 1).astype("float64").where(both)
    return pairs
