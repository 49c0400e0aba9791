"""One question to a server: what is asked again, what is left out, what stops the work."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from tests.judging.judge_server import JudgeServer, rating
from workbench.errors import InputError, ModelError
from workbench.judging.dialect import Dialect, Request
from workbench.judging.endpoint import Endpoint, NoReplyError
from workbench.judging.prices import Budget, Price, Usage
from workbench.judging.settings import KEY_VARIABLE, JudgeSettings

KEY = "sk-very-secret"
CONTENT = "=== m Answer ===\nhello\n\n=== m ==="
REQUEST = Request(
    "m",
    [{"role": "system", "content": "You rate."}, {"role": "user", "content": CONTENT}],
    {"type": "object"},
    100,
    0.0,
)


def endpoint(server: JudgeServer, budget: Budget | None = None, **settings: Any) -> Endpoint:
    given = {"attempts": 3, "back_off": 0.001, "timeout": 5.0, **settings}
    made = JudgeSettings(base_url=server.url, model="m", **given)
    return Endpoint(made, budget or Budget(None), threading.Event())


def fail(server: JudgeServer, *faults: str) -> None:
    server.faults = {"hello": list(faults)}


def test_a_reply(server: JudgeServer) -> None:
    budget = Budget(None)
    reply = endpoint(server, budget).ask(REQUEST)
    assert (reply.text, reply.cut, reply.format) == (rating(), False, "schema")
    body = server.bodies[0]
    assert body["response_format"]["json_schema"]["schema"] == {"type": "object"}
    assert (body["temperature"], body["max_tokens"], body["model"]) == (0.0, 100, "m")
    assert budget.usage == Usage(100, 40)


@pytest.mark.parametrize(
    "fault",
    ["429", "500", "502", "408", "error", "empty", "null", "no choices", "list", "not json"]
    + ["half body", "reset", "wait 0.01"],
)
def test_what_passes_is_asked_again(server: JudgeServer, fault: str) -> None:
    fail(server, fault, fault)
    assert endpoint(server).ask(REQUEST).text == rating()
    assert len(server.bodies) == 3


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("503", r"the server answered 503 \(status 503\)"),
        ("error", r"the server reported an error \(overloaded\)"),
        ("empty", "the reply is empty"),
        ("no choices", "holds no reply"),
        ("half body", "not whole JSON"),
        ("not json", "not whole JSON"),
        ("reset", "the connection failed"),
    ],
)
def test_what_does_not_pass_says_why(server: JudgeServer, fault: str, reason: str) -> None:
    fail(server, *[fault] * 3)
    with pytest.raises(NoReplyError, match=reason):
        endpoint(server).ask(REQUEST)
    assert len(server.bodies) == 3


@pytest.mark.parametrize("fault", ["hang", "trickle"])
def test_a_silent_server_is_given_up(server: JudgeServer, fault: str) -> None:
    fail(server, fault)
    budget = Budget(Price(input=0, output=10), cap=1)
    with pytest.raises(NoReplyError, match=r"no answer within 0\.2 seconds"):
        endpoint(server, budget, timeout=0.2, attempts=1).ask(REQUEST)
    # It may have been billed: counted as 100 tokens out, the most there can be.
    assert budget.spent == pytest.approx(100 * 10 / 1e6)


def test_what_was_refused_costs_nothing(server: JudgeServer) -> None:
    fail(server, "500", "error")
    budget = Budget(Price(input=0, output=10))
    endpoint(server, budget).ask(REQUEST)
    assert budget.calls == 3 and budget.spent == pytest.approx(40 * 10 / 1e6)


def test_the_server_says_how_long_to_wait(server: JudgeServer) -> None:
    fail(server, "wait 0.3")
    started = time.monotonic()
    endpoint(server).ask(REQUEST)
    assert time.monotonic() - started >= 0.3


@pytest.mark.parametrize(
    ("field", "complaint", "expected"),
    [
        ("response_format", "'response_format' of type json_schema", Dialect(format="plain")),
        (
            "max_tokens",
            "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
            Dialect(tokens="max_completion_tokens"),
        ),
        ("temperature", "'temperature' does not support 0", Dialect(temperature=False)),
    ],
)
def test_what_a_server_does_not_take_is_left_out_from_then_on(
    server: JudgeServer, field: str, complaint: str, expected: Dialect
) -> None:
    server.refuse = lambda body: complaint if field in body else None
    asked = endpoint(server)
    asked.ask(REQUEST)
    refused = len(server.bodies) - 1
    assert asked.dialect == expected and refused >= 1
    asked.ask(REQUEST)
    assert len(server.bodies) == refused + 2  # nothing was refused the second time


def test_json_objects_where_schemas_are_not_taken(server: JudgeServer) -> None:
    server.refuse = lambda body: (
        "json_schema is not supported" if "json_schema" in str(body["response_format"]) else None
    )
    assert endpoint(server).ask(REQUEST).format == "object"
    assert server.bodies[-1]["response_format"] == {"type": "json_object"}


def test_without_system_turns_all_is_one_message(server: JudgeServer) -> None:
    server.refuse = lambda body: (
        "System role not supported" if body["messages"][0]["role"] == "system" else None
    )
    endpoint(server).ask(REQUEST)
    assert server.bodies[-1]["messages"] == [{"role": "user", "content": f"You rate.\n\n{CONTENT}"}]


def test_a_request_that_is_refused_for_itself_is_not_repeated(server: JudgeServer) -> None:
    server.refuse = lambda body: "the prompt has 9000 tokens, 8192 are allowed"
    with pytest.raises(NoReplyError, match="refused the request.*9000 tokens"):
        endpoint(server).ask(REQUEST)
    assert len(server.bodies) == 1


@pytest.mark.parametrize(
    ("status", "remedy"), [("401", KEY_VARIABLE), ("403", KEY_VARIABLE), ("404", "--model")]
)
def test_what_no_request_can_get_past_stops_the_work(
    server: JudgeServer, status: str, remedy: str
) -> None:
    fail(server, status)
    with pytest.raises(ModelError, match=remedy):
        endpoint(server).ask(REQUEST)
    assert len(server.bodies) == 1


def test_a_server_that_is_down_stops_the_work(server: JudgeServer) -> None:
    asked = endpoint(server, attempts=1)
    fail(server, *["500"] * 20)
    for _ in range(19):
        with pytest.raises(NoReplyError):
            asked.ask(REQUEST)
    with pytest.raises(ModelError, match="20 questions in a row.*--retry-missing"):
        asked.ask(REQUEST)


def test_the_key_is_sent_and_shown_nowhere(
    server: JudgeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, f" {KEY}\n")
    monkeypatch.setenv("OPENAI_API_KEY", "another")
    monkeypatch.setenv("OPENAI_ORG_ID", "my-organisation")
    server.refuse = lambda body: f"Bearer {KEY} is not allowed here"
    with pytest.raises(NoReplyError) as error:
        endpoint(server).ask(REQUEST)
    assert "Bearer [key] is not allowed" in str(error.value) and KEY not in str(error.value)
    sent = server.headers[0]
    assert sent["authorization"] == f"Bearer {KEY}"
    assert "my-organisation" not in str(sent) and "another" not in str(sent)


def test_a_key_that_is_none(server: JudgeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, f"{KEY}\n{KEY}")
    with pytest.raises(InputError, match=KEY_VARIABLE) as error:
        endpoint(server)
    assert KEY not in str(error.value)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "--base-url"),
        ("localhost:8000", "no address of a server"),
        ("ftp://host/v1", "no address of a server"),
        (f"http://me:{KEY}@host/v1", "nothing but host, port and path"),
        (f"http://host/v1?key={KEY}", "nothing but host, port and path"),
    ],
)
def test_an_address_holds_no_secret(url: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as error:
        JudgeSettings(base_url=url, model="m").endpoint()
    assert KEY not in str(error.value)


def test_the_address_without_a_slash_at_its_end() -> None:
    assert JudgeSettings(base_url="http://h:1/v1/", model="m").endpoint() == "http://h:1/v1"
