"""The Rate tab as HTML: an answer beside its prompt, what to rate, guidelines, progress.

Nothing here tells who answered, nor what detectors or other judges said of the answer: a
rater who sees that does not rate the answer alone. What a model wrote is text.
"""

from __future__ import annotations

import html
from collections.abc import Collection, Sequence

from workbench.app.rate.setup import link_of
from workbench.app.rate.sitting import Rating, Settling, Sitting
from workbench.judging.criteria import LEVELS
from workbench.judging.people import Item, Own, Progress
from workbench.judging.rubric import Criterion, Rubric
from workbench.languages import display_name

_FOLDED_FROM = 700
"""Characters from which on an earlier turn or a prompt is folded."""
_EXCERPT = 160
_KEYS = {
    "0": "rates the current criterion with the lowest level and goes to the next one",
    "1": "rates it with the middle level",
    "2": "rates it with the highest level",
    "Enter": "goes to the next answer; so does →",
    "←": "goes back to the answer before",
    "S": "skips this answer; skipped ones can be looked at again at the end",
    "U": "takes back the last thing you did",
    "?": "shows this list",
}
_ROLES = {"system": "System prompt", "user": "Asked", "assistant": "Answered before"}


def render_item(item: Item | None) -> str:
    """What was asked and the answer to it; empty where there is none to show."""
    if item is None:
        return ""
    asked = "".join(
        f"<h3>{_ROLES[message.role]}</h3>{_folded(message.content)}" for message in item.messages
    )
    if not asked:
        asked = '<h3>Asked</h3><p class="wb-absent">The prompt came without its text.</p>'
    code = _escape(item.language)
    expected = f'<bdi lang="{code}">{_escape(display_name(item.language))}</bdi>'
    if item.text.strip():
        answer = f'<div class="wb-text" dir="auto">{_escape(item.text)}</div>'
    else:
        answer = '<div class="wb-text wb-absent">(an empty answer)</div>'
    return (
        f'<article class="wb-item" aria-label="Answer to rate">{asked}'
        f'<h3>Answer <span class="wb-facts">expected in {expected}</span></h3>{answer}</article>'
    )


def render_rating(sitting: Sitting, shown: Rating, rubric: Rubric) -> str:
    """The criteria with the rater's values, and the buttons."""
    if sitting.task is None or shown.item is None:
        return _frame(sitting, render_finished(shown.progress))
    wanted = sitting.task.criteria
    rows, told = [], set[str | None]()
    for criterion in (c for c in rubric.criteria if c.key in wanted):
        own = shown.own.get(criterion.key)
        why = _why(own, rubric, told)
        rows.append(_criterion(criterion, sitting.criterion, _chosen(own), why))
        told.add(own.rule if own else None)
    current = _current(sitting, rubric)
    said = current.title if current else "All criteria are rated"
    return _frame(
        sitting,
        f'<div class="wb-criteria">{"".join(rows)}</div>'
        + _pad(said, current, _chosen(shown.own.get(sitting.criterion)))
        + _actions(ready=current is None),
    )


def render_settling(sitting: Sitting, shown: Settling, rubric: Rubric) -> str:
    """The criteria with all raters' values beside each other, and the buttons."""
    if shown.item is None or shown.dispute is None:
        return _frame(sitting, _no_dispute(shown))
    by_key = {disputed.criterion: disputed for disputed in shown.dispute.criteria}
    rows = [
        _criterion(
            criterion,
            sitting.criterion,
            shown.settled.get(criterion.key),
            _values(by_key[criterion.key].values, criterion.key in shown.dispute.open),
        )
        for criterion in rubric.criteria
        if criterion.key in by_key
    ]
    current = _current(sitting, rubric)
    said = f"Final value: {current.title}" if current else "All criteria are settled"
    return _frame(
        sitting,
        f'<div class="wb-criteria">{"".join(rows)}</div>'
        + _pad(said, current, shown.settled.get(sitting.criterion))
        + _actions(ready=current is None),
    )


def render_progress(shown: Rating) -> str:
    """How much is done, of what, and how fast."""
    done = shown.progress
    facts = [f"{done.done:,} of {_answers(done.assigned)} rated"]
    if done.shared:
        facts.append(f"{done.shared_done:,} of {done.shared:,} that all raters get")
    facts += [
        f"{number:,} {what}"
        for number, what in ((done.skipped, "skipped"), (done.begun, "unfinished"))
        if number
    ]
    if shown.a_minute:
        left = max(1, round(done.left / shown.a_minute))
        facts.append(f"{shown.a_minute:.1f} a minute")
        facts += [f"about {left:,} min left"] if done.left else []
    if shown.absent:
        facts.append(f"{_answers(shown.absent)} missing, which nobody can rate")
    if shown.empty:
        facts.append(f"{_answers(shown.empty)} empty, rated by rule")
    return _bar(done.done, done.assigned, facts)


def render_settled(shown: Settling) -> str:
    """How many disagreements are settled."""
    return _bar(
        shown.done, shown.total, [f"{shown.done:,} of {shown.total:,} disagreements settled"]
    )


def render_guidelines(rubric: Rubric, criteria: Sequence[str]) -> str:
    """The rubric's words on the criteria, each foldable."""
    parts = "".join(_guideline(c) for c in rubric.criteria if c.key in criteria)
    rules = "".join(f"<li>{_escape(rule.text)}</li>" for rule in rubric.rules)
    return (
        f'<details class="wb-guidelines" lang="{_escape(rubric.language)}"><summary lang="en">'
        f"Guidelines</summary><p>{_escape(rubric.introduction)}</p>{parts}<ul>{rules}</ul></details>"
    )


def render_finished(done: Progress) -> str:
    """What is shown when no answer waits."""
    if not done.assigned:
        return _note(
            "Nothing falls to you here",
            "Other raters have it all, or the run has no answers in these languages. Choose "
            "other languages, or tick “Also what falls to others”.",
        )
    button = _button("again", "", f"Look again at what you skipped ({done.skipped:,})")
    back = _button("back", "←", "Back to the last answer")
    undo = _button("undo", "U", "Undo")
    return _note(
        "All done, thank you",
        f"You have rated {done.done:,} of {_answers(done.assigned)}. The ratings are kept; "
        "under “What to rate” you can export them, or settle what raters disagree about.",
        f'<div class="wb-actions">{button if done.skipped else ""}{undo}{back}</div>',
    )


def render_rate_empty() -> str:
    """What the tab shows when the workspace has no answers."""
    commands = ("workbench run learning-rate", "workbench import FILE.csv")
    lines = "".join(f"<pre><code>{command}</code></pre>" for command in commands)
    return (
        '<div class="wb-panel"><h2>No answers to rate yet</h2><p>Answers come from a study or '
        f"from an import. Each of these commands brings some:</p>{lines}</div>"
    )


def render_rate_intro() -> str:
    """What the tab shows before a sitting begins."""
    return _note(
        "Rate answers blind",
        "You will see one answer at a time beside its question, but not which checkpoint gave "
        "it. Choose above what to rate, then press Start. Each value is kept at once: close the "
        "page whenever you like, and go on later under the same name.",
    )


def render_rate_keys() -> str:
    """The keys, in a window that ? opens, and a button for those without a keyboard."""
    rows = "".join(
        f"<dt><kbd>{key}</kbd></dt><dd>{_escape(text)}</dd>" for key, text in _KEYS.items()
    )
    return (
        f'<dialog aria-label="Keys"><h2>Keys</h2><dl>{rows}</dl>'
        '<form method="dialog"><button class="wb-act">Close</button></form></dialog>'
    )


def _no_dispute(shown: Settling) -> str:
    if shown.total:
        undo, back = _button("undo", "U", "Undo"), _button("back", "←", "Back to the last answer")
        return _note(
            "All settled",
            f"{shown.total:,} answers had values that differed. The final values are kept as "
            "those of the judge “adjudication”.",
            f'<div class="wb-actions">{undo}{back}</div>',
        )
    return _note(
        "Nothing to settle",
        "No two raters gave an answer different values yet. This fills when at least two people "
        "have rated answers that all raters get.",
    )


def _frame(sitting: Sitting, content: str) -> str:
    answer = "" if sitting.response_id is None else str(sitting.response_id)
    return (
        f'<section class="wb-rating" data-turn="{sitting.turn}" data-answer="{answer}" '
        f'data-criterion="{_escape(sitting.criterion)}" data-link="{_escape(link_of(sitting))}" '
        f'aria-label="Your rating">{content}</section>'
    )


def _criterion(criterion: Criterion, current: str, chosen: int | None, more: str) -> str:
    """A row: name and three buttons; for the current one also what the levels mean."""
    key, title = _escape(criterion.key), _escape(criterion.title)
    here = criterion.key == current
    values = "".join(_value(criterion, level, chosen == level) for level in LEVELS)
    kept = "–" if chosen is None else str(chosen)
    levels = ""
    if here:
        items = "".join(
            f"<dt>{level}</dt><dd>{_escape(criterion.levels[level])}</dd>"
            for level in reversed(LEVELS)
        )
        levels = f'<p class="wb-asks">{_escape(criterion.question)}</p><dl>{items}</dl>'
    return (
        f'<div class="wb-criterion{" wb-current" if here else ""}" data-key="{key}">'
        f'<div class="wb-line"><button type="button" class="wb-title" data-act="criterion" '
        f'data-criterion="{key}" aria-current="{"step" if here else "false"}">{title}'
        f'<span class="wb-kept">{kept}</span></button>'
        f'<div class="wb-values" role="group" aria-label="{title}">{values}</div></div>'
        f"{more}{levels}</div>"
    )


def _value(criterion: Criterion, level: int, pressed: bool) -> str:
    label = _escape(f"{criterion.title}: {level}, {criterion.levels[level]}")
    return (
        f'<button type="button" class="wb-value" data-act="value" data-value="{level}" '
        f'data-criterion="{_escape(criterion.key)}" aria-pressed="{_truth(pressed)}" '
        f'aria-label="{label}" title="{_escape(criterion.levels[level])}">{level}</button>'
    )


def _why(own: Own | None, rubric: Rubric, told: Collection[str | None]) -> str:
    """Why a value is what it is, where the rater did not choose it."""
    if own is None or (own.rule is None and own.value is not None):
        return ""
    if own.rule is None:
        return '<p class="wb-why">skipped</p>'
    before = "" if own.raw is None else f" (you gave {own.raw})"
    if own.rule in told:
        return f'<p class="wb-why">by the same rule{before}</p>'
    text = {rule.key: rule.text for rule in rubric.rules}.get(own.rule, own.rule)
    return f'<p class="wb-why">by rule{before}: {_escape(text)}</p>'


def _values(values: Sequence[int | None], disputed: bool) -> str:
    """The raters' values beside each other, without names."""
    chips = "".join(
        f'<li><span class="wb-who">{chr(ord("A") + place % 26)}</span> '
        f"{'–' if value is None else value}</li>"
        for place, value in enumerate(values)
    )
    note = "" if disputed else '<span class="wb-facts">agreed</span>'
    return f'<div class="wb-raters"><ul aria-label="Values of the raters">{chips}</ul>{note}</div>'


def _pad(said: str, current: Criterion | None, chosen: int | None) -> str:
    """Large buttons for the current criterion, within reach of a thumb."""
    values = "".join(_value(current, v, chosen == v) for v in LEVELS) if current else ""
    return (
        f'<div class="wb-pad"><p role="status">{_escape(said)}</p>'
        f'<div class="wb-values">{values}</div></div>'
    )


def _actions(ready: bool) -> str:
    """The acts on the answer as a whole; the next one stands out when all is rated."""
    return (
        '<div class="wb-actions">'
        + _button("back", "←", "Back")
        + _button("undo", "U", "Undo")
        + _button("skip", "S", "Skip")
        + _button("next", "↵", "Next", "wb-ready" if ready else "")
        + '<button type="button" class="wb-act" data-act="help" aria-label="Keys" title="Keys">'
        "<kbd>?</kbd></button>" + "</div>"
    )


def _button(act: str, key: str, text: str, style: str = "") -> str:
    hint = f"<kbd>{key}</kbd>" if key else ""
    return (
        f'<button type="button" class="wb-act {style}" data-act="{act}">{_escape(text)}'
        f"{hint}</button>"
    )


def _guideline(criterion: Criterion) -> str:
    """How to decide, with examples; what the levels mean stands beside the buttons."""
    examples = "".join(
        f'<li><q>{_escape(e.question)}</q> <span class="wb-arrow">→</span> '
        f"<q>{_escape(e.answer)}</q> <b>{e.value}</b>. {_escape(e.why)}</li>"
        for e in criterion.examples
    )
    return (
        f'<details data-key="{_escape(criterion.key)}">'
        f"<summary>{_escape(criterion.title)}</summary>"
        f"<p>{_escape(criterion.guideline)}</p><ul>{examples}</ul></details>"
    )


def _folded(text: str) -> str:
    block = f'<div class="wb-asked" dir="auto">{_escape(text)}</div>'
    if len(text) < _FOLDED_FROM:
        return block
    start = _escape(" ".join(text[:_EXCERPT].split()))
    return f'<details class="wb-folded"><summary dir="auto">{start} …</summary>{block}</details>'


def _bar(done: int, total: int, facts: Sequence[str]) -> str:
    share = done / total if total else 0
    return (
        f'<div class="wb-done"><div class="wb-meter" role="progressbar" aria-label="Done" '
        f'aria-valuemin="0" aria-valuemax="{total}" aria-valuenow="{done}">'
        f'<span style="inline-size: {share:.1%}"></span></div>'
        f'<p class="wb-facts">{_escape(" · ".join(facts))}</p></div>'
    )


def _note(title: str, text: str, more: str = "") -> str:
    return f'<div class="wb-panel"><h2>{_escape(title)}</h2><p>{_escape(text)}</p>{more}</div>'


def _chosen(own: Own | None) -> int | None:
    return None if own is None else own.value


def _current(sitting: Sitting, rubric: Rubric) -> Criterion | None:
    return next((c for c in rubric.criteria if c.key == sitting.criterion), None)


def _answers(number: int) -> str:
    return "1 answer" if number == 1 else f"{number:,} answers"


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _escape(text: object) -> str:
    return html.escape(str(text), quote=True)
