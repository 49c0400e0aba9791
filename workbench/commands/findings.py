"""``workbench elicit`` and ``workbench signatures``: what is behind the rates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workbench.commands.options import Output, split
from workbench.elicitation_settings import Elicitation
from workbench.lid.detectors import DEFAULT_DETECTOR


def elicit(
    checkpoint: str,
    *,
    how: Annotated[Elicitation | None, Parameter(name="*")] = None,
    tuned: tuple[str, ...] = (),
    detector: str = DEFAULT_DETECTOR,
    plot: Path | None = None,
    output: Output | None = None,
) -> None:
    """Ask a base model few-shot what it knows, and see what tuned checkpoints carry over of it.

    Without --tuned, prints the share of right answers by language. With it, what each tuned
    checkpoint gets wrong in two parts: what the base never learned, and what it knows and
    tuning did not carry over.

    Parameters
    ----------
    checkpoint:
        Name of a base model, a folder, or a hub id.
    tuned:
        Checkpoints tuned from it, to be compared on the same prompts.
    detector:
        What identifies the language of the answers.
    plot:
        HTML file for a chart of the parts by language, with --tuned.
    """
    import pandas as pd

    from workbench.elicitation import ask_tuned, gap_text, knowledge_gap
    from workbench.elicitation import elicit as elicit_base
    from workbench.progress import terminal_progress
    from workbench.runs import score_run
    from workbench.statistics import rate_table

    chosen, asked = output or Output(), how or Elicitation()
    languages = split(asked.languages or ())
    asked = asked.model_copy(update={"languages": languages})
    workspace = chosen.open()
    with terminal_progress() as progress:
        runs = [elicit_base(workspace, checkpoint, asked, progress)]
        runs += [ask_tuned(workspace, name, asked, progress) for name in split(tuned) or ()]
        for run in runs:
            score_run(workspace, run, detector, progress=progress)
    base, *others = (workspace.store.results([run], detector=detector) for run in runs)
    if not others:
        chosen.show(rate_table(base, "accuracy", ["checkpoint", "language"]))
        return
    gaps = {results["checkpoint"].iloc[0]: knowledge_gap(base, results) for results in others}
    table = pd.concat(gaps, names=["checkpoint"]).reset_index("checkpoint")
    if plot is not None:
        from workbench.charts.findings import knowledge_bars
        from workbench.files import write_atomically
        from workbench.pages import figures_page

        write_atomically(plot, figures_page("What the base knew", [knowledge_bars(table)]))
    chosen.show(gap_text(table) if chosen.format == "table" else table)


def signatures(
    *runs: str, detector: str | None = None, plot: Path | None = None, output: Output | None = None
) -> None:
    """Measure five signs of failed transfer, by checkpoint and language.

    English drift, hallucinated facts, uneven helpfulness, fluency, lost coherence; what cannot
    be measured is missing with its reason. 'worst' lists ids of responses that show it.

    Parameters
    ----------
    runs:
        Names of runs; all if not given.
    detector:
        Whose verdicts on language count; those that cover most of a run if not given.
    plot:
        HTML file for a heat map of each sign.
    """
    from workbench.runs import known_runs
    from workbench.signatures import signature_table

    chosen = output or Output()
    store = chosen.open().store
    table = signature_table(store.results(known_runs(store, list(runs)), detector=detector))
    if plot is not None:
        from workbench.charts.findings import signature_maps
        from workbench.files import write_atomically
        from workbench.pages import figures_page

        write_atomically(plot, figures_page("Signs of failed transfer", [signature_maps(table)]))
    chosen.show(table)
