"""Selection: which checkpoint English validation takes, which one multilingual validation
takes, and what the first choice costs in each language.

What is chosen is a recipe and a step. Where a study repeats a recipe with several seeds, a
choice is made by means over the seeds, and ranges over them are given.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import pandas as pd

from workbench.errors import InputError, NotFoundError
from workbench.paired import paired_difference
from workbench.prompts import content_hash
from workbench.selection_records import Choice, Cost, LeftOut, Point, Selection
from workbench.statistics import VALUES
from workbench.store.store import Store
from workbench.store.validations import validations
from workbench.validation.settings import Measure, Objective

ENGLISH = "en"
_KEYS = ["recipe", "step"]


@dataclass(frozen=True)
class Evidence:
    """What a validation run knows, by candidate."""

    run: str
    """Name of the validation run."""
    of_run: str
    """Name of the study's run."""
    objective: Objective
    measure: Measure
    responses: pd.DataFrame
    """One row a response: ``recipe``, ``step``, ``seed``, ``language``, ``parallel_id``,
    ``checkpoint``, ``value`` (of the measure, 0 to 1 or missing)."""
    losses: pd.DataFrame
    """One row a checkpoint and language with a loss: ``recipe``, ``step``, ``seed``,
    ``language``, ``value``."""


def read_evidence(
    store: Store, run: str, objective: Objective | None = None, measure: Measure | None = None
) -> Evidence:
    """The validation of a study's run, or a validation run; the latest where there are several.

    ``objective`` and ``measure`` are those that the study declares unless given. Raises
    NotFoundError where nothing was validated.
    """
    name, config = _validation_run(store, run)
    declared = config["validation"]
    scores = validations(store, name)
    if scores.empty:
        raise NotFoundError(
            f"Run '{run}'", "nothing of it is validated yet", "Wait for the first step to be kept"
        )
    chosen = _known_measure(measure or declared["measure"])
    candidates = recipes_of(scores)
    results = store.results([name], detector=config["detector"])
    values = results.assign(value=VALUES[chosen](results))
    # Answers of a step that is still being validated are no candidate yet.
    responses = values.merge(candidates, on="checkpoint")
    losses = scores[scores["measure"] == "loss"].drop(columns="recipe")
    return Evidence(
        name,
        config["study_run"],
        objective or declared["objective"],
        chosen,
        responses[[*_KEYS, "seed_", "language", "parallel_id", "checkpoint", "value"]].rename(
            columns={"seed_": "seed"}
        ),
        losses.merge(candidates.drop(columns="step"), on="checkpoint").rename(
            columns={"seed_": "seed"}
        )[[*_KEYS, "seed", "language", "value"]],
    )


def select(evidence: Evidence) -> Selection:
    """The three choices, the Pareto front, and what the English choices cost.

    English loss takes the least loss in English; English quality the most of the measure in
    English; multilingual validation the most of the objective. Among equals the fewest
    steps count, then the order of the study. Raises InputError where no candidate is scored
    in all languages.
    """
    table, left_out = candidate_table(evidence)
    if table.empty:
        reason = left_out[0].reason if left_out else "nothing is validated yet"
        raise InputError(
            f"Run '{evidence.run}'",
            f"no checkpoint has {evidence.measure} in all languages ({reason})",
            f"Choose another measure: {', '.join(get_args(Measure))}",
        )
    english = _choose(evidence, table, "english", highest=True)
    multilingual = _choose(evidence, table, "objective", highest=True)
    assert english is not None and multilingual is not None  # both have values in every row
    by_loss = _choose(evidence, table, "english_loss", highest=False)
    return Selection(
        run=evidence.of_run,
        validation_run=evidence.run,
        objective=evidence.objective,
        measure=evidence.measure,
        languages=_languages(evidence),
        seeds=sorted({int(seed) for seed in evidence.responses["seed"]}),
        candidates=len(table),
        english_loss=by_loss,
        english=english,
        multilingual=multilingual,
        cost=_costs(evidence, multilingual, english),
        cost_of_english_loss=_costs(evidence, multilingual, by_loss) if by_loss else None,
        pareto=pareto_front(table),
        left_out=left_out,
    )


def candidate_table(evidence: Evidence) -> tuple[pd.DataFrame, list[LeftOut]]:
    """One row a candidate: ``recipe``, ``step``, a column a language, ``english``, ``others``
    (mean of the other languages), ``objective``, ``english_loss``; all means over seeds.

    Left out, with the reason, are those not scored in every language and seed.
    """
    by_seed = _rates_by_seed(evidence)
    seeds = int(by_seed.groupby(_KEYS).size().max()) if len(by_seed) else 0
    left_out = []
    rows = []
    for recipe, step in evidence.responses[_KEYS].drop_duplicates().itertuples(index=False):
        own = by_seed.loc[(recipe, step)]
        absent = [code for code in _languages(evidence) if own[code].isna().any()]
        if absent:
            reason = f"{evidence.measure} cannot be scored in {', '.join(absent)}"
            left_out.append(LeftOut(recipe=recipe, step=step, reason=reason))
        elif len(own) < seeds:
            reason = f"only {len(own)} of {seeds} seeds are validated yet"
            left_out.append(LeftOut(recipe=recipe, step=step, reason=reason))
        else:
            # Rounded, so that equal candidates do not differ by the last bit.
            rows.append({"recipe": recipe, "step": step, **own.mean().round(9).to_dict()})
    columns = [*_KEYS, *_languages(evidence), "english", "others", "objective", "english_loss"]
    return pd.DataFrame(rows, columns=columns), left_out


def curves(evidence: Evidence) -> pd.DataFrame:
    """The measure over the steps: ``recipe``, ``step``, ``seed``, ``language``, ``value``."""
    values = evidence.responses.assign(value=evidence.responses["value"].astype("float64"))
    keys = [*_KEYS, "seed", "language"]
    return values.groupby(keys, sort=False)["value"].mean().reset_index()


def recipes_of(scores: pd.DataFrame) -> pd.DataFrame:
    """What was validated, one row a checkpoint: ``recipe``, ``step``, ``seed_``.

    ``scores`` is what ``store.validations`` gives. A recipe is named without its seed where
    there are several.
    """
    points = scores.drop_duplicates("checkpoint")
    names: dict[str, list[tuple[str, int]]] = {}
    rows = []
    for checkpoint, cell, step, fields in zip(
        points["checkpoint"], points["cell"], points["step"], points["recipe"], strict=True
    ):
        key = content_hash({k: v for k, v in fields.items() if k not in ("name", "seed")})
        seed = int(fields.get("seed", 0))
        names.setdefault(key, []).append((cell, seed))
        rows.append((checkpoint, key, step, seed))
    frame = pd.DataFrame(rows, columns=["checkpoint", *_KEYS, "seed_"])
    return frame.assign(recipe=frame["recipe"].map({k: _common(v) for k, v in names.items()}))


def without_seed(name: str, seed: int) -> str:
    """Name of a cell without what tells its seed."""
    return "-".join(part for part in name.split("-") if part != f"s{seed}")


def pareto_front(table: pd.DataFrame) -> list[Point]:
    """Candidates that no other one beats in English and in the mean of the others at once."""
    points = [
        Point(recipe=row["recipe"], step=row["step"], english=row["english"], others=row["others"])
        for row in table.to_dict("records")
    ]
    front = [point for point in points if not any(_beats(other, point) for other in points)]
    return sorted(front, key=lambda point: (-point.english, point.others))


def _beats(first: Point, second: Point) -> bool:
    gains = (first.english - second.english, _or_zero(first.others) - _or_zero(second.others))
    return min(gains) >= 0 and max(gains) > 0


def _or_zero(value: float | None) -> float:
    return 0.0 if value is None or math.isnan(value) else value


def _rates_by_seed(evidence: Evidence) -> pd.DataFrame:
    """Rates by recipe, step and seed: a column a language and what is derived from them."""
    values = evidence.responses.assign(value=evidence.responses["value"].astype("float64"))
    rates = values.pivot_table(
        index=[*_KEYS, "seed"], columns="language", values="value", aggfunc="mean", dropna=False
    )
    rates = rates.reindex(columns=_languages(evidence))
    languages = rates.copy()
    rates["english"] = languages[ENGLISH]
    rates["others"] = languages.drop(columns=ENGLISH).mean(axis=1)
    combined = languages.mean(axis=1) if evidence.objective == "mean" else languages.min(axis=1)
    rates["objective"] = combined
    english = evidence.losses[evidence.losses["language"] == ENGLISH]
    rates["english_loss"] = english.set_index([*_KEYS, "seed"])["value"].reindex(rates.index)
    used = pd.MultiIndex.from_frame(values[[*_KEYS, "seed"]].drop_duplicates())
    return rates.loc[rates.index.isin(used)]


def _choose(evidence: Evidence, table: pd.DataFrame, column: str, highest: bool) -> Choice | None:
    known = table.dropna(subset=[column])
    if known.empty:
        return None
    best = known[column].max() if highest else known[column].min()
    equal = known[known[column] == best].sort_values("step", kind="stable")
    row: dict[str, Any] = dict(equal.iloc[0])
    own = _rates_by_seed(evidence).loc[(row["recipe"], row["step"])]
    of_candidate = _of_candidate(evidence, row["recipe"], row["step"])
    return Choice(
        recipe=row["recipe"],
        step=row["step"],
        checkpoints=list(dict.fromkeys(of_candidate["checkpoint"])),
        criterion=column,
        value=row[column],
        low=float(own[column].min()),
        high=float(own[column].max()),
        equal=len(equal) - 1,
        objective=row["objective"],
        by_language={code: row[code] for code in _languages(evidence)},
    )


def _costs(evidence: Evidence, better: Choice, worse: Choice) -> dict[str, Cost]:
    """What ``worse`` lacks against ``better`` in each language; negative where it has more."""
    costs: dict[str, Cost] = {}
    for code in _languages(evidence):
        if (better.recipe, better.step) == (worse.recipe, worse.step):
            n = len(set(_of_candidate(evidence, better.recipe, better.step)["parallel_id"]))
            costs[code] = Cost.nothing(n)
            continue
        parts = [
            part[part["language"] == code]
            for part in (
                _of_candidate(evidence, choice.recipe, choice.step) for choice in (better, worse)
            )
        ]
        first, second = (part.set_index("parallel_id")["value"] for part in parts)
        means = [part.groupby("seed")["value"].mean() for part in parts]
        by_seed = (means[0] - means[1]).dropna()
        difference = paired_difference(first, second)
        costs[code] = Cost(
            **difference._asdict(),
            seeds_low=float(by_seed.min()) if len(by_seed) else None,
            seeds_high=float(by_seed.max()) if len(by_seed) else None,
        )
    return costs


def _of_candidate(evidence: Evidence, recipe: str, step: int) -> pd.DataFrame:
    all = evidence.responses
    return all[(all["recipe"] == recipe) & (all["step"] == step)]


def _languages(evidence: Evidence) -> list[str]:
    found = sorted(set(evidence.responses["language"]), key=lambda code: (code != ENGLISH, code))
    if ENGLISH not in found:
        raise InputError(
            f"Run '{evidence.run}'",
            "English was not validated, so there is no English choice to compare with",
            "Add en to the languages of the study's validation",
        )
    return found


def _common(cells: Sequence[tuple[str, int]]) -> str:
    """Name of a recipe over its seeds: a cell's, without the seed where there are several."""
    name, seed = cells[0]
    if len(set(cells)) == 1:
        return name
    return without_seed(name, seed)


def _known_measure(name: str) -> Measure:
    for known in get_args(Measure):
        if known == name:
            measure: Measure = known
            return measure
    raise NotFoundError(
        f"Measure '{name}'",
        "checkpoints cannot be chosen by it",
        f"Use one of {', '.join(get_args(Measure))}",
    )


def _validation_run(store: Store, run: str) -> tuple[str, Mapping[str, Any]]:
    runs = store.runs()
    if run not in set(runs["name"]):
        known = ", ".join(runs.loc[runs["kind"] == "study", "name"]) or "none yet"
        raise NotFoundError(
            f"Run '{run}'", "the workspace has no run of that name", f"Runs of studies: {known}"
        )
    for name, config in runs.loc[runs["kind"] == "validation", ["name", "config"]].to_numpy():
        if run in (name, config["study_run"]):
            return str(name), config
    raise NotFoundError(
        f"Run '{run}'",
        "its checkpoints were not validated",
        "Add 'validation:' to the study and run it again: what is trained is not trained anew "
        "where the steps were kept",
    )
