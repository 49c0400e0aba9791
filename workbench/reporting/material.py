"""What a report is made of, read from the store once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
from pydantic import ValidationError

from workbench.charts.rates import in_order
from workbench.errors import InputError
from workbench.judging.people.raters import ADJUDICATION
from workbench.runs import known_runs
from workbench.selection import without_seed
from workbench.study import Study
from workbench.workspace import Workspace

ROW = "row"
"""Column of the results with what rows of charts and tables are called."""
_COLUMN, _NAMES = 37, 112
"""Pixels that a column of a heat map, and the names of its rows, take at least."""
_ORDER = ["method", "learning_rate", "size", "steps", "seed"]


@dataclass(frozen=True)
class Material:
    """A run with its results."""

    workspace: Workspace
    run: Mapping[str, Any]
    """As ``Store.runs`` has it: ``name``, ``kind``, ``status``, ``config`` and so on."""
    results: pd.DataFrame
    """As ``Store.results`` gives them, with ``ROW``: the checkpoint, without the name of the study
    and, where it was trained with several seeds, without its seed. Rows are in the order in which
    they are shown."""
    study: Study | None
    """What the run was declared by, where it is one of a study."""

    @property
    def name(self) -> str:
        """Name of the run."""
        return str(self.run["name"])

    @property
    def config(self) -> Mapping[str, Any]:
        """What the run was to do."""
        config: Mapping[str, Any] = self.run["config"]
        return config

    @cached_property
    def rows(self) -> list[str]:
        """Names of rows, in order."""
        return list(dict.fromkeys(self.results[ROW]))

    @cached_property
    def languages(self) -> list[str]:
        """Expected languages, English first."""
        return in_order(self.results["language"].drop_duplicates())

    @cached_property
    def seeds(self) -> int:
        """With how many seeds the checkpoints of a row were trained, at most."""
        return int(self.results.groupby(ROW)["seed"].nunique().max())

    @cached_property
    def ratings(self) -> pd.DataFrame:
        """All ratings of the run, as ``Store.ratings`` gives them, with ``ROW``."""
        ratings = self.workspace.store.ratings([self.name])
        row_of = self.results.drop_duplicates("checkpoint").set_index("checkpoint")[ROW]
        return ratings.assign(**{ROW: ratings["checkpoint"].map(row_of)})

    @cached_property
    def mean_ratings(self) -> Mapping[int, tuple[float, int]]:
        """Mean of the ratings of each response by people and models, 0 to 2, and their number."""
        ratings = self.ratings
        given = ratings[(ratings["kind"] != "rule") & (ratings["judge"] != ADJUDICATION)]
        values = given.dropna(subset=["value"]).groupby("response_id")["value"]
        means, counts = values.mean().astype("float64"), values.size()
        return {int(id): (float(means[id]), int(counts[id])) for id in means.index}


def read_material(workspace: Workspace, run: str, detector: str | None = None) -> Material:
    """The material for a report of a run.

    Raises NotFoundError for an unknown run or detector, InputError for a run without answers.
    """
    known_runs(workspace.store, [run])
    results = workspace.store.results([run], detector=detector)
    if results.empty:
        raise InputError(
            f"Run '{run}'", "it has no answers yet", "Give its command again, and let it go on"
        )
    runs = workspace.store.runs().set_index("name", drop=False)
    about = {str(key): value for key, value in runs.loc[run].to_dict().items()}
    study = _study(about)
    labelled = results.assign(**{ROW: _labels(results, study.name if study else "")})
    ordered = labelled.sort_values([*_ORDER, ROW, "response_id"], na_position="first")
    return Material(workspace, about, ordered.reset_index(drop=True), study)


def map_width(columns: int) -> int:
    """Pixels below which a heat map of so many columns is scrolled."""
    return _NAMES + _COLUMN * columns


def _study(run: Mapping[str, Any]) -> Study | None:
    if run["kind"] != "study":
        return None
    try:
        return Study.model_validate(run["config"])
    except ValidationError:
        return None  # of a version with other fields; what it declared is printed as it is


def _labels(results: pd.DataFrame, study: str) -> pd.Series:
    points = results.drop_duplicates("checkpoint")[["checkpoint", "seed"]]
    several = points["seed"].nunique() > 1
    label_of = {}
    for checkpoint, seed in points.itertuples(index=False):
        label = str(checkpoint)
        if several and pd.notna(seed):
            label = without_seed(label, int(seed))
        label_of[checkpoint] = label.removeprefix(f"{study}-") if study else label
    return results["checkpoint"].map(label_of)
