"""``workbench data`` and ``workbench presets``: what to train on, and recipes for it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workbench.commands.options import Output, split
from workbench.training.recipe import Recipe

_FIELDS = Recipe.model_fields


@Parameter(name="*")
@dataclass(frozen=True)
class Tokens:
    """What makes tokens of examples."""

    base: Annotated[str, Parameter(help=_FIELDS["base"].description)]
    max_length: Annotated[int, Parameter(help=_FIELDS["max_length"].description)] = _FIELDS[
        "max_length"
    ].default
    chat_template: Annotated[str | None, Parameter(help=_FIELDS["chat_template"].description)] = (
        None
    )


def data(
    source: str,
    /,
    *more: str,
    tokens: Tokens,
    languages: tuple[str, ...] = (),
    against: tuple[str, ...] = (),
    plot: Path | None = None,
    output: Output | None = None,
) -> None:
    """Count the examples and tokens of instruction data by language, before training.

    Examples that training would leave out as too long, and such as repeat test prompts,
    are counted and warned of.

    Parameters
    ----------
    source:
        JSONL or JSON file, name in assets/instructions, folder of a dataset, or hub id.
    more:
        Further sources.
    languages:
        Only these languages; all if not given.
    against:
        Prompt sets to look for in the data; each adds a column of examples that repeat it.
    plot:
        HTML file for a histogram of lengths.
    """
    from workbench.charts.training import length_histogram
    from workbench.checkpoints import load_tokenizer, read_context_length
    from workbench.files import write_atomically
    from workbench.instructions import find_examples
    from workbench.runs import catalogue, find_prompt_set
    from workbench.training.chat_template import mark_answers
    from workbench.training.lengths import report_instructions

    chosen = output or Output()
    workspace = chosen.open()
    known = catalogue(workspace)
    base = known.find(tokens.base)
    prompt_sets = [find_prompt_set(workspace, name) for name in split(against) or ()]
    examples = find_examples([source, *more], split(languages))
    tokenizer = load_tokenizer(base, known)
    mark_answers(tokenizer, tokens.chat_template)
    limit = min(tokens.max_length, read_context_length(base, known))
    report = report_instructions(examples, tokenizer, limit, prompt_sets)
    for warning in report.warnings():
        print(f"warning: {warning}", file=sys.stderr)
    if plot is not None:
        figure = length_histogram(report.lengths, limit)
        write_atomically(plot, figure.to_html(include_plotlyjs=True))
    chosen.show(report.table())


def presets(*, output: Output | None = None) -> None:
    """List the recipes for real models that 'workbench train NAME' takes."""
    from workbench.training.presets import preset_frame

    (output or Output()).show(preset_frame())
