"""The grid as HTML: a summary on top, and a row a language with an answer a checkpoint.

What a model or a user wrote is text. Rows are strings of their own, so that only those that
changed are sent to the browser.
"""

from __future__ import annotations

import html
import unicodedata

from workbench.app.answer_marks import (
    Kind,
    language_chip,
    language_mark,
    mark,
    text_block,
    token_count,
)
from workbench.app.every_language.grid import Cell, CellState, Grid, Share
from workbench.app.rendering import render_panel
from workbench.app.spans import legend
from workbench.languages import display_name
from workbench.prompts import Prompt

TEMPLATE = '<div class="wb-every">${(value || []).join("")}</div>'
"""How the browser puts rows together; it never reads them as a template."""

_STATES: dict[CellState, str] = {
    "waiting": "waiting …",
    "loading": "loading the checkpoint …",
    "running": "answering …",
    "ended": "ended by itself",
    "cut": "cut at the length limit",
    "missing": "no answer",
    "stopped": "stopped",
}
_LONG = 420
"""Width of a text, in Latin letters, from which on it is folded."""
_LINES = 9
"""Lines of a text from which on it is folded."""
_SHOWN_FACTS = 3
_HEAT = {True: ("right", "✓"), False: ("wrong", "✗"), None: ("unknown", "?")}
_WORDS = {"right": "right language", "wrong": "wrong language", "unknown": "cannot be told"}


def render_grid(grid: Grid) -> list[str]:
    """A head with the names of the checkpoints, and a row for each language."""
    names = "".join(f"<div>{_escape(name)}</div>" for name in grid.checkpoints)
    columns = f'style="--columns: {len(grid.checkpoints)}"'
    head = (
        f'<div class="wb-grid-head" {columns} data-key="{grid.key}" aria-hidden="true"><div></div>'
        f"{names}</div>"
    )
    rows = []
    for prompt in grid.question.prompts:
        cells = "".join(
            _cell(grid.cell(prompt.language, name), prompt, name, _anchor(prompt.language, number))
            for number, name in enumerate(grid.checkpoints)
        )
        name = _escape(display_name(prompt.language))
        rows.append(
            f'<section class="wb-grid-row" {columns} aria-label="{name}">{_asked(prompt)}{cells}'
            "</section>"
        )
    return [head, *rows]


def render_summary(grid: Grid) -> str:
    """Right-language shares and a small heat map: a line a checkpoint, a column a language.

    Each mark leads to the answer it stands for.
    """
    codes = grid.question.languages
    heads = "".join(
        f'<th scope="col" data-code="{_escape(code)}">{_language(code)}</th>' for code in codes
    )
    facts = "" if _no_facts(grid) else '<th scope="col">right facts</th>'
    lines = "".join(_summary_line(grid, number) for number in range(len(grid.checkpoints)))
    return (
        '<div class="wb-scroll" tabindex="0" role="region" aria-label="Summary by checkpoint">'
        '<table class="wb-heat"><thead><tr><th scope="col">checkpoint</th>'
        f'<th scope="col">right language</th>{facts}{heads}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )


def render_progress(grid: Grid) -> str:
    """How many answers there are; where they are kept, if they are."""
    done, total = grid.done, grid.total
    stopped = sum(cell.state == "stopped" for cell in grid.cells.values())
    text = f"{done - stopped} of {total} answers"
    bar, live = f'<progress value="{done}" max="{total}" aria-label="Answers"></progress>', "off"
    if not grid.running:
        bar, live = "", "polite"
        text += f", {stopped} stopped" if stopped else ""
    if grid.saved is not None:
        text += f" · kept as run <code>{_escape(grid.saved)}</code>: see Compare and Rate"
    return (
        f'<div class="wb-grid-progress" role="status" aria-live="{live}">{bar}<span>{text}</span>'
        "</div>"
    )


def render_grid_empty(has_checkpoints: bool) -> list[str]:
    """What is to be done before there is a grid."""
    if not has_checkpoints:
        return [
            render_panel(
                "No checkpoint yet",
                "A grid needs a checkpoint to answer. This command builds the tiny ones that come "
                "with the workbench, this one trains your own:",
                ["workbench tinyworld build", "workbench train RECIPE.yaml"],
            )
        ]
    return [
        render_panel(
            "One prompt, every language",
            "Pick a prompt and up to four checkpoints, then press “Ask in every language”. Each "
            "answer appears beside its translation, and tells at once whether it is in the "
            "language that was asked in.",
        )
    ]


def _asked(prompt: Prompt) -> str:
    code = prompt.language
    shown = _language(code) + f' <span class="wb-facts">{_escape(code)}</span>'
    text = "\n\n".join(message.content for message in prompt.messages)
    known = ""
    if prompt.reference is not None:
        groups = [group[0] for group in prompt.reference.accept if group]
        told = ", ".join(_escape(word) for word in groups[:_SHOWN_FACTS])
        more = ", …" if len(groups) > _SHOWN_FACTS else ""
        known = (
            f'<p class="wb-facts">right: <bdi dir="auto" lang="{_escape(code)}">{told}{more}</bdi>'
            "</p>"
        )
    return (
        f'<header class="wb-grid-asked"><h3>{shown}</h3>'
        f"{text_block(text, code, 'wb-asked')}{known}</header>"
    )


def _cell(cell: Cell, prompt: Prompt, checkpoint: str, anchor: str) -> str:
    label = cell.verdict.label if cell.verdict else None
    confidence = cell.verdict.confidence if cell.verdict else None
    marks = []
    if cell.text or cell.whole:
        marks.append(language_chip(label, confidence))
    if cell.whole:
        marks.append(language_mark(cell.text, label, prompt.language))
        marks.append(_fact(cell))
        marks.append(_constraint(cell))
    marks.append(f'<span class="wb-facts">{_facts(cell)}</span>')
    busy = "false" if cell.finished else "true"
    name, language = _escape(checkpoint), _escape(display_name(prompt.language))
    return (
        f'<article class="wb-answer wb-grid-cell" id="{anchor}" tabindex="-1" '
        f'data-state="{cell.state}" aria-busy="{busy}" aria-label="Answer of {name} in {language}">'
        f'<div class="wb-name">{name}</div>{_answer(cell, label, prompt.language)}'
        f'<div class="wb-marks">{"".join(marks)}</div></article>'
    )


def _answer(cell: Cell, label: str | None, expected: str) -> str:
    reason = cell.answer.missing_reason if cell.answer is not None else None
    if cell.state == "missing":
        return f'<div class="wb-text wb-absent">No answer: {_escape(reason or "unknown")}</div>'
    body = text_block(cell.text, label, "wb-text", cell.parts)
    if _is_long(cell.text):
        body += (
            '<details class="wb-more"><summary><span class="wb-closed">show all</span>'
            '<span class="wb-open">show less</span></summary></details>'
        )
    return body + legend(cell.parts, expected)


def _facts(cell: Cell) -> str:
    told = [_STATES[cell.state]]
    if cell.answer is not None and cell.whole:
        told.insert(0, f"{cell.answer.seconds:.1f} s")
    if cell.new_tokens:
        told.insert(0, token_count(cell.new_tokens))
    return " · ".join(told)


def _fact(cell: Cell) -> str:
    if cell.fact is None:
        return ""
    if cell.fact.value is None:
        return mark("unknown", cell.fact.missing_reason or "fact not rated")
    return mark("right", "right fact") if cell.fact.value else mark("wrong", "wrong fact")


def _constraint(cell: Cell) -> str:
    if cell.constraint is None or not cell.text.strip():
        return ""
    if cell.constraint.kept:
        return mark("right", "constraint kept")
    kind: Kind = "unknown" if cell.constraint.kept is None else "wrong"
    return mark(kind, cell.constraint.reason or "")


def _summary_line(grid: Grid, number: int) -> str:
    name = grid.checkpoints[number]
    marks = "".join(
        f"<td>{_heat(grid.cell(code, name), code, number)}</td>" for code in grid.question.languages
    )
    facts = grid.right_facts(name)
    with_facts = "" if facts is None else f"<td>{_share(facts)}</td>"
    return (
        f'<tr><th scope="row">{_escape(name)}</th><td>{_share(grid.right_language(name))}</td>'
        f"{with_facts}{marks}</tr>"
    )


def _heat(cell: Cell, code: str, number: int) -> str:
    if cell.whole:
        kind, symbol = _HEAT[cell.right(code)]
        told = _WORDS[kind]
        label = cell.verdict.label if cell.verdict else None
        if kind == "wrong":
            told += f": {display_name(label)}" if label and cell.text.strip() else ": empty answer"
    else:
        kind, symbol = cell.state, "–" if cell.finished else "·"
        told = _STATES[cell.state]
    about = f"{display_name(code)}, {told}"
    return (
        f'<button type="button" class="wb-heat-cell" data-kind="{kind}" '
        f'data-cell="{_anchor(code, number)}" title="{_escape(about)}" '
        f'aria-label="{_escape(about)}">{symbol}</button>'
    )


def _share(share: Share) -> str:
    """Right answers over those asked for; and of how many it can be said, if not of all."""
    if share.rate is None:
        return f'<span class="wb-facts">none of {share.total} yet</span>'
    told = f"<b>{share.rate:.0%}</b> {share.right}/{share.scored}"
    if share.scored < share.total:
        told += f' <span class="wb-facts">of {share.total}</span>'
    return told


def _no_facts(grid: Grid) -> bool:
    return all(prompt.reference is None for prompt in grid.question.prompts)


def _is_long(text: str) -> bool:
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide > _LONG or text.count("\n") >= _LINES


def _anchor(language: str, number: int) -> str:
    return f"grid-{_escape(language)}-{number}"


def _language(code: str) -> str:
    return f'<bdi lang="{_escape(code)}">{_escape(display_name(code))}</bdi>'


def _escape(text: object) -> str:
    return html.escape(str(text), quote=True)
