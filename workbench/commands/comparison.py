"""``workbench compare`` and ``workbench agreement``: checkpoints and judges held side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from workbench.commands.options import Output, split

if TYPE_CHECKING:
    import pandas as pd

    from workbench.store import Store

Measure = Literal[
    "right_language",
    "line_pass",
    "word_pass",
    "robust_pass",
    "accuracy",
    "right_and_accurate",
    "constraint_kept",
    "ended",
    "language",
    "fluency",
    "helpfulness",
    "coherence",
    "harmlessness",
]


@Parameter(name="*")
@dataclass(frozen=True)
class Scores:
    """Whose scores are compared."""

    detector: Annotated[
        str | None,
        Parameter(
            help="Whose verdicts on language count; those that cover most of a run if not given"
        ),
    ] = None
    judge: Annotated[
        str | None,
        Parameter(help="Judge whose ratings of a criterion are compared, from 0 to 2"),
    ] = None


def compare(
    *runs: str,
    measure: Measure = "right_language",
    by: tuple[str, ...] = ("checkpoint", "language"),
    baseline: str | None = None,
    scores: Scores | None = None,
    output: Output | None = None,
) -> None:
    """Rates with 95% intervals and counts, over one or more runs; or checkpoints to a baseline.

    With --baseline, prints the difference of each checkpoint, paired by prompt: 95% interval, p
    adjusted for all rows (Holm), prompts, the difference that so many can detect, and how many
    more prompts would tell the one seen.

    Parameters
    ----------
    runs:
        Names of runs; all if not given.
    measure:
        What is compared: a rate or, with --judge, a criterion.
    by:
        Columns to group by, such as checkpoint, language, task, tier, learning_rate, size.
    baseline:
        Checkpoint that the others are compared with, or the name that checkpoints of several
        seeds share (lr1e-4 for lr1e-4-s0 and lr1e-4-s1): then recipes are compared over seeds.
    """
    from workbench.runs import known_runs

    chosen, asked = output or Output(), scores or Scores()
    store = chosen.open().store
    names = known_runs(store, list(runs) or None)
    groups = split(by) or []
    results = store.results(names, detector=asked.detector)
    values = _values(store, names, results, measure, asked.judge)
    if baseline is not None:
        from workbench.statistics import paired_table

        groups = [column for column in groups if column != "checkpoint"]
        largest = 1.0 if asked.judge is None else 2.0
        table = paired_table(values, baseline, groups, largest)
        if chosen.format == "table":
            table = _short(table.drop(columns=["baseline", "p", "test"]), {"difference": ""})
        chosen.show(table)
    elif asked.judge is None:
        from workbench.statistics import rate_table

        chosen.show(rate_table(results, measure, groups))
    else:
        from workbench.judging.means import mean_table

        chosen.show(mean_table(values, groups))


def _values(
    store: Store, runs: list[str], results: pd.DataFrame, measure: str, judge: str | None
) -> pd.DataFrame:
    """The results with the column ``value``, of a rate or of a judge's criterion."""
    from workbench.errors import InputError, NotFoundError
    from workbench.judging.criteria import CRITERIA
    from workbench.statistics import VALUES, scores_of

    if judge is None:
        if measure not in VALUES:
            raise InputError(
                f"Measure '{measure}'", "it is a criterion, and these are rated", "Add --judge NAME"
            )
        return results.assign(value=scores_of(results, measure))
    if measure not in CRITERIA:
        raise InputError(
            f"Measure '{measure}'",
            "it is a rate, and judges rate criteria",
            f"Use one of {', '.join(CRITERIA)}, or leave --judge out",
        )
    ratings = store.ratings(runs, [judge], [measure])
    if ratings.empty:
        known = store.ratings(runs)["judge"].unique()
        raise NotFoundError(
            f"Judge '{judge}'",
            f"it has rated no {measure} in these runs",
            f"Use one of {', '.join(known) or '(none yet)'}, or rate with 'workbench judge'",
        )
    rated = ratings[["response_id", "judge", "criterion", "value"]]
    # Responses that were never rated stay, as missing.
    return results.merge(rated, on="response_id", how="left")


def agreement(
    *runs: str,
    judges: Annotated[tuple[str, ...], Parameter(consume_multiple=True)] = (),
    by: tuple[str, ...] = ("criterion", "language"),
    plot: Path | None = None,
    output: Output | None = None,
) -> None:
    """Agreement between people, judges and both; and whether a judge may stand in for people.

    Prints Krippendorff's alpha (ordinal), kappa with quadratic weights and exact agreement, each
    with a 95% interval over answers, for each criterion and language.

    Parameters
    ----------
    runs:
        Names of runs; all if not given.
    judges:
        Only these judges; people stay.
    by:
        Columns that make a cell: criterion, language, or also checkpoint.
    plot:
        HTML file for a table of the verdicts, and judges against people by level.
    """
    from workbench.judging.agreement import agreement_table
    from workbench.runs import known_runs

    chosen = output or Output()
    store = chosen.open().store
    ratings = store.ratings(known_runs(store, list(runs) or None))
    table = agreement_table(ratings, split(judges), split(by) or [])
    if plot is not None:
        from workbench.charts.agreement import agreement_figures
        from workbench.files import write_atomically
        from workbench.pages import figures_page

        figures = agreement_figures(ratings, table)
        write_atomically(plot, figures_page("Agreement", figures))
    if chosen.format == "table":
        names = ("alpha", "kappa", "exact", "difference")
        table = _short(table, {name: f"{name}_" for name in names}).fillna("")
    chosen.show(table)


def _short(table: pd.DataFrame, values: Mapping[str, str]) -> pd.DataFrame:
    """For reading: values with their intervals, and counts with their totals, in one column each.

    ``values`` has for each column the prefix of the columns ``low`` and ``high`` beside it.
    """
    shown = table.copy()
    for column, prefix in values.items():
        ends = [f"{prefix}low", f"{prefix}high"]
        shown[column] = [
            "" if math.isnan(value) else f"{value:.2f} ({low:.2f} to {high:.2f})"
            for value, low, high in table[[column, *ends]].itertuples(index=False)
        ]
        shown = shown.drop(columns=ends)
    scored = next(name for name in ("n_paired", "n_rated") if name in table)
    shown[scored] = [
        f"{n} of {total}" for n, total in zip(table[scored], table["n_total"], strict=True)
    ]
    return shown.drop(columns="n_total").rename(columns={scored: scored.removeprefix("n_")})
