"""Runs, what is chosen among their checkpoints, and what is missing, as HTML and list entries."""

from __future__ import annotations

import html
from collections.abc import Sequence

from workbench.app.rendering import render_note, render_panel
from workbench.app.runs.view import Progress, RunLine
from workbench.errors import WorkbenchError
from workbench.languages import display_name
from workbench.selection_records import Choice, Cost, Selection

_SYMBOLS = {"starting": "○", "running": "●", "finished": "✓", "stopped": "■", "failed": "✗"}
_TAKES = {
    "english_loss": "English validation loss",
    "english": "English quality",
    "multilingual": "all languages",
}
_OBJECTIVES = {"mean": "mean over languages", "worst": "worst language"}


def render_runs_empty() -> str:
    """What the tab shows when the workspace has no run."""
    return render_panel(
        "No run yet",
        "A run trains, generates and scores what a study declares. This one asks at which "
        "learning rates English-only tuning carries over. Start it above, or by the command:",
        ["workbench run learning-rate"],
    )


def entry(line: RunLine) -> str:
    """A run in the list: name, then how it stands, then how far it is; a line each."""
    state = f"{_SYMBOLS.get(line.status, '')} {line.status} · {line.kind} · {line.started}"
    far = f"{counted(line.progress)} answered, {line.progress.scored:,} scored"
    lines = [line.name, state, far]
    if line.validated:
        lines.append(f"validation: {counted(line.validated)} answered")
    return "\n".join(lines)


def counted(progress: Progress) -> str:
    """How many there are of how many there are to be."""
    if progress.to_answer is None:
        return f"{progress.answered:,}"
    return f"{progress.answered:,} of {progress.to_answer:,}"


def render_head(line: RunLine, log: str = "", left: str = "") -> str:
    """The chosen run: how it stands, how far it is, and the command that goes on with it.

    Of a job that is going on, the last line of its ``log`` says what it does and how long
    that takes; ``left`` is how long all of it takes.
    """
    facts = [line.kind, f"started {line.started}"]
    if line.took:
        facts.append(f"{'for' if line.running else 'took'} {line.took}")
    if left:
        facts.append(left)
    if line.where:
        facts.append(line.where)
    bars = []
    if line.validated:
        bars.append(_bar("validation answers", line.validated.answered, line.validated.to_answer))
    bars.append(_bar("answers", line.progress.answered, line.progress.to_answer))
    bars.append(_bar("scored", line.progress.scored, line.progress.answered or None))
    question = f"<p>{html.escape(line.question)}</p>" if line.question else ""
    if line.running and log:
        bars.append(f'<p class="wb-doing">{html.escape(log.splitlines()[-1])}</p>')
    does = "Goes on with" if line.status in ("stopped", "failed") else "The same as"
    command = (
        f'<p class="wb-note">{does} <code>{html.escape(line.command)}</code></p>'
        if line.command
        else ""
    )
    return (
        f'<section class="wb-run" data-status="{html.escape(line.status)}" aria-label="Chosen run">'
        f"<h2>{html.escape(line.name)}</h2>{question}"
        f'<div class="wb-marks"><span class="wb-chip wb-status">'
        f'<span aria-hidden="true">{_SYMBOLS.get(line.status, "")}</span> '
        f'{html.escape(line.status)}</span><span class="wb-facts">'
        f"{html.escape(' · '.join(facts))}</span></div>"
        f'<div class="wb-bars">{"".join(bars)}</div>{command}</section>'
    )


def render_log(log: str) -> str:
    """The end of a job's log, scrolled to its last line."""
    return (
        '<div class="wb-log" tabindex="0" role="region" aria-label="Log">'
        f"<pre>{html.escape(log)}</pre></div>"
    )


def render_selection(selection: Selection) -> str:
    """What each criterion takes and how it does in each language, as a table; costs below."""
    codes = selection.languages
    heads = "".join(f'<th scope="col">{_language(code)}</th>' for code in codes)
    rows = "".join(_choice(name, choice, selection) for name, choice in selection.choices.items())
    shown = _OBJECTIVES[selection.objective]
    table = (
        '<div class="wb-scroll" tabindex="0" role="region" aria-label="What each criterion takes">'
        '<table class="wb-table"><thead><tr><th scope="col">chosen by</th>'
        f'<th scope="col">checkpoint</th><th scope="col">{shown}</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )
    return f'<p class="wb-headline">{_headline(selection)}</p>{table}{_left_out(selection)}'


def render_advice(selection: Selection) -> str:
    """What to do with the choice."""
    names = dict.fromkeys(choice.checkpoints[0] for choice in selection.choices.values())
    commands = "".join(
        f"<li><code>workbench generate {html.escape(name)} PROMPTS</code></li>" for name in names
    )
    return (
        '<p class="wb-note">The choice by all languages is the best on these very prompts. Let '
        f'other prompts decide how much it gains:</p><ul class="wb-commands">{commands}</ul>'
    )


def render_problem(error: WorkbenchError) -> str:
    """An error in place of what cannot be shown."""
    return render_panel(error.given, f"{error.reason[:1].upper()}{error.reason[1:]}.", ()) + (
        f'<div class="wb-remedy">{render_note(f"{error.remedy}.")}</div>'
    )


def render_unvalidated(line: RunLine) -> str:
    """What a run without validation shows in place of curves."""
    if line.kind == "study" and line.running:
        return render_panel(
            "Nothing is validated yet",
            "If this study validates, curves begin with the first step that it keeps.",
        )
    if line.kind != "study":
        return render_panel(
            "Nothing is trained in this run",
            "Curves by language come from a study that validates while it trains:",
            ["workbench run learning-rate"],
        )
    return render_panel(
        "This study was not validated",
        "With these lines in its file, the same command validates the steps that are kept, and "
        "trains nothing anew where they are there:",
        [
            "validation:\n  prompt_set: tinyworld-validation\n  data: tinyworld-validation\n"
            "  every: 50"
        ],
    )


def render_hint(note: str, command: str = "") -> str:
    """A sentence, and a command on a line of its own."""
    code = f'<pre class="wb-command"><code>{html.escape(command)}</code></pre>' if command else ""
    return render_note(note) + code


def _choice(name: str, choice: Choice, selection: Selection) -> str:
    cells = "".join(_cell(choice.by_language[code]) for code in selection.languages)
    equal = f", as good as {choice.equal} more" if choice.equal else ""
    best = ' class="wb-best"' if name == "multilingual" else ""
    checkpoint = f"<b>{html.escape(choice.recipe)}</b>, step {choice.step:,}{equal}"
    return (
        f'<tr{best}><th scope="row">{_TAKES[name]}</th><td class="wb-left">{checkpoint}</td>'
        f"{_cell(choice.objective)}{cells}</tr>"
    )


def _cell(value: float) -> str:
    return f'<td style="--share:{max(0.0, min(1.0, value)):.2f}">{value:.0%}</td>'


def _headline(selection: Selection) -> str:
    """The dearest cost of choosing by English quality, in one sentence."""
    best = selection.multilingual
    if (best.recipe, best.step) == (selection.english.recipe, selection.english.step):
        return "English quality takes the checkpoint that validation in all languages takes."
    known = {code: cost for code, cost in selection.cost.items() if cost.mean is not None}
    losing = {code: cost for code, cost in known.items() if (cost.mean or 0) > 0}
    if not losing:
        return "Choosing by English quality costs nothing in any language."
    code = max(losing, key=lambda code: losing[code].mean or 0)
    sentence = (
        f"Choosing by English quality costs {_points(losing[code])} in {_language(code)}, "
        "the most of all languages"
    )
    english = known.get("en")
    gained = english is not None and english.mean is not None and english.mean < 0
    if gained and english is not None and english.mean is not None:
        sentence += f", for {-100 * english.mean:.0f} in English"
    return f"{sentence}."


def _points(cost: Cost) -> str:
    assert cost.mean is not None
    interval = ""
    if cost.low is not None and cost.high is not None:
        ends = f"{100 * cost.low:.0f} to {100 * cost.high:.0f}".replace("-", "−")
        interval = f" (95% interval {ends})"
    return f"{100 * cost.mean:.0f} points{interval}"


def _left_out(selection: Selection) -> str:
    if not selection.left_out:
        return ""
    entries = "".join(
        f"<li>{html.escape(out.recipe)}, step {out.step:,}: {html.escape(out.reason)}</li>"
        for out in selection.left_out
    )
    number = len(selection.left_out)
    return (
        f'<details class="wb-note"><summary>{number} left out</summary><ul>{entries}</ul></details>'
    )


def _language(code: str) -> str:
    return f'<bdi lang="{html.escape(code)}">{html.escape(display_name(code))}</bdi>'


def _bar(what: str, done: int, total: int | None) -> str:
    known = f'value="{done}" max="{max(total, 1)}"' if total is not None else 'value="0" max="1"'
    text = f"{done:,} of {total:,}" if total is not None else f"{done:,}"
    return (
        f'<div class="wb-bar"><span>{what}: {text}</span>'
        f'<progress aria-label="{what}" {known}></progress></div>'
    )


def choices(lines: Sequence[RunLine]) -> list[tuple[str, str]]:
    """The runs as a list offers them."""
    return [(entry(line), line.name) for line in lines]
