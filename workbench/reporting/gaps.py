"""What is missing in a run, and why: every score that could not be had, counted by its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from workbench.judging.means import with_unrated
from workbench.reporting import records
from workbench.reporting.material import Material
from workbench.reporting.records import Part, Section, Table

_NAMED = 6
"""Reasons of a kind that have a row of their own."""


def gaps_section(material: Material, sections: Sequence[Section]) -> Section:
    """Missing answers and scores by reason, and sections of the report that are missing."""
    results = material.results
    answered = results[results["missing_reason"].isna()]
    asked = answered[answered["constraint"].notna()]
    kinds: list[tuple[str, pd.Series, int]] = [
        ("answer", results["missing_reason"], len(results)),
        ("right language", answered["language_missing"], len(answered)),
        ("accuracy by reference", answered["accuracy_missing"], len(answered)),
        (
            "constraint kept",
            asked["constraint_reason"].where(asked["constraint_kept"].isna()),
            len(asked),
        ),
        *_of_judges(material),
    ]
    rows = [
        [
            records.text(kind),
            records.text(reason),
            records.number(number),
            records.number(total),
        ]
        for kind, reasons, total in kinds
        for reason, number in _counted(reasons)
    ]
    table = Table("Missing scores", records.heads("what", "why", "n missing", "n total"), rows)
    absent = [
        [records.text(section.title), records.text(section.missing)]
        for section in sections
        if section.missing
    ]
    tables = [table] if rows else []
    if absent:
        tables.append(Table("Missing sections", records.heads("section", "why"), absent))
    text: tuple[str, ...] = (
        () if rows else ("Nothing: every answer is there, and every score that was asked for.",)
    )
    unfinished = material.run["status"] != "finished"
    if unfinished:
        text += (f"The run is {material.run['status']}: more answers may be to come.",)
    return Section("missing", "What is missing", (Part(text=text, tables=tuple(tables)),))


def _of_judges(material: Material) -> list[tuple[str, pd.Series, int]]:
    """Ratings that models and people owe, by judge; people are one, and owe what they skipped."""
    ratings = material.ratings
    models = ratings[ratings["kind"].isin(["llm", "local"])]
    found = []
    for judge, own in models.groupby("judge", sort=False):
        whole = with_unrated(own, material.results)
        found.append((f"ratings by {judge}", whole["missing_reason"], len(whole)))
    people = ratings[ratings["kind"] == "person"]
    if len(people):
        found.append(("ratings by people", people["missing_reason"], len(people)))
    return found


def _counted(reasons: pd.Series) -> list[tuple[str, int]]:
    counts = Counter(str(reason) for reason in reasons.dropna())
    named = counts.most_common(_NAMED)
    further = sum(counts.values()) - sum(number for _, number in named)
    if further:
        named.append((f"{len(counts) - len(named):,} further reasons", further))
    return named
