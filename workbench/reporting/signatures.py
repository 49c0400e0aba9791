"""Signs of failed transfer by row and language, each with answers that show it most."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from workbench.charts.findings import SIGNS, signature_maps
from workbench.reporting.answers import answers_by_id
from workbench.reporting.language_tables import LanguageTable
from workbench.reporting.material import ROW, Material, map_width
from workbench.reporting.records import Cell, Chart, Part, Section
from workbench.signatures import ENGLISH, SIGNATURES, signature_table

_EXAMPLES = 2
"""Answers that show each sign."""
_DASH = "#8C8C8C"
"""A grey that is read on light and dark ground."""


def signatures_section(material: Material) -> Section:
    """The five signs, a part each."""
    table = _over_seeds(material, signature_table(material.results))
    parts = [Part(text=("Counted on the surface and by reference facts, without a judge.",))]
    parts += [_part(material, table, sign) for sign in SIGNATURES]
    return Section("signatures", "Signs of failed transfer", tuple(parts))


def _part(material: Material, signs: pd.DataFrame, sign: str) -> Part:
    own = signs[signs["signature"] == sign]
    title = SIGNS[sign][:1].upper() + SIGNS[sign][1:]
    about = " ".join((SIGNATURES[sign].__doc__ or "").split())
    if not int(own["n_scored"].sum()):
        reasons = own.loc[own["language"] != ENGLISH, "missing_reason"]
        reason = (reasons if len(reasons) else own["missing_reason"]).iloc[0]
        return Part(title, (about, f"Missing: {reason}."))
    figure = signature_maps(own, signs=(sign,))
    figure.layout.annotations = ()  # its title, which the page gives as well
    figure.update_layout(margin={"t": 10})
    figure.update_traces(textfont={"color": _DASH}, selector=_is_grey)
    width = map_width(len(material.languages))
    chart = Chart(f"sign-{sign.replace('_', '-')}", f"{title}: darker is worse", figure, width)
    cells = {(row["checkpoint"], row["language"]): _sign(row) for row in own.to_dict("records")}
    note = "n measured / n total below."
    table = LanguageTable(title, "checkpoint", material.rows, material.languages, note)
    worst = own[own["value"] > 0].sort_values("value", ascending=False, kind="stable")
    ids = worst["worst"].iloc[0][:_EXAMPLES] if len(worst) else []
    answers = answers_by_id(material, ids)
    return Part(title, (about,), (chart,), (table.filled(cells),), answers)


def _is_grey(trace: Any) -> bool:
    """Whether a trace has the cells that cannot be measured."""
    return all(value in (0, None) for line in trace.z for value in line)


def _over_seeds(material: Material, table: pd.DataFrame) -> pd.DataFrame:
    """Signs by row instead of checkpoint: means of its checkpoints, weighted by their answers."""
    row_of = material.results.drop_duplicates("checkpoint").set_index("checkpoint")[ROW]
    order = {name: place for place, name in enumerate(material.rows)}
    named = table.assign(checkpoint=table["checkpoint"].map(row_of))
    named["sum"] = named["value"].fillna(0.0) * named["n_scored"]
    rows = []
    for (row, language, sign), own in named.groupby(
        ["checkpoint", "language", "signature"], sort=False
    ):
        scored = int(own["n_scored"].sum())
        ids = [id for part in own.sort_values("value", ascending=False)["worst"] for id in part]
        rows.append(
            {
                "checkpoint": row,
                "language": language,
                "signature": sign,
                "value": own["sum"].sum() / scored if scored else float("nan"),
                "n_scored": scored,
                "n_total": int(own["n_total"].sum()),
                "missing_reason": None if scored else own["missing_reason"].iloc[0],
                "worst": ids,
            }
        )
    frame = pd.DataFrame(rows)
    return frame.sort_values("checkpoint", key=lambda names: names.map(order), kind="stable")


def _sign(row: Mapping[Hashable, Any]) -> Cell:
    counts = f"{row['n_scored']:,}/{row['n_total']:,}"
    if row["n_scored"] == 0:
        return Cell("–", "number", counts=counts)
    return Cell(f"{100 * row['value']:.0f}%", "number", counts=counts)
