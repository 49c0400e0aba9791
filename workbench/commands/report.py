"""``workbench report``: a run as a page that travels, or as tables and figures for a paper."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from workbench.commands.options import Place


def report(
    run: str,
    *,
    out: Path,
    format: Literal["html", "latex"] = "html",
    detector: str | None = None,
    place: Place | None = None,
) -> None:
    """Write a report of a run: question, design, results, answers, gaps, and how to reproduce it.

    Prints the file that was written, alone on the last line.

    Parameters
    ----------
    run:
        Name of the run.
    out:
        HTML file, which needs nothing from elsewhere; or the folder for LaTeX.
    format:
        html for one page; latex for tables (booktabs), figures (PDF and SVG, by kaleido) and a
        main.tex that holds them.
    detector:
        Whose verdicts on language count; those that cover most of the run if not given.
    """
    from workbench.progress import terminal_progress
    from workbench.reporting import write_latex_report, write_report

    workspace = (place or Place()).open()
    with terminal_progress() as progress:
        write = write_latex_report if format == "latex" else write_report
        written = write(workspace, run, out, detector, progress)
    print(written)
