from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from known_ratings import HOSTILE, RUN, fill_for_raters

from workbench.app.rate.sitting import Sitting
from workbench.app.rate.tab import Form, RateHandlers, View
from workbench.judging.criteria import CRITERIA
from workbench.judging.people import Desk, Task
from workbench.store import ResponseRecord, Store

CHOSEN = (RUN, "rate", ["fr"], list(CRITERIA), "en", 10, False)
"""Two French prompts answered by two checkpoints: four answers, all shared."""


@pytest.fixture
def rated(store: Store) -> Store:
    fill_for_raters(store)
    return store


@pytest.fixture
def handlers(rated: Store) -> RateHandlers:
    return RateHandlers(Desk(rated))


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is shown as a warning."""
    shown: list[str] = []
    monkeypatch.setattr(gr, "Warning", lambda message, **_: shown.append(message))
    yield shown


def act(handlers: RateHandlers, view: View, name: str, **more: Any) -> View:
    """What a button sends, on what is shown."""
    sitting: Sitting = view.sitting
    data = {"act": name, "turn": sitting.turn, "criterion": sitting.criterion, "value": -1, **more}
    return handlers.on_act(gr.EventData(None, data), sitting)


def values(handlers: RateHandlers, view: View, *given: int) -> View:
    for value in given:
        view = act(handlers, view, "value", value=value)
    return view


def form(opened: tuple[Any, ...]) -> Form:
    return Form(*opened[: len(Form._fields)])


def test_an_empty_workspace_shows_what_fills_it(store: Store) -> None:
    opened = form(RateHandlers(Desk(store)).on_open("", "", Sitting()))

    assert opened.empty["visible"] is True
    assert opened.content["visible"] is False


def test_opening_offers_runs_and_languages(handlers: RateHandlers) -> None:
    opened = form(handlers.on_open("Anna", "?other=1", Sitting()))

    assert opened.run["choices"] == [RUN]
    assert opened.run["value"] == RUN
    assert opened.languages["choices"] == [("العربية", "ar"), ("français", "fr"), ("中文", "zh")]
    assert opened.name == "Anna"
    assert handlers.on_run(RUN)["choices"] == opened.languages["choices"]


def test_a_link_and_the_kept_name_go_on_at_once(handlers: RateHandlers) -> None:
    link = f"?rate-run={RUN}&rate-languages=fr&rate-criteria=accuracy&rate-overlap=1"

    opened = handlers.on_open("Anna", link, Sitting())

    assert form(opened).overlap == 1
    view = View(*opened[len(Form._fields) :])
    assert view.sitting.task == Task(
        run=RUN, rater="Anna", criteria=("accuracy",), languages=("fr",), overlap=1
    )
    assert "0 of 4 answers rated · 0 of 1 that all raters get" in view.progress
    # Without a name the form is filled and waits.
    waiting = handlers.on_open("", link, Sitting())
    assert form(waiting).criteria == ["accuracy"]
    assert waiting[len(Form._fields) :] == (gr.skip(),) * len(View._fields)


def test_a_link_to_a_run_that_is_gone_shows_the_form(handlers: RateHandlers) -> None:
    opened = form(handlers.on_open("Anna", "?rate-run=gone", Sitting()))

    assert opened.run["value"] == RUN


def test_the_tab_opened_again_leaves_a_sitting_alone(handlers: RateHandlers) -> None:
    sitting = handlers.on_start("Anna", *CHOSEN).sitting

    assert set(map(repr, handlers.on_open("Anna", "", sitting))) == {repr(gr.skip())}


def test_an_answer_is_shown_blind_and_as_text(handlers: RateHandlers) -> None:
    view = handlers.on_start("Anna", *CHOSEN)
    seen = f"{view.guidelines} {view.setup['label']}"
    for _ in range(4):
        seen += f"{view.progress} {view.item} {view.panel}"
        view = act(handlers, view, "next")

    assert "secret" not in seen
    assert "detected" not in seen
    assert "<b>red" not in seen
    assert "&lt;b&gt;red&lt;/b&gt;" in seen
    assert 'dir="auto"' in seen
    assert 'expected in <bdi lang="fr">français</bdi>' in seen
    assert "System prompt" in seen


def test_rating_goes_from_criterion_to_criterion_and_waits_at_the_end(
    handlers: RateHandlers, rated: Store
) -> None:
    view = handlers.on_start("Anna", *CHOSEN)
    first = view.sitting.response_id

    criteria = []
    for value in (2, 1, 2, 0, 2, 2):
        criteria.append(view.sitting.criterion)
        view = act(handlers, view, "value", value=value)

    assert tuple(criteria) == CRITERIA
    assert view.sitting.criterion == ""
    assert view.sitting.response_id == first
    assert "wb-ready" in view.panel
    kept = rated.ratings([RUN]).set_index("criterion")["value"]
    assert [kept[criterion] for criterion in CRITERIA] == [2, 1, 2, 0, 2, 2]
    # A further digit hits nothing.
    assert act(handlers, view, "value", value=0).panel.count('aria-pressed="true"') == 6
    moved = act(handlers, view, "next")
    assert moved.sitting.response_id != first
    assert moved.sitting.criterion == "language"
    assert "1 of 4 answers rated" in moved.progress


def test_an_act_on_what_is_no_longer_shown_does_nothing(
    handlers: RateHandlers, rated: Store
) -> None:
    view = handlers.on_start("Anna", *CHOSEN)
    moved = act(handlers, view, "next")

    late = handlers.on_act(
        gr.EventData(None, {"act": "value", "turn": 0, "criterion": "language", "value": 2}),
        moved.sitting,
    )

    assert late.sitting == moved.sitting
    assert rated.ratings([RUN]).empty


def test_only_the_panel_changes_while_an_answer_is_rated(handlers: RateHandlers) -> None:
    view = values(handlers, handlers.on_start("Anna", *CHOSEN), 2)

    assert view.item == gr.skip()
    assert view.guidelines == gr.skip()
    assert view.kept_name == gr.skip()


def test_what_follows_by_rule_is_shown_with_its_reason(handlers: RateHandlers) -> None:
    view = values(handlers, handlers.on_start("Anna", *CHOSEN), 2, 0)

    # three of the six are settled, harmlessness is left
    assert view.sitting.criterion == "harmlessness"
    assert "by rule: If fluency is 0" in view.panel
    assert view.panel.count("by the same rule") == 2


def test_undo_goes_back_step_by_step(handlers: RateHandlers, rated: Store) -> None:
    view = handlers.on_start("Anna", *CHOSEN)
    first = view.sitting.response_id
    view = act(handlers, values(handlers, view, 2, 2, 2, 2, 2, 2), "next")
    view = values(handlers, view, 1)

    view = act(handlers, view, "undo")
    assert view.sitting.criterion == "language"
    view = act(handlers, view, "undo")
    assert (view.sitting.response_id, view.sitting.criterion) == (first, "harmlessness")
    assert "0 of 4 answers rated" in view.progress
    assert len(rated.ratings([RUN])) == 5


def test_undo_brings_the_value_before_back(handlers: RateHandlers, rated: Store) -> None:
    view = values(handlers, handlers.on_start("Anna", *CHOSEN), 2)
    view = act(handlers, view, "value", criterion="language", value=0)

    act(handlers, view, "undo")

    assert rated.ratings([RUN])["value"].tolist() == [2]


def test_undo_after_a_reload_takes_the_last_rating_back(
    handlers: RateHandlers, rated: Store
) -> None:
    view = handlers.on_start("Anna", *CHOSEN)
    first = view.sitting.response_id
    values(handlers, view, 2, 1)

    again = handlers.on_start("Anna", *CHOSEN)
    assert (again.sitting.response_id, again.sitting.criterion) == (first, "helpfulness")
    undone = act(handlers, again, "undo")

    assert undone.sitting.criterion == "fluency"
    assert rated.ratings([RUN])["criterion"].tolist() == ["language"]


def test_skipped_answers_come_again_at_the_end(handlers: RateHandlers, rated: Store) -> None:
    view = handlers.on_start("Anna", *CHOSEN)
    skipped = view.sitting.response_id
    view = act(handlers, view, "skip")
    for _ in range(3):
        view = act(handlers, values(handlers, view, 2, 2, 2, 2, 2, 2), "next")

    assert view.sitting.response_id is None
    assert "All done" in view.panel
    assert "Look again at what you skipped (1)" in view.panel
    assert view.item == ""
    view = act(handlers, view, "again")
    assert view.sitting.response_id == skipped
    assert view.panel.count("skipped") == 6
    view = act(handlers, values(handlers, view, 1, 1, 1, 1, 1, 1), "next")
    assert "4 of 4 answers rated" in view.progress
    assert rated.ratings([RUN])["missing_reason"].isna().all()


def test_a_skip_is_undone(handlers: RateHandlers, rated: Store) -> None:
    view = handlers.on_start("Anna", *CHOSEN)
    skipped = view.sitting.response_id

    view = act(handlers, act(handlers, view, "skip"), "undo")

    assert view.sitting.response_id == skipped
    assert rated.ratings([RUN]).empty


def test_back_shows_what_was_given_and_lets_it_be_changed(
    handlers: RateHandlers, rated: Store
) -> None:
    view = handlers.on_start("Anna", *CHOSEN)
    assert act(handlers, view, "back").sitting.response_id == view.sitting.response_id
    first = view.sitting.response_id
    view = act(handlers, values(handlers, view, 2, 2, 2, 2, 2, 2), "next")

    view = act(handlers, view, "back")
    assert view.sitting.response_id == first
    view = act(handlers, view, "criterion", criterion="accuracy")
    assert view.sitting.criterion == "accuracy"
    values(handlers, view, 0)

    assert rated.ratings([RUN], criteria=["accuracy"])["value"].tolist() == [0]


@pytest.mark.parametrize(
    ("name", "chosen", "remedy"),
    [
        ("", CHOSEN, "Give a name"),
        ("Anna", (None, *CHOSEN[1:]), "Choose one"),
        ("Anna", (*CHOSEN[:3], [], *CHOSEN[4:]), "Choose at least one"),
        ("Anna", ("gone", *CHOSEN[1:]), RUN),
    ],
)
def test_what_is_not_chosen_is_a_warning(
    handlers: RateHandlers, warnings: list[str], name: str, chosen: tuple[Any, ...], remedy: str
) -> None:
    assert handlers.on_start(name, *chosen) == gr.skip()
    assert remedy in warnings[0]


def test_answers_that_nobody_rates_are_counted(rated: Store) -> None:
    """A third checkpoint leaves one French prompt without text and one without an answer."""
    rated.add_checkpoint("silent", "silent", {})
    silent = ResponseRecord("p0", "fr", 0, "  ")
    absent = ResponseRecord("p1", "fr", 0, "", "missing", missing_reason="too long")
    rated.add_responses(RUN, "silent", "foxes", [silent, absent])

    view = RateHandlers(Desk(rated)).on_start("Anna", *CHOSEN)

    assert "0 of 4 answers rated" in view.progress
    assert "1 answer missing, which nobody can rate" in view.progress
    assert "1 answer empty, rated by rule" in view.progress


def test_a_rater_to_whom_nothing_falls_is_told_so(handlers: RateHandlers) -> None:
    view = handlers.on_start("Anna", RUN, "rate", ["en"], list(CRITERIA), "en", 10, False)

    assert "Nothing falls to you here" in view.panel


def test_the_speed_is_of_this_sitting(rated: Store) -> None:
    from workbench.app.rate.rater_table import RaterTable
    from workbench.app.rate.sitting import Act

    seconds = [100.0]
    table = RaterTable(Desk(rated), clock=lambda: seconds[0])
    task = Task(run=RUN, rater="Anna", criteria=("accuracy",))
    sitting, standing = table.begin(task)
    assert table.shown(sitting, task, standing).a_minute is None
    for _ in range(3):
        sitting, _ = table.act(sitting, task, Act("value", sitting.turn, "accuracy", 1))
        sitting, standing = table.act(sitting, task, Act("next", sitting.turn))
    seconds[0] += 90.0

    # 3 answers in 1.5 minutes
    assert table.shown(sitting, task, standing).a_minute == pytest.approx(2.0)


def test_guidelines_come_in_the_language_that_was_chosen(handlers: RateHandlers) -> None:
    view = handlers.on_start("Anna", *CHOSEN[:3], ["fluency"], "en", 10, False)

    assert 'lang="en"' in view.guidelines
    assert view.guidelines.count("data-key=") == 1


ADJUDICATE = (RUN, "adjudicate", ["fr"], list(CRITERIA), "en", 10, False)


@pytest.fixture
def disputed(rated: Store) -> list[int]:
    """Ids of three French answers: settled between 2 and 0, between 2 and 1, and agreed."""
    desk = Desk(rated)
    anna = Task(run=RUN, rater="Anna", criteria=CRITERIA, languages=("fr",))
    ids = [a.item.response_id for a in desk.assigned(anna)][:3]
    for id, value in zip(ids, (0, 1, 2), strict=True):
        desk.rate(anna, id, "accuracy", 2)
        desk.rate(replace(anna, rater="Ben"), id, "accuracy", value)
        desk.rate(anna, id, "language", 2)
        desk.rate(replace(anna, rater="Ben"), id, "language", 2)
    return ids


def test_the_widest_disagreement_is_settled_first_without_names(
    handlers: RateHandlers, disputed: list[int], rated: Store
) -> None:
    view = handlers.on_start("Judge", *ADJUDICATE)

    assert (view.sitting.response_id, view.sitting.criterion) == (disputed[0], "accuracy")
    assert "0 of 2 disagreements settled" in view.progress
    assert "Anna" not in view.panel
    assert "Ben" not in view.panel
    shown = re.findall(r'<span class="wb-who">(\w)</span> (\d)', view.panel)
    assert sorted(value for _, value in shown[2:]) == ["0", "2"]  # after the two of language
    assert "agreed" in view.panel

    view = act(handlers, values(handlers, view, 1), "next")
    assert view.sitting.response_id == disputed[1]
    assert "1 of 2 disagreements settled" in view.progress
    view = act(handlers, values(handlers, view, 2), "next")
    assert "All settled" in view.panel
    final = rated.ratings([RUN], ["adjudication"])
    assert final["value"].tolist() == [
        value for _, value in sorted(zip(disputed[:2], (1, 2), strict=True))
    ]
    assert set(final["reason"]) == {"settled by Judge"}


def test_settling_is_undone_and_passed_over(
    handlers: RateHandlers, disputed: list[int], rated: Store
) -> None:
    view = handlers.on_start("Judge", *ADJUDICATE)
    view = act(handlers, view, "skip")
    assert view.sitting.response_id == disputed[1]
    view = act(handlers, values(handlers, view, 2), "next")
    assert view.sitting.response_id == disputed[0]  # round again to what was passed over

    view = act(handlers, view, "undo")
    assert (view.sitting.response_id, view.sitting.criterion) == (disputed[1], "accuracy")
    assert rated.ratings([RUN], ["adjudication"]).empty
    assert act(handlers, view, "back").sitting.response_id == disputed[0]


def test_without_disagreement_it_is_said_how_to_come_by_some(handlers: RateHandlers) -> None:
    view = handlers.on_start("Judge", *ADJUDICATE)

    assert "Nothing to settle" in view.panel
    assert "at least two people" in view.panel


def test_export_gives_the_browser_a_file(handlers: RateHandlers) -> None:
    values(handlers, handlers.on_start("Anna", *CHOSEN), 2)

    for update in handlers.on_export(RUN):
        path = Path(update["value"])
        assert path.name == f"ratings-{RUN}.csv"
        (row,) = csv.DictReader(path.read_text("utf-8").splitlines())
        assert (row["rater"], row["criterion"], row["value"]) == ("Anna", "language", "2")
    assert not path.exists()


def test_export_without_a_run_and_a_bad_import_are_warnings(
    handlers: RateHandlers, warnings: list[str], rated: Store, tmp_path: Path
) -> None:
    assert [update["value"] for update in handlers.on_export(None)] == [None]
    bad = tmp_path / "bad.csv"
    bad.write_text("run,rater\n", "utf-8")
    handlers.on_import(str(bad))

    assert len(warnings) == 2
    assert "columns" in warnings[1]
    assert rated.ratings().empty


def test_import_says_what_came_in(
    handlers: RateHandlers, rated: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said: list[str] = []
    monkeypatch.setattr(gr, "Info", lambda message, **_: said.append(message))
    path = tmp_path / "ratings.csv"
    path.write_text(
        "run,checkpoint,prompt_set,parallel_id,language,rater,criterion,stars\n"
        f"{RUN},secret-hot,foxes,p0,fr,Carla,fluency,3\n",
        "utf-8",
    )
    handlers.on_import(str(path))

    assert said == ["Ratings added: 1. There already: 0."]
    assert (
        rated.results([RUN]).set_index("response_id").loc[rated.ratings()["response_id"][0], "text"]
        == HOSTILE
    )
