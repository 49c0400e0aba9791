"""Which checkpoint validation takes, in English and in all languages, and what the first costs."""

from __future__ import annotations

from dataclasses import replace

from workbench.charts.selection import (
    CRITERIA,
    CurveLayout,
    cost_bars,
    pareto_scatter,
    validation_curves,
)
from workbench.errors import InputError, NotFoundError
from workbench.languages import english_name
from workbench.reporting import records
from workbench.reporting.material import Material
from workbench.reporting.records import Cell, Chart, Part, Section, Table
from workbench.selection import Evidence, candidate_table, curves, read_evidence, select
from workbench.selection_records import Cost, Selection


def selection_section(material: Material) -> tuple[Section, list[str]]:
    """Which checkpoint to keep, what the English choice costs; and a sentence on it."""
    section = Section("selection", "Which checkpoint to keep", ())
    try:
        evidence = _named(material, read_evidence(material.workspace.store, material.name))
        selection = select(evidence)
    except (NotFoundError, InputError) as error:
        return section.without(error), []
    table, _ = candidate_table(evidence)
    charts = (
        Chart(
            "validation-curves",
            "Validation over the steps",
            validation_curves(curves(evidence), selection, CurveLayout(columns=2)),
            560,
        ),
        Chart(
            "english-against-others",
            "English against the other languages, a point a step",
            pareto_scatter(table, selection),
            340,
        ),
    )
    costs = Chart("cost", "What the English choices cost by language", cost_bars(selection), 330)
    left_out = tuple(
        f"Left out: {out.recipe} at step {out.step}, as {out.reason}." for out in selection.left_out
    )
    about = (
        f"By {selection.measure.replace('_', ' ')} on validation prompts, of "
        f"{selection.candidates:,} candidates (recipe and step), {len(selection.seeds)} seed(s). "
        "The multilingual choice is the best on these very prompts; a test decides how much it "
        "gains."
    )
    parts = (
        Part(text=(about, *left_out), charts=charts, tables=(_choices(selection),)),
        Part("What the choice by English costs", charts=(costs,), tables=(_costs(selection),)),
    )
    return Section("selection", section.title, parts), _sentences(selection)


def _named(material: Material, evidence: Evidence) -> Evidence:
    """The evidence with recipes called as in the other sections, without the study's name."""
    prefix = f"{material.study.name}-" if material.study else ""

    def short(recipe: str) -> str:
        return recipe.removeprefix(prefix)

    responses, losses = evidence.responses, evidence.losses
    return replace(
        evidence,
        responses=responses.assign(recipe=responses["recipe"].map(short)),
        losses=losses.assign(recipe=losses["recipe"].map(short)),
    )


def _choices(selection: Selection) -> Table:
    rows = [
        [
            records.text(CRITERIA[name][0]),
            records.name(choice.recipe),
            records.number(choice.step),
            records.number(choice.value, ".3f"),
            *(records.number(choice.by_language[code], ".0%") for code in selection.languages),
        ]
        for name, choice in selection.choices.items()
    ]
    columns = (
        *records.heads("chosen by", "recipe", "step", "value"),
        *(records.language(code) for code in selection.languages),
    )
    measure = selection.measure.replace("_", " ")
    return Table("Choices", columns, rows, f"Languages: {measure}, mean over seeds.")


def _costs(selection: Selection) -> Table:
    columns = (Cell("against"), *(records.language(code) for code in selection.languages))
    rows = []
    for name, by_language in (
        ("english_loss", selection.cost_of_english_loss),
        ("english", selection.cost),
    ):
        if by_language:
            cells = (_cost(by_language[code]) for code in selection.languages)
            rows.append([records.text(f"choice by {CRITERIA[name][0]}"), *cells])
    note = "Points lost against the multilingual choice; 95% interval, paired by prompt."
    return Table("Cost by language", columns, rows, note)


def _cost(cost: Cost) -> Cell:
    counts = f"{cost.n_paired:,}/{cost.n_total:,}"
    if cost.mean is None:
        return Cell("–", "number", counts=counts)
    interval = ""
    if cost.low is not None and cost.high is not None:
        interval = f"{_points(cost.low)} to {_points(cost.high)}"
    return Cell(_points(cost.mean), "number", interval, counts)


def _points(share: float) -> str:
    """A difference in points, with its sign; none is 0 without one."""
    rounded = round(100 * share)
    return f"{rounded:+d}" if rounded else "0"


def _sentences(selection: Selection) -> list[str]:
    english, best = selection.english, selection.multilingual
    kept = f"{english.recipe} at step {english.step}"
    if (english.recipe, english.step) == (best.recipe, best.step):
        return [f"Validation in English alone and in all languages take the same: {kept}."]
    told = (
        f"Validation in English alone takes {kept}, validation in all languages {best.recipe} at "
        f"step {best.step}"
    )
    known = {code: cost.mean for code, cost in selection.cost.items() if cost.mean is not None}
    if not known:
        return [f"{told}; what the first costs cannot be told."]
    dearest = max(known, key=known.__getitem__)
    cell = _cost(selection.cost[dearest])
    return [
        f"{told}; the first costs most in {english_name(dearest)}, {cell.text} points "
        f"({cell.interval})."
    ]
