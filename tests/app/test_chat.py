from __future__ import annotations

import json
from pathlib import Path

import gradio as gr
import pytest
from scripted_engine import ScriptedEngine

from workbench.app.chat.conversation import Conversation
from workbench.app.chat.suggestions import suggested_prompts
from workbench.app.chat.tab import ChatHandlers, View
from workbench.app.services import Services

FRENCH = "Quelle est la couleur du renard ?"
PICKED = ("tiny-full-good", "tiny-full-hot")


@pytest.fixture
def handlers(services: Services) -> ChatHandlers:
    return ChatHandlers(services)


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Toasts need a running page; here they are written down."""
    shown: list[str] = []
    monkeypatch.setattr(gr, "Warning", lambda message, **_: shown.append(message))
    return shown


def ask(
    handlers: ChatHandlers,
    text: str,
    past: Conversation,
    expected: str = "",
    second: str = PICKED[1],
) -> View:
    sent = handlers.on_send(text, PICKED[0], second, expected, past)
    return list(handlers.on_answer(sent.conversation))[-1]


def states(view: View) -> list[str]:
    return [reply.state for reply in view.conversation.turns[-1].replies]


def test_sending_empties_the_box_and_shows_the_prompt_at_once(handlers: ChatHandlers) -> None:
    view = handlers.on_send(f" {FRENCH} \n", *PICKED, "", Conversation())
    assert view.prompt == ""
    assert FRENCH in view.history
    assert states(view) == ["waiting", "waiting"]
    assert view.send["interactive"] is False
    assert view.stop["interactive"] is True
    assert view.suggestions["visible"] is False


def test_both_answers_are_marked_against_the_language_of_the_prompt(handlers: ChatHandlers) -> None:
    view = ask(handlers, FRENCH, Conversation())
    assert "✓</span> right language" in view.answer_1["value"]
    assert "wrong language, expected français" in view.answer_2["value"]
    assert states(view) == ["ended", "ended"]
    assert view.send["interactive"] is True


def test_the_expected_language_can_be_chosen_before_and_after(handlers: ChatHandlers) -> None:
    view = ask(handlers, FRENCH, Conversation(), expected="en")
    assert "wrong language, expected English" in view.answer_1["value"]
    again = handlers.on_expected("", view.conversation)
    assert "✓</span> right language" in again.answer_1["value"]


def test_a_language_chosen_while_an_answer_grows_counts_at_its_end(handlers: ChatHandlers) -> None:
    sent = handlers.on_send(FRENCH, *PICKED, "", Conversation())
    steps = list(handlers.on_answer(sent.conversation))
    for growing in steps[:-1]:
        untouched = View(*[gr.skip()] * len(View._fields))
        assert handlers.on_expected("en", growing.conversation) == untouched
    ended = steps[-1].conversation
    assert not ended.running
    again = handlers.on_expected("en", ended)
    assert "wrong language, expected English" in again.answer_1["value"]
    # At the end of an answer with nothing chosen since, nothing is sent to the page again.
    assert handlers.on_expected("en", again.conversation).conversation == gr.skip()
    assert handlers.on_expected("", ended).conversation == gr.skip()


def test_one_checkpoint_leaves_the_other_side_hidden(handlers: ChatHandlers) -> None:
    view = ask(handlers, FRENCH, Conversation(), second="")
    assert view.answer_1["visible"] is True
    assert view.answer_2 == gr.update(value="", visible="hidden")


def test_the_same_checkpoint_twice_answers_once(handlers: ChatHandlers) -> None:
    view = ask(handlers, FRENCH, Conversation(), second=PICKED[0])
    assert len(view.conversation.turns[-1].replies) == 1


def test_the_next_turn_is_given_the_first(handlers: ChatHandlers, engine: ScriptedEngine) -> None:
    first = ask(handlers, FRENCH, Conversation(), second="")
    ask(handlers, "Et le loup ?", first.conversation, second="")
    assert engine.asked[-1] == (
        PICKED[0],
        [("user", FRENCH), ("assistant", "Le renard est roux."), ("user", "Et le loup ?")],
    )


def test_nothing_happens_to_an_empty_prompt_or_while_answering(handlers: ChatHandlers) -> None:
    assert handlers.on_send("  \n", *PICKED, "", Conversation()).conversation == Conversation()
    sent = handlers.on_send(FRENCH, *PICKED, "", Conversation()).conversation
    # What the session holds of a growing answer is older than what is seen: nothing is touched.
    assert handlers.on_send("Et ?", *PICKED, "", sent) == View(*[gr.skip()] * len(View._fields))


def test_without_a_checkpoint_the_prompt_stays_and_the_remedy_is_said(
    handlers: ChatHandlers, warnings: list[str]
) -> None:
    view = handlers.on_send(FRENCH, None, "", "", Conversation())
    assert view.conversation == Conversation()
    assert view.prompt == gr.skip()
    assert warnings == ["Pick a checkpoint above, then send the prompt again."]


def test_a_prompt_longer_than_the_context_comes_back_with_the_remedy(
    handlers: ChatHandlers, warnings: list[str]
) -> None:
    first = ask(handlers, FRENCH, Conversation()).conversation
    long = "mot " * 60
    view = ask(handlers, long, first)
    assert view.conversation == first
    assert view.prompt == long.strip()
    assert warnings == ["it is longer than the context. Shorten it."]


def test_stop_keeps_what_was_written(handlers: ChatHandlers, engine: ScriptedEngine) -> None:
    engine.pause = 0.15
    sent = handlers.on_send(FRENCH, PICKED[0], "", "", Conversation())
    steps = handlers.on_answer(sent.conversation)
    growing = next(step for step in steps if step.conversation.turns[-1].replies[0].text)
    steps.close()
    view = handlers.on_stop(growing.conversation)
    assert states(view) == ["stopped"]
    assert view.conversation.turns[-1].replies[0].text.startswith("Le")
    assert view.send["interactive"] is True


def test_a_defect_does_not_leave_the_chat_waiting(
    handlers: ChatHandlers, engine: ScriptedEngine
) -> None:
    sent = handlers.on_send(FRENCH, *PICKED, "", Conversation())
    del engine.answers[PICKED[1]]
    steps = []
    with pytest.raises(KeyError):
        steps.extend(handlers.on_answer(sent.conversation))
    assert engine.asked
    with pytest.raises(KeyError):
        for view in handlers.on_answer(sent.conversation):
            last = view
    assert not last.conversation.running


def test_clear_starts_anew(handlers: ChatHandlers) -> None:
    view = handlers.on_clear()
    assert view.conversation == Conversation()
    assert "Ask in any language" in view.history
    assert view.suggestions["visible"] is True


def test_opening_lists_checkpoints_and_keeps_the_choice(handlers: ChatHandlers) -> None:
    first, second, history = handlers.on_open(None, "", Conversation())
    assert first["value"] == "tiny-full-good"
    assert second["choices"] == [("none", ""), *PICKED]
    assert second["value"] == "tiny-full-hot"
    assert "Ask in any language" in history
    first, second, _ = handlers.on_open("tiny-full-hot", "gone", Conversation())
    assert (first["value"], second["value"]) == ("tiny-full-hot", "")


def test_opening_without_checkpoints_says_what_makes_them(
    handlers: ChatHandlers, engine: ScriptedEngine
) -> None:
    engine.answers.clear()
    first, _, history = handlers.on_open(None, "", Conversation())
    assert first["value"] is None
    assert "workbench tinyworld build" in history


def test_suggestions_are_questions_of_facts_in_three_languages(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    lines = [
        {
            "parallel_id": parallel_id,
            "language": code,
            "messages": [{"role": "user", "content": f"{parallel_id} {code}"}],
            "task": task,
            "tags": {"tier": tier},
        }
        for code in ("en", "fr", "zh", "ru")
        for parallel_id, task, tier in (("a", "list", "A"), ("b", "fact", "B"), ("c", "fact", "A"))
    ]
    path.write_text("\n".join(map(json.dumps, lines)))
    assert suggested_prompts(path) == ["c fr", "c ru", "c zh"]
    assert suggested_prompts(tmp_path / "absent.jsonl") == []
