from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from scripted_engine import ScriptedEngine

from workbench.app.chat.conversation import Conversation
from workbench.app.chat.form import Settings, values_of
from workbench.app.chat.handlers import ChatHandlers
from workbench.app.chat.options import JudgeChoice, Options
from workbench.app.chat.suggestions import suggested_prompts
from workbench.app.chat.view import AS_IT_IS, View
from workbench.app.services import Services

FRENCH = "Quelle est la couleur du renard ?"
PICKED = ["tiny-full-good", "tiny-full-hot"]
ONE = PICKED[:1]
UNJUDGED = Settings(judge=JudgeChoice(kind="none"))
PAGE = ("mixed", False)
"""When a strip is shown, and whether the page is dark."""


@pytest.fixture
def handlers(services: Services) -> ChatHandlers:
    return ChatHandlers(services)


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Toasts need a running page; here they are written down."""
    shown: list[str] = []
    for kind in ("Warning", "Info"):
        monkeypatch.setattr(gr, kind, lambda message, **_: shown.append(message))
    return shown


def send(
    handlers: ChatHandlers,
    text: str,
    past: Conversation | None = None,
    expected: str = "",
    picked: list[str] | None = PICKED,
    settings: Settings = UNJUDGED,
) -> View:
    return handlers.on_send(text, picked, expected, past or Conversation(), *values_of(settings))


def answered(handlers: ChatHandlers, sent: View) -> View:
    return list(handlers.on_answer(sent.conversation, *PAGE))[-1]


def ask(handlers: ChatHandlers, text: str, past: Conversation | None = None, **how: Any) -> View:
    return answered(handlers, send(handlers, text, past, **how))


def regenerate(
    handlers: ChatHandlers, past: Conversation, picked: list[str], settings: Settings = UNJUDGED
) -> View:
    return handlers.on_regenerate(picked, "", past, *values_of(settings))


def replaced(services: Services, **parts: Any) -> Services:
    return dataclasses.replace(services, **parts)


def states(view: View) -> list[str]:
    return [reply.state for reply in view.conversation.turns[-1].replies]


def test_sending_empties_the_box_and_shows_the_prompt_at_once(handlers: ChatHandlers) -> None:
    view = send(handlers, f" {FRENCH} \n")
    assert view.prompt == ""
    assert FRENCH in view.history
    assert states(view) == ["waiting", "waiting"]
    assert view.send["interactive"] is False
    assert view.stop["interactive"] is True
    assert view.suggestions["visible"] is False


def test_both_answers_are_marked_against_the_language_of_the_prompt(handlers: ChatHandlers) -> None:
    view = ask(handlers, FRENCH)
    assert "✓</span> right language" in view.answer_1["value"]
    assert "wrong language, expected français" in view.answer_2["value"]
    assert states(view) == ["ended", "ended"]
    assert view.send["interactive"] is True


def test_the_expected_language_can_be_chosen_before_and_after(handlers: ChatHandlers) -> None:
    view = ask(handlers, FRENCH, expected="en")
    assert "wrong language, expected English" in view.answer_1["value"]
    again = handlers.on_expected("", view.conversation, *PAGE)
    assert "✓</span> right language" in again.answer_1["value"]


def test_a_language_chosen_while_an_answer_grows_counts_at_its_end(handlers: ChatHandlers) -> None:
    sent = send(handlers, FRENCH)
    steps = list(handlers.on_answer(sent.conversation, *PAGE))
    for growing in steps[:-1]:
        assert handlers.on_expected("en", growing.conversation, *PAGE) == AS_IT_IS
    ended = steps[-1].conversation
    assert not ended.running
    again = handlers.on_expected("en", ended, *PAGE)
    assert "wrong language, expected English" in again.answer_1["value"]
    # At the end of an answer with nothing chosen since, nothing is sent to the page again.
    assert handlers.on_expected("en", again.conversation, *PAGE) == AS_IT_IS
    assert handlers.on_expected("", ended, *PAGE) == AS_IT_IS


def test_sides_that_nobody_answers_on_are_hidden(handlers: ChatHandlers) -> None:
    view = ask(handlers, FRENCH, picked=ONE)
    assert view.answer_1["visible"] is True
    hidden = gr.update(value="", visible="hidden")
    assert view.answers[1:] == (hidden, hidden, hidden)


def test_four_answer_side_by_side_and_the_same_one_once(
    handlers: ChatHandlers, engine: ScriptedEngine
) -> None:
    names = ["a", "b", "c", "d", "e"]
    engine.answers.update(dict.fromkeys(names, "Il est roux."))
    view = ask(handlers, FRENCH, picked=["a", "b", "a", "c", "d"])
    asked = [reply.checkpoint for reply in view.conversation.turns[-1].replies]
    assert asked == ["a", "b", "c"]  # the list itself takes no more than four
    view = ask(handlers, FRENCH, picked=names)
    assert states(view) == ["ended"] * 4
    assert all("Il est roux." in answer["value"] for answer in view.answers)


def test_the_next_turn_is_given_the_first(handlers: ChatHandlers, engine: ScriptedEngine) -> None:
    first = ask(handlers, FRENCH, picked=ONE)
    ask(handlers, "Et le loup ?", first.conversation, picked=ONE)
    asked = engine.asked[-1]
    assert asked.checkpoint == PICKED[0]
    assert [(m.role, m.content) for m in asked.conversation] == [
        ("user", FRENCH),
        ("assistant", "Le renard est roux."),
        ("user", "Et le loup ?"),
    ]


def test_settings_go_with_the_prompt_and_stay_with_the_reply(
    handlers: ChatHandlers, engine: ScriptedEngine
) -> None:
    options = Options(system="Sois bref.", strength=0.5, decoding={"temperature": 0.7, "seed": 3})
    view = ask(handlers, FRENCH, settings=Settings(options, JudgeChoice(kind="none")))
    assert [request.options for request in engine.asked] == [options, options]
    assert [m.role for m in engine.asked[0].conversation] == ["system", "user"]
    assert view.conversation.turns[-1].replies[0].options == options
    assert "tuning strength 0.5" in view.answer_1["value"]


def test_nothing_happens_to_an_empty_prompt_or_while_answering(handlers: ChatHandlers) -> None:
    assert send(handlers, "  \n").conversation == Conversation()
    sent = send(handlers, FRENCH).conversation
    # What the session holds of a growing answer is older than what is seen: nothing is touched.
    assert send(handlers, "Et ?", sent) == AS_IT_IS
    assert regenerate(handlers, sent, PICKED) == AS_IT_IS
    assert handlers.on_edit(sent, *PAGE) == AS_IT_IS


def test_without_a_checkpoint_the_prompt_stays_and_the_remedy_is_said(
    handlers: ChatHandlers, warnings: list[str]
) -> None:
    view = send(handlers, FRENCH, picked=None)
    assert view.conversation == Conversation()
    assert view.prompt == gr.skip()
    assert warnings == ["Pick a checkpoint above, then send the prompt again."]


def test_a_setting_that_cannot_be_used_is_said_and_nothing_is_sent(
    handlers: ChatHandlers, engine: ScriptedEngine, warnings: list[str]
) -> None:
    values = list(values_of(UNJUDGED))
    values[-4] = "-1"  # temperature: tokens, temperature, top p, penalty, seed
    shown = handlers.on_send(FRENCH, PICKED, "", Conversation(), *values)
    assert shown == gr.skip()
    assert not engine.asked
    assert len(warnings) == 1
    assert "greater than or equal to 0" in warnings[0]
    assert "0 is greedy" in warnings[0]


def test_a_prompt_longer_than_the_context_comes_back_with_the_remedy(
    handlers: ChatHandlers, warnings: list[str]
) -> None:
    first = ask(handlers, FRENCH).conversation
    long = "mot " * 60
    view = ask(handlers, long, first)
    assert view.conversation == first
    assert view.prompt == long.strip()
    assert warnings == ["The prompt: it is longer than the context. Shorten it."]


def test_one_that_fails_says_why_beside_the_answer_of_the_other(
    handlers: ChatHandlers, warnings: list[str], services: Services
) -> None:
    name = "qwen @ http://127.0.0.1:9/v1"

    class Failing(ScriptedEngine):
        def stream(self, request: Any, stop: Any) -> Any:
            from workbench.errors import ModelError

            if request.checkpoint == name:
                raise ModelError("qwen", "the connection failed", "See whether it runs")
            return super().stream(request, stop)

    engine = Failing({PICKED[0]: "Il est roux."})
    handlers = ChatHandlers(replaced(services, engine=engine))
    view = ask(handlers, FRENCH, picked=[PICKED[0], name])
    assert states(view) == ["ended", "failed"]
    assert "Il est roux." in view.answer_1["value"]
    assert "No answer: the connection failed. See whether it runs." in view.answer_2["value"]
    assert warnings == ["qwen: the connection failed. See whether it runs."]
    # In the next turn the failure is no answer of it.
    again = ask(handlers, "Et ?", view.conversation, picked=[PICKED[0], name])
    assert len(again.conversation.messages(name)) == 1


def test_servers_are_refused_where_users_may_name_none(
    services: Services, engine: ScriptedEngine, warnings: list[str]
) -> None:
    handlers = ChatHandlers(replaced(services, endpoints=False))
    remote = "qwen @ http://127.0.0.1:9/v1"
    assert send(handlers, FRENCH, picked=[PICKED[0], remote]) == gr.skip()
    judge = JudgeChoice(kind="llm", base_url="http://127.0.0.1:9/v1", model="m")
    assert send(handlers, FRENCH, settings=Settings(judge=judge)) == gr.skip()
    ended = ask(handlers, FRENCH).conversation
    assert handlers.on_judge_now(ended, *values_of(Settings(judge=judge))) == gr.skip()
    assert len(warnings) == 3
    assert all("asks no other servers" in warning for warning in warnings)
    assert {request.checkpoint for request in engine.asked} == set(PICKED)


def test_stop_keeps_what_was_written(handlers: ChatHandlers, engine: ScriptedEngine) -> None:
    engine.pause = 0.15
    sent = send(handlers, FRENCH, picked=ONE)
    steps = handlers.on_answer(sent.conversation, *PAGE)
    growing = next(step for step in steps if step.conversation.turns[-1].replies[0].text)
    steps.close()
    view = handlers.on_stop(growing.conversation, *PAGE)
    assert states(view) == ["stopped"]
    assert view.conversation.turns[-1].replies[0].text.startswith("Le")
    assert view.send["interactive"] is True


def test_a_defect_does_not_leave_the_chat_waiting(
    handlers: ChatHandlers, engine: ScriptedEngine
) -> None:
    sent = send(handlers, FRENCH)
    del engine.answers[PICKED[1]]
    with pytest.raises(KeyError):
        for view in handlers.on_answer(sent.conversation, *PAGE):
            last = view
    assert engine.asked
    assert not last.conversation.busy


def test_regenerating_is_another_sample_of_the_same_prompt(
    handlers: ChatHandlers, engine: ScriptedEngine, warnings: list[str]
) -> None:
    warm = Settings(Options(decoding={"temperature": 1.0, "seed": 7}), JudgeChoice(kind="none"))
    first = ask(handlers, FRENCH, picked=ONE, settings=warm)
    sent = regenerate(handlers, first.conversation, PICKED, warm)
    assert states(sent) == ["waiting", "waiting"]
    answered(handlers, sent)
    samples = [(r.checkpoint, r.options.sample) for r in engine.asked]
    assert samples == [(PICKED[0], 0), (PICKED[0], 1), (PICKED[1], 0)]
    assert engine.asked[1].options.changed_decoding["seed"] == 8
    assert len(sent.conversation.turns) == 1
    assert warnings == []


def test_regenerating_a_greedy_answer_says_that_it_comes_again(
    handlers: ChatHandlers, warnings: list[str]
) -> None:
    first = ask(handlers, FRENCH).conversation
    regenerate(handlers, first, PICKED)
    assert len(warnings) == 1
    assert "Set a temperature above 0" in warnings[0]
    other = Settings(Options(strength=0.5), JudgeChoice(kind="none"))
    regenerate(handlers, first, PICKED, other)
    assert len(warnings) == 1


def test_editing_gives_the_prompt_back_and_takes_its_turn_off(handlers: ChatHandlers) -> None:
    first = ask(handlers, FRENCH).conversation
    second = ask(handlers, "Et le loup ?", first).conversation
    view = handlers.on_edit(second, *PAGE)
    assert view.prompt == "Et le loup ?"
    assert view.conversation == first
    empty = handlers.on_edit(first, *PAGE)
    assert empty.prompt == FRENCH
    assert "Ask in any language" in empty.history
    assert empty.edit["interactive"] is False


def test_clear_starts_anew_and_can_be_undone(handlers: ChatHandlers) -> None:
    first = ask(handlers, FRENCH).conversation
    view = handlers.on_clear(first)
    assert view.conversation.turns == ()
    assert "Ask in any language" in view.history
    assert view.suggestions["visible"] is True
    assert view.undo["visible"] is True
    # Cleared again, there is still something to bring back.
    twice = handlers.on_clear(view.conversation)
    assert handlers.on_undo(twice.conversation, *PAGE).conversation == first
    # A new prompt is a new conversation: then it is too late.
    sent = send(handlers, "Et ?", view.conversation)
    assert sent.undo["visible"] is False
    assert handlers.on_undo(sent.conversation, *PAGE) == AS_IT_IS


def test_a_strip_stands_under_answers_in_several_languages(
    handlers: ChatHandlers, engine: ScriptedEngine
) -> None:
    engine.answers[PICKED[1]] = (
        "Bien sûr, voici la recette que vous avez demandée hier soir. Then you should put the "
        "chicken in the oven for about an hour."
    )
    view = ask(handlers, FRENCH)
    assert [strip["visible"] for strip in view.strips] == [False, True, False, False]
    traces = {trace.name for trace in view.strip_2["value"].data}
    assert traces == {"français", "English"}
    wanted = handlers.on_strip(view.conversation, "always", False)
    assert [strip["visible"] for strip in wanted] == [True, True, False, False]
    wanted = handlers.on_strip(view.conversation, "never", False)
    assert not any(strip["visible"] for strip in wanted)
    sent = send(handlers, "Et ?", view.conversation)
    assert not any(strip["visible"] for strip in sent.strips)


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
