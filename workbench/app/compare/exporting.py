"""What is seen as files: numbers and answers as CSV, charts as HTML and PNG.

Each file says what made it. Tables have it in two columns of every row, so that any program
reads them as they are: ``view``, what was chosen as the query of a link, and ``workbench``,
the version. Pages and pictures have it in words.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from plotly.io import write_images

from workbench import __version__
from workbench.app.compare.filtering import behind, spoken
from workbench.app.compare.measures import MEASURES
from workbench.app.compare.state import CHARTS, Selection, to_query
from workbench.app.sharing.links import query_of
from workbench.errors import InputError
from workbench.files import write_atomically
from workbench.pages import figures_page
from workbench.store.values import utc_time

if TYPE_CHECKING:
    from workbench.app.compare.drawing import Drawing

_CHUNK = 2_000
"""Answers whose texts are in memory at once."""
_GROUNDS = {False: "#ffffff", True: "#0b0f19"}
"""Colour of the page, by whether it is dark."""
_WIDTH, _FOOT, _LINE = 1100, 24, 15
_FITS = 150
"""Characters of a line below a picture."""


def export(kind: str, drawing: Drawing, folder: Path) -> Path:
    """Write ``rates``, ``answers``, ``html`` or ``png`` of what is seen; the file.

    Raises InputError where there is nothing to write, or no way to draw.
    """
    exports: Mapping[str, Callable[[Drawing, Path], Path]] = {
        "rates": export_numbers,
        "answers": export_answers,
        "html": export_page,
        "png": export_pictures,
    }
    return exports[kind](drawing, folder)


def export_numbers(drawing: Drawing, folder: Path) -> Path:
    """The numbers that the chart which is open is drawn from; several charts below one another.

    Their column ``chart`` tells them apart.
    """
    tables = [
        chart.table.assign(chart=name)
        for name, chart in drawing.open_charts().items()
        if len(chart.table)
    ]
    if not tables:
        raise _nothing("numbers")
    path = folder / f"{_stem(drawing)}.csv"
    table = pd.concat(tables, ignore_index=True).assign(**_made_by(drawing.selection))
    write_atomically(path, table.to_csv(index=False))
    return path


def export_answers(drawing: Drawing, folder: Path) -> Path:
    """The answers behind the cell that is read, all pages of them.

    Beside the columns of results there are ``detectors``, what each said, as JSON, and for
    each criterion that the judge has rated, ``rated_`` and its name.
    """
    selection = drawing.selection
    found = behind(drawing.answers, drawing.shown, selection.cell, selection.judge)
    if found.empty:
        raise _nothing("answers")
    path = folder / f"answers-{_stem(drawing)}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        for number, chunk in enumerate(_whole(drawing, found)):
            chunk.to_csv(file, index=False, header=number == 0)
    return path


def export_page(drawing: Drawing, folder: Path) -> Path:
    """The charts that are open as one page that needs no network."""
    grounded = [_grounded(figure, drawing.dark) for figure in _figures(drawing).values()]
    path = folder / f"{_stem(drawing)}.html"
    title = f"Comparison: {CHARTS[drawing.selection.chart]}"
    write_atomically(path, figures_page(title, grounded, about(drawing)))
    return path


def export_pictures(drawing: Drawing, folder: Path) -> Path:
    """The charts that are open as a PNG, or where there are several, an archive of them."""
    figures = _figures(drawing)
    by_hand = "Use the camera above the chart, or install kaleido and Chromium on this machine"
    if find_spec("kaleido") is None:
        raise InputError("Pictures of charts", "kaleido, which draws them, is missing", by_hand)
    paths = [folder / f"{_stem(drawing)}-{name}.png" for name in figures]
    caption = folder / "caption.png"
    lines = about(drawing)
    drawn = [_grounded(figure, drawing.dark) for figure in figures.values()]
    drawn.append(_caption(lines, drawing.dark))
    heights = [figure.layout.height for figure in drawn]
    try:
        write_images(drawn, [*paths, caption], width=_WIDTH, height=heights, scale=2)
    except (ValueError, RuntimeError) as error:
        reason = str(error).strip().splitlines()[0]
        raise InputError("Pictures of charts", reason, by_hand) from error
    for path in paths:
        _put_below(path, caption, lines)
    if len(paths) == 1:
        return paths[0]
    archive = folder / f"{_stem(drawing)}.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in paths:
            file.write(path, path.name)
    return archive


def about(drawing: Drawing) -> list[str]:
    """What made an export, in lines: runs, filters, counts, versions, and the link's query."""
    selection = drawing.selection
    filters = spoken(selection.filters, selection.judge)
    runs = drawing.results.store.runs()
    made_by: dict[str, dict[str, str]] = dict(zip(runs["name"], runs["versions"], strict=True))
    versions = [
        f"{run}: " + ", ".join(f"{name} {number}" for name, number in made_by[run].items())
        for run in selection.runs
        if made_by.get(run)
    ]
    made = _made_by(selection)
    return [
        f"Runs: {', '.join(selection.runs)}",
        f"Measure: {MEASURES[selection.measure]}"
        + (f"; ratings by {selection.judge}" if selection.judge else ""),
        f"Filters: {'; '.join(filters) or 'none'}",
        f"{len(drawing.shown):,} of {len(drawing.answers.results):,} answers",
        *(f"Answers of {line}" for line in versions),
        f"Made by workbench {made['workbench']} at {utc_time(datetime.now(UTC))}",
        f"View: ?{made['view']}",
    ]


def _made_by(selection: Selection) -> dict[str, str]:
    return {"view": query_of("compare", to_query(selection)), "workbench": __version__}


def _whole(drawing: Drawing, found: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Whole results of answers, some at a time, with what made the export."""
    made, judge = _made_by(drawing.selection), drawing.selection.judge
    criteria = list(drawing.answers.levels(judge)) if judge else []
    ids = found["response_id"].to_numpy()
    for start in range(0, len(ids), _CHUNK):
        answers = drawing.answers.whole([int(id) for id in ids[start : start + _CHUNK]], judge)
        given = [{r.criterion: r.value for r in own} for own in answers.pop("ratings")]
        answers["detectors"] = [
            json.dumps(own, ensure_ascii=False) if own else None for own in answers["detectors"]
        ]
        for criterion in criteria:
            values = pd.array([own.get(criterion) for own in given], dtype="Int64")
            answers[f"rated_{criterion}"] = values
        yield answers.assign(**made)


def _figures(drawing: Drawing) -> dict[str, go.Figure]:
    """The figures that are open, by their names."""
    figures = {name: chart.figure for name, chart in drawing.open_charts().items()}
    if not figures:
        raise _nothing("charts")
    return figures


def _stem(drawing: Drawing) -> str:
    return f"compare-{drawing.selection.chart}"


def _nothing(what: str) -> InputError:
    return InputError(
        f"Export of {what}",
        "nothing of them is seen",
        "Take some filters off, or open a tab with a chart",
    )


def _grounded(figure: go.Figure, dark: bool) -> go.Figure:
    """A copy that stands on the colour of the page."""
    ground = {"paper_bgcolor": _GROUNDS[dark], "plot_bgcolor": _GROUNDS[dark]}
    return go.Figure(figure).update_layout(**ground)


def _caption(lines: Sequence[str], dark: bool) -> go.Figure:
    """A picture of lines of text, as what draws charts knows every script and direction."""
    short = [line[start : start + _FITS] for line in lines for start in range(0, len(line), _FITS)]
    text = "<br>".join(line.replace("&", "&amp;").replace("<", "&lt;") for line in short)
    blank = go.Figure().update_xaxes(visible=False).update_yaxes(visible=False)
    blank.add_annotation(
        text=text,
        font={"size": 11, "color": "#808080"},
        align="left",
        showarrow=False,
        **{"xref": "paper", "x": 0, "xanchor": "left"},
        **{"yref": "paper", "y": 1, "yanchor": "top"},
    )
    margins = dict.fromkeys(("l", "r", "t", "b"), 10)
    return _grounded(blank, dark).update_layout(height=_FOOT + _LINE * len(short), margin=margins)


def _put_below(path: Path, caption: Path, lines: Sequence[str]) -> None:
    """Put a picture below another one, and its text into the file's own description."""
    with Image.open(path) as chart, Image.open(caption) as below:
        whole = Image.new("RGB", (chart.width, chart.height + below.height))
        whole.paste(chart, (0, 0))
        whole.paste(below, (0, chart.height))
    description = PngInfo()
    description.add_itxt("Description", "\n".join(lines))
    whole.save(path, pnginfo=description)
