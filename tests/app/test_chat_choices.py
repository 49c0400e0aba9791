from __future__ import annotations

import gradio as gr
import pytest
from scripted_engine import ScriptedEngine

from workbench.app.chat.choices import ChoiceHandlers
from workbench.app.chat.conversation import Conversation, Reply, Turn
from workbench.app.chat.form import Settings, values_of

PICKED = ["tiny-full-good", "tiny-full-hot"]
QWEN = "qwen @ http://127.0.0.1:8000/v1"


@pytest.fixture
def choices(engine: ScriptedEngine) -> ChoiceHandlers:
    return ChoiceHandlers(engine)


@pytest.fixture
def toasts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    shown: list[str] = []
    for kind in ("Warning", "Info"):
        monkeypatch.setattr(gr, kind, lambda message, **_: shown.append(message))
    return shown


def test_opening_lists_checkpoints_and_keeps_the_choice(choices: ChoiceHandlers) -> None:
    lists, judge, remotes, history = choices.on_open(None, None, [], Conversation())
    assert lists["choices"] == PICKED
    assert lists["value"] == PICKED
    assert judge["choices"] == PICKED
    assert remotes["visible"] is False
    assert "Ask in any language" in history
    lists, judge, _, _ = choices.on_open(
        ["tiny-full-hot", "gone"], "tiny-full-good", None, Conversation()
    )
    assert lists["value"] == ["tiny-full-hot"]
    assert judge["value"] == "tiny-full-good"


def test_opening_takes_the_first_where_the_shipped_ones_are_not_there(
    choices: ChoiceHandlers, engine: ScriptedEngine
) -> None:
    engine.answers = {"mine": "", "other": ""}
    assert choices.on_open(None, None, [], Conversation())[0]["value"] == ["mine"]


def test_opening_without_checkpoints_says_what_makes_them(
    choices: ChoiceHandlers, engine: ScriptedEngine
) -> None:
    engine.answers.clear()
    lists, _, _, history = choices.on_open(None, None, [], Conversation())
    assert lists["value"] == []
    assert "workbench tinyworld build" in history
    # A remote model can answer without any.
    lists, _, _, history = choices.on_open(None, None, [QWEN], Conversation())
    assert lists["choices"] == [QWEN]
    assert "Ask in any language" in history


def test_opening_again_leaves_a_conversation_alone(choices: ChoiceHandlers) -> None:
    talk = Conversation((Turn("?", "fr", False, (Reply("tiny-full-good", "Oui.", "ended"),)),))
    assert choices.on_open(PICKED, None, [], talk)[-1] == gr.skip()


def test_what_a_browser_kept_is_looked_at(choices: ChoiceHandlers) -> None:
    kept = [QWEN, "m @ http://user:pw@host/v1", "x", 5, QWEN]
    _, _, remotes, _ = choices.on_open(None, None, kept, Conversation())  # type: ignore[arg-type]
    assert remotes["value"] == [QWEN]
    _, _, remotes, _ = choices.on_open(None, None, "junk", Conversation())
    assert remotes["value"] == []


def test_a_remote_model_is_added_and_answers_next(
    choices: ChoiceHandlers, toasts: list[str]
) -> None:
    added, listed, lists, url, model = choices.on_add(
        "http://127.0.0.1:8000/v1/", " qwen ", [], PICKED
    )
    assert added == [QWEN]
    assert listed["visible"] is True
    assert lists["value"] == [*PICKED, QWEN]
    assert (url, model) == ("", "")
    # Added twice it is there once, and with four chosen it is only offered.
    four = [*PICKED, "tiny-full-good", "tiny-full-hot"]
    added, _, lists, _, _ = choices.on_add("http://127.0.0.1:8000/v1", "qwen", added, four)
    assert added == [QWEN]
    assert lists["value"] == four
    assert lists["choices"] == [*PICKED, QWEN]
    assert toasts == ["It is in the list of checkpoints."]


def test_what_is_no_address_is_refused_with_the_remedy(
    choices: ChoiceHandlers, toasts: list[str]
) -> None:
    assert choices.on_add("127.0.0.1:8000", "qwen", [], PICKED) == gr.skip()
    assert "https://HOST/v1" in toasts[0]


def test_a_remote_model_can_be_forgotten(choices: ChoiceHandlers) -> None:
    added, listed, lists = choices.on_remotes([], [PICKED[0], QWEN])
    assert added == []
    assert listed["visible"] is False
    assert lists["value"] == [PICKED[0]]


def test_the_strength_says_what_it_means_for_each(
    choices: ChoiceHandlers, engine: ScriptedEngine
) -> None:
    engine.answers["base"] = ""
    assert choices.on_strength(1, PICKED) == ""
    said = choices.on_strength(0.5, ["tiny-full-good", "base", "<b>"])
    assert "0.5 of the way from <bdi>base</bdi>" in said
    assert "<bdi>base</bdi> answers as it is: it has no base here" in said
    assert "<b>" not in said


def test_the_form_asks_a_judge_for_what_it_needs_alone(choices: ChoiceHandlers) -> None:
    shown = {k: choices.on_judge_kind(k) for k in ("none", "reference", "local", "llm")}
    assert [shown["local"][0]["visible"], shown["llm"][1]["visible"]] == [True, True]
    hidden = [shown["none"], shown["reference"], shown["local"][1:], shown["llm"][:1]]
    assert not any(row["visible"] for rows in hidden for row in rows)


def test_reset_is_as_at_first(choices: ChoiceHandlers) -> None:
    values = values_of(Settings())
    assert choices.on_reset()[: len(values)] == values
