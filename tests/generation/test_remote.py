from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.generation.sse_server import ChatServer, chat_server, chunk
from workbench.errors import InputError, ModelError
from workbench.generation.remote import KEY_VARIABLE, RemoteAnswer, RemoteModel, stream
from workbench.prompts import Message

ASKED = [Message(role="user", content="De quelle couleur est le renard ?")]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    with chat_server() as running:
        yield running


def ask(
    server: ChatServer, patience: float = 5.0, stop: threading.Event | None = None, **decoding: Any
) -> tuple[list[str], RemoteAnswer]:
    """The texts as they grew, and what they came to."""
    remote = RemoteModel(server.url, "qwen")
    coming = stream(remote, ASKED, decoding, stop or threading.Event(), patience)
    texts: list[str] = []
    while True:
        try:
            texts.append(next(coming))
        except StopIteration as end:
            return texts, end.value


def test_an_answer_grows_and_ends_with_what_the_server_counts(server: ChatServer) -> None:
    texts, answer = ask(server)
    assert texts == ["Le ", "Le renard ", "Le renard est ", "Le renard est roux."]
    assert (answer.text, answer.finish_reason) == ("Le renard est roux.", "stop")
    assert answer.new_tokens == 5
    assert answer.seconds > 0


def test_only_what_was_changed_is_said_about_decoding(server: ChatServer) -> None:
    ask(server)
    ask(server, max_new_tokens=9, temperature=0.5, repetition_penalty=1.1)
    plain, changed = server.bodies
    assert plain.keys() == {"model", "messages", "stream", "stream_options"}
    assert plain["messages"] == [{"role": "user", "content": ASKED[0].content}]
    extra = {k: v for k, v in changed.items() if k not in plain}
    assert extra == {"max_tokens": 9, "temperature": 0.5, "repetition_penalty": 1.1}


def test_the_key_is_the_environment_s_and_is_never_shown(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(server)
    assert server.headers[0]["authorization"] == "Bearer none"
    monkeypatch.setenv(KEY_VARIABLE, "sk-secret")
    server.refuse = lambda body: (401, {"error": {"message": "bad key sk-secret"}})
    with pytest.raises(ModelError, match=KEY_VARIABLE) as refusal:
        ask(server)
    assert server.headers[1]["authorization"] == "Bearer sk-secret"
    assert "sk-secret" not in str(refusal.value)
    assert "bad key [key]" in str(refusal.value)


def test_an_answer_that_was_cut_says_so_and_uncounted_tokens_are_not_invented(
    server: ChatServer,
) -> None:
    server.end = [chunk(reason="length"), "[DONE]"]
    _, answer = ask(server)
    assert answer.finish_reason == "length"
    assert answer.new_tokens is None


def test_stopping_hangs_up_and_keeps_what_was_written(server: ChatServer) -> None:
    server.hang_after = 2
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    start = time.monotonic()
    texts, answer = ask(server, patience=30, stop=stop)
    assert time.monotonic() - start < 5
    assert texts[-1] == "Le renard "
    assert (answer.text, answer.finish_reason) == ("Le renard", "stopped")
    assert server.left.wait(5)


def test_closing_the_answer_hangs_up(server: ChatServer) -> None:
    server.hang_after = 1
    coming = stream(RemoteModel(server.url, "qwen"), ASKED, {}, threading.Event())
    assert next(coming) == "Le "
    coming.close()
    assert server.left.wait(5)


@pytest.mark.parametrize("heard", [0, 2])
def test_a_silent_server_is_given_up(server: ChatServer, heard: int) -> None:
    server.hang_after = heard
    with pytest.raises(ModelError, match="said nothing for 0.3 seconds"):
        ask(server, patience=0.3)


def test_an_answer_that_breaks_off_is_no_answer(server: ChatServer) -> None:
    server.break_after = 2
    with pytest.raises(ModelError, match="connection failed") as lost:
        ask(server)
    assert "qwen at http://127.0.0.1" in str(lost.value)
    server.break_after, server.end = None, ["[DONE]"]
    with pytest.raises(ModelError, match="broke off"):
        ask(server)


@pytest.mark.parametrize(
    ("status", "words", "reason", "remedy"),
    [
        (404, "no model qwen", "no such model or address", "Check address and name"),
        (429, "slow down", "no more requests", "Wait a little"),
        (400, "maximum context length is 2048 tokens", "too long", "press Clear"),
        (400, "top_p must be positive", "refused the request", "Empty the field"),
        (503, "loading", "answered 503", "Ask again"),
    ],
)
def test_refusals_say_what_to_do(
    server: ChatServer, status: int, words: str, reason: str, remedy: str
) -> None:
    server.refuse = lambda body: (status, {"error": {"message": words}})
    with pytest.raises(ModelError) as refusal:
        ask(server)
    assert reason in refusal.value.reason
    assert words in refusal.value.reason
    assert remedy in refusal.value.remedy
    assert len(server.bodies) == 1


def test_what_a_server_does_not_know_is_said_otherwise_or_left_out(server: ChatServer) -> None:
    def refuse(body: dict[str, Any]) -> tuple[int, Any] | None:
        if "max_tokens" in body:
            return 400, {"error": {"message": "use max_completion_tokens instead"}}
        if "stream_options" in body:
            return 422, {"detail": "stream_options: extra fields not permitted"}
        return None

    server.refuse = refuse
    _, answer = ask(server, max_new_tokens=9)
    assert answer.text == "Le renard est roux."
    assert len(server.bodies) == 3
    assert server.bodies[-1]["max_completion_tokens"] == 9
    assert "stream_options" not in server.bodies[-1]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (json.dumps({"error": {"message": "out of memory"}}), "out of memory"),
        ("{half", "cannot be read"),
        (chunk(reason="content_filter"), "content filter"),
    ],
)
def test_errors_within_a_stream_are_errors(server: ChatServer, event: Any, reason: str) -> None:
    server.end = [event, "[DONE]"]
    with pytest.raises(ModelError, match=reason):
        ask(server)


def test_a_server_that_is_not_there_is_an_error(server: ChatServer) -> None:
    server.url = "http://127.0.0.1:9/v1"
    with pytest.raises(ModelError, match="connection failed"):
        ask(server)


def test_events_without_choices_or_text_are_passed_over(server: ChatServer) -> None:
    odd: list[Any] = [{**chunk(), "choices": None}, {**chunk("x"), "choices": []}, chunk(None)]
    server.end = [*odd, *server.end]
    assert ask(server)[1].text == "Le renard est roux."


def test_a_name_leads_back_to_its_model() -> None:
    remote = RemoteModel.at(" http://127.0.0.1:8000/v1/ ", " org/qwen @ home ")
    assert remote == RemoteModel("http://127.0.0.1:8000/v1", "org/qwen @ home")
    assert RemoteModel.named(remote.name) == remote
    assert RemoteModel.named("tiny-full-good") is None
    assert RemoteModel.named("http://127.0.0.1:8000/v1") is None


@pytest.mark.parametrize(
    ("url", "model", "reason"),
    [
        ("localhost:8000", "m", "no address of a server"),
        ("http://[::1", "m", "no address of a server"),
        ("http://host:port/v1", "m", "no address of a server"),
        ("http://user:pw@host/v1", "m", "nothing but host, port and path"),
        ("http://host/v1?key=1", "m", "nothing but host, port and path"),
        ("http://host/v1", "  ", "has no name"),
    ],
)
def test_what_cannot_be_a_remote_model_is_refused(url: str, model: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as refusal:
        RemoteModel.at(url, model)
    assert "pw" not in str(refusal.value)
