"""Agreement between people, between judges, and whether a judge may stand in for people."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from workbench.charts.agreement import agreement_figures
from workbench.errors import InputError, NotFoundError
from workbench.judging.agreement import agreement_table
from workbench.reporting import records
from workbench.reporting.material import Material
from workbench.reporting.records import Cell, Chart, Part, Section, Table


def reliability_section(material: Material) -> Section:
    """Agreement between people, between judges, and whether a judge may stand in for people."""
    section = Section("reliability", "Judge reliability", ())
    ratings = material.ratings
    try:
        table = agreement_table(ratings)
    except (NotFoundError, InputError) as error:
        return section.without(error)
    figures = agreement_figures(ratings, table)
    languages = len(material.languages)
    charts = [
        Chart(
            f"agreement-{number}",
            "Agreement: Krippendorff's alpha" if number == 0 else "Level against level",
            figure,
            (160 + 70 * languages) if number == 0 else 560,
        )
        for number, figure in enumerate(figures)
    ]
    tables = tuple(
        _table(str(criterion), own.to_dict("records"))
        for criterion, own in table.groupby("criterion", sort=False)
    )
    parts = (Part(charts=tuple(charts)), Part("By criterion", tables=tables))
    return Section("reliability", section.title, parts)


def _table(criterion: str, rows: Sequence[Mapping[Hashable, Any]]) -> Table:
    body = [
        [
            records.language(row["language"]),
            records.name(f"{row['between']} and {row['and']}"),
            *(_coefficient(row, key) for key in ("alpha", "kappa", "exact")),
            Cell(f"{row['n_rated']:,}", "number", counts=f"of {row['n_total']:,}"),
            records.text(row["verdict"]),
            records.text(row["why"]),
        ]
        for row in rows
    ]
    heads = ("language", "between", "alpha", "weighted kappa", "exact", "rated by both")
    columns = records.heads(*heads, "may stand in for people", "why")
    title = f"Agreement: {criterion}"
    return Table(title, columns, body, "95% intervals over answers, in brackets.")


def _coefficient(row: Mapping[Hashable, Any], key: str) -> Cell:
    if records.is_missing(row[key]):
        return Cell("–", "number")
    low, high = row[f"{key}_low"], row[f"{key}_high"]
    interval = "" if records.is_missing(low) else f"{low:.2f} to {high:.2f}"
    return Cell(f"{row[key]:.2f}", "number", interval)
