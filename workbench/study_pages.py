"""Pages of studies: question, figure, what it shows and how to run it again, from kept rates.

``workbench publish`` writes ``docs/studies.md`` and the figures beside it anew from
``assets/examples/studies``; no sentence with a number in it is written by hand.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean

import pandas as pd
import plotly.graph_objects as go

from workbench.assets import PROJECT_ROOT, asset
from workbench.charts.rates import in_order
from workbench.charts.studies import condition_label, study_lines, study_rows
from workbench.errors import InputError
from workbench.executors.executor import Executor
from workbench.files import read_text, write_atomically
from workbench.progress import ProgressCallback
from workbench.runs import run_study
from workbench.study import STUDIES, Study, load_study
from workbench.study_results import (
    Rate,
    StudyResult,
    load_results,
    rate_frame,
    save_result,
    study_result,
)
from workbench.workspace import Workspace

PAGE = PROJECT_ROOT / "docs" / "studies.md"
FIGURES = ("figures",)
"""Folder of the figures under ``assets/``."""
SHOWN = {"right_language": "right language", "right_and_accurate": "right and accurate"}
"""Measures of the figures and tables, with what they are called there."""
ORDER = ("base-without-tuning", "learning-rate", "data-size", "language-mix")
"""Studies that come first on the page, in this order; the others follow by name."""
_WIDTH = 1000
_HEAD = """\
# Studies

What the shipped studies found in the tiny world: a test bed of small models with exact ground
truth, not an LLM. Written by `workbench publish` from `assets/examples/studies`; every number
below is made from those files. Intervals are 95%, by a bootstrap over prompts with the answers of
all seeds together; they say how far other prompts would move a rate, and not how far another seed
would: for that the range over seeds is in the files.

*Right language* is the share of answers in the language of the question, by the detector that is
named. *Right and accurate* is the share of answers that are in it and right by the reference
facts; answers that cannot be scored are left out of a rate and counted in n.
"""


def publish(
    names: Sequence[str],
    workspace: Workspace,
    progress: ProgressCallback | None = None,
    executor: Executor | None = None,
) -> list[Path]:
    """Run studies, keep their rates, and write page and figures of all that are kept.

    Without names, page and figures alone are written anew. Returns the files.
    """
    written = []
    for name in names:
        study = load_study(Path(name))
        run_study(study, workspace, progress, executor)
        written.append(save_result(study_result(study, workspace)))
    results = in_page_order(load_results())
    for result in results:
        written.append(write_figure(result, asset(*FIGURES)))
    write_atomically(PAGE, page_text(results))
    return [*written, PAGE]


def in_page_order(results: Sequence[StudyResult]) -> list[StudyResult]:
    """Studies in the order of the page."""

    def place(result: StudyResult) -> tuple[int, str]:
        name = result.name
        return (ORDER.index(name) if name in ORDER else len(ORDER), name)

    return sorted(results, key=place)


def page_text(results: Sequence[StudyResult]) -> str:
    """The page, in Markdown."""
    return "\n".join([_HEAD, *(section_text(result) for result in results)])


def section_text(result: StudyResult) -> str:
    """A study's part of the page."""
    name, study = result.name, Study.model_validate(result.study)
    rates = {title: result.of(measure) for measure, title in SHOWN.items()}
    every = next(iter(rates.values()))
    seeds = max(rate.seeds for rate in every)
    prompts = _range_of_counts([rate.n_total // rate.seeds for rate in every])
    parts = [
        f"## {name}",
        f"**{study.question}**",
        about_study(name),
        f"![{name}: rates by condition and language](../assets/{'/'.join(FIGURES)}/{name}.png)",
        "**What it shows.** "
        + " ".join(finding(own, title) for title, own in rates.items())
        + f" {prompts} prompts a language, {seeds} seed{'s' if seeds != 1 else ''}.",
        *(_details(title, own) for title, own in rates.items()),
        f"Run it again: `workbench publish {name}`, or `workbench run {name}` without writing "
        f"this page. This is run `{result.run}` of {result.finished}, with "
        f"{_versions(result)}; language by `{result.detector}`.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def finding(rates: Sequence[Rate], title: str) -> str:
    """What the rates of a measure come to: English beside the mean of the other languages."""
    english = [r.rate for r in rates if r.language == "en" and r.rate is not None]
    others: dict[str, list[float]] = {}
    for rate in rates:
        if rate.language != "en" and rate.rate is not None:
            others.setdefault(_asked(rate), []).append(rate.rate)
    return spread(title, english, {label: fmean(own) for label, own in others.items()})


def spread(title: str, english: Sequence[float], others: Mapping[str, float]) -> str:
    """A measure in English beside the mean of the other languages, by condition, in a sentence."""
    if not english or not others:
        return f"{title.capitalize()}: English and another language cannot be compared here."
    return (
        f"{title.capitalize()}: English {_range(english)}; the mean of the other languages "
        f"{means(others)}."
    )


def means(rates: Mapping[str, float]) -> str:
    """The least and the greatest of some rates, each with what it is of."""
    worst, best = min(rates, key=rates.__getitem__), max(rates, key=rates.__getitem__)
    if worst == best:
        return f"{rates[best]:.0%} ({best})"
    return f"from {rates[worst]:.0%} ({worst}) to {rates[best]:.0%} ({best})"


def study_figure(result: StudyResult) -> go.Figure:
    """A study's figure, as it is published."""
    tables = {title: rate_frame(result.of(measure)) for measure, title in SHOWN.items()}
    first = next(iter(tables.values()))
    as_rows = first["variant"].ne("").any() or any("checkpoint" in c for c in first["condition"])
    figure = study_rows(tables) if as_rows else study_lines(tables)
    # A picture on a page of any colour needs a ground of its own.
    figure.update_layout(paper_bgcolor="white", plot_bgcolor="white", width=_WIDTH)
    return figure


def write_figure(result: StudyResult, folder: Path) -> Path:
    """Write a study's figure as PNG; InputError where the package for that is not installed."""
    path = folder / f"{result.name}.png"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        study_figure(result).write_image(path, scale=1.5)
    except (ValueError, RuntimeError) as error:
        raise InputError(
            f"Figure {path}",
            f"it cannot be drawn ({str(error).strip().splitlines()[0]})",
            "Install kaleido, which is in the extra 'dev', and Chromium",
        ) from error
    return path


def about_study(name: str) -> str:
    """The comment that a shipped study begins with, behind its schema; empty for others."""
    path = STUDIES.files().get(name)
    if path is None:
        return ""
    head = itertools.takewhile(lambda line: line.startswith("#"), read_text(path).splitlines())
    return " ".join(line.removeprefix("#").strip() for line in head if "$schema=" not in line)


def _details(title: str, rates: Sequence[Rate]) -> str:
    """A table of rates with their intervals, folded."""
    languages = in_order(pd.Series([rate.language for rate in rates]))
    rows: dict[str, list[Rate]] = {}
    for rate in rates:
        rows.setdefault(_asked(rate), []).append(rate)
    lines = [
        "| condition | " + " | ".join(languages) + " | n scored / n |",
        "|---" * (len(languages) + 2) + "|",
    ]
    for label, own in rows.items():
        cells = {rate.language: _interval(rate) for rate in own}
        shown = [cells.get(code, "–") for code in languages]
        counts = f"{sum(r.n_scored for r in own):,} / {sum(r.n_total for r in own):,}"
        lines.append("| " + " | ".join([label, *shown, counts]) + " |")
    summary = f"{title.capitalize()}, % with 95% interval"
    table = "\n".join(lines)
    return f"<details><summary>{summary}</summary>\n\n{table}\n\n</details>"


def _interval(rate: Rate) -> str:
    if rate.rate is None or rate.low is None or rate.high is None:
        return "missing"
    return f"{100 * rate.rate:.0f} ({100 * rate.low:.0f}–{100 * rate.high:.0f})"


def _range(values: Sequence[float]) -> str:
    low, high = f"{min(values):.0%}", f"{max(values):.0%}"
    return low if low == high else f"{low} to {high}"


def _range_of_counts(counts: Sequence[int]) -> str:
    low, high = min(counts), max(counts)
    return str(low) if low == high else f"{low} to {high}"


def _asked(rate: Rate) -> str:
    return ", ".join(filter(None, (condition_label(rate.condition), rate.variant)))


def _versions(result: StudyResult) -> str:
    told = ("workbench", "torch", "transformers", "peft", "trl")
    return ", ".join(f"{name} {result.versions[name]}" for name in told if name in result.versions)
