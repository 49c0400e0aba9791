"""The grid's tab as functions: what is offered, asked, stopped and kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from workbench.app.chat.models import Models
from workbench.app.every_language.grid import Grid
from workbench.app.every_language.handlers import EveryLanguageHandlers, Form, View
from workbench.app.every_language.service import EveryLanguage
from workbench.checkpoints import SHIPPED, Catalogue
from workbench.lid.detector import Detector
from workbench.store import Store

GOOD, HOT = "tiny-full-good", "tiny-full-hot"
TABLE = "en: What colour is the fox?\nfr: De quelle couleur est le renard ?"


MODELS = Models(Catalogue([SHIPPED]))


@pytest.fixture
def service(store: Store, detector: Detector) -> EveryLanguage:
    return EveryLanguage(store, MODELS, detector)


@pytest.fixture
def handlers(service: EveryLanguage) -> EveryLanguageHandlers:
    return EveryLanguageHandlers(service)


@pytest.fixture
def warned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    shown: list[str] = []
    monkeypatch.setattr(gr, "Warning", lambda message, **_: shown.append(message))
    monkeypatch.setattr(gr, "Info", lambda message, **_: shown.append(message))
    return shown


def opened(handlers: EveryLanguageHandlers) -> tuple[Form, Any]:
    *form, rows = handlers.on_open(None, [], None, None)
    return Form(*form), rows


def test_the_first_look_has_a_question_for_the_tiny_world(handlers: EveryLanguageHandlers) -> None:
    form, rows = opened(handlers)
    assert form.prompt_set["value"] == "tinyworld-test"
    assert ("everyday", "everyday") in form.prompt_set["choices"]
    assert form.checkpoints["value"] == [GOOD, HOT]
    assert "tiny-base" in form.checkpoints["choices"]
    asked = dict((id, text) for text, id in form.question["choices"])
    assert "flamingo" in asked[form.question["value"]]
    assert ("русский", "ru") in form.languages["choices"]
    assert form.languages["value"] == []
    assert not form.note["visible"]
    assert "Pick a prompt" in rows[0]


def test_opening_again_keeps_what_is_chosen(handlers: EveryLanguageHandlers) -> None:
    *kept, rows = handlers.on_open("everyday", [HOT, "gone"], None, None)
    form = Form(*kept)
    assert "value" not in form.prompt_set
    assert form.question == gr.skip()
    assert form.checkpoints["value"] == [HOT]
    assert form.note["visible"]
    *_, rows = handlers.on_open("everyday", [HOT], None, Grid.__new__(Grid))
    assert rows == gr.skip()  # what is there stays


def test_without_tiny_checkpoints_the_everyday_set_comes_first(
    store: Store, detector: Detector, tmp_path: Path
) -> None:
    none = EveryLanguageHandlers(EveryLanguage(store, Models(Catalogue([tmp_path])), detector))
    form, rows = opened(none)
    assert form.prompt_set["value"] == "everyday"
    assert form.question["value"] == "capital-of-australia"
    assert len(form.languages["choices"]) == 15
    assert "workbench tinyworld build" in rows[0]


def test_a_tiny_checkpoint_is_told_what_it_does_not_know(handlers: EveryLanguageHandlers) -> None:
    form = handlers.on_set("everyday", [GOOD], None)
    assert f"{GOOD}: these know the words of the tiny world alone" in form.note["value"]
    assert form.question["value"] == "capital-of-australia"
    assert handlers.on_checkpoints("tinyworld-test", [GOOD])["visible"] is False
    assert handlers.on_checkpoints("everyday", [])["visible"] is False


def test_a_prompt_is_asked_stopped_and_kept(handlers: EveryLanguageHandlers, store: Store) -> None:
    form, _ = opened(handlers)
    choice = (form.prompt_set["value"], form.question["value"], ["fr", "en"], [GOOD], 0)
    taken = handlers.on_ask(None, None, *choice)
    assert taken.grid.question.languages == ["en", "fr"]
    assert taken.grid.longest is None
    assert "0 of 2 answers" in taken.progress
    assert (taken.ask["interactive"], taken.stop["interactive"]) == (False, True)
    # A second press while it runs changes nothing, nor does saving.
    assert handlers.on_ask(taken.grid, None, *choice).grid == gr.skip()
    assert handlers.on_save(taken.grid).grid == gr.skip()

    *_, last = handlers.on_answer(taken.grid)
    assert "2 of 2 answers" in last.progress
    assert (last.ask["interactive"], last.stop["interactive"]) == (True, False)
    assert last.save["interactive"] is True
    kept = handlers.on_save(last.grid)
    assert kept.grid.saved == store.runs()["name"].item()
    assert kept.grid.saved in kept.progress
    assert kept.save["interactive"] is False
    assert list(handlers.on_answer(kept.grid)) == [View(*[gr.skip()] * len(View._fields))]

    again = handlers.on_ask(kept.grid, None, *choice)
    assert handlers.on_stop(again.grid) == gr.update(interactive=False)
    *_, stopped = handlers.on_answer(again.grid)
    assert "0 of 2 answers, 2 stopped" in stopped.progress
    assert stopped.save["interactive"] is False


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ((None, None, [], [GOOD], 0), "Pick a prompt"),
        (("everyday", "gone", [], [GOOD], 0), "Pick a prompt"),
        (("everyday", "seasons", ["sv"], [GOOD], 0), "languages that it stands in"),
        (("gone", "seasons", [], [GOOD], 0), "gone"),
        (("everyday", "seasons", [], [], 0), "Pick one to 4 checkpoints"),
        (("everyday", "seasons", [], ["a", "b", "c", "d", "e"], 0), "Pick one to 4 checkpoints"),
    ],
)
def test_what_cannot_be_asked_is_said(
    handlers: EveryLanguageHandlers, warned: list[str], choice: tuple[Any, ...], message: str
) -> None:
    assert handlers.on_ask(None, None, *choice).grid == gr.skip()
    (shown,) = warned
    assert message in shown


def test_own_translations_become_the_set(
    handlers: EveryLanguageHandlers, warned: list[str], tmp_path: Path
) -> None:
    own, accordion, *rest = handlers.on_paste(TABLE, [GOOD])
    form = Form(*rest)
    assert warned == ["Your translations: 1 prompt in 2 languages."]
    assert accordion["open"] is False
    assert form.prompt_set["value"] == own.name
    assert form.prompt_set["choices"][-1] == (f"own ({own.name[4:]})", own.name)
    assert form.question["choices"] == [("What colour is the fox?", "1")]
    taken = handlers.on_ask(None, own, own.name, "1", [], [GOOD], 8)
    assert taken.grid.question.languages == ["en", "fr"]
    assert taken.grid.longest == 8
    # Another session does not have it.
    assert handlers.on_ask(None, None, own.name, "1", [], [GOOD], 8).grid == gr.skip()
    # It is still offered after another set was chosen, and when the tab is opened again.
    *kept, _ = handlers.on_open(own.name, [GOOD], own, None)
    assert Form(*kept).prompt_set["choices"][-1] == (f"own ({own.name[4:]})", own.name)
    other = handlers.on_set("everyday", [GOOD], own)
    assert other.prompt_set["choices"][-1][1] == own.name

    path = tmp_path / "mine.csv"
    path.write_text("language,prompt\nen,Hi\nfr,Salut\n", "utf-8")
    uploaded, *_ = handlers.on_upload(str(path), [GOOD])
    assert uploaded.languages == ["en", "fr"]


def test_translations_that_cannot_be_used_change_nothing(
    handlers: EveryLanguageHandlers, warned: list[str]
) -> None:
    changed = handlers.on_paste("en: <b>Hi</b>\nxx: Hi", [GOOD])
    assert set(map(str, changed)) == {str(gr.skip())}
    (message,) = warned
    assert message.startswith("Your translations, line 2: &#x27;xx&#x27;")
