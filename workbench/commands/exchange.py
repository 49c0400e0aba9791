"""``workbench import`` and ``workbench export``: answers from and for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from workbench.commands.options import Place
from workbench.exporting import ExportFormat
from workbench.importing.options import ImportOptions


def import_(
    file: Path,
    *,
    how: Annotated[ImportOptions | None, Parameter(name="*")] = None,
    preview: bool = False,
    place: Place | None = None,
) -> None:
    """Import answers or prompts from files of other tools.

    Answers: LCB CSV, AlpacaEval JSON, FastChat JSONL, samples of lm-eval, logs of Inspect, what
    'workbench export' wrote, and any CSV, JSONL or Parquet file with --map. Prompts: the paper's
    files and prompt JSONL.

    Prints the name of the run, or of the prompt set, alone on the last line.

    Parameters
    ----------
    file:
        File to import, or a folder with a dataset in Parquet files.
    preview:
        Print what the file would be taken as, and what is missing in it, and import nothing.
    """
    from workbench.importing import keep, read_file
    from workbench.importing.columns import KeptMaps
    from workbench.importing.records import ImportedRun

    workspace = (place or Place()).open()
    maps = KeptMaps(workspace.folder / "column-maps")
    read = read_file(file, how, maps)
    if preview:
        from workbench.importing.preview import preview_frame, preview_lines
        from workbench.printing import print_frame

        print(*preview_lines(read), sep="\n")
        print_frame(preview_frame(read), "table")
        return
    for note in read.notes if isinstance(read, ImportedRun) else ():
        print(note)
    print(keep(workspace.store, read))


export_app = App(name="export", help="Write the answers of a run for other tools.")


@export_app.default
def export_(
    run: str,
    *,
    format: ExportFormat,
    out: Path,
    detector: str | None = None,
    place: Place | None = None,
) -> None:
    """Write the answers of a run with their prompts and scores, for other tools.

    'workbench import' reads all of these formats back.

    Parameters
    ----------
    run:
        Name of the run.
    format:
        parquet, csv and jsonl hold everything; alpacaeval what its judges read; dataset is a
        folder for the Hugging Face hub, with a card whose licence is yours to state.
    out:
        File to write, or folder for a dataset.
    detector:
        Whose verdicts on language are written; those that cover most of the run if not given.
    """
    from workbench.exporting import export_run

    done = export_run((place or Place()).open().store, run, format, out, detector)
    print(f"{done.rows:,} answers written to {done.path}")
    if done.left_out:
        print(f"{done.left_out:,} missing answers left out: {format} has no word for them")
