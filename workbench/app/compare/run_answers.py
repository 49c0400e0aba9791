"""The answers of some runs, as the comparison counts, finds and shows them.

What is counted is in memory without texts (``store.compact``); texts stay in the database and
are read by the page. The shipped example has no database: all of it is in memory.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.judging.criteria import CRITERIA
from workbench.store.compact import COLUMNS, Compact
from workbench.store.connection import Database
from workbench.store.disagreement import Labels, disagreeing, labels_of
from workbench.store.rated import MISSING, Levels, judges_of, levels_of, ratings_of
from workbench.store.records import Rating
from workbench.store.results import results_by_id
from workbench.store.search import responses_with, text_holds

Mask = npt.NDArray[np.bool_]
REFERENCE = "reference"
_ORDER = ["method", "learning_rate", "size", "steps", "seed", "row"]
_KEPT = 8
"""Searches, and judges, whose finds are kept: a megabyte each in a million answers."""
T = TypeVar("T")


class RunAnswers(Protocol):
    """Answers of some runs; arrays and frames follow the rows of ``results``."""

    @property
    def results(self) -> pd.DataFrame:
        """``store.compact.COLUMNS`` and ``row``, the name of the checkpoint among these runs."""

    @property
    def judges(self) -> dict[str, str | None]:
        """Kinds of the judges that have rated some of the answers, by name."""

    @property
    def disagreeing(self) -> Mask:
        """Whether detectors name different languages."""

    def holding(self, text: str) -> Mask:
        """Whether answer or prompt hold a text, whatever the case of its letters."""

    def levels(self, judge: str) -> dict[str, Levels]:
        """What a judge gave the answers, by criterion; see ``store.rated.levels_of``."""

    def whole(self, ids: Sequence[int], judge: str = "") -> pd.DataFrame:
        """Whole results of some answers, with what cards show beside: ``detectors`` (name to
        label, None where fewer than two looked), ``ratings`` and ``rated_by``, the judge."""


class StoredAnswers:
    """Answers that are in a database."""

    def __init__(self, database: Database, compact: Compact) -> None:
        self._database = database
        self._compact = compact
        self.results = with_rows(compact.results)
        self._ids = self.results["response_id"].to_numpy()
        self._held: _Kept[Mask] = _Kept(self._find)
        self._given: _Kept[dict[str, Levels]] = _Kept(self._read_levels)

    @cached_property
    def judges(self) -> dict[str, str | None]:
        """Kinds of the judges that have rated some of the answers, by name."""
        return judges_of(self._database, self._runs, CRITERIA)

    @cached_property
    def disagreeing(self) -> Mask:
        """Whether detectors name different languages."""
        return disagreeing(self._database, self._ids)

    def holding(self, text: str) -> Mask:
        """Whether answer or prompt hold a text, whatever the case of its letters."""
        return self._held(text)

    def levels(self, judge: str) -> dict[str, Levels]:
        """What a judge gave the answers, by criterion."""
        return self._given(judge)

    def whole(self, ids: Sequence[int], judge: str = "") -> pd.DataFrame:
        """Whole results of some answers, with ``detectors`` and ``ratings`` as cards show them."""
        of_run = self._compact.detector_of
        answers = results_by_id(self._database, ids, of_run, REFERENCE)
        rows = self.results.iloc[self._ids.searchsorted(answers["response_id"].to_numpy())]
        labels, given = labels_of(self._database, ids), ratings_of(self._database, judge, ids)
        known = [int(id) for id in answers["response_id"]]
        return answers.assign(
            row=rows["row"].astype("object").to_numpy(),
            detectors=pd.Series([labels.get(id) for id in known], dtype="object"),
            ratings=pd.Series([_in_order(given.get(id, [])) for id in known], dtype="object"),
            rated_by=judge,
        )

    @property
    def _runs(self) -> list[str]:
        return list(self.results["run"].cat.categories)

    def _find(self, text: str) -> Mask:
        found = np.zeros(len(self._ids), dtype=bool)
        ids = responses_with(self._database, self._runs, text)
        at = np.searchsorted(self._ids, ids).clip(max=max(len(self._ids) - 1, 0))
        # What was answered since then is not among the rows.
        found[at[self._ids[at] == ids]] = True
        prompts = self._compact.prompts.cat
        asked = np.array([text_holds(prompt, text) for prompt in prompts.categories], dtype=bool)
        codes = prompts.codes.to_numpy()
        of_prompt: Mask = np.append(asked, False)[codes]
        return found | of_prompt

    def _read_levels(self, judge: str) -> dict[str, Levels]:
        return levels_of(self._database, judge, CRITERIA, self._ids)


class ExampleAnswers:
    """Answers that are in a table as ``Store.results`` gives it, with ``detectors``."""

    def __init__(self, results: pd.DataFrame) -> None:
        self._whole = results
        compact = results[[name for name in COLUMNS if name in results]].copy()
        for name in compact.columns:
            if compact[name].dtype in ("object", "str"):
                compact[name] = compact[name].astype("category")
        self.results = with_rows(compact)

    @property
    def judges(self) -> dict[str, str | None]:
        """Reference facts, where they have rated some of the answers."""
        return {REFERENCE: "rule"} if self._whole["accuracy"].notna().any() else {}

    @cached_property
    def disagreeing(self) -> Mask:
        """Whether detectors name different languages."""
        return np.array([_differ(own) for own in self._whole["detectors"]], dtype=bool)

    def holding(self, text: str) -> Mask:
        """Whether answer or prompt hold a text, whatever the case of its letters."""
        pairs = self._whole[["text", "prompt"]].itertuples(index=False)
        return np.array([any(text_holds(str(part), text) for part in own) for own in pairs])

    def levels(self, judge: str) -> dict[str, Levels]:
        """Accuracy by reference facts."""
        if judge not in self.judges:
            return {}
        accuracy = self._whole["accuracy"].to_numpy(dtype=np.float64, na_value=np.nan)
        return {"accuracy": np.where(np.isnan(accuracy), MISSING, accuracy * 2).astype(np.int8)}

    def whole(self, ids: Sequence[int], judge: str = "") -> pd.DataFrame:
        """Whole results of some answers; cards show their accuracy anyway."""
        places = pd.Index(self._whole["response_id"]).get_indexer(pd.Index(ids))
        rows = self.results["row"].astype("object").to_numpy()
        found: pd.DataFrame = self._whole.iloc[places[places >= 0]].reset_index(drop=True)
        nothing: list[list[Rating]] = [[] for _ in range(len(found))]
        none = pd.Series(nothing, dtype="object")
        return found.assign(row=rows[places[places >= 0]], ratings=none, rated_by=judge)


def with_rows(results: pd.DataFrame) -> pd.DataFrame:
    """Compact results with ``row``, in the order of rows: what names a checkpoint among them.

    A checkpoint that was asked in several of the runs is named with its run. Untuned ones come
    first, then by what their recipes vary.
    """
    pairs = results.drop_duplicates(["checkpoint", "run"])
    several = pairs.groupby("checkpoint", observed=True)["run"].transform("nunique") > 1
    names = pairs["checkpoint"].astype("object")
    with_run = names + " (" + pairs["run"].astype("object") + ")"
    pairs = pairs.assign(row=names.mask(several, with_run))
    ordered = list(pairs.sort_values(_ORDER, na_position="first")["row"])
    place = {row: number for number, row in enumerate(ordered)}
    runs = len(results["run"].cat.categories)
    keys = results["checkpoint"].cat.codes.to_numpy(np.int64) * runs
    keys = keys + results["run"].cat.codes.to_numpy()
    codes = np.full(len(results["checkpoint"].cat.categories) * runs, -1)
    codes[keys[pairs.index]] = [place[row] for row in pairs["row"]]
    return results.assign(row=pd.Categorical.from_codes(codes[keys], categories=pd.Index(ordered)))


class _Kept(Generic[T]):
    """What a function gave, for the arguments of its last calls."""

    def __init__(self, make: Callable[[str], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: OrderedDict[str, T] = OrderedDict()

    def __call__(self, key: str) -> T:
        """What the function gives."""
        with self._lock:
            if key not in self._made:
                self._made[key] = self._make(key)
            self._made.move_to_end(key)
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
            return self._made[key]


def _in_order(given: Sequence[Rating]) -> list[Rating]:
    """Ratings by the six criteria, in the order in which they are rated."""
    by = {rating.criterion: rating for rating in given}
    return [by[name] for name in CRITERIA if name in by]


def _differ(labels: Labels | None) -> bool:
    """Whether two detectors name different languages; one that is undetermined names none."""
    return len({label for label in (labels or {}).values() if label is not None}) > 1
