from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from known_comparison import GOOD, HOT, MORE, RUN, SCRIPTS, add_scripts, disagree, rate
from PIL import Image

from workbench import __version__
from workbench.app.compare.drawing import Drawing
from workbench.app.compare.exporting import about, export
from workbench.app.compare.results import Results
from workbench.app.compare.state import CHARTS, Cell, Filters, Selection, from_query
from workbench.app.sharing.links import values_of
from workbench.errors import InputError
from workbench.store import Store

LLM = "llm:test"


@pytest.fixture
def reader(filled: Store, tmp_path: Path) -> Results:
    rate(filled)
    disagree(filled)
    add_scripts(filled)
    return Results(filled, tmp_path / "absent.parquet")


def written(reader: Results, selection: Selection, kind: str, folder: Path) -> Path:
    return export(kind, Drawing(reader, selection, dark=False), folder)


def test_numbers_are_those_of_the_open_charts(reader: Results, tmp_path: Path) -> None:
    selection = Selection((RUN,), measure="accuracy", filters=Filters(languages=("fr",)))
    path = written(reader, selection, "rates", tmp_path)
    table = pd.read_csv(path)
    assert path.name == "compare-rates.csv"
    heat = table[table["chart"] == "heat-map"]
    assert heat[["row", "language", "rate", "n_scored", "n_total"]].to_numpy().tolist() == [
        [GOOD, "fr", 1.0, 30, 30],
        [HOT, "fr", 1.0, 30, 30],
    ]
    # The data-size curve has no figure, so no numbers of it are there.
    assert set(table["chart"]) == {"heat-map", "learning-rate"}
    assert set(table["workbench"]) == {__version__}
    # What made it leads back to it.
    (view,) = set(table["view"])
    assert from_query(values_of("compare", view)).selection == selection


@pytest.mark.parametrize("chart", [c for c in CHARTS if c not in ("passes", "selection")])
def test_each_chart_has_numbers_and_a_page(reader: Results, chart: str, tmp_path: Path) -> None:
    runs = (MORE,) if chart == "switches" else (RUN,)
    selection = Selection(runs, chart=chart, judge=LLM)
    if chart == "switches":  # no sentence of these answers was judged
        with pytest.raises(InputError, match="nothing of them is seen"):
            written(reader, selection, "rates", tmp_path)
        return
    assert len(pd.read_csv(written(reader, selection, "rates", tmp_path))) > 1
    page = written(reader, selection, "html", tmp_path).read_text(encoding="utf-8")
    assert f'<h1 style="font-size: 1.3rem">Comparison: {CHARTS[chart]}</h1>' in page
    assert "<script src=" not in page
    assert f"Runs: {RUN}" in page


def test_answers_come_whole_and_in_every_script(reader: Results, tmp_path: Path) -> None:
    selection = Selection((MORE, RUN), judge=LLM, cell=Cell(row=f"{HOT} ({MORE})"))
    path = written(reader, selection, "answers", tmp_path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["language"]: row["text"] for row in rows} == {
        code: hot for code, (_, _, hot) in SCRIPTS.items()
    }
    assert [row["rated_fluency"] for row in rows] == ["0"] * 4
    assert {row["constraint_kept"] for row in rows} == {"False"}
    assert {row["workbench"] for row in rows} == {__version__}


def test_all_pages_are_written_not_the_one_that_is_seen(reader: Results, tmp_path: Path) -> None:
    selection = Selection((RUN,), judge=LLM, cell=Cell(language="fr", page=1))
    table = pd.read_csv(written(reader, selection, "answers", tmp_path))
    assert len(table) == 60
    (labels,) = table["detectors"].dropna().map(json.loads)[lambda own: own.map(len) > 1].head(1)
    assert labels == {"langid": "fr", "other": "pt"}
    # One rating is missing, and so is its value.
    assert table["rated_language"].isna().sum() == 1


def test_more_answers_than_fit_into_memory_are_written_by_the_piece(
    reader: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.app.compare.exporting._CHUNK", 7)
    table = pd.read_csv(written(reader, Selection((RUN,)), "answers", tmp_path))
    assert table["response_id"].tolist() == list(range(1, 121))


def test_what_made_an_export_is_said(reader: Results) -> None:
    selection = Selection((MORE,), judge=LLM, filters=Filters(languages=("ru",), search="<ног>"))
    lines = about(Drawing(reader, selection, dark=False))
    assert lines[:5] == [
        f"Runs: {MORE}",
        "Measure: right language; ratings by llm:test",
        "Filters: русский; with “<ног>”",
        "0 of 8 answers",
        f"Answers of {MORE}: workbench 0.1, torch 2",
    ]
    assert lines[5].startswith(f"Made by workbench {__version__} at 20")
    assert lines[6].startswith("View: ?tab=compare&compare-runs=many-scripts")


@pytest.mark.parametrize("kind", ["rates", "answers", "html", "png"])
def test_nothing_that_is_seen_is_no_file(reader: Results, kind: str, tmp_path: Path) -> None:
    selection = Selection((RUN,), filters=Filters(search="wolf"))
    with pytest.raises(InputError, match="Take some filters off"):
        written(reader, selection, kind, tmp_path)
    assert not [path for path in tmp_path.iterdir() if path.suffix in (".csv", ".html", ".png")]


def test_pictures_say_what_made_them(reader: Results, tmp_path: Path) -> None:
    selection = Selection((RUN,), filters=Filters(task="fact"))
    path = written(reader, selection, "png", tmp_path)
    assert path.suffix == ".zip"
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert names == ["compare-rates-heat-map.png", "compare-rates-learning-rate.png"]
        archive.extract(names[0], tmp_path / "out")
    with Image.open(tmp_path / "out" / names[0]) as picture:
        assert "Filters: fact\n80 of 120 answers\n" in picture.info["Description"]
        # Below the chart stand seven lines of 15 pixels, drawn at twice the size.
        assert picture.width == 2200
        below = picture.crop((0, picture.height - 2 * 90, picture.width, picture.height))
        assert len(below.convert("L").getcolors() or []) > 2


def test_without_kaleido_the_camera_is_named(
    reader: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.app.compare.exporting.find_spec", lambda name: None)
    with pytest.raises(InputError, match="Use the camera above the chart"):
        written(reader, Selection((RUN,), chart="confusion"), "png", tmp_path)
