"""Which checkpoint of a run to keep, where it was validated: the Runs tab's selection, here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from workbench.app.compare.rate_views import Chart
from workbench.app.runs.training_views import selection_of
from workbench.errors import WorkbenchError
from workbench.selection import read_evidence
from workbench.selection_records import Selection

if TYPE_CHECKING:
    from workbench.app.compare.results import Results

UNVALIDATED = (
    "None of these runs was validated while it trained. A study with `validation:` in its file is, "
    "such as `workbench run learning-rate`."
)


@dataclass(frozen=True)
class SelectionView:
    """What selection takes in a run, with its charts, or the sentence that says why not."""

    costs: Chart
    front: Chart
    note: str = ""
    selection: Selection | None = None


def selection_view(results: Results, runs: Sequence[str], dark: bool) -> SelectionView:
    """Selection among the checkpoints of the first of the runs that was validated."""
    nothing = Chart(None)
    validated = results.validated(runs)
    if not validated:
        return SelectionView(nothing, nothing, UNVALIDATED)
    run = validated[0]
    try:
        found = selection_of(read_evidence(results.store, run), str, dark)
    except WorkbenchError as error:
        return SelectionView(nothing, nothing, f"{error.given}: {error.reason}. {error.remedy}.")
    more = len(validated) - 1
    others = f" {more} more of the runs have one of their own: choose them alone." if more else ""
    return SelectionView(
        Chart(found.costs, table=_costs(found.selection)),
        Chart(found.front),
        f"Selection in {run}, by validation while it trained; filters do not change it.{others}",
        found.selection,
    )


def _costs(selection: Selection) -> pd.DataFrame:
    """What each English choice lacks in each language."""
    costs = {"english": selection.cost, "english_loss": selection.cost_of_english_loss or {}}
    rows = [
        {"chosen_by": name, "language": code, **cost.model_dump()}
        for name, by_language in costs.items()
        for code, cost in by_language.items()
    ]
    return pd.DataFrame(rows)
