"""The handlers of the Compare tab, as functions over known answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
import pandas as pd
import pytest
from known_comparison import GOOD, HOT, MORE, RUN, add_scripts, disagree, rate

from tests import known_validation
from workbench.app.compare.handlers import CompareHandlers
from workbench.app.compare.parts import Answers, Form, Opened, Picture, Rates, Selecting, Sides
from workbench.app.compare.results import Results
from workbench.app.compare.state import CHARTS, Cell, Filters, Pair, Selection
from workbench.app.services import Services
from workbench.store import Store

LLM = "llm:test"
NOW = (Selection((RUN,)), False)
"""A selection, and that the page is light."""
SHAPES = {"rates": Rates, "selection": Selecting}
FORM = Form("right_language", [], "", [], "", "", "", "", "", "", 2, False, None, None)


@pytest.fixture
def handlers(services: Services, filled: Store) -> CompareHandlers:
    return CompareHandlers(services.results)


class Shown:
    """What the outputs of a handler are, by their places."""

    def __init__(self, values: tuple[Any, ...], restored: bool = False) -> None:
        rest = list(values)
        self.selection: Selection = rest.pop(0)
        if restored:
            self.form = Form(*rest[: len(Form._fields)])
            rest = rest[len(Form._fields) :]
            self.tabs, self.reading = rest[:2]
            rest = rest[2:]
        self.summary, self.clear = rest[:2]
        self.charts: dict[str, Any] = {}
        rest = rest[2:]
        for name in CHARTS:
            shape: Any = SHAPES.get(name, Picture)
            self.charts[name] = shape(*rest[: len(shape._fields)])
            rest = rest[len(shape._fields) :]
        self.answers = Answers(*rest[: len(Answers._fields)])
        self.sides = Sides(*rest[len(Answers._fields) :])


def read(values: tuple[Any, ...]) -> tuple[Selection, Answers, Sides]:
    selection, *rest = values
    number = len(Answers._fields)
    return selection, Answers(*rest[:number]), Sides(*rest[number:])


def click(**cell: object) -> gr.EventData:
    return gr.EventData(None, {"row": "", "language": "", "sign": "", **cell})


def tab(title: str) -> gr.SelectData:
    return gr.SelectData(None, {"index": 0, "value": title})


def test_an_empty_workspace_shows_what_fills_it(services: Services, store: Store) -> None:
    selection, *values = CompareHandlers(services.results).on_open(Selection(), None)
    opened = Opened(*values)
    assert opened.empty["visible"] is True
    assert opened.content["visible"] is False
    assert selection.runs == ()


def test_opening_chooses_the_latest_run_or_keeps_the_choice(handlers: CompareHandlers) -> None:
    selection, _, _, runs = handlers.on_open(Selection(), [])
    assert runs == gr.update(choices=[RUN], value=[RUN])
    assert selection.runs == (RUN,)
    assert handlers.on_open(Selection(), ["gone", RUN])[0].runs == (RUN,)
    assert handlers.on_open(Selection(("gone", RUN)), None)[0].runs == (RUN,)
    assert handlers.on_all_runs() == [RUN]


def test_choosing_runs_fills_the_filters_and_draws(handlers: CompareHandlers) -> None:
    shown = Shown(handlers.on_runs(*NOW, [RUN]), restored=True)
    assert shown.form.prompt_set["choices"] == [("all", ""), ("colours", "colours")]
    assert shown.form.languages["choices"] == [("English", "en"), ("français", "fr")]
    assert shown.form.task["choices"] == [("all", ""), ("fact", "fact"), ("list", "list")]
    assert shown.form.tier["choices"] == [("all", ""), ("A", "A"), ("B", "B")]
    assert shown.form.judge["value"] == "reference"
    rates = shown.charts["rates"]
    assert rates.heatmap["visible"] is True
    assert "119 of 120 answers are scored" in rates.coverage
    assert rates.learning_rate["visible"] is True
    assert rates.size == gr.update(value=None, visible=False)
    assert "workbench run data-size" in rates.size_note
    assert "1–20 of 120 answers" in shown.answers.label
    assert "120 answers" in shown.summary
    assert shown.clear["visible"] is False
    # Charts whose tabs are closed are not drawn.
    assert shown.charts["confusion"] == (gr.skip(), gr.skip())
    assert shown.sides == (gr.skip(),) * len(Sides._fields)


def test_a_selection_from_a_link_is_shown_as_it_was(
    handlers: CompareHandlers, filled: Store
) -> None:
    rate(filled)
    wanted = Selection(
        (RUN,),
        measure="accuracy",
        chart="gap",
        judge=LLM,
        gap_of=HOT,
        reading="pair",
        filters=Filters(languages=("fr", "en"), task="fact", search="fox"),
        pair=Pair(HOT, GOOD, "fr", place=3),
    )
    selection, *_ = handlers.on_open(wanted, None)
    shown = Shown(handlers.on_runs(selection, False, list(selection.runs)), restored=True)
    assert shown.selection == wanted
    form = shown.form
    assert (form.measure, form.search, form.task["value"]) == ("accuracy", "fox", "fact")
    assert (form.languages["value"], form.judge["value"]) == (["fr", "en"], LLM)
    assert form.gap_of["value"] == HOT
    assert shown.tabs.constructor_args["selected"] == "gap"
    assert shown.reading.constructor_args["selected"] == "pair"
    assert HOT in shown.charts["gap"].note
    assert "Prompt 4 of 20" in shown.sides.label
    assert "40 of 120 answers" in shown.summary
    assert shown.clear["visible"] is True


def test_filters_that_do_not_fit_are_dropped(handlers: CompareHandlers) -> None:
    filters = Filters("gone", ("nobody",), ("fr", "sw"), "fact", "Z")
    shown = Shown(handlers.on_runs(Selection(filters=filters), False, [RUN]), restored=True)
    assert shown.selection.filters == Filters(languages=("fr",), task="fact")
    assert shown.form.prompt_set["value"] == ""
    assert shown.form.languages["value"] == ["fr"]
    # 20 French facts of each of the two checkpoints
    assert "1–20 of 40 answers" in shown.answers.label


def test_a_filter_draws_and_begins_at_the_first_page(handlers: CompareHandlers) -> None:
    selection = Selection((RUN,), cell=Cell(HOT, "fr", page=1), pair=Pair(place=7))
    form = FORM._replace(task="list", search="  ", below=1, languages=["fr"])
    shown = Shown(handlers.on_filter(selection, False, *form))
    assert shown.selection.filters == Filters(languages=("fr",), task="list", below=1)
    assert (shown.selection.cell.page, shown.selection.pair.place) == (0, 0)
    # The cell stays: 10 of its 30 prompts are lists.
    assert "1–10 of 10 answers" in shown.answers.label
    assert shown.answers.row["value"] == HOT
    elsewhere = Shown(handlers.on_filter(selection, False, *FORM._replace(languages=["en"])))
    assert "of 30 answers" in elsewhere.answers.label  # the cell's language is not shown
    assert elsewhere.answers.language["value"] == ""


def test_filters_are_taken_off_at_once(handlers: CompareHandlers) -> None:
    filters = Filters(languages=("fr",), task="fact", search="fox")
    shown = Shown(handlers.on_clear(Selection((RUN,), filters=filters), False), restored=True)
    assert shown.selection == replace(NOW[0], judge="reference")
    assert (shown.form.search, shown.form.task["value"]) == ("", "")
    assert shown.clear["visible"] is False


def test_dark_pages_get_dark_figures(handlers: CompareHandlers) -> None:
    figures = [
        Shown(handlers.on_filter(NOW[0], dark, *FORM)).charts["rates"].heatmap["value"]
        for dark in (False, True)
    ]
    colours = [figure.layout.template.layout.font.color for figure in figures]
    assert colours[0] != colours[1]


@pytest.mark.parametrize("runs", [(), (RUN,)])
def test_nothing_to_show_is_said(handlers: CompareHandlers, runs: tuple[str, ...]) -> None:
    values = handlers.on_filter(Selection(runs), False, *FORM._replace(search="wolf"))
    shown = Shown(values)
    assert shown.charts["rates"].heatmap["visible"] is False
    assert "No answer fits" in shown.charts["rates"].coverage
    assert "No answer fits" in shown.answers.cards


def test_without_runs_one_is_asked_for(handlers: CompareHandlers) -> None:
    shown = Shown(handlers.on_runs(*NOW, []), restored=True)
    assert "Choose a run above" in shown.charts["flow"].note
    assert shown.selection.runs == ()
    selection, *charts = handlers.on_chart(tab(CHARTS["flow"]), shown.selection, False)
    assert selection.chart == "flow"
    assert "No answer fits" in charts[len(Rates._fields) + 1]
    assert handlers.on_next(shown.selection, False)[0].runs == ()


@pytest.mark.parametrize("chart", list(CHARTS))
def test_an_opened_tab_is_drawn(handlers: CompareHandlers, filled: Store, chart: str) -> None:
    rate(filled)
    known_validation.fill(filled)
    selection, *values = handlers.on_chart(
        tab(CHARTS[chart]), Selection((RUN, "study-1"), judge=LLM), False
    )
    assert selection.chart == chart
    charts = Shown((selection, "", "", *values, *(None,) * 18)).charts
    drawn = {name for name, parts in charts.items() if set(map(str, parts)) != {str(gr.skip())}}
    assert drawn == {chart}
    if chart == "selection":
        assert "costs" in charts[chart].table
        assert charts[chart].costs["visible"] is True
    if chart == "confusion":
        assert "Click a cell" in charts[chart].note
        assert charts[chart].plot["visible"] is True


def test_a_click_and_the_lists_lead_to_the_same_answers(handlers: CompareHandlers) -> None:
    picked = handlers.on_pick_rates(click(row=HOT, language="fr"), *NOW)
    selection, tabs, *values = picked
    chosen = handlers.on_cell(*NOW, HOT, "fr", "", "", False)
    assert (selection, *values) == chosen
    assert tabs.constructor_args["selected"] == "list"
    _, answers, _ = read(chosen)
    assert answers.row["value"] == HOT
    assert answers.language["value"] == "fr"
    assert answers.cards.count('wb-card"') == 20
    assert "&lt;b&gt;" in answers.cards
    assert "<b>" not in answers.cards


def test_clicks_on_the_other_heat_maps_lead_to_their_answers(
    handlers: CompareHandlers, filled: Store
) -> None:
    rate(filled)
    now = (Selection((RUN,), judge=LLM, reading="pair"), False)
    selection, _, *values = handlers.on_pick_confusion(click(row="fr", language="en"), *now)
    answers = Answers(*values[: len(Answers._fields)])
    assert "1–20 of 24 answers" in answers.label
    assert answers.detected["value"] == "en"
    assert "answered in English" in answers.described
    assert selection.reading == "list"

    undetermined = click(row="fr", language="undetermined")
    _, _, *values = handlers.on_pick_confusion(undetermined, *now)
    answers = Answers(*values[: len(Answers._fields)])
    assert "1–1 of 1 answers" in answers.label
    assert ("undetermined", "undetermined") in answers.detected["choices"]

    cell = click(row="fluency", language="fr", sign=HOT)
    selection, _, *values = handlers.on_pick_criteria(cell, *now)
    answers = Answers(*values[: len(Answers._fields)])
    assert selection.cell == Cell(HOT, "fr", rated="fluency")
    assert "1–20 of 30 answers" in answers.label
    assert answers.rated["value"] == "fluency"

    selection, _, *values = handlers.on_pick_switches(click(row="fr", language=3), *now)
    assert selection.cell == Cell(language="fr", tenth=3)
    assert "No answers" in Answers(*values[: len(Answers._fields)]).label
    _, everything, _ = read(handlers.on_everything(selection, False))
    assert "of 120 answers" in everything.label


def test_a_click_on_something_unknown_shows_all(handlers: CompareHandlers) -> None:
    for picked in (
        handlers.on_pick_rates(click(row="gone", language="xx"), *NOW),
        handlers.on_pick_switches(click(row="gone", language="ten"), *NOW),
        handlers.on_pick_criteria(click(row="beauty", language="xx", sign="gone"), *NOW),
    ):
        selection, _, *values = picked
        assert "of 120 answers" in Answers(*values[: len(Answers._fields)]).label
        assert selection.cell == Cell()


def test_pages_turn_both_ways(handlers: CompareHandlers) -> None:
    selection, first, _ = read(handlers.on_cell(*NOW, HOT, "fr", "", "", True))
    selection, second, _ = read(handlers.on_next(selection, False))
    assert "21–24 of 24 answers" in second.label
    assert second.next["interactive"] is False
    _, last, _ = read(handlers.on_next(selection, False))
    assert last.label == second.label
    _, back, _ = read(handlers.on_previous(selection, False))
    assert back.label == first.label


def test_two_checkpoints_side_by_side(handlers: CompareHandlers) -> None:
    reading = handlers.on_reading(tab("Two side by side"), *NOW)
    selection, answers, sides = read(reading)
    assert answers == (gr.skip(),) * len(Answers._fields)
    assert (sides.first["value"], sides.second["value"]) == (GOOD, HOT)
    assert "Prompt 1 of 60" in sides.label
    assert sides.previous["interactive"] is False
    selection, _, sides = read(handlers.on_pair(selection, False, HOT, GOOD, "fr", "detected"))
    assert "Prompt 1 of 24" in sides.label
    selection, _, sides = read(handlers.on_pair_next(selection, False))
    assert "Prompt 2 of 24" in sides.label
    assert "&lt;b&gt;" in sides.answers
    assert "no word in common" in sides.answers
    selection, _, sides = read(handlers.on_pair_previous(selection, False))
    selection, _, sides = read(handlers.on_pair_previous(selection, False))
    assert selection.pair.place == 0


def test_only_answers_on_which_detectors_disagree(handlers: CompareHandlers, filled: Store) -> None:
    form = FORM._replace(disagreeing=True)
    assert "No answer fits" in Shown(handlers.on_filter(*NOW, *form)).answers.cards
    disagree(filled)
    handlers.on_runs(*NOW, [RUN])
    shown = Shown(handlers.on_filter(*NOW, *form))
    assert "1–1 of 1 answers" in shown.answers.label
    assert "detectors differ (langid: fr, other: pt)" in shown.answers.cards


def test_an_export_is_there_while_the_server_takes_it(
    handlers: CompareHandlers, filled: Store
) -> None:
    add_scripts(filled)
    files = handlers.on_export("answers", Selection((MORE,)), False)
    path = Path(next(files)["value"])
    assert len(pd.read_csv(path)) == 8
    files.close()
    assert not path.exists()


def test_errors_are_warnings_and_change_nothing(
    handlers: CompareHandlers, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(gr, "Warning", lambda message, **_: shown.append(message))
    assert handlers.on_filter(Selection(("gone",)), False, *FORM) == gr.skip()
    assert handlers.on_runs(Selection(), False, ["gone"]) == gr.skip()
    nothing = Selection((RUN,), filters=Filters(search="wolf"))
    (update,) = handlers.on_export("html", nothing, False)
    assert update == gr.update(value=None)
    gone, again, export = shown
    assert gone == again
    assert "gone" in gone
    assert gone.endswith(f"the store does not hold it. Use one of {RUN}.")
    assert "Take some filters off" in export


def test_the_example_is_compared_where_there_is_nothing_else(tmp_path: Path) -> None:
    example = Path(__file__).parents[2] / "assets" / "examples" / "results.parquet"
    with Store(f"sqlite:///{tmp_path / 'none.sqlite'}") as empty:
        handlers = CompareHandlers(Results(empty, example))
        selection, *_ = handlers.on_open(Selection(), None)
        shown = Shown(handlers.on_runs(selection, False, list(selection.runs)), restored=True)
    heat = shown.charts["rates"].heatmap["value"]
    rates = dict(zip([row[0][0] for row in heat.data[0].customdata], heat.data[0].z, strict=True))
    # The collapse: the hottest full tuning is as right in English as the coolest, and in no
    # other language.
    results = pd.read_parquet(example)
    full = results[results["method"] == "full"].sort_values("learning_rate")["checkpoint"]
    cool, hot = rates[full.iloc[0]], rates[full.iloc[-1]]
    assert min(cool) > 0.9
    assert hot[0] > 0.9
    assert max(hot[1:]) < 0.1
