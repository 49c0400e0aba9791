"""How a checkpoint was trained: its curves, its recipe, and the command that does it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go
from pydantic import ValidationError

from workbench.app.checkpoints.view import Card
from workbench.app.runs.training_views import LOSS, MEASURES
from workbench.charts.loss import loss_curve
from workbench.charts.selection import CurveLayout, validation_curves
from workbench.checkpoint_export import recipe_yaml
from workbench.statistics import wilson
from workbench.store.profiles import validating_runs
from workbench.store.validations import validations
from workbench.training.recipe import RECIPES, Recipe, load_recipe

if TYPE_CHECKING:
    from workbench.store import Store


@dataclass(frozen=True)
class Validated:
    """Validation of a checkpoint while it was trained, by language."""

    figure: go.Figure | None
    measures: tuple[str, ...]
    """Measures that have a value."""
    note: str


def training_loss(card: Card, dark: bool) -> go.Figure | None:
    """Loss over the updates; None where the checkpoint does not keep it."""
    curve = card.info.training.get("curve")
    return loss_curve(curve, dark) if isinstance(curve, list) and len(curve) > 1 else None


def validation(store: Store, card: Card, measure: str, dark: bool) -> Validated:
    """A line a language over the steps that were validated, of the latest study that did."""
    cell = card.info.name.partition("@")[0]
    runs = validating_runs(store, cell)
    if not runs:
        return Validated(None, (), "No study of this workspace has validated it while it trained.")
    scores = validations(store, runs[0])
    own = scores[(scores["cell"] == cell) & scores["value"].notna()]
    measures = tuple(name for name in MEASURES if name in set(own["measure"]))
    chosen = measure if measure in measures else next(iter(measures), "")
    if not chosen:
        return Validated(None, (), f"Nothing of it could be scored in {runs[0]}.")
    rates = _rates(own[own["measure"] == chosen], share=chosen != LOSS)
    layout = CurveLayout(
        dark=dark,
        columns=1,
        share=chosen != LOSS,
        value="nats an answer token" if chosen == LOSS else "",
        titles={cell: MEASURES[chosen]},
    )
    figure = validation_curves(rates, layout=layout)
    return Validated(figure, measures, f"From {runs[0]}. Bands are 95% intervals over prompts.")


def recipe_text(card: Card) -> str:
    """The recipe as a file; empty where the checkpoint has none that can be trained again."""
    recipe = card.info.recipe or {}
    return recipe_yaml(card.info) if "learning_rate" in recipe else ""


def training_command(card: Card) -> str:
    """What trains it again: a shipped recipe by its name, else the file of the recipe."""
    name = card.info.name.partition("@")[0]
    path = RECIPES.files().get(name)
    if path is not None and load_recipe(path) == _recipe(card):
        return f"workbench train {name}"
    return f"workbench train {name}.yaml"


def _recipe(card: Card) -> Recipe | None:
    try:
        return Recipe.model_validate(card.info.recipe)
    except ValidationError:
        return None


def _rates(own: pd.DataFrame, share: bool) -> pd.DataFrame:
    """Rows as ``validation_curves`` takes them."""
    rates = own.assign(recipe=own["cell"], seed=0)
    if share:
        ends = [
            wilson(value * n, n) if n else (float("nan"),) * 2
            for value, n in zip(rates["value"], rates["n_scored"], strict=True)
        ]
        rates[["low", "high"]] = pd.DataFrame(ends, index=rates.index, dtype="float64")
    return rates
