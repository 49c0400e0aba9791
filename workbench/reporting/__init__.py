"""Reports: a run as one page that travels, or as tables and figures for a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.progress import ProgressCallback
    from workbench.workspace import Workspace

__all__ = ["write_latex_report", "write_report"]


def write_report(
    workspace: Workspace,
    run: str,
    path: Path,
    detector: str | None = None,
    progress: ProgressCallback | None = None,
) -> Path:
    """Write the report of a run as one HTML file; the file.

    ``detector`` is the one that covers most of the run unless named. Raises NotFoundError for an
    unknown run or detector, InputError for a run without answers.
    """
    from workbench.files import write_atomically
    from workbench.reporting.page import report_page
    from workbench.reporting.report import make_report

    write_atomically(path, report_page(make_report(workspace, run, detector, progress)))
    return path


def write_latex_report(
    workspace: Workspace,
    run: str,
    folder: Path,
    detector: str | None = None,
    progress: ProgressCallback | None = None,
) -> Path:
    """Write tables and figures of a run for a paper into a folder; the file that holds them all.

    A ``main.tex`` that is there already is left as it is. As ``write_report``; also raises
    InputError where figures cannot be drawn.
    """
    from workbench.reporting.latex_files import write_latex
    from workbench.reporting.report import make_report

    return write_latex(make_report(workspace, run, detector, progress), folder)
