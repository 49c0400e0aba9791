"""Answers of a report: the worst and the best of each language, and those that show something."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from workbench.languages import UNKNOWN_LANGUAGE, display_name
from workbench.reporting import records
from workbench.reporting.material import ROW, Material
from workbench.reporting.records import Answer, Mark, Part, Section
from workbench.statistics import scores_of

WORST, BEST = 2, 1
"""Answers of each language that are shown."""
_LONGEST, _LONGEST_ASKED = 900, 400
"""Characters of an answer and of a prompt that are shown."""
HIGHEST = 2
"""The highest rating."""
_SCORES = ("right_language", "accuracy", "constraint_kept")
Row = Mapping[Hashable, Any]


def answers_section(material: Material) -> Section:
    """The worst and best answers, language by language."""
    quality = answer_quality(material)
    scored = material.results.assign(quality=quality).dropna(subset=["quality"])
    scored["of_row"] = scored.groupby(ROW)["quality"].transform("mean")
    parts = []
    for code in material.languages:
        own = scored[scored["language"] == code]
        bad = _extreme(own[own["quality"] < 1], WORST, best=False)
        good = _extreme(own[(own["quality"] > 0) & ~own.index.isin(bad.index)], BEST, best=True)
        answers = [
            _answer(material, row, title)
            for title, chosen in (("worst", bad), ("best", good))
            for row in chosen.to_dict("records")
        ]
        if answers:
            parts.append(Part(_name(code), answers=tuple(answers)))
    about = (
        "By the mean of what is known of an answer: right language, accuracy, constraint kept, and "
        "ratings by people and models. Of equal ones, those of the checkpoint that is the worst "
        "(the best) on the whole come first, and each shows another prompt."
    )
    missing = "" if parts else "no answer is scored yet. Score them with 'workbench score'."
    return Section("answers", "Worst and best answers", (Part(text=(about,)), *parts), missing)


def answer_quality(material: Material) -> pd.Series:
    """What is known of each answer as one number from 0 to 1, missing where nothing is."""
    results = material.results
    known = pd.DataFrame(
        {name: scores_of(results, name).astype("float64") for name in _SCORES}, index=results.index
    )
    if material.mean_ratings:
        means = {id: mean / HIGHEST for id, (mean, _) in material.mean_ratings.items()}
        known["ratings"] = results["response_id"].map(means).astype("float64")
    return known.mean(axis=1).where(results["missing_reason"].isna())


def answers_by_id(material: Material, ids: Sequence[int]) -> tuple[Answer, ...]:
    """Some answers, in the order of their ids."""
    rows = material.results[material.results["response_id"].isin(list(ids))]
    return tuple(_answer(material, row) for row in rows.to_dict("records"))


def _extreme(own: pd.DataFrame, most: int, best: bool) -> pd.DataFrame:
    """The first answers by quality, each to another prompt; of equal ones of different rows."""
    ordered = own.sort_values(["quality", "of_row"], ascending=not best, kind="stable")
    ordered["turn"] = ordered.groupby(["quality", ROW], sort=False).cumcount()
    turns = ordered.sort_values(
        ["quality", "turn", "of_row"], ascending=[not best, True, not best], kind="stable"
    )
    return turns.drop_duplicates("parallel_id").head(most)


def _answer(material: Material, row: Row, title: str = "") -> Answer:
    text, asked = str(row["text"]), str(row["prompt"])
    if len(asked) > _LONGEST_ASKED:
        asked = f"{asked[: _LONGEST_ASKED - 1]}…"
    return Answer(
        title,
        asked or "(the prompt's text is not known)",
        text[:_LONGEST],
        str(row["language"]),
        tuple(_marks(material, row)),
        max(0, len(text) - _LONGEST),
    )


def _marks(material: Material, row: Row) -> list[Mark]:
    marks = [Mark(str(row["checkpoint"])), Mark(f"prompt {row['parallel_id']}")]
    if int(row["sample"]):
        marks.append(Mark(f"sample {row['sample']}"))
    if not records.is_missing(row["right_language"]):
        right = bool(row["right_language"])
        found = "no text" if row["detected"] is None else _name(row["detected"])
        sure = "" if records.is_missing(row["confidence"]) else f" {row['confidence']:.0%}"
        marks.append(Mark(f"{found}{sure}", "right" if right else "wrong"))
    elif row["language_missing"] is not None:
        marks.append(Mark(f"language: {row['language_missing']}"))
    if not records.is_missing(row["accuracy"]):
        value = float(row["accuracy"])
        marks.append(Mark(f"accuracy {value:g}", "right" if value == 1 else "wrong"))
    if not records.is_missing(row["constraint_kept"]):
        kept = bool(row["constraint_kept"])
        said = "kept" if kept else f"not kept: {row['constraint_reason']}"
        marks.append(Mark(f"{row['constraint']} {said}", "right" if kept else "wrong"))
    rated = material.mean_ratings.get(int(row["response_id"]))
    if rated is not None:
        marks.append(Mark(f"mean of {rated[1]} ratings {rated[0]:.1f} of {HIGHEST}"))
    if row["finish_reason"] == "length":
        marks.append(Mark("cut off by the limit", "wrong"))
    return marks


def _name(code: Any) -> str:
    return display_name(code) if code == UNKNOWN_LANGUAGE else f"{display_name(code)} ({code})"
