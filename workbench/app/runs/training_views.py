"""What validation shows of a study in training, and which checkpoint to keep, without widgets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go

from workbench.app.runs.view import RunLine
from workbench.charts.selection import (
    CurveLayout,
    cost_bars,
    pareto_scatter,
    validation_curves,
)
from workbench.selection import Evidence, candidate_table, read_evidence, recipes_of, select
from workbench.selection_records import Selection
from workbench.statistics import wilson
from workbench.store.validations import validations
from workbench.validation.settings import Measure, Objective

if TYPE_CHECKING:
    from workbench.store import Store

LOSS = "loss"
MEASURES = {
    "right_language": "right language",
    "accuracy": "accuracy",
    "right_and_accurate": "right language and accurate",
    "constraint_kept": "constraint kept",
    "ended": "ended by itself",
    LOSS: "validation loss",
}
"""What curves can be of, in the order in which it is offered."""


@dataclass(frozen=True)
class CurveView:
    """Which curves are shown and how."""

    measure: str = "right_language"
    by_seed: bool = False
    """Whether each seed has a panel of its own; else a panel is a mean over seeds."""
    dark: bool = False
    columns: int = 3


@dataclass(frozen=True)
class Curves:
    """Curves, or the sentence that says why there are none."""

    figure: go.Figure | None
    note: str
    measures: tuple[str, ...] = ()
    """Measures that have a value."""


@dataclass(frozen=True)
class Selected:
    """What selection finds, with its charts."""

    selection: Selection
    costs: go.Figure
    front: go.Figure


def language_curves(store: Store, line: RunLine, view: CurveView) -> Curves:
    """Validation of a run's checkpoints over the steps, a line a language."""
    if not line.validation:
        return Curves(None, "")
    scores = validations(store, line.validation)
    known = scores.dropna(subset=["value"])
    measures = tuple(name for name in MEASURES if name in set(known["measure"]))
    if scores.empty:
        return Curves(None, "The first curves come when the first checkpoint is validated.")
    own = scores[scores["measure"] == view.measure]
    if own["value"].isna().all():
        reasons = own["missing_reason"].dropna()
        why = reasons.iloc[0] if len(reasons) else "it was not measured"
        return Curves(None, f"There is no {MEASURES[view.measure]}: {why}.", measures)
    rates = _rates(own, scores, view)
    steps = rates.groupby("recipe", sort=False)["step"].max()
    layout = CurveLayout(
        dark=view.dark,
        columns=view.columns,
        share=view.measure != LOSS,
        value="nats an answer token" if view.measure == LOSS else "",
        titles={
            str(recipe): _title(line, rates[rates["recipe"] == recipe], int(step), view)
            for recipe, step in steps.items()
        },
    )
    return Curves(validation_curves(rates, layout=layout), _note(own, rates, view), measures)


def selected(
    store: Store,
    line: RunLine,
    objective: Objective | None = None,
    measure: Measure | None = None,
    dark: bool = False,
) -> Selected:
    """The choices among a run's checkpoints, named without the study's name.

    Raises WorkbenchError where there is nothing to choose from.
    """
    return selection_of(read_evidence(store, line.name, objective, measure), line.short, dark)


def selection_of(evidence: Evidence, short: Callable[[str], str], dark: bool = False) -> Selected:
    """The choices that evidence leads to, with recipes named as ``short`` has it.

    Raises WorkbenchError where there is nothing to choose from.
    """
    evidence = replace(
        evidence,
        responses=_shortened(evidence.responses, short),
        losses=_shortened(evidence.losses, short),
    )
    found = select(evidence)
    table, _ = candidate_table(evidence)
    return Selected(found, cost_bars(found, dark), pareto_scatter(table, found, dark))


def _shortened(frame: pd.DataFrame, short: Callable[[str], str]) -> pd.DataFrame:
    return frame.assign(recipe=frame["recipe"].map(short))


def _rates(own: pd.DataFrame, scores: pd.DataFrame, view: CurveView) -> pd.DataFrame:
    """Values with ``recipe``, ``seed``, their intervals, and how long the training is to be."""
    recipes = recipes_of(scores).rename(columns={"seed_": "seed"})
    steps = own["recipe"].map(lambda fields: fields.get("steps"))
    rates = own.assign(steps=pd.to_numeric(steps)).drop(columns=["recipe", "step"])
    rates = rates.merge(recipes, on="checkpoint")
    if view.by_seed:
        rates["recipe"] = rates["cell"]
    if view.measure != LOSS:
        ends = [
            wilson(value * n, n) if n else (float("nan"),) * 2
            for value, n in zip(rates["value"].fillna(0), rates["n_scored"], strict=True)
        ]
        rates[["low", "high"]] = pd.DataFrame(ends, index=rates.index, dtype="float64")
    return rates


def _title(line: RunLine, rates: pd.DataFrame, step: int, view: CurveView) -> str:
    """Name of a condition and, below it, where English and the others are at its last step."""
    last = rates[rates["step"] == step].groupby("language")["value"].mean().dropna()
    others = [value for code, value in last.items() if code != "en"]
    parts = [f"English {_shown(last['en'], view)}"] if "en" in last else []
    if others:
        low, high = _shown(min(others), view), _shown(max(others), view)
        parts.append(f"others {low}" if low == high else f"others {low} to {high}")
    name = line.short(str(rates["recipe"].iloc[0])).replace("&", "&amp;").replace("<", "&lt;")
    return f"<b>{name}</b><br><span style='font-size:12px'>{', '.join(parts)}</span>"


def _shown(value: float, view: CurveView) -> str:
    return f"{value:.2f}" if view.measure == LOSS else f"{value:.0%}"


def _note(own: pd.DataFrame, rates: pd.DataFrame, view: CurveView) -> str:
    seeds = rates["seed"].nunique()
    missing = int((own["n_total"] - own["n_scored"]).sum())
    total = int(own["n_total"].sum())
    if seeds > 1 and not view.by_seed:
        what = f"Lines are means over {seeds} seeds, bands their range."
    elif view.measure == LOSS:
        what = "Mean over answer tokens, by nats."
    else:
        what = "Bands are 95% intervals over prompts."
    scored = _of(total - missing, total, "answer tokens" if view.measure == LOSS else "answers")
    return f"{what} Numbers above each panel are those of its last step. {scored} are scored."


def _of(some: int, all: int, what: str) -> str:
    return f"All {all:,} {what}" if some == all else f"{some:,} of {all:,} {what}"


def offered(measures: Sequence[str]) -> list[tuple[str, str]]:
    """Measures as a list offers them."""
    return [(MEASURES[name], name) for name in measures]
