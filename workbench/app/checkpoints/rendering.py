"""Checkpoints as HTML: cards, the head of the chosen one, and its language profile."""

from __future__ import annotations

import html

from workbench.app.checkpoints.view import SHOWN, Card, Found
from workbench.app.rendering import render_note, render_panel
from workbench.checkpoint_profiles import LanguageRate, Profile, measuring_command
from workbench.languages import display_name

_METHODS = {"base": "not tuned", "full": "full fine-tuning", "lora": "LoRA"}


def render_cards_of(found: Found, chosen: str | None = None) -> str:
    """The cards, each with its buttons; a sentence where none fits."""
    if not found.total:
        return render_panel(
            "No checkpoint yet",
            "This command builds the tiny ones that come with the workbench, this one trains your "
            "own; a folder or a model of the hub is added below.",
            ["workbench tinyworld build", "workbench train RECIPE.yaml"],
        )
    if not found.number:
        return render_note("No checkpoint fits. Search for other words, or choose all methods.")
    cards = "".join(_card(card, card.info.name == chosen) for card in found.cards)
    more = ""
    if found.number > SHOWN:
        more = render_note(f"{found.number - SHOWN:,} more: search for them above.")
    return f'<div class="wb-checkpoints" role="list">{cards}</div>{more}'


def render_head(card: Card) -> str:
    """The chosen checkpoint: what it is and how it came about."""
    info = card.info
    facts = " · ".join(filter(None, (card.size, f"made {card.made}" if card.made else "")))
    base = f" of <b>{_text(info.base)}</b>" if info.base else ""
    recipe = f'<p class="wb-facts" dir="auto">{_text(card.recipe)}</p>' if card.recipe else ""
    path = "" if card.place in ("shipped", "hub") else f"<p><code>{_text(info.path)}</code></p>"
    return (
        f'<section class="wb-checkpoint" aria-label="Chosen checkpoint"><h2>{_text(info.name)}</h2>'
        f'<p class="wb-marks">{_chip(card)}<span>{_METHODS[info.method]}{base}</span></p>{recipe}'
        f'<p class="wb-facts">{_text(facts)}</p>{path}'
        '<p><a href="#checkpoints-cards">All checkpoints</a></p></section>'
    )


def render_profile(card: Card) -> str:
    """Rates by language with their intervals and numbers, or the command that measures them."""
    if card.profile is None:
        return (
            render_note("Not measured yet. This command asks it; the next one scores the answers:")
            + f'<pre class="wb-command"><code>{_text(measuring_command(card.info))}\n'
            "workbench score RUN</code></pre>"
        )
    rows = "".join(_row(rate) for rate in card.profile.rates)
    return (
        '<div class="wb-scroll" tabindex="0" role="region" aria-label="Rates by language">'
        '<table class="wb-table"><thead><tr><th scope="col">language</th>'
        '<th scope="col">right language</th><th scope="col">95% interval</th>'
        '<th scope="col">scored of answers</th><th scope="col">accurate</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>" + render_note(f"From {card.profile.source}.")
    )


def _card(card: Card, chosen: bool) -> str:
    info, name = card.info, _text(card.info.name)
    base = f" of {_text(info.base)}" if info.base else ""
    facts = " · ".join(fact for fact in (card.size, card.made) if fact)
    acts = (
        f'<button type="button" class="wb-act" data-act="open" data-name="{name}">Details</button>'
    )
    if card.place != "gone":
        acts += (
            f'<button type="button" class="wb-act" data-act="chat" data-name="{name}" '
            f'aria-label="Chat with {name}">Chat with it</button>'
        )
    mark = ' aria-current="true"' if chosen else ""
    return (
        f'<article class="wb-checkpoint-card" role="listitem" aria-label="{name}"{mark}>'
        f'<h3><button type="button" data-act="open" data-name="{name}">{name}</button></h3>'
        f'<p class="wb-marks">{_chip(card)}<span>{_METHODS[info.method]}{base}</span></p>'
        f'<p class="wb-facts" dir="auto">{_text(card.recipe) or "&nbsp;"}</p>'
        f"{_bars(card.profile)}"
        f'<p class="wb-facts">{_text(facts)}</p><div class="wb-acts">{acts}</div></article>'
    )


def _chip(card: Card) -> str:
    return f'<span class="wb-chip" data-place="{_text(card.place)}">{_text(card.place)}</span>'


def _bars(profile: Profile | None) -> str:
    """Right language as a small bar for each language."""
    if profile is None:
        return '<p class="wb-facts wb-absent">not measured yet</p>'
    bars = "".join(_bar(rate) for rate in profile.rates)
    return f'<ul class="wb-profile" aria-label="Answers in the right language">{bars}</ul>'


def _bar(rate: LanguageRate) -> str:
    share = 0.0 if rate.right is None else rate.right
    percent = "?" if rate.right is None else f"{rate.right:.0%}"
    return (
        f'<li style="--share:{share:.2f}" title="{percent} of answers in the right language">'
        f'<bdi lang="{_text(rate.language)}">{_text(display_name(rate.language))}</bdi>'
        f"<span>{percent}</span></li>"
    )


def _row(rate: LanguageRate) -> str:
    interval = ""
    if rate.low is not None and rate.high is not None:
        interval = f"{rate.low:.0%} to {rate.high:.0%}"
    counted = ""
    if rate.n_scored is not None and rate.n_total is not None:
        counted = f"{rate.n_scored:,} of {rate.n_total:,}"
    return (
        f'<tr><th scope="row"><bdi lang="{_text(rate.language)}">'
        f"{_text(display_name(rate.language))}</bdi></th>{_cell(rate.right)}"
        f'<td class="wb-left">{interval}</td><td class="wb-left">{counted}</td>'
        f"{_cell(rate.accuracy)}</tr>"
    )


def _cell(value: float | None) -> str:
    if value is None:
        return '<td class="wb-absent" style="--share:0">missing</td>'
    return f'<td style="--share:{value:.2f}">{value:.0%}</td>'


def _text(value: object) -> str:
    return html.escape(str(value or ""), quote=True)
