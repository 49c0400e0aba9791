from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from tests.known_validation import fill as fill_validation
from workbench.app.runs.handlers import RunsHandlers, View
from workbench.app.runs.start.fields import form_fields
from workbench.app.runs.start.templates import find_template
from workbench.app.runs.tab import build as build_tab
from workbench.app.runs.tab_parts import (
    BY_SEED,
    PANES,
    BasePane,
    Chosen,
    CurvePane,
    KeepPane,
    Opened,
    SignPane,
)
from workbench.app.services import Services
from workbench.store import RunRecord, Store
from workbench.study import load_study

RUN = "learning-rate-12345678"
HOT = "learning-rate-lr0.001"
CURVES, SELECTION, SIGNS, BASE = PANES


def view(run: str | None, pane: str = CURVES, **values: Any) -> View:
    shown = View(run, pane, False, False, "loss", "", "", "", "")
    return shown._replace(**values)


@pytest.fixture
def handlers(services: Services) -> RunsHandlers:
    return RunsHandlers(services.runs)


@pytest.fixture
def validated(store: Store) -> Store:
    fill_validation(store)
    return store


class Outputs:
    """What a handler gave, by parts of the page."""

    def __init__(self, values: tuple[Any, ...]) -> None:
        sizes = [len(part._fields) for part in (Chosen, CurvePane, KeepPane, SignPane, BasePane)]
        assert len(values) == sum(sizes)
        parts = iter(values)
        head, self.curves, self.keep, self.signs, self.base = (
            [next(parts) for _ in range(size)] for size in sizes
        )
        self.head = Chosen(*head)

    def untouched(self, *parts: str) -> bool:
        """Whether nothing of these panes changes."""
        return all(value == gr.skip() for part in parts for value in getattr(self, part))


def test_an_empty_workspace_shows_what_fills_it(handlers: RunsHandlers, store: Store) -> None:
    opened = handlers.on_open(None)
    assert opened.empty["visible"] is True
    assert opened.content["visible"] is False
    assert opened.runs["value"] is None
    # What can be started stands there open.
    assert opened.start["open"] is True
    assert opened.started_from is True
    assert opened.bin["visible"] is False
    outputs = Outputs(handlers.on_draw(*view(None)))
    assert outputs.head.head == ""
    assert outputs.untouched("curves", "keep", "signs", "base")


def test_opening_lists_runs_and_keeps_the_choice(handlers: RunsHandlers, validated: Store) -> None:
    validated.start_run(RunRecord("import-1", "import"))
    validated.finish_run("import-1")
    opened = handlers.on_open(None)
    assert opened.empty["visible"] is False
    assert opened.start == opened.started_from == gr.skip()
    labels, names = zip(*opened.runs["choices"], strict=True)
    assert names == ("import-1", "study-1")
    assert labels[0].splitlines()[0] == "import-1"
    assert "✓ finished · import" in labels[0]
    assert labels[1].splitlines()[-1] == "validation: 240 answered"
    # The one that is going on is shown, unless another was chosen.
    assert opened.runs["value"] == "study-1"
    assert handlers.on_open("import-1").runs["value"] == "import-1"
    assert handlers.on_open("gone").runs["value"] == "study-1"


def test_only_the_open_pane_is_drawn(handlers: RunsHandlers, validated: Store) -> None:
    outputs = Outputs(handlers.on_draw(*view("study-1")))
    head = outputs.head
    assert "<h2>study-1</h2>" in head.head
    assert head.timer.active is True
    assert head.seen.startswith("study-1 running")
    # It was not started from here, and is not deleted while it goes on.
    assert head.stop["visible"] is head.again["visible"] is head.log_place["visible"] is False
    assert head.delete["visible"] is False
    assert f"process {os.getpid()} on this machine" in head.head
    options, measure, absent, curves, note = outputs.curves
    assert options["visible"] is True
    assert measure["choices"] == [("validation loss", "loss")]
    assert absent["visible"] is False
    assert len(curves["value"].layout.annotations) == 2
    assert "means over 2 seeds" in note
    assert outputs.untouched("keep", "signs", "base")
    by_seed = Outputs(handlers.on_draw(*view("study-1", panels=BY_SEED)))
    assert len(by_seed.curves[3]["value"].layout.annotations) == 4


def test_phones_get_panels_below_one_another_and_dark_pages_dark_figures(
    handlers: RunsHandlers, validated: Store
) -> None:
    wide, narrow, dark = (
        Outputs(handlers.on_draw(*view("study-1", **options))).curves[3]["value"].layout
        for options in ({}, {"narrow": True}, {"dark": True})
    )
    assert narrow.height > wide.height
    assert dark.template.layout.font.color != wide.template.layout.font.color


def test_the_timer_stops_with_the_run_and_draws_only_what_is_new(
    handlers: RunsHandlers, validated: Store
) -> None:
    mark = Outputs(handlers.on_draw(*view("study-1"))).head.seen
    listed, *rest = handlers.on_tick(mark, *view("study-1"))
    outputs = Outputs(tuple(rest))
    assert listed == gr.skip()
    assert outputs.head.timer.active is True
    assert outputs.untouched("curves", "keep", "signs", "base")

    validated.finish_run("study-1")
    listed, *rest = handlers.on_tick(mark, *view("study-1"))
    outputs = Outputs(tuple(rest))
    assert "✓ finished" in listed["choices"][0][0]
    assert outputs.head.timer.active is False
    assert outputs.curves[3]["value"] is not None
    gone = Outputs(tuple(handlers.on_tick(mark, *view("gone"))[1:]))
    assert gone.head.timer.active is False


def test_selection_shows_choices_costs_and_front(handlers: RunsHandlers, validated: Store) -> None:
    table, details, costs, front, advice = Outputs(
        handlers.on_draw(*view("study-1", SELECTION))
    ).keep
    # low 100 less high 100 is .5 in French, -.2 in English.
    assert "costs 50 points" in table
    assert '<bdi lang="fr">français</bdi>, the most of all languages, for 20 in English' in table
    assert "<b>study-low</b>, step 100" in table
    assert details["visible"] is True
    assert costs["visible"] is front["visible"] is True
    assert "workbench generate study-high-s0@50 PROMPTS" in advice
    worst = Outputs(handlers.on_draw(*view("study-1", SELECTION, objective="worst"))).keep[0]
    assert '<th scope="col">worst language</th>' in worst


def test_what_cannot_be_selected_says_why_and_what_to_do(
    handlers: RunsHandlers, validated: Store
) -> None:
    asked = view("study-1", SELECTION, chosen_by="constraint_kept")
    table, details, *_ = Outputs(handlers.on_draw(*asked)).keep
    assert "No checkpoint has constraint_kept in all languages" in table
    assert "Choose another measure" in table
    assert details["visible"] is False


@pytest.mark.parametrize(("kind", "says"), [("study", "was not validated"), ("import", "trained")])
def test_runs_without_validation_say_how_to_get_it(
    handlers: RunsHandlers, store: Store, kind: Any, says: str
) -> None:
    store.start_run(RunRecord("plain", kind))
    store.finish_run("plain")
    options, _, absent, curves, _ = Outputs(handlers.on_draw(*view("plain"))).curves
    assert options["visible"] is False
    assert says in absent["value"]
    assert curves["visible"] is False
    assert says in Outputs(handlers.on_draw(*view("plain", SELECTION))).keep[0]


def test_a_study_that_is_going_on_may_be_validated_yet(
    handlers: RunsHandlers, store: Store
) -> None:
    store.start_run(RunRecord("plain", "study"))
    absent = Outputs(handlers.on_draw(*view("plain"))).curves[2]
    assert "Nothing is validated yet" in absent["value"]


def test_stopped_runs_of_shipped_studies_can_be_gone_on_with(
    handlers: RunsHandlers, store: Store
) -> None:
    study = load_study(Path("data-size"))
    store.start_run(RunRecord(study.run_name, "study", study.of_run))
    store.start_run(RunRecord("own", "study", {"name": "own"}))
    shown = {}
    for status in ("running", "stopped", "finished"):
        for run in (study.run_name, "own"):
            store.finish_run(run, status)
            head = Outputs(handlers.on_draw(*view(run))).head
            shown[run, status] = head.again["visible"]
    # What an own study was started by was not noted by this test.
    assert [key for key, visible in shown.items() if visible] == [(study.run_name, "stopped")]


def test_signs_show_the_worst_cell_first_and_any_that_is_picked(
    handlers: RunsHandlers, filled: Store
) -> None:
    signs = SignPane(*Outputs(handlers.on_draw(*view(RUN, SIGNS))).signs)
    assert signs.maps["visible"] is True
    assert signs.answers["visible"] is False
    assert signs.sign["value"] == "english_drift"
    assert signs.checkpoint["value"] == HOT
    assert signs.language == gr.update(choices=[("English", "en"), ("français", "fr")], value="fr")
    assert "83% over 29 of 30 answers" in signs.found
    assert signs.cards.count("<article") == 5

    event = gr.EventData(None, {"sign": "english_drift", "row": HOT, "language": "en"})
    sign, checkpoint, language, found, cards = handlers.on_pick(event, *view(RUN, SIGNS))
    assert (sign["value"], checkpoint["value"], language["value"]) == ("english_drift", HOT, "en")
    assert "cannot be measured" in found
    assert cards == ""
    found = handlers.on_cell("lost_coherence", HOT, "fr", *view(RUN, SIGNS))[3]
    assert "An answer that says a sentence twice." in found


def test_signs_are_of_the_test_or_of_the_validation(
    handlers: RunsHandlers, validated: Store
) -> None:
    signs = SignPane(*Outputs(handlers.on_draw(*view("study-1", SIGNS))).signs)
    # The study has answered nothing yet; its validation has.
    assert signs.answers["choices"] == [("of the validation, step by step", "study-1-validation-1")]
    assert "study-low-s0@50" in [name for name in signs.checkpoint["choices"]]


def test_a_run_without_answers_has_no_signs(handlers: RunsHandlers, store: Store) -> None:
    store.start_run(RunRecord("plain", "study"))
    signs = SignPane(*Outputs(handlers.on_draw(*view("plain", SIGNS))).signs)
    assert "no answers yet" in signs.absent["value"]
    assert signs.content["visible"] is False
    assert handlers.on_cell("fluency", "", "", *view("plain", SIGNS)) == (gr.skip(),) * 5


def test_the_base_pane_says_what_is_there_or_how_to_get_it(
    handlers: RunsHandlers, filled: Store
) -> None:
    bars, note = Outputs(handlers.on_draw(*view(RUN, BASE))).base
    assert bars["visible"] is False
    assert "what base it was tuned from" in note


def form_of(handlers: RunsHandlers, template: str, **values: Any) -> tuple[Any, ...]:
    """What the form holds of a study, some fields written otherwise."""
    fields = find_template(handlers.workspace, template).fields
    own = {path.replace("__", "."): text for path, text in values.items()}
    return tuple(own.get(path, parts) for path, parts in fields.items())


def test_a_study_with_wrong_fields_is_not_started(handlers: RunsHandlers, store: Store) -> None:
    values = form_of(handlers, "data-size", recipe__steps="x")
    with pytest.warns(UserWarning, match="it is no whole number"):
        assert handlers.on_start("data-size", *values) == gr.skip()
    assert store.runs().empty


def test_a_run_is_deleted_in_two_steps_and_restored(handlers: RunsHandlers, filled: Store) -> None:
    asked = handlers.on_ask(RUN)
    assert asked.place["visible"] is True
    # Two checkpoints were asked 30 prompts in two languages each, and rated by reference.
    assert "120 answers, 120 ratings by judges and the log move to the trash" in asked.text
    assert asked.checkpoints["visible"] is False
    assert handlers.on_keep().place["visible"] is False
    assert list(filled.runs()["name"]) == [RUN]

    *listed, place, run, _, _ = handlers.on_delete(asked.run, False)
    opened = Opened(*listed)
    assert opened.empty["visible"] is True
    assert opened.bin["label"] == "Trash (1)"
    assert place["visible"] is False
    assert run == ""
    ((text, name),) = opened.bin_chosen["choices"]
    assert text.startswith(f"{RUN} (120 answers, 120 ratings by judges, deleted ")

    with pytest.warns(UserWarning, match="to delete it for good"):
        assert handlers.on_remove(name, "something else") == gr.skip()
    restored = handlers.on_restore(name)
    assert restored.runs["value"] == RUN
    assert restored.bin["visible"] is False
    handlers.on_delete(RUN, False)
    ((_, name),) = handlers.on_open(None).bin_chosen["choices"]
    assert handlers.on_remove(name, f" {RUN} ").bin["visible"] is False
    assert filled.runs().empty


def test_what_cannot_be_stopped_is_a_warning_that_changes_nothing(
    handlers: RunsHandlers, validated: Store
) -> None:
    with pytest.warns(UserWarning, match="Press Ctrl"):
        assert handlers.on_stop("study-1") == gr.skip()


@pytest.fixture
def demo(services: Services) -> Iterator[gr.Blocks]:
    async def build() -> gr.Blocks:
        with gr.Blocks() as demo:
            build_tab(services, [demo.load], gr.Checkbox(visible=False))
        return demo

    demo = asyncio.run(build())
    yield demo
    demo.close()


def test_outputs_fit_what_the_handlers_give(demo: gr.Blocks, handlers: RunsHandlers) -> None:
    sizes = {fn.name: (len(fn.inputs), len(fn.outputs)) for fn in demo.fns.values()}
    given = len(handlers.on_draw(*view(None)))
    values = len(View._fields)
    assert sizes["on_draw"] == (values, given)
    assert sizes["on_tick"] == (1 + values, 1 + given)
    assert sizes["on_cell"] == (3 + values, 5)
    assert sizes["on_pick"] == (values, 5)
    listed, form = len(Opened._fields), 1 + len(form_fields())
    for name in ("on_stop", "on_again", "on_restore"):
        assert sizes[name] == (1, listed)
    assert sizes["on_start"] == (form, listed)
    assert sizes["on_remove"] == (2, listed)
    assert sizes["on_ask"] == (1, len(handlers.on_keep()))
    assert sizes["on_delete"] == (2, listed + len(handlers.on_keep()))
