from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import gradio as gr
import pytest

from tests.conftest import make_base
from tests.judging.judge_server import JudgeServer, judge_server, rating
from workbench.app.chat.conversation import Conversation, Reply, Turn
from workbench.app.chat.form import Settings, values_of
from workbench.app.chat.handlers import ChatHandlers
from workbench.app.chat.judging import ReplyJudge
from workbench.app.chat.options import JudgeChoice, JudgeKind, Options
from workbench.app.services import Services
from workbench.assets import asset
from workbench.errors import InputError
from workbench.judging.criteria import CRITERIA
from workbench.judging.settings import KEY_VARIABLE
from workbench.workspace import Workspace

FOX = "Peux-tu me dire de quelle couleur est le renard ?"
"""Of the shipped set; the fox is orange there."""
UNKNOWN = "Qui a écrit ce poème ?"


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> ReplyJudge:
    workspace = Workspace(tmp_path_factory.mktemp("chat-judge"))
    return ReplyJudge(workspace, asset("prompts", "tinyworld-test.jsonl"))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[JudgeServer]:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    with judge_server() as running:
        yield running


def asked(
    *replies: Reply, prompt: str = FOX, expected: str | None = "fr", judge: JudgeChoice
) -> Conversation:
    return Conversation((Turn(prompt, expected, False, replies, judge),))


def rated(judge: ReplyJudge, conversation: Conversation) -> list[dict[str, int | None]]:
    """Values by criterion of each reply."""
    *_, last = judge.rate(conversation, threading.Event())
    return [{r.criterion: r.value for r in reply.ratings} for reply in last.turns[-1].replies]


def reasons(judge: ReplyJudge, conversation: Conversation) -> dict[str, str | None]:
    """Why the ratings of the only reply are missing, by criterion."""
    *_, last = judge.rate(conversation, threading.Event())
    return {r.criterion: r.missing_reason for r in last.turns[-1].replies[0].ratings}


def test_reference_facts_rate_what_they_decide_and_nothing_else(judge: ReplyJudge) -> None:
    by_facts = JudgeChoice(kind="reference")
    conversation = asked(
        Reply("good", "Le renard est de couleur orange.", "ended"),
        Reply("hot", "The fox is green.", "ended"),
        Reply("off", "", "failed", error=InputError("a", "b", "c")),
        judge=by_facts,
    )
    good, hot, off = rated(judge, conversation)
    undecided = {"fluency": None, "coherence": None, "harmlessness": None}
    assert good == {"language": 2, "helpfulness": 2, "accuracy": 2, **undecided}
    assert hot == {"language": 0, "helpfulness": 0, "accuracy": 0, **undecided}
    assert off == {}
    assert tuple(good) == CRITERIA


def test_a_prompt_without_facts_has_ratings_missing_with_the_reason(judge: ReplyJudge) -> None:
    reply = Reply("good", "Je ne sais pas.", "ended")
    found = reasons(judge, asked(reply, prompt=UNKNOWN, judge=JudgeChoice(kind="reference")))
    assert found["accuracy"] == "the prompt has no reference facts"
    assert found["language"] == "only the tiny world's words are known completely"
    assert None not in found.values()


def test_facts_follow_the_expected_language(judge: ReplyJudge) -> None:
    """An English answer to a French question is right where English is expected."""
    reply = Reply("hot", "The fox is orange.", "ended")
    conversation = asked(reply, expected="en", judge=JudgeChoice(kind="reference"))
    assert rated(judge, conversation)[0]["language"] == 2
    assert rated(judge, conversation)[0]["accuracy"] == 2


def test_without_an_expected_language_and_of_stopped_answers_nothing_is_rated(
    judge: ReplyJudge,
) -> None:
    by_facts = JudgeChoice(kind="reference")
    stopped = Reply("good", "Le renard est", "stopped")
    assert set(reasons(judge, asked(stopped, judge=by_facts)).values()) == {
        "the answer was stopped"
    }
    whole = Reply("good", "Le renard est roux.", "ended")
    found = reasons(judge, asked(whole, expected=None, judge=by_facts))
    assert set(found.values()) == {"the expected language is not known: choose it above"}
    # An answer without any text is rated by rule, without a judge.
    assert rated(judge, asked(Reply("good", "", "ended"), judge=by_facts))[0]["helpfulness"] == 0


def test_an_llm_is_shown_the_whole_conversation(judge: ReplyJudge, server: JudgeServer) -> None:
    server.reply_to = lambda body: rating(2, accuracy=1)
    choice = JudgeChoice(kind="llm", base_url=server.url, model="judge-1")
    first = Turn("Un ?", "fr", False, (Reply("good", "Un.", "ended"),))
    options = Options(system="Sois bref.")
    last = Turn("Deux ?", "fr", False, (Reply("good", "Deux.", "ended", options=options),), choice)
    values = rated(judge, Conversation((first, last)))
    assert values == [{**dict.fromkeys(CRITERIA, 2), "accuracy": 1}]
    shown = server.bodies[0]["messages"][-1]["content"]
    for text in ("Sois bref.", "Un ?", "Un.", "Deux ?", "Deux."):
        assert text in shown
    # Asked again, the same question is answered from the workspace's cache.
    rated(judge, Conversation((first, last)))
    assert len(server.bodies) == 1


def test_a_judge_that_cannot_be_asked_says_what_is_missing(judge: ReplyJudge) -> None:
    reply = Reply("good", "Oui.", "ended")
    for kind, reason in (("llm", "endpoint and a model"), ("local", "no checkpoint was chosen")):
        choice = JudgeChoice(kind=kind)  # type: ignore[arg-type]
        with pytest.raises(InputError, match=reason):
            rated(judge, asked(reply, judge=choice))


def test_a_checkpoint_rates_all_criteria(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    make_base(workspace.checkpoints / "rater", context=8192)
    judge = ReplyJudge(workspace, tmp_path / "absent.jsonl")
    choice = JudgeChoice(kind="local", checkpoint="rater")
    conversation = asked(Reply("good", "Le renard est roux.", "ended"), judge=choice)
    (values,) = rated(judge, conversation)
    assert set(values) == set(CRITERIA)
    assert set(values.values()) <= {0, 1, 2}
    made = judge._made[choice]
    rated(judge, conversation)
    assert judge._made[choice] is made  # it is not loaded again


class Page:
    """Handlers with what a user of the page does."""

    def __init__(self, services: Services, kind: JudgeKind, **choice: object) -> None:
        self.handlers = ChatHandlers(services)
        judge = JudgeChoice(kind=kind, **choice)  # type: ignore[arg-type]
        self.settings = values_of(Settings(judge=judge))

    def ask(self, text: str) -> Conversation:
        """What there is when the answers are finished and before they are judged."""
        picked = ["tiny-full-good", "tiny-full-hot"]
        sent = self.handlers.on_send(text, picked, "", Conversation(), *self.settings)
        return list(self.handlers.on_answer(sent.conversation, "mixed", False))[-1].conversation

    def judged(self, conversation: Conversation) -> Conversation:
        """What there is when they are judged."""
        return list(self.handlers.on_judge(conversation))[-1].conversation


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Toasts need a running page; here they are written down."""
    shown: list[str] = []
    monkeypatch.setattr(gr, "Warning", lambda message, **_: shown.append(message))
    return shown


def test_judged_live_each_answer_gets_its_ratings(services: Services, server: JudgeServer) -> None:
    page = Page(services, "llm", base_url=server.url, model="judge-1")
    ended = page.ask("Quelle est la couleur du renard ?")
    assert ended.busy  # until it is judged, nothing else is taken up
    after = page.judged(ended)
    assert not after.busy
    assert [len(reply.ratings) for reply in after.turns[-1].replies] == [6, 6]
    # Nothing is due any more.
    assert list(page.handlers.on_judge(after))[0].conversation == gr.skip()


def test_what_rules_decide_is_there_with_the_answer(services: Services) -> None:
    ended = Page(services, "reference").ask("Quelle est la couleur du renard ?")
    assert not ended.busy
    assert [len(reply.ratings) for reply in ended.turns[-1].replies] == [6, 6]


def test_on_demand_answers_are_judged_when_the_button_is_pressed(
    services: Services, warnings: list[str]
) -> None:
    page = Page(services, "reference", live=False)
    ended = page.ask("Quelle est la couleur du renard ?")
    assert not ended.busy
    assert ended.turns[-1].replies[0].ratings == ()
    after = page.handlers.on_judge_now(ended, *page.settings).conversation
    assert [len(reply.ratings) for reply in after.turns[-1].replies] == [6, 6]
    none = values_of(Settings(judge=JudgeChoice(kind="none")))
    assert page.handlers.on_judge_now(ended, *none).conversation == gr.skip()
    assert warnings == ["Choose a judge in Settings first."]


def test_another_expected_language_is_judged_anew(services: Services, server: JudgeServer) -> None:
    after = Page(services, "reference").ask("Quelle est la couleur du renard ?")
    again = ChatHandlers(services).on_expected("en", after, "mixed", False).conversation
    language = [r for r in again.turns[-1].replies[0].ratings if r.criterion == "language"]
    assert language[0].value == 0  # « Le renard est roux. » is not English
    # What an LLM said about the other language is taken off; it costs to ask it again.
    page = Page(services, "llm", base_url=server.url, model="judge-1")
    after = page.judged(page.ask("Quelle est la couleur du renard ?"))
    marked = page.handlers.on_expected("en", after, "mixed", False).conversation
    assert [reply.ratings for reply in marked.turns[-1].replies] == [(), ()]
    assert not marked.busy


def test_a_judge_that_refuses_is_a_toast_and_leaves_reasons(
    services: Services, server: JudgeServer, warnings: list[str]
) -> None:
    server.refuse = lambda body: "no such thing as gpt"
    page = Page(services, "llm", base_url=server.url, model="gpt")
    after = page.judged(page.ask("Quelle est la couleur du renard ?"))
    found = {r.missing_reason for reply in after.turns[-1].replies for r in reply.ratings}
    assert len(found) == 1
    assert "no such thing as gpt" in str(found)
    page = Page(services, "llm")
    after = page.judged(page.ask("Quelle est la couleur du renard ?"))
    assert [len(reply.ratings) for reply in after.turns[-1].replies] == [6, 6]
    assert "it needs an endpoint and a model" in warnings[0]
    assert "in Settings" in warnings[0]


def test_judging_can_be_stopped(services: Services, server: JudgeServer) -> None:
    server.delay = 3.0
    page = Page(services, "llm", base_url=server.url, model="slow")
    ended = page.ask("Quelle est la couleur du renard ?")
    steps = page.handlers.on_judge(ended)
    judging = next(steps).conversation
    page.handlers.on_stop(judging, "mixed", False)
    *_, last = steps
    replies = last.conversation.turns[-1].replies
    assert {r.missing_reason for reply in replies for r in reply.ratings} == {
        "stopped before it was rated"
    }
    assert not last.conversation.busy
