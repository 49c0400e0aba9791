"""What a study found, in a small file that is kept: rates with intervals, and where they come from.

The files are ``assets/examples/studies/NAME.json``; ``workbench publish`` writes them, and
figures and pages are made of them alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError

from workbench.assets import asset
from workbench.errors import FileFormatError, InputError
from workbench.files import read_text, write_atomically
from workbench.runs import catalogue
from workbench.statistics import rate_table, scores_of
from workbench.study import Study
from workbench.workspace import Workspace

FOLDER = ("examples", "studies")
"""Place of the files under ``assets/``."""
MEASURES = ("right_language", "right_and_accurate", "accuracy", "ended")
CHECKPOINT = "checkpoint"
"""Field of a condition that is a checkpoint as it is, in place of fields of a recipe."""
_KEYS = ["number", "variant", "language"]
_DIGITS = 4


class Rate(BaseModel):
    """One rate: a condition asked one way in one language, over its prompts and seeds."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    condition: dict[str, Any]
    """What varies of the recipe, without the seed, in the order of the study."""
    variant: str
    """How it was asked; empty where as it is."""
    language: str
    measure: str
    rate: float | None
    """Between 0 and 1; None where nothing could be scored."""
    low: float | None
    """Lower end of the 95% interval, a bootstrap over prompts."""
    high: float | None
    lowest: float | None
    """Rate of the seed with the lowest one."""
    highest: float | None
    seeds: int
    n_scored: int
    """Answers scored, those of all seeds together."""
    n_total: int


class StudyResult(BaseModel):
    """Rates of a study and what they were made by."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    study: dict[str, Any]
    """The study as it was declared, without its validation."""
    run: str
    finished: str
    """Day, UTC."""
    detector: str
    """Whose verdicts on language count."""
    versions: dict[str, str]
    rates: tuple[Rate, ...]

    @property
    def name(self) -> str:
        """Name of the study."""
        return str(self.study["name"])

    def of(self, measure: str) -> list[Rate]:
        """Rates of a measure, in the order of the study."""
        return [rate for rate in self.rates if rate.measure == measure]


def rate_frame(rates: Sequence[Rate]) -> pd.DataFrame:
    """Rates as a table, one row each, for charts."""
    return pd.DataFrame([rate.model_dump() for rate in rates], columns=list(Rate.model_fields))


def study_result(study: Study, workspace: Workspace) -> StudyResult:
    """The rates of a study's finished run.

    Raises InputError where the run is not there or not finished.
    """
    store = workspace.store
    runs = store.runs().set_index("name")
    name = study.run_name
    if name not in runs.index or runs.loc[name, "status"] != "finished":
        raise InputError(
            f"Study '{study.name}'",
            f"its run {name} is not finished in {workspace.folder}",
            f"Give 'workbench run' the study first, with --workspace {workspace.folder}",
        )
    results = store.results([name], detector=study.detectors[0])
    conditions, number_of = _conditions(study, workspace)
    results["number"] = results["checkpoint"].map(number_of)
    results["variant"] = results["variant"].fillna("")
    run = runs.loc[name]
    return StudyResult(
        study=study.of_run,
        run=name,
        finished=str(run["finished"])[:10],
        detector=str(results["detector"].dropna().iloc[0]),
        versions=dict(run["versions"]),
        rates=tuple(_rates(results, conditions)),
    )


def save_result(result: StudyResult, folder: Path | None = None) -> Path:
    """Write a study's rates, one a line; the file."""
    path = (folder or asset(*FOLDER)) / f"{result.name}.json"
    record = result.model_dump(mode="json", exclude={"rates"})
    lines = [json.dumps(r.model_dump(mode="json"), ensure_ascii=False) for r in result.rates]
    head = json.dumps(record, indent=1, ensure_ascii=False).removesuffix("\n}")
    write_atomically(path, f'{head},\n "rates": [\n  ' + ",\n  ".join(lines) + "\n ]\n}\n")
    return path


def load_results(folder: Path | None = None) -> list[StudyResult]:
    """The studies that are kept, by name."""
    found = []
    for path in sorted((folder or asset(*FOLDER)).glob("*.json")):
        try:
            found.append(StudyResult.model_validate_json(read_text(path)))
        except ValidationError as error:
            raise FileFormatError(
                str(path), error.errors()[0]["msg"], "Write it anew with 'workbench publish'"
            ) from None
    return found


def _conditions(study: Study, workspace: Workspace) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """The conditions in order, and the number of each checkpoint's by its name in results."""
    known = catalogue(workspace)
    asked: list[tuple[str, str, dict[str, Any]]] = []
    for name in study.checkpoints:
        info = known.find(name)
        asked.append((info.name, info.method, {CHECKPOINT: info.name}))
    for recipe, told in study.cells():
        fields = recipe.model_dump(mode="json")
        condition = {path: _value(fields, path) for path in told if path != "seed"}
        asked.append((recipe.name, recipe.method, condition))
    conditions: list[dict[str, Any]] = []
    number_of: dict[str, int] = {}
    for name, method, condition in asked:
        if condition not in conditions:
            conditions.append(condition)
        for variant in study.variants_of(method):
            number_of[variant.named(name)] = conditions.index(condition)
    return conditions, number_of


def _value(fields: dict[str, Any], path: str) -> Any:
    """Value of a recipe's field as the recipe reads it: YAML 1.1 takes 1e-4 for a text."""
    name, _, inner = path.partition(".")
    return fields[name][inner] if inner else fields[name]


def _rates(results: pd.DataFrame, conditions: list[dict[str, Any]]) -> Iterator[Rate]:
    order = {label: place for place, label in enumerate(dict.fromkeys(results["variant"]))}
    for measure in MEASURES:
        table = rate_table(results, measure, _KEYS)
        scored = results.assign(score=scores_of(results, measure).astype("float64"))
        by_seed = scored.groupby([*_KEYS, "checkpoint"])["score"].mean()
        ranges = by_seed.groupby(level=_KEYS).agg(["min", "max", "size"])
        rows = table.to_dict("records")
        for row in sorted(rows, key=lambda r: (r["number"], order[r["variant"]])):
            spread = ranges.loc[tuple(row[key] for key in _KEYS)]
            yield Rate(
                condition=conditions[int(row["number"])],
                variant=row["variant"],
                language=row["language"],
                measure=measure,
                rate=_rounded(row["rate"]),
                low=_rounded(row["low"]),
                high=_rounded(row["high"]),
                lowest=_rounded(spread["min"]),
                highest=_rounded(spread["max"]),
                seeds=int(spread["size"]),
                n_scored=row["n_scored"],
                n_total=row["n_total"],
            )


def _rounded(value: float) -> float | None:
    return None if pd.isna(value) else round(float(value), _DIGITS)
