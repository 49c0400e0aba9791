"""``workbench ratings``: ratings by people as files, and how far raters are."""

from __future__ import annotations

from pathlib import Path

from cyclopts import App

from workbench.commands.options import Output, Place

ratings_app = App(name="ratings", help="Ratings by people: export, import, progress.")


@ratings_app.command(name="export")
def export_(run: str, *, out: Path, place: Place | None = None) -> None:
    """Write the ratings of a run by people to a CSV file.

    Adjudicated values stand in it under the rater 'adjudication'. Any workspace with the same
    answers can import the file.

    Parameters
    ----------
    run:
        Name of the run.
    out:
        CSV file to write.
    """
    from workbench.judging.people import export_ratings

    count = export_ratings((place or Place()).open().store, run, out)
    print(f"{count:,} ratings written to {out}")


@ratings_app.command(name="import")
def import_(file: Path, *, skip_bad: bool = False, place: Place | None = None) -> None:
    """Import ratings by people from a CSV file: values 0 to 2, or stars 1 to 3.

    All rows are imported or, where one of them is bad, none.

    Parameters
    ----------
    file:
        CSV file as 'workbench ratings export' writes it. Ratings stand in a column 'value'
        or 'stars'.
    skip_bad:
        Leave bad rows out, naming them, and import the others.
    """
    from workbench.judging.people import import_ratings

    done = import_ratings((place or Place()).open().store, file, skip_bad)
    for row in done.bad:
        print(f"line {row.line} left out: {row.reason}")
    print(f"{done.added:,} added, {done.there:,} there already, {len(done.bad):,} left out")


@ratings_app.command
def progress(run: str, *, output: Output | None = None) -> None:
    """How much each rater has rated of a run, and how much raters disagree.

    Parameters
    ----------
    run:
        Name of the run.
    """
    from workbench.judging.people import rater_progress

    chosen = output or Output()
    chosen.show(rater_progress(chosen.open().store, run))
