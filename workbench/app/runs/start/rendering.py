"""What starting a study would do, as HTML."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from workbench.app.rendering import render_note
from workbench.app.runs.start.fields import form_fields
from workbench.app.runs.start.outlook import Outlook
from workbench.estimates import Estimate, duration
from workbench.planning import DERIVED

if TYPE_CHECKING:
    from workbench.planning import Plan

_CELLS = 60
"""Rows of the table at most; a grid may have thousands."""
_STATES = {
    "running": "It is running already; watch it below.",
    "finished": "It is finished already: starting it again finds all there and changes nothing.",
    "stopped": "It was stopped: starting it goes on where it stopped.",
    "failed": "It failed: starting it goes on where it failed.",
}


def render_outlook(found: Outlook) -> str:
    """What it would do, or what stands against it; read out when it changes."""
    if found.problems:
        inner = _problems(found.problems)
    elif found.refusal is not None:
        inner = f'<p class="wb-problem">{html.escape(str(found.refusal))}</p>'
    elif found.plan is not None:
        inner = _plan(found.plan) + render_note(_STATES.get(found.status, ""))
    else:
        inner = ""
    return f'<div class="wb-outlook" role="status">{inner}</div>'


def _problems(problems: Mapping[str, str]) -> str:
    fields = form_fields()
    rows = "".join(
        f"<li><b>{html.escape(fields[path].label)}</b> {html.escape(text)}</li>"
        for path, text in problems.items()
    )
    number = "One field" if len(problems) == 1 else f"{len(problems)} fields"
    return f'<p class="wb-problem">{number} to correct:</p><ul class="wb-problems">{rows}</ul>'


def _plan(plan: Plan) -> str:
    record = plan.record
    cells = len(plan.cells) - int((plan.cells["trained"] == DERIVED).sum())
    to_train = int(str(record["to_train"]))
    facts = {
        "cells": f"{cells:,}, {to_train:,} to train",
        "answers": f"{int(plan.cells['responses'].sum()):,} to come",
    }
    if plan.validation_responses:
        facts["validation"] = f"{plan.validation_responses:,} answers to come"
    facts["training"] = _estimate(plan.seconds, duration, "time not known")
    facts["disk"] = _estimate(plan.bytes, _megabytes, "size not known")
    rows = "".join(f"<dt>{name}</dt><dd>{html.escape(text)}</dd>" for name, text in facts.items())
    how = "".join(
        render_note(f"{name}: {estimate.how}.")
        for name, estimate in (("Time", plan.seconds), ("Disk", plan.bytes))
        if to_train
    )
    notes = "".join(f'<p class="wb-caution">{html.escape(note)}</p>' for note in plan.notes)
    return f'<dl class="wb-plan">{rows}</dl>{notes}{_cells(plan)}{how}'


def _estimate(estimate: Estimate, words: Callable[[float], str], unknown: str) -> str:
    if estimate.value is None:
        return unknown
    return f"about {words(estimate.value)}" if estimate.value else "nothing"


def _megabytes(size: float) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.0f} MB"


def _cells(plan: Plan) -> str:
    """The cells, folded; what is there and what each takes."""
    rows = []
    for row in plan.cells.head(_CELLS).to_dict("records"):
        there = {"yes": "there", "no": "to train", DERIVED: "asked otherwise"}
        seconds = row["seconds"]
        time = duration(seconds) if seconds and seconds == seconds else ""
        trained = str(row["trained"])
        rows.append(
            f'<tr><th scope="row">{html.escape(str(row["name"]))}</th>'
            f'<td class="wb-left">{html.escape(there.get(trained, trained))}</td>'
            f"<td>{int(row['responses']):,}</td><td>{time}</td></tr>"
        )
    left = len(plan.cells) - len(rows)
    more = render_note(f"And {left:,} more.") if left > 0 else ""
    return (
        '<details class="wb-cells"><summary>The cells one by one</summary>'
        '<div class="wb-scroll" tabindex="0" role="region" aria-label="Cells">'
        '<table class="wb-table"><thead><tr><th scope="col">checkpoint</th>'
        '<th scope="col" class="wb-left">training</th><th scope="col">answers to come</th>'
        f'<th scope="col">time</th></tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
        f"{more}</details>"
    )
