from __future__ import annotations

from typing import Any

import gradio as gr
import pytest

from workbench.app.compare.tab import Answers, CompareHandlers, Drawn
from workbench.app.services import Services
from workbench.store import LanguageScore, Store

RUN = "learning-rate-12345678"
HOT = "learning-rate-lr0.001"
CHOSEN = ([RUN], False, "right_language", "", [], "", "", False)


@pytest.fixture
def handlers(services: Services, filled: Store) -> CompareHandlers:
    return CompareHandlers(services.results)


def drawn(values: tuple[Any, ...]) -> tuple[Drawn, Answers]:
    return Drawn(*values[:11]), Answers(*values[11:])


def test_an_empty_workspace_shows_what_fills_it(services: Services, store: Store) -> None:
    opened = CompareHandlers(services.results).on_open([])
    assert opened.empty["visible"] is True
    assert opened.content["visible"] is False


def test_opening_chooses_the_latest_run_or_keeps_the_choice(handlers: CompareHandlers) -> None:
    assert handlers.on_open([]).runs == gr.update(choices=[RUN], value=[RUN])
    assert handlers.on_open(["gone", RUN]).runs["value"] == [RUN]
    assert handlers.on_all_runs() == [RUN]


def test_choosing_runs_fills_the_filters_and_draws(handlers: CompareHandlers) -> None:
    values = handlers.on_runs(*CHOSEN)
    prompt_set, languages, task, tier = values[:4]
    assert prompt_set["choices"] == [("all", ""), "colours"]
    assert languages["choices"] == [("English", "en"), ("français", "fr")]
    assert task["choices"] == [("all", ""), "fact", "list"]
    assert tier["choices"] == [("all", ""), "A", "B"]
    charts, answers = drawn(values[4:])
    assert charts.heatmap["visible"] is True
    assert "119 of 120 answers are scored" in charts.coverage
    assert charts.learning_rate["visible"] is True
    assert charts.size == gr.update(value=None, visible=False)
    assert "workbench run data-size" in charts.size_note
    assert "1–20 of 120 answers" in answers.label


def test_filters_that_no_longer_fit_are_dropped(handlers: CompareHandlers) -> None:
    values = handlers.on_runs([RUN], False, "accuracy", "gone", ["fr", "sw"], "fact", "Z", False)
    assert values[0]["value"] == ""
    assert values[1]["value"] == ["fr"]
    assert values[2]["value"] == "fact"
    assert values[3]["value"] == ""
    # 20 French facts of each of the two checkpoints
    assert "1–20 of 40 answers" in drawn(values[4:])[1].label


def test_dark_pages_get_dark_figures(handlers: CompareHandlers) -> None:
    light, _ = drawn(handlers.on_filter(*CHOSEN))
    dark, _ = drawn(handlers.on_filter([RUN], True, *CHOSEN[2:]))
    colours = [d.heatmap["value"].layout.template.layout.font.color for d in (light, dark)]
    assert colours[0] != colours[1]


@pytest.mark.parametrize("runs", [[], [RUN]])
def test_nothing_to_show_is_said(handlers: CompareHandlers, runs: list[str]) -> None:
    charts, answers = drawn(handlers.on_filter(runs, False, "accuracy", "gone", [], "", "", False))
    assert charts.heatmap["visible"] is False
    assert "No answer fits" in answers.cards


def test_a_click_and_the_lists_lead_to_the_same_answers(handlers: CompareHandlers) -> None:
    click = gr.EventData(None, {"row": HOT, "language": "fr"})
    picked = handlers.on_pick(click, False, *CHOSEN)
    chosen = handlers.on_cell(HOT, "fr", False, *CHOSEN)
    assert picked == chosen
    assert picked.row["value"] == HOT
    assert picked.language["value"] == "fr"
    assert picked.cards.count('wb-card"') == 20
    assert "&lt;b&gt;" in picked.cards
    assert "<b>" not in picked.cards


def test_the_languages_of_the_answers_are_drawn(handlers: CompareHandlers) -> None:
    charts, _ = drawn(handlers.on_filter(*CHOSEN))
    # 24 of the French prompts to the hot checkpoint are answered in English, one is not scored.
    flows = charts.flow["value"].data[0].link.value
    assert sorted(flows) == [1, 24, 35, 60]
    assert charts.confusion["visible"] is True
    assert "identified by langid" in charts.languages_note


def test_only_answers_on_which_detectors_disagree(handlers: CompareHandlers, filled: Store) -> None:
    disagreeing = (*CHOSEN[:-1], True)
    assert "No answer fits" in drawn(handlers.on_runs(*disagreeing)[4:])[1].cards
    results = filled.results()
    first, second = results[results["language"] == "fr"]["response_id"].head(2)
    filled.add_language_scores(
        [
            LanguageScore(int(first), "other", "pt", 0.6, False),
            LanguageScore(int(second), "other", "fr", 0.6, True),
        ]
    )
    charts, answers = drawn(handlers.on_runs(*disagreeing)[4:])
    assert "1–1 of 1 answers" in answers.label
    assert "detectors differ (langid: fr, other: pt)" in answers.cards


def test_a_click_on_something_unknown_shows_all(handlers: CompareHandlers) -> None:
    click = gr.EventData(None, {"row": "gone", "language": "xx"})
    assert "of 120 answers" in handlers.on_pick(click, False, *CHOSEN).label


def test_pages_turn_both_ways(handlers: CompareHandlers) -> None:
    first = handlers.on_cell(HOT, "fr", True, *CHOSEN)
    second = handlers.on_next(first.cell, *CHOSEN)
    assert "21–24 of 24 answers" in second.label
    assert second.next["interactive"] is False
    back = handlers.on_previous(second.cell, *CHOSEN)
    assert back.label == first.label


def test_a_run_that_is_gone_is_a_warning_and_changes_nothing(
    handlers: CompareHandlers, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(gr, "Warning", lambda message, **_: shown.append(message))
    assert handlers.on_filter(["gone"], *CHOSEN[1:]) == gr.skip()
    assert shown == [f"the store does not hold it. Use one of {RUN}."]
